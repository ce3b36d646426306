#include "engine/backend/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "base/core/files.h"
#include "engine/backend/local.h"
#include "engine/backend/memory.h"
#include "engine/state/journal.h"
#include "engine/state/reader.h"
#include "engine/state/writer.h"

namespace engine::backend {
namespace {

using base::core::Exists;
using base::core::FakeClock;
using base::core::TempDirectory;
using base::diag::Diagnostics;
using language::address::ParseProviderConfig;
using language::address::ParseResourceInstance;
using language::value::Value;
using state::Intent;
using state::Outcome;
using state::State;
using testing::ElementsAre;
using testing::HasSubstr;

const state::ProviderConfig& Provider() {
  static const auto config = ParseProviderConfig("provider[\"registry.terraform.io/okta/okta\"]").value();
  return config;
}
state::ResourceInstance At(std::string_view text) { return ParseResourceInstance(text).value(); }

state::ObjectPtr MakeObject(std::string_view id) {
  auto object = std::make_shared<state::Object>();
  object->value = Value::Object({{"id", Value::String(id)}});
  object->type = object->value->type();
  return object;
}
Outcome Made(std::string_view address, std::string_view id) {
  return {At(address), Provider(), "", MakeObject(id)};
}
Outcome Gone(std::string_view address) { return {At(address), Provider(), "", nullptr}; }
Intent Creating(std::string_view address) { return {At(address), Provider(), 'c', "", R"({"id":"?"})", 1}; }

// A folder with a local backend, and sessions over it.
struct World {
  TempDirectory dir;
  FakeClock clock;
  LocalBackend backend{{.path = dir / "terraform.tfstate", .workspace_dir = dir / "terraform.tfstate.d"}};

