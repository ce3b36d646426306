#include "engine/state/state_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace engine::state {
namespace {

using base::core::Exists;
using base::core::ReadFile;
using base::core::TempDirectory;
using base::core::WriteFile;

LockInfo Info() { return LockInfo::Make("OperationTypeApply", base::core::RealClock().Now()); }

std::string Text(const std::string& lineage, int serial) {
  return R"({"version":4,"serial":)" + std::to_string(serial) + R"(,"lineage":")" + lineage + "\"}\n";
}

mode_t Mode(const std::string& path) {
  struct stat info{};
  ::stat(path.c_str(), &info);
  return info.st_mode & 0777;
}

TEST(LockInfo, TextAndJson) {
  const std::string json =
      R"({"ID":"2e7c1819","Operation":"OperationTypeApply","Info":"","Who":"root@vm","Version":"1.11.4",)"
      R"("Created":"2026-11-23T14:55:09.83Z","Path":"terraform.tfstate"})";
  const std::optional<LockInfo> info = LockInfo::FromJson(json);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->ToJson(), json);
  EXPECT_EQ(
      info->ToText(),
      "Lock Info:\n  ID:        2e7c1819\n  Path:      terraform.tfstate\n  Operation: OperationTypeApply\n"
      "  Who:       root@vm\n  Version:   1.11.4\n  Created:   2026-11-23 14:55:09.83 +0000 UTC\n  Info:     "
      " \n");
  EXPECT_FALSE(LockInfo::FromJson("nonsense"));
}

TEST(StateFile, SecondLockerLearnsWhoHoldsIt) {
  TempDirectory dir;
  StateFile first({.path = dir / "terraform.tfstate"});
  LockInfo info = Info();
  ASSERT_FALSE(first.TryLock(&info)->has_value());
  EXPECT_EQ(first.LockInfoPath(), dir / ".terraform.tfstate.lock.info");
  EXPECT_EQ(*ReadFile(first.LockInfoPath()), info.ToJson());
  EXPECT_EQ(Mode(first.LockInfoPath()), 0600u);

  StateFile second({.path = dir / "terraform.tfstate"});
  LockInfo other = Info();
  const auto conflict = second.TryLock(&other);
  ASSERT_TRUE(conflict.ok() && conflict->has_value());
  EXPECT_EQ((*conflict)->reason, "resource temporarily unavailable");
  EXPECT_EQ((*conflict)->holder->id, info.id);
  // A reader that opens and closes the file does not break the lock.
  EXPECT_EQ(*second.Read(), "");
  EXPECT_TRUE(second.TryLock(&other)->has_value());

  ASSERT_TRUE(first.Unlock().ok());
  EXPECT_FALSE(Exists(first.LockInfoPath()));
  EXPECT_FALSE(Exists(dir / "terraform.tfstate"));  // it was made for the lock and stayed empty
  EXPECT_FALSE(second.TryLock(&other)->has_value());
}

TEST(StateFile, WritesInPlaceAndKeepsLinksAndModes) {
  TempDirectory dir;
  ASSERT_TRUE(WriteFile(dir / "real", "long old contents\n", 0640).ok());
  ASSERT_EQ(::symlink("real", (dir / "terraform.tfstate").c_str()), 0);
  StateFile file({.path = dir / "terraform.tfstate", .backup = dir / "terraform.tfstate.backup"});
  LockInfo info = Info();
  ASSERT_FALSE(file.TryLock(&info)->has_value());
  ASSERT_TRUE(file.Write("new\n").ok());
  EXPECT_EQ(*file.Read(), "new\n");
  EXPECT_EQ(*ReadFile(dir / "real"), "new\n");
  EXPECT_EQ(Mode(dir / "real"), 0640u);
  EXPECT_FALSE(Exists(file.SidePath()));
  ASSERT_TRUE(file.WriteBackup("before\n").ok());
  EXPECT_EQ(Mode(dir / "terraform.tfstate.backup"), 0600u);
}

TEST(StateFile, NewFilesArePrivateAndFoldersAreMade) {
  TempDirectory dir;
  StateFile file({.path = dir / "a/b/x.tfstate"});
  ASSERT_TRUE(file.Write("new\n").ok());
  EXPECT_EQ(Mode(dir / "a/b/x.tfstate"), 0600u);
}

