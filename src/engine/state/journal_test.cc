#include "engine/state/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "engine/state/reader.h"
#include "engine/state/writer.h"

namespace engine::state {
namespace {

using base::core::TempDirectory;
using language::address::ParseProviderConfig;
using language::address::ParseResourceInstance;

const ProviderConfig& Provider() {
  static const ProviderConfig config =
      ParseProviderConfig("provider[\"registry.terraform.io/okta/okta\"].x").value();
  return config;
}
ResourceInstance At(std::string_view text) { return ParseResourceInstance(text).value(); }

ObjectPtr MakeObject(std::string_view id) {
  auto object = std::make_shared<Object>();
  object->value = Value::Object({{"id", Value::String(id)}});
  object->type = object->value->type();
  object->private_data = "p";
  object->sensitive_paths = {{language::value::PathStep::Attribute("id")}};
  return object;
}

Outcome Result_(std::string_view address, ObjectPtr object, std::string deposed = "") {
  return {At(address), Provider(), std::move(deposed), std::move(object)};
}

// State with these instances at id "old".
State Base(std::vector<std::string_view> addresses, uint64_t serial = 4) {
  StateEditor editor{State()};
  editor.header().lineage = "l";
  editor.header().serial = serial;
  for (std::string_view address : addresses) editor.SetCurrent(At(address), Provider(), MakeObject("old"));
  return ReadState(WriteState(editor.Snapshot()).value()).value();
}

struct Fixture {
  TempDirectory dir;
  std::string path = dir / "s.journal";
  State state = Base({"a.x", "a.y"});
  std::string text = WriteState(state).value();
  JournalHeader header{"local", "l", BindingOf(4, text)};

