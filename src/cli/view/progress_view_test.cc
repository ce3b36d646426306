#include "cli/view/progress_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/view/running.h"

namespace cli::view {
namespace {

using engine::changes::Action;
using engine::run::ResourceInstance;
using engine::run::Value;
using language::value::Type;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

ResourceInstance Address(std::string_view text) { return *language::address::ParseResourceInstance(text); }

Value WithId(std::string_view id) {
  return Value::Object({{"id", Value::String(id)}, {"name", Value::String("n")}});
}

// What the calls print.
template <typename Calls>
std::string Printed(bool color, Calls calls) {
  std::string out, err;
  Terminal terminal(&out, &err, {.color = color});
  {
    ProgressView view(terminal, std::chrono::hours(1));
    calls(view);
  }
  return out;
}

TEST(ProgressView, LinesOfAllOperations) {
  const ResourceInstance a = Address("t.a");
  const ResourceInstance data = Address("module.m[\"k\"].data.t.d");
  const std::string out = Printed(false, [&](ProgressView& view) {
    view.Refreshing(a, "", WithId("i"));
    view.Refreshing(a, "0a1b2c3d", Value());
    view.ReadingData(data);
    view.DataRead(data, milliseconds(1499), WithId("d"));
    view.PreparingImport(a, "x");
    view.Importing(a, "x");
    view.Imported(a, "x");
    view.Applying(a, "", Action::kCreate, WithId("planned"));
    view.Applied(a, "", Action::kCreate, seconds(70), WithId("i"));
    view.Applying(a, "", Action::kUpdate, WithId("i"));
    view.Applied(a, "", Action::kUpdate, milliseconds(0), WithId("i"));
    view.Applying(a, "0a1b2c3d", Action::kDelete, WithId("i"));
    view.Applied(a, "0a1b2c3d", Action::kDelete, milliseconds(12500), WithId("i"));
    view.Applying(a, "", Action::kDelete, WithId("i"));
    view.ApplyFailed(a, "");
    view.Applying(a, "", Action::kNoOp, WithId("i"));
    view.Applied(a, "", Action::kForget, seconds(1), WithId("i"));
  });
  EXPECT_EQ(out,
            "t.a: Refreshing state... [id=i]\n"
            "t.a (deposed object 0a1b2c3d): Refreshing state...\n"
            "module.m[\"k\"].data.t.d: Reading...\n"
            "module.m[\"k\"].data.t.d: Read complete after 1s [id=d]\n"
            "t.a: Preparing import... [id=x]\n"
            "t.a: Importing... [id=x]\n"
            "t.a: Import complete [id=x]\n"
            "t.a: Creating...\n"
            "t.a: Creation complete after 1m10s [id=i]\n"
            "t.a: Modifying... [id=i]\n"
            "t.a: Modifications complete after 0s [id=i]\n"
            "t.a (deposed object 0a1b2c3d): Destroying... [id=i]\n"
            "t.a: Destruction complete after 13s\n"
            "t.a: Destroying... [id=i]\n");
}

TEST(ProgressView, WhichIdIsShown) {
  const auto id = [](Value known) {
    std::string line = Printed(
        false, [&](ProgressView& view) { view.Applying(Address("t.a"), "", Action::kUpdate, known); });
    return line.substr(std::string_view("t.a: Modifying...").size());
  };
  const Value secret = Value::String("s").WithMarks(language::value::kSensitive);
  EXPECT_EQ(id(Value::Object({{"name", Value::String("n")}})), " [name=n]\n");
  EXPECT_EQ(id(Value::Object({{"id", secret}})), "\n");
  EXPECT_EQ(id(Value::Object({{"id", Value::Int(1)}})), "\n");
  EXPECT_EQ(id(Value::Object({{"id", Value::Unknown(Type::String())}})), "\n");
  EXPECT_EQ(id(Value::Object({{"tags", Value::Map(Type::String(), {{"Name", Value::String("v")}})}})),
            " [tags.Name=v]\n");
  EXPECT_EQ(id(Value()), "\n");
}

TEST(ProgressView, ColoursAsTheReference) {
  const std::string out = Printed(true, [&](ProgressView& view) {
    view.Refreshing(Address("t.a"), "", WithId("i"));
    view.Applying(Address("t.a"), "", Action::kCreate, Value());
    view.Applied(Address("t.a"), "", Action::kCreate, seconds(0), WithId("i"));
  });
  EXPECT_EQ(out,
            "\033[0m\033[1mt.a: Refreshing state... [id=i]\033[0m\n"
            "\033[0m\033[1mt.a: Creating...\033[0m\033[0m\n"
            "\033[0m\033[1mt.a: Creation complete after 0s [id=i]\033[0m\n");
}

std::vector<std::string> DueLines(RunningOperations& running, RunningOperations::Time now) {
  std::vector<std::string> lines;
  for (const RunningOperations::Due& due : running.TakeDue(now)) lines.push_back(due.Line());
  return lines;
}

TEST(RunningOperations, TellsOfWhatTakesLong) {
  RunningOperations running(seconds(10));
  const RunningOperations::Time start{};
  EXPECT_EQ(running.Next(), std::nullopt);
  running.Start("t.a", "Still creating...", "", start);
  running.Start("t.b", "Still modifying...", "id=i", start + seconds(3));
  running.Start("t.c", "Still destroying...", "", start + seconds(4));
  running.Finish("t.c");
  EXPECT_EQ(running.Next(), start + seconds(10));
  EXPECT_THAT(DueLines(running, start + milliseconds(9999)), ElementsAre());
  EXPECT_THAT(
      DueLines(running, start + seconds(14)),
      ElementsAre("t.a: Still creating... [14s elapsed]", "t.b: Still modifying... [id=i, 11s elapsed]"));
  EXPECT_EQ(running.Next(), start + seconds(24));
  running.Finish("t.a");
  running.Start("t.a", "Still creating...", "", start + seconds(20));
  EXPECT_THAT(DueLines(running, start + seconds(25)),
              ElementsAre("t.b: Still modifying... [id=i, 22s elapsed]"));
  running.Finish("t.a");
  running.Finish("t.b");
  EXPECT_EQ(running.Next(), std::nullopt);
}

TEST(ElapsedText, IsGoDuration) {
  EXPECT_EQ(ElapsedText(milliseconds(0)), "0s");
  EXPECT_EQ(ElapsedText(milliseconds(1500)), "2s");
  EXPECT_EQ(ElapsedText(seconds(60)), "1m0s");
  EXPECT_EQ(ElapsedText(seconds(3671)), "1h1m11s");
}

}  // namespace
}  // namespace cli::view
