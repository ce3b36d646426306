#include "provider/plugin/plugin_log.h"

#include <gtest/gtest.h>

namespace provider::plugin {
namespace {

using base::core::LogLevel;

TEST(PluginLog, LinesHaveTheLevelThatTheyName) {
  LogEntry json = ParseLogLine(R"({"@level":"warn","@message":"slow","@module":"sdk","key":"v","n":1})");
  EXPECT_EQ(json.level, LogLevel::kWarn);
  EXPECT_EQ(json.text, "sdk: slow: key=\"v\" n=1");
  EXPECT_EQ(ParseLogLine("[ERROR] bad").level, LogLevel::kError);
  EXPECT_EQ(ParseLogLine("[ERROR] bad").text, "bad");
  EXPECT_EQ(ParseLogLine("[what] bad").text, "[what] bad");
  EXPECT_EQ(ParseLogLine("plain").level, LogLevel::kDebug);
  EXPECT_EQ(ParseLogLine("{not json").text, "{not json");
  EXPECT_EQ(ParseLogLine("panic: no").level, LogLevel::kError);
}

TEST(PluginLog, KeepsLastWords) {
  PluginLog log("x");
  EXPECT_EQ(log.LastWords(), "");
  log.Add("one\n{\"@level\":\"info\",\"@message\":\"is no last word\"}\ntw");
  log.Add("o\nthree");
  EXPECT_EQ(log.LastWords(), "one\ntwo\nthree");
  log.Add("\npanic: nil\n\ngoroutine 1\n");
  EXPECT_EQ(log.LastWords(), "panic: nil\n\ngoroutine 1");
}

TEST(PluginLog, IsBounded) {
  PluginLog log("x");
  for (int i = 0; i < 1000; ++i) log.Add(std::string(10'000, 'a'));
  EXPECT_LT(log.LastWords().size(), 10'000u);
}

}  // namespace
}  // namespace provider::plugin
