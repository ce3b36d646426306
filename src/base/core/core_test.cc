#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>

#include "base/core/clock.h"
#include "base/core/environment.h"
#include "base/core/files.h"
#include "base/core/process.h"
#include "base/core/random.h"
#include "base/core/strings.h"
#include "base/core/thread_pool.h"

namespace base::core {
namespace {

using testing::ElementsAre;

TEST(Strings, SplitAndJoin) {
  EXPECT_THAT(Split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(Split("", ','), ElementsAre(""));
  EXPECT_THAT(SplitNonEmpty("/a//b", '/'), ElementsAre("a", "b"));
  EXPECT_EQ(SplitOnce("k=v=w", '=')->second, "v=w");
  EXPECT_FALSE(SplitOnce("k", '='));
  EXPECT_EQ(Join({"a", "b"}, ", "), "a, b");
  EXPECT_EQ(Trim(" \n x \v"), "x");
  EXPECT_EQ(ReplaceAll("aXbX", "X", "--"), "a--b--");
  EXPECT_EQ(ParseInt64("-12"), -12);
  EXPECT_FALSE(ParseInt64("12x"));
  EXPECT_FALSE(ParseUint64("-1"));
}

TEST(Strings, GoQuote) {
  EXPECT_EQ(GoQuote("a\"b\\\n\t\x01\x7f"), "\"a\\\"b\\\\\\n\\t\\x01\\x7f\"");
  EXPECT_EQ(GoQuote("\u00e9\u200b\U000e0001\xff\u00a0"), "\"\u00e9\\u200b\\U000e0001\\xff\\u00a0\"");
}

TEST(Strings, Base64AndHex) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"\xff\xfe\xfd", "//79"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(Base64Encode(bytes), text);
    EXPECT_EQ(Base64Decode(text), bytes);
    EXPECT_EQ(Base64UrlDecode(Base64UrlEncode(bytes)), bytes);
  }
  EXPECT_EQ(Base64UrlEncode("\xff\xfe\xfd"), "__79");
  EXPECT_EQ(Base64Decode("Zm\r\n9v"), "foo");
  for (const char* bad : {"Zg", "Zg=", "Z", "Zg==Zg==", "Z!==", "Zm9v=", "__79"})
    EXPECT_FALSE(Base64Decode(bad)) << bad;
  EXPECT_EQ(HexEncode("\x0f\xa0"), "0fa0");
  EXPECT_EQ(HexDecode("0FA0"), "\x0f\xa0");
  EXPECT_FALSE(HexDecode("0"));
  EXPECT_FALSE(HexDecode("0g"));
}

TEST(Files, WriteReadReplace) {
  TempDirectory dir;
  const std::string path = dir / "a/b/file";
  ASSERT_TRUE(MakeDirectories(dir / "a/b").ok());
  ASSERT_TRUE(WriteFile(path, "secret", 0600).ok());
  EXPECT_EQ(*ReadFile(path), "secret");
  EXPECT_FALSE(ReadFile(path, 5).ok());
  struct stat info;
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  ASSERT_TRUE(ReplaceFile(path, "new").ok());
  EXPECT_EQ(*ReadFile(path), "new");
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640u);
  ASSERT_TRUE(ReplaceFile(path, "secret", 0600).ok());
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u) << "a secret is not left open to others";
  EXPECT_THAT(*ListDirectory(dir / "a/b"), ElementsAre("file"));
  EXPECT_TRUE(RemoveFile(path).ok());
  EXPECT_TRUE(RemoveFile(path).ok());
  EXPECT_EQ(ReadFile(path).error().message(), "open " + path + ": No such file or directory");
  EXPECT_FALSE(WriteFile("/dev/full", "x").ok());
}

TEST(Files, Paths) {
  EXPECT_EQ(JoinPath("a", "b"), "a/b");
  EXPECT_EQ(JoinPath("a/", "/b"), "/b");
  EXPECT_EQ(DirectoryName("/a"), "/");
  EXPECT_EQ(DirectoryName("a"), ".");
  EXPECT_EQ(BaseName("a/b.tf"), "b.tf");
  EXPECT_EQ(CleanPath("./a//b/../c/"), "a/c");
  EXPECT_EQ(CleanPath("../../x"), "../../x");
  EXPECT_EQ(CleanPath("/../x"), "/x");
  EXPECT_EQ(CleanPath("a/.."), ".");
}

ProcessSpec Shell(std::string script) { return {.argv = {"/bin/sh", "-c", std::move(script)}}; }