TEST(StateFile, ReadsElsewhereUntilItHasWritten) {
  TempDirectory dir;
  ASSERT_TRUE(WriteFile(dir / "in", "in\n").ok());
  StateFile file({.path = dir / "out", .read_path = dir / "in"});
  EXPECT_EQ(*file.Read(), "in\n");
  ASSERT_TRUE(file.Write("out\n").ok());
  EXPECT_EQ(*file.Read(), "out\n");
  EXPECT_EQ(*ReadFile(dir / "in"), "in\n");
}

TEST(StateFile, NextLockerFinishesAnInterruptedSave) {
  struct Case {
    std::string present, side, want;
    bool keeps_a_copy;
  };
  const std::vector<Case> cases = {
      {"{\"version\":4,\"ser", Text("l", 5), Text("l", 5), false},  // torn
      {Text("l", 4), Text("l", 5), Text("l", 5), false},            // overwriting had not begun
      {"", Text("l", 5), Text("l", 5), false},
      {Text("l", 6), Text("l", 5), Text("l", 6), false},             // somebody went on since
      {Text("l", 5), Text("l", 5), Text("l", 5), false},             // all but the removal was done
      {Text("m", 4), Text("l", 5), Text("m", 4), true},              // another state
      {Text("l", 5) + " ", Text("l", 5), Text("l", 5) + " ", true},  // another one of the same serial
      {std::string(1, '\0') + Text("l", 4), Text("l", 5), Text("l", 5), false},
  };
  for (const Case& c : cases) {
    TempDirectory dir;
    StateFile file({.path = dir / "s"});
    ASSERT_TRUE(WriteFile(dir / "s", c.present).ok());
    ASSERT_TRUE(WriteFile(file.SidePath(), c.side).ok());
    ASSERT_TRUE(WriteFile(file.SidePath() + ".tmp", "half").ok());
    LockInfo info = Info();
    ASSERT_FALSE(file.TryLock(&info)->has_value());
    EXPECT_EQ(*file.Read(), c.want);
    ASSERT_TRUE(file.Unlock().ok());
    EXPECT_EQ(base::core::ListDirectory(dir.path())->size(), c.keeps_a_copy ? 2u : 1u);
  }
}

TEST(StateFile, ReadersSeeTheSideFileWhileTheFileIsTorn) {
  TempDirectory dir;
  StateFile file({.path = dir / "s"});
  ASSERT_TRUE(WriteFile(file.SidePath(), Text("l", 5)).ok());
  ASSERT_TRUE(WriteFile(dir / "s", Text("l", 4)).ok());
  EXPECT_EQ(*file.Read(), Text("l", 4));
  ASSERT_TRUE(WriteFile(dir / "s", std::string(1, '\0') + Text("l", 4)).ok());
  EXPECT_EQ(*file.Read(), Text("l", 5));
  ASSERT_TRUE(base::core::RemoveFile(file.SidePath()).ok());
  EXPECT_FALSE(file.Read().ok());
}

TEST(StateFile, FullDiskLeavesTheOldState) {
  TempDirectory dir;
  const std::string old_text = Text("l", 1);
  ASSERT_TRUE(WriteFile(dir / "s", old_text).ok());
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    StateFile file({.path = dir / "s"});
    LockInfo info = Info();
    const bool locked = !file.TryLock(&info)->has_value();
    const bool failed = !file.Write(std::string(100000, 'x')).ok();
    (void)file.Unlock();
    ::_exit(locked && failed ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(*ReadFile(dir / "s"), old_text);
  EXPECT_THAT(*base::core::ListDirectory(dir.path()), testing::ElementsAre("s"));
}

TEST(StateFile, LockGoesWithTheProcess) {
  TempDirectory dir;
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    StateFile file({.path = dir / "s"});
    LockInfo info = Info();
    (void)file.TryLock(&info);
    (void)!::write(pipe_ends[1], "x", 1);
    for (;;) ::pause();
  }
  char byte;
  ASSERT_EQ(::read(pipe_ends[0], &byte, 1), 1);
  StateFile file({.path = dir / "s"});
  LockInfo info = Info();
  EXPECT_TRUE(file.TryLock(&info)->has_value());
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(file.TryLock(&info)->has_value());
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
}

}  // namespace
}  // namespace engine::state