  Journal Create() { return Journal::Create(path, header, {}, {}).value(); }
  JournalContents Read() { return ReadJournal(path).value().value(); }
};

TEST(Journal, FoldsChangesAndFindsWhatIsInDoubt) {
  Fixture f;
  {
    Journal journal = f.Create();
    EXPECT_EQ(ProbeJournal(f.path), JournalPresence::kLive);
    EXPECT_FALSE(Journal::Create(f.path, f.header, {}, {}).ok());
    Intent intent{At("a.x"), Provider(), 'u', "", "", 5};
    Intent creation{At("a.z[\"k\"]"), Provider(), 'c', "", R"({"name":"n"})", 6};
    ASSERT_TRUE(journal.AppendIntents(std::vector{intent, creation}).ok());
    ASSERT_TRUE(journal.Sync().ok());
    ASSERT_TRUE(journal.AppendChange(Result_("a.x", MakeObject("1")), "digest").ok());
    ASSERT_TRUE(journal.AppendChange(Result_("a.x", MakeObject("2")), "").ok());
    ASSERT_TRUE(journal.AppendChange(Result_("a.y", nullptr), "digest").ok());
    ASSERT_TRUE(journal.AppendChange(Result_("a.x", MakeObject("d"), "00000001"), "").ok());
    ASSERT_TRUE(journal.AppendOutput("o", OutputValue{.value = Value::String("v"), .sensitive = true}).ok());
    ASSERT_TRUE(journal.AppendOutput("gone", std::nullopt).ok());
    ASSERT_TRUE(journal.AppendBinding({7, "abc"}).ok());
  }
  EXPECT_EQ(ProbeJournal(f.path), JournalPresence::kDead);
  struct stat info{};
  ASSERT_EQ(::stat(f.path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);

  const JournalContents contents = f.Read();
  EXPECT_EQ(contents.header.lineage, "l");
  EXPECT_EQ(contents.bindings.size(), 2u);
  ASSERT_EQ(contents.changes.size(), 3u);
  EXPECT_EQ(contents.changes[0].before, "digest");
  EXPECT_EQ(contents.changes[0].outcome.object->AttributesJson(), R"({"id":"2"})");
  EXPECT_EQ(contents.changes[0].outcome.provider, Provider());
  EXPECT_FALSE(contents.changes[1].outcome.object);
  EXPECT_EQ(contents.changes[2].outcome.deposed, "00000001");
  ASSERT_EQ(contents.in_doubt.size(), 1u);
  EXPECT_EQ(contents.in_doubt[0].address.ToString(), "a.z[\"k\"]");
  EXPECT_EQ(contents.in_doubt[0].planned_json, R"({"name":"n"})");
  EXPECT_EQ(contents.in_doubt[0].time_ms, 6);
  EXPECT_EQ(contents.outputs.at("o")->value.AsString(), "v");
  EXPECT_FALSE(contents.outputs.at("gone"));
}

TEST(Journal, TornTailIsCutOffAtAnyByte) {
  Fixture f;
  {
    Journal journal = f.Create();
    ASSERT_TRUE(journal.AppendChange(Result_("a.x", MakeObject("1")), "d").ok());
    ASSERT_TRUE(journal.AppendChange(Result_("a.y", MakeObject("2")), "d").ok());
  }
  const std::string whole = *base::core::ReadFile(f.path);
  const size_t last = whole.rfind('\n', whole.size() - 2) + 1;
  for (size_t length = last; length < whole.size(); ++length) {
    ASSERT_TRUE(base::core::WriteFile(f.path, whole.substr(0, length)).ok());
    EXPECT_EQ(f.Read().changes.size(), 1u) << length;
  }
  std::string flipped = whole;
  flipped[last + 20] ^= 1;
  ASSERT_TRUE(base::core::WriteFile(f.path, flipped).ok());
  EXPECT_EQ(f.Read().changes.size(), 1u);
  ASSERT_TRUE(base::core::WriteFile(f.path, whole.substr(0, 30)).ok());
  EXPECT_FALSE(ReadJournal(f.path)->has_value());
}

TEST(Journal, FullDiskBreaksItForGood) {
  Fixture f;
  Journal journal = f.Create();
  ASSERT_TRUE(journal.Remove().ok());
  EXPECT_FALSE(journal.AppendChange(Result_("a.x", MakeObject("1")), "").ok());  // closed
  EXPECT_THAT(journal.AppendChange(Result_("a.x", MakeObject("1")), "").error().message(),
              testing::HasSubstr("earlier write"));
}

class LayOverTest : public testing::Test {
 protected:
  // The journal of a run that updated a.x, removed a.y and created a.z.
  JournalContents Contents() {
    {
      Journal journal = f_.Create();
      const std::string old = ObjectDigest(f_.state.FindObject(At("a.x")));
      EXPECT_TRUE(journal.AppendChange(Result_("a.x", MakeObject("new")), old).ok());
      EXPECT_TRUE(journal.AppendChange(Result_("a.y", nullptr), old).ok());
      EXPECT_TRUE(journal.AppendChange(Result_("a.z", MakeObject("new")), "").ok());
      EXPECT_TRUE(journal.AppendOutput("o", OutputValue{.value = Value::True()}).ok());
    }
    return f_.Read();
  }
  static void ExpectApplied(const Overlay& overlay) {
    EXPECT_EQ(overlay.conflict, "");
    EXPECT_EQ(overlay.recovered.size(), 3u);
    EXPECT_EQ(overlay.state.FindObject(At("a.x"))->AttributesJson(), R"({"id":"new"})");
    EXPECT_FALSE(overlay.state.FindObject(At("a.y")));
    EXPECT_TRUE(overlay.state.FindObject(At("a.z")));
  }
  Fixture f_;
};

TEST_F(LayOverTest, TheStateItBeganWith) {
  const Overlay overlay = LayOver(Contents(), f_.state, f_.text);
  ExpectApplied(overlay);
  EXPECT_TRUE(overlay.state.outputs.at("o").value.AsBool());
}

TEST_F(LayOverTest, AStateThatMovedWithoutTouchingItsObjects) {
  const State moved = Base({"a.x", "a.y", "b.other"}, 9);
  const Overlay overlay = LayOver(Contents(), moved, WriteState(moved).value());
  ExpectApplied(overlay);
  EXPECT_TRUE(overlay.state.FindObject(At("b.other")));
  EXPECT_EQ(overlay.state.serial, 9u);
}

TEST_F(LayOverTest, AStateThatHoldsTheResultsAlready) {
  const State applied = LayOver(Contents(), f_.state, f_.text).state;
  ExpectApplied(LayOver(Contents(), applied, "whatever"));
}

TEST_F(LayOverTest, AContradictionIsRefusedUnlessForced) {
  StateEditor editor(Base({"a.x", "a.y"}, 9));
  editor.SetCurrent(At("a.x"), Provider(), MakeObject("someone else's"));
  const State moved = editor.Snapshot();
  const Overlay refused = LayOver(Contents(), moved, "other");
  EXPECT_THAT(refused.conflict, testing::HasSubstr("state recover"));
  EXPECT_THAT(refused.conflict, testing::HasSubstr("a.x"));
  EXPECT_TRUE(SameContent(refused.state, moved));
  ExpectApplied(LayOver(Contents(), moved, "other", true));
}

TEST_F(LayOverTest, AnotherLineageIsRefused) {
  State other = f_.state;
  other.lineage = "m";
  EXPECT_THAT(LayOver(Contents(), other, "other").conflict, testing::HasSubstr("another lineage"));
}

}  // namespace
}  // namespace engine::state