  SessionOptions Options() {
    SessionOptions options;
    options.clock = &clock;
    return options;
  }
  std::unique_ptr<Session> Open() { return Open(Options()); }
  std::unique_ptr<Session> Open(const SessionOptions& options) {
    Diagnostics diagnostics;
    auto session = OpenSession(backend.Storage("default"), options, diagnostics);
    error = diagnostics.empty() ? "" : diagnostics.items()[0].summary + ": " + diagnostics.items()[0].detail;
    return session;
  }
  State OnDisk() { return state::ReadState(base::core::ReadFile(dir / "terraform.tfstate").value()).value(); }
  // Runs the body in a child that then dies by SIGKILL.
  template <typename Body>
  void InDyingChild(Body body) {
    const pid_t child = ::fork();
    if (child == 0) {
      const std::unique_ptr<Session> session = Open();
      body(*session);
      ::raise(SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
  }
  std::string journal() const { return dir / "terraform.tfstate.journal"; }
  std::string error;
};

TEST(Session, FirstRunMakesLineageAndSerialOne) {
  World world;
  auto session = world.Open();
  ASSERT_TRUE(session) << world.error;
  EXPECT_TRUE(session->initial()->Empty());
  ASSERT_TRUE(session->Begin(*session->initial()).ok());
  ASSERT_TRUE(session->WriteIntents(std::vector{Creating("a.x")}).ok());
  EXPECT_TRUE(Exists(world.journal()));
  ASSERT_TRUE(session->Record(Made("a.x", "1")).ok());
  session->SetOutput("o", state::OutputValue{.value = Value::True()});
  session->SetCheckResults("[]");
  EXPECT_EQ(session->Snapshot().resources.size(), 1u);
  ASSERT_TRUE(session->Finish().ok());
  EXPECT_EQ(session->Snapshot().serial, 1u) << "as it was saved";
  EXPECT_FALSE(Exists(world.journal()));
  session.reset();
  const State state = world.OnDisk();
  EXPECT_EQ(state.serial, 1u);
  EXPECT_EQ(state.lineage.size(), 36u);
  EXPECT_TRUE(state.FindObject(At("a.x")));
  EXPECT_TRUE(state.outputs.at("o").value.AsBool());
  EXPECT_EQ(state.check_results, "[]");
  EXPECT_THAT(*base::core::ListDirectory(world.dir.path()), ElementsAre("terraform.tfstate"));
}

TEST(Session, UnchangedStateIsNotWritten) {
  World world;
  {
    auto session = world.Open();
    ASSERT_TRUE(session->Begin(*session->initial()).ok());
    ASSERT_TRUE(session->Finish().ok());  // an empty first state is
  }
  const std::string first = *base::core::ReadFile(world.dir / "terraform.tfstate");
  {
    auto session = world.Open();
    ASSERT_TRUE(session->Begin(*session->initial()).ok());
    ASSERT_TRUE(session->Finish().ok());
  }
  EXPECT_EQ(*base::core::ReadFile(world.dir / "terraform.tfstate"), first);
  EXPECT_FALSE(Exists(world.dir / "terraform.tfstate.backup"));
}

void Apply(World& world, std::vector<Outcome> outcomes) {
  auto session = world.Open();
  ASSERT_TRUE(session) << world.error;
  ASSERT_TRUE(session->Begin(*session->initial()).ok());
  for (Outcome& outcome : outcomes) ASSERT_TRUE(session->Record(std::move(outcome)).ok());
  ASSERT_TRUE(session->Finish().ok());
}

TEST(Session, BackupHoldsTheStateBeforeTheFirstChange) {
  World world;
  Apply(world, {Made("a.x", "1")});
  EXPECT_FALSE(Exists(world.dir / "terraform.tfstate.backup"));
  const std::string before = *base::core::ReadFile(world.dir / "terraform.tfstate");
  {
    auto session = world.Open();
    ASSERT_TRUE(session->Begin(*session->initial()).ok());
    for (const char* id : {"2", "3"}) {
      world.clock.Advance(std::chrono::hours(1));  // makes each result be written at once
      ASSERT_TRUE(session->Record(Made("a.x", id)).ok());
      EXPECT_EQ(world.OnDisk().FindObject(At("a.x"))->AttributesJson(),
                std::string("{\"id\":\"") + id + "\"}");
    }
    ASSERT_TRUE(session->Finish().ok());
  }
  EXPECT_EQ(*base::core::ReadFile(world.dir / "terraform.tfstate.backup"), before);
  EXPECT_EQ(world.OnDisk().serial, 3u);
}

TEST(Session, SecondRunWaitsForTheLockAndGivesUp) {
  World world;
  auto first = world.Open();
  ASSERT_TRUE(first);
  SessionOptions options = world.Options();
  options.lock_timeout = std::chrono::seconds(10);
  int waits = 0;
  options.on_lock_wait = [&] { ++waits; };
  EXPECT_FALSE(world.Open(options));
  EXPECT_EQ(waits, 1);
  EXPECT_EQ(world.clock.slept(), std::chrono::seconds(10));
  EXPECT_THAT(world.error,
              HasSubstr("Error acquiring the state lock: Error message: resource temporarily unavailable\n"
                        "Lock Info:\n  ID:        "));
  EXPECT_THAT(world.error, HasSubstr("-lock=false"));
  options.lock = false;
  EXPECT_TRUE(world.Open(options));
  first.reset();
  EXPECT_TRUE(world.Open());
}

TEST(Session, DeadRunIsRecoveredByTheNextLocker) {
  World world;
  Apply(world, {Made("a.kept", "1"), Made("a.deleted", "1"), Made("a.moved", "1")});
  world.InDyingChild([&](Session& session) {
    state::StateEditor moved(*session.initial());  // the plan's base differs from the file: a move
    moved.SetCurrent(At("a.target"), Provider(), moved.Current(At("a.moved")));
    moved.SetCurrent(At("a.moved"), Provider(), nullptr);
    (void)session.Begin(moved.Snapshot());
    (void)session.WriteIntents(std::vector{Creating("a.new"), Creating("a.doubt")});
    (void)session.Record(Made("a.new", "n"));
    (void)session.Record(Gone("a.deleted"));
    session.SetOutput("o", state::OutputValue{.value = Value::Int(7)});
  });
  EXPECT_EQ(world.OnDisk().serial, 1u);
  EXPECT_TRUE(Exists(world.dir / ".terraform.tfstate.lock.info"));

  // A reader sees the results without touching anything.
  auto storage = world.backend.Storage("default");
  const auto snapshot = ReadSnapshot(*storage);
  ASSERT_TRUE(snapshot.ok());
  EXPECT_TRUE(snapshot->state->FindObject(At("a.new")));
  EXPECT_EQ(snapshot->recovery.in_doubt.size(), 1u);
  EXPECT_EQ(world.OnDisk().serial, 1u);

  // The next locker saves them; what is in doubt stays in doubt until a run has finished.
  for (int i = 0; i < 2; ++i) {
    auto session = world.Open();
    ASSERT_TRUE(session) << world.error;
    const State state = world.OnDisk();
    EXPECT_EQ(state.serial, 2u);
    EXPECT_TRUE(state.FindObject(At("a.new")) && state.FindObject(At("a.target")) &&
                state.FindObject(At("a.kept")));
    EXPECT_FALSE(state.FindObject(At("a.deleted")) || state.FindObject(At("a.moved")));
    EXPECT_EQ(state.outputs.at("o").value.AsInt64(), 7);
    EXPECT_EQ(session->recovery().recovered.size(), i == 0 ? 4u : 0u);
    ASSERT_EQ(session->recovery().in_doubt.size(), 1u);
    EXPECT_EQ(session->recovery().in_doubt[0].address.ToString(), "a.doubt");
  }
  Apply(world, {Made("a.doubt", "adopted")});
  EXPECT_FALSE(Exists(world.journal()));
  EXPECT_TRUE(world.Open()->recovery().in_doubt.empty());
}

TEST(Session, DeadFirstRunKeepsItsLineage) {
  World world;
  world.InDyingChild([&](Session& session) {
    (void)session.Begin(*session.initial());
    (void)session.Record(Made("a.x", "1"));
  });
  EXPECT_EQ(*base::core::ReadFile(world.dir / "terraform.tfstate"), "");
  auto session = world.Open();
  ASSERT_TRUE(session) << world.error;
  EXPECT_EQ(session->initial()->lineage.size(), 36u);
  EXPECT_EQ(world.OnDisk().lineage, session->initial()->lineage);
  EXPECT_TRUE(world.OnDisk().FindObject(At("a.x")));
}

TEST(Session, RunThatDiesAfterAWholeWritingIsRecognised) {
  World world;
  Apply(world, {Made("a.x", "1")});
  world.InDyingChild([&](Session& session) {
    (void)session.Begin(*session.initial());
    world.clock.Advance(std::chrono::hours(1));
    (void)session.Record(Made("a.x", "2"));  // writes the state with serial 2
    (void)session.Record(Made("a.x", "3"));  // only in the journal
  });
  EXPECT_EQ(world.OnDisk().serial, 2u);
  auto session = world.Open();
  ASSERT_TRUE(session) << world.error;
  EXPECT_EQ(session->initial()->FindObject(At("a.x"))->AttributesJson(), R"({"id":"3"})");
}

TEST(Session, ContradictionIsLeftToTheUser) {
  World world;
  Apply(world, {Made("a.x", "1")});
  world.InDyingChild([&](Session& session) {
    (void)session.Begin(*session.initial());
    (void)session.Record(Made("a.x", "journal"));
  });
  // Somebody with another program goes on.
  State moved = world.OnDisk();
  state::StateEditor editor(moved);
  editor.SetCurrent(At("a.x"), Provider(), MakeObject("theirs"));
  moved = editor.Snapshot();
  moved.serial = 8;
  ASSERT_TRUE(base::core::WriteFile(world.dir / "terraform.tfstate", state::WriteState(moved).value()).ok());

  EXPECT_FALSE(world.Open());
  EXPECT_THAT(world.error, HasSubstr("state recover"));
  EXPECT_TRUE(Exists(world.journal()));
  SessionOptions unlocked = world.Options();
  unlocked.lock = false;
  {
    auto session = world.Open(unlocked);
    ASSERT_TRUE(session);
    EXPECT_NE(session->recovery().conflict, "");
    ASSERT_TRUE(session->Begin(*session->initial()).ok());
    EXPECT_FALSE(session->WriteIntents(std::vector{Creating("a.y")}).ok());
  }
  SessionOptions keep = world.Options();
  keep.journal = JournalChoice::kKeep;
  ASSERT_TRUE(world.Open(keep));
  EXPECT_EQ(world.OnDisk().FindObject(At("a.x"))->AttributesJson(), R"({"id":"journal"})");
  EXPECT_FALSE(Exists(world.journal()));
}

TEST(Session, DiscardRemovesTheJournal) {
  World world;
  Apply(world, {Made("a.x", "1")});
  world.InDyingChild([&](Session& session) {
    (void)session.Begin(*session.initial());
    (void)session.Record(Made("a.x", "journal"));
  });
  SessionOptions discard = world.Options();
  discard.journal = JournalChoice::kDiscard;
  ASSERT_TRUE(world.Open(discard));
  EXPECT_FALSE(Exists(world.journal()));
  EXPECT_EQ(world.OnDisk().serial, 1u);
}

TEST(Session, LiveJournalIsNoBusinessOfReaders) {
  World world;
  Apply(world, {Made("a.x", "1")});
  auto session = world.Open();
  ASSERT_TRUE(session->Begin(*session->initial()).ok());
  ASSERT_TRUE(session->Record(Made("a.y", "1")).ok());
  auto storage = world.backend.Storage("default");
  const auto snapshot = ReadSnapshot(*storage);
  EXPECT_FALSE(snapshot->state->FindObject(At("a.y")));
  EXPECT_TRUE(snapshot->recovery.recovered.empty());
}

TEST(Session, FailedSaveKeepsTheJournalForTheNextRun) {
  TempDirectory dir;
  MemoryBackend backend(dir / "journal");
  FakeClock clock;
  SessionOptions options;
  options.clock = &clock;
  Diagnostics diagnostics;
  {
    auto session = OpenSession(backend.Storage("default"), options, diagnostics);
    ASSERT_TRUE(session->Begin(*session->initial()).ok());
    backend.FailWrites("no space");
    clock.Advance(std::chrono::hours(1));
    EXPECT_TRUE(session->Record(Made("a.x", "1")).ok());  // it is in the journal
    EXPECT_EQ(session->Finish().error().message(), "no space");
    const std::string errored = dir / "errored.tfstate";
    ASSERT_TRUE(WriteErroredState(session->Snapshot(), errored).ok());
    EXPECT_TRUE(state::ReadState(base::core::ReadFile(errored).value())->FindObject(At("a.x")));
  }
  EXPECT_FALSE(OpenSession(backend.Storage("default"), options, diagnostics));
  backend.FailWrites("");
  ASSERT_TRUE(OpenSession(backend.Storage("default"), options, diagnostics));
  EXPECT_TRUE(state::ReadState(backend.Text("default"))->FindObject(At("a.x")));
}

TEST(Session, RemoteStateIsWrittenInTimeThoughNoOtherResultComes) {
  TempDirectory dir;
  MemoryBackend backend(dir / "journal");
  backend.BeRemote();
  Diagnostics diagnostics;
  SessionOptions options;
  options.remote_interval = std::chrono::milliseconds(1);
  auto session = OpenSession(backend.Storage("default"), options, diagnostics);
  ASSERT_TRUE(session->Begin(*session->initial()).ok());
  backend.FailWrites("no line");  // tried again
  ASSERT_TRUE(session->Record(Made("a.x", "1")).ok());
  backend.FailWrites("");
  while (backend.writes() == 0) std::this_thread::yield();
  EXPECT_TRUE(state::ReadState(backend.Text("default"))->FindObject(At("a.x")));
  ASSERT_TRUE(session->Finish().ok());
  EXPECT_EQ(backend.writes(), 1);
}

TEST(Session, RemoteStateThatCannotBeWrittenDoesNotKeepTheRunFromEnding) {
  TempDirectory dir;
  MemoryBackend backend(dir / "journal");
  backend.BeRemote();
  backend.FailWrites("no line");
  Diagnostics diagnostics;
  auto session = OpenSession(backend.Storage("default"), {}, diagnostics);
  ASSERT_TRUE(session->Begin(*session->initial()).ok());
  ASSERT_TRUE(session->Record(Made("a.x", "1")).ok());
  EXPECT_FALSE(session->Finish().ok());
  session.reset();
  EXPECT_TRUE(Exists(dir / "journal"));
}

TEST(Session, RemoteStateIsNotWrittenAfterEachResult) {
  TempDirectory dir;
  MemoryBackend backend(dir / "journal");
  backend.BeRemote();
  Diagnostics diagnostics;
  FakeClock clock;
  SessionOptions options;
  options.clock = &clock;
  auto session = OpenSession(backend.Storage("default"), options, diagnostics);
  ASSERT_TRUE(session->Begin(*session->initial()).ok());
  clock.Advance(std::chrono::seconds(19));
  ASSERT_TRUE(session->Record(Made("a.x", "1")).ok());
  EXPECT_EQ(backend.writes(), 0);
  clock.Advance(std::chrono::seconds(1));
  ASSERT_TRUE(session->Record(Made("a.y", "1")).ok());
  EXPECT_EQ(backend.writes(), 1);
}

TEST(Session, UnwritableJournalStopsNewCallsButSavesResults) {
  MemoryBackend backend("/nonexistent/folder/journal");
  Diagnostics diagnostics;
  auto session = OpenSession(backend.Storage("default"), {}, diagnostics);
  ASSERT_TRUE(session->Begin(*session->initial()).ok());
  EXPECT_FALSE(session->WriteIntents(std::vector{Creating("a.x")}).ok());
  EXPECT_FALSE(session->Record(Made("a.x", "1")).ok());
  EXPECT_TRUE(session->Finish().ok());
  EXPECT_TRUE(state::ReadState(backend.Text("default"))->FindObject(At("a.x")));
}

TEST(Session, BrokenStateFileIsNamed) {
  World world;
  ASSERT_TRUE(base::core::WriteFile(world.dir / "terraform.tfstate", "{\"version\":4,").ok());
  EXPECT_FALSE(world.Open());
  EXPECT_THAT(world.error, HasSubstr("Failed to load state: Unsupported state file format: "));
}

TEST(Push, SerialsAndLineages) {
  World world;
  State pushed;
  pushed.lineage = "l";
  pushed.serial = 5;
  pushed.outputs["q"] = {.value = Value::String("v")};
  const auto push = [&](const State& state, bool force = false) {
    auto session = world.Open();
    auto result = session->Push(state, force);
    return result.ok() ? std::to_string(world.OnDisk().serial) : result.error().message();
  };
  EXPECT_EQ(push(pushed), "5");  // over nothing: as it is
  EXPECT_EQ(push(pushed), "5");
  pushed.serial = 7;
  EXPECT_EQ(push(pushed), "7");  // the same contents
  pushed.serial = 9;
  pushed.outputs["q"].value = Value::String("w");
  EXPECT_EQ(push(pushed), "10");
  EXPECT_EQ(push(pushed), "cannot import state with serial 9 over newer state with serial 10");
  pushed.serial = 10;
  pushed.outputs["q"].value = Value::String("z");
  EXPECT_EQ(push(pushed),
            "cannot overwrite existing state with serial 10 with a different state that has the same serial");
  pushed.lineage = "m";
  EXPECT_EQ(push(pushed), "cannot import state with lineage \"m\" over unrelated state with lineage \"l\"");
  pushed.serial = 2;
  EXPECT_EQ(push(pushed, true), "3");
  EXPECT_EQ(world.OnDisk().lineage, "m");
}

TEST(LocalBackend, WorkspacesAndPaths) {
  World world;
  EXPECT_THAT(*world.backend.Workspaces(), ElementsAre("default"));
  ASSERT_TRUE(world.backend.CreateWorkspace("b").ok());
  ASSERT_TRUE(world.backend.CreateWorkspace("a").ok());
  ASSERT_TRUE(world.backend.CreateWorkspace("a").ok());
  EXPECT_THAT(*world.backend.Workspaces(), ElementsAre("default", "a", "b"));
  ASSERT_TRUE(world.backend.DeleteWorkspace("a").ok());
  EXPECT_FALSE(world.backend.DeleteWorkspace("default").ok());
  EXPECT_THAT(*world.backend.Workspaces(), ElementsAre("default", "b"));
  for (const char* bad : {"", ".", "..", "a/b", "a b", "a%", "\u00e9"}) {
    EXPECT_FALSE(IsValidWorkspaceName(bad)) << bad;
    EXPECT_FALSE(world.backend.CreateWorkspace(bad).ok()) << bad;
  }
  EXPECT_TRUE(IsValidWorkspaceName("a-b_c.d~e:f@g"));

  const LocalBackend plain{{}};
  EXPECT_EQ(plain.Paths("w").path, "terraform.tfstate.d/w/terraform.tfstate");
  EXPECT_EQ(plain.Paths("default").backup, "terraform.tfstate.backup");
  const LocalBackend moved{{.state_override = "in", .state_out_override = "out", .backup_override = "-"}};
  EXPECT_EQ(moved.Paths("default").read_path, "in");
  EXPECT_EQ(moved.Paths("w").path, "out");
  EXPECT_EQ(moved.Paths("w").backup, "");
  EXPECT_EQ(
      TimestampedBackupPath("terraform.tfstate", base::core::TimePoint(std::chrono::seconds(1795464292))),
      "terraform.tfstate.1795464292.backup");
}

TEST(LocalBackend, SelectedWorkspace) {
  TempDirectory dir;
  const std::string data = dir / ".terraform";
  EXPECT_EQ(*SelectedWorkspace("", data), "default");
  ASSERT_TRUE(SelectWorkspace("w", data).ok());
  EXPECT_EQ(*base::core::ReadFile(data + "/environment"), "w");
  EXPECT_EQ(*SelectedWorkspace("", data), "w");
  EXPECT_EQ(*SelectedWorkspace("env", data), "env");
}

}  // namespace
}  // namespace engine::backend