TEST(Process, CapturesOutputAndStatus) {
  ProcessSpec spec = Shell("cat; echo $X >&2; pwd; exit 3");
  spec.environment = {"X=why"};
  spec.directory = "/";
  const Result<RunResult> result = RunProcess(spec, {.input = std::string(200000, 'a')});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->status.code, 3);
  EXPECT_EQ(result->out.size(), 200002u);
  EXPECT_TRUE(result->out.ends_with("aaa/\n"));
  EXPECT_EQ(result->err, "why\n");
}

TEST(Process, InheritsNoDescriptors) {
  const int leaked = ::open("/dev/null", O_RDONLY);  // without close-on-exec on purpose
  const Result<RunResult> result = RunProcess(Shell("ls /proc/self/fd | tr '\\n' ' '"));
  ::close(leaked);
  EXPECT_EQ(result->out, "0 1 2 3 ");  // 3 is ls reading the folder
}

TEST(Process, StopsTheWholeGroup) {
  std::stop_source stop;
  RunOptions options{.stop_grace = std::chrono::milliseconds(1), .stop = stop.get_token()};
  options.on_output = [&](std::string_view, bool) { stop.request_stop(); };
  const Result<RunResult> result =
      RunProcess(Shell("trap '' TERM; echo go; while :; do sleep 100; done"), options);
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->stopped);
  EXPECT_EQ(result->status.signal, SIGKILL);
}

TEST(Process, FailsToStart) {
  EXPECT_EQ(RunProcess({.argv = {"/nonexistent/program"}}).error().message(),
            "exec \"/nonexistent/program\": No such file or directory");
  EXPECT_EQ(RunProcess(Shell("kill -9 $$"))->status.code, 137);
  EXPECT_EQ(FindProgram("sh", "/nonexistent:/bin"), "/bin/sh");
  EXPECT_FALSE(FindProgram("no-such-program", "/bin"));
}

TEST(ThreadPool, RunsAllAndNests) {
  std::atomic<int> count = 0;
  ThreadPool pool(3);
  for (int i = 0; i < 100; ++i) {
    pool.Submit([&] {
      ++count;
      pool.Submit([&] { ++count; });
    });
  }
  pool.Wait();
  EXPECT_EQ(count, 200);
  pool.RequestStop();
  EXPECT_FALSE(pool.Submit([] {}));
  EXPECT_TRUE(pool.stop_token().stop_requested());
}

TEST(Clock, Rfc3339) {
  const TimePoint time = *ParseRfc3339("2026-11-23T14:55:09.831577558Z");
  EXPECT_EQ(FormatRfc3339Nano(time), "2026-11-23T14:55:09.831577558Z");
  EXPECT_EQ(FormatRfc3339Milli(time), "2026-11-23T14:55:09.831Z");
  EXPECT_EQ(FormatRfc3339(time), "2026-11-23T14:55:09Z");
  EXPECT_EQ(FormatRfc3339Nano(*ParseRfc3339("2026-11-23T14:55:09.5+02:00")), "2026-11-23T12:55:09.5Z");
  EXPECT_EQ(FormatRfc3339Nano(*ParseRfc3339("1969-12-31T23:59:59-00:30")), "1970-01-01T00:29:59Z");
  for (const char* bad :
       {"", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00",
        "2026-01-01T24:00:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx"}) {
    EXPECT_FALSE(ParseRfc3339(bad)) << bad;
  }
}

TEST(Clock, FakeSleepsAtOnce) {
  FakeClock clock;
  const TimePoint before = clock.Now();
  EXPECT_TRUE(clock.Sleep(std::chrono::hours(1)));
  EXPECT_EQ(clock.Now() - before, std::chrono::hours(1));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(clock.Sleep(std::chrono::hours(1), stop.get_token()));
  EXPECT_FALSE(RealClock().Sleep(std::chrono::hours(1), stop.get_token()));
}

TEST(Random, Uuid) {
  const std::string id = RandomUuid();
  EXPECT_THAT(id,
              testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_NE(id, RandomUuid());
  EXPECT_EQ(RandomHex(4).size(), 8u);
}

TEST(Environment, Snapshot) {
  Environment environment;
  environment.Set("A", "1");
  environment.Set("B", "2");
  environment.Unset("A");
  EXPECT_THAT(environment.ToStrings(), ElementsAre("B=2"));
  EXPECT_EQ(environment.Get("A"), "");
  EXPECT_TRUE(Environment::OfProcess().Has("PATH"));
}

}  // namespace
}  // namespace base::core
