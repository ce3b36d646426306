#include "provider/provisioner/local_exec.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <cerrno>
#include <map>

#include "base/core/process.h"
#include "base/text/unicode.h"
#include "provider/provisioner/output_lines.h"
#include "provider/provisioner/provisioners.h"

namespace provider::provisioner {
namespace {

using api::ProviderDiagnostics;
using api::Value;
using language::value::Type;

struct Outcome {
  std::string output;
  ProviderDiagnostics diagnostics;
  std::string detail() const { return diagnostics.empty() ? "" : diagnostics[0].detail; }
};

Outcome Execute(
    std::map<std::string, Value> arguments, bool confidential = false, std::stop_token stop = {},
    const std::function<void(std::string_view)>& on_output = [](std::string_view) {}) {
  auto made = MakeLocalExec(base::core::Environment::OfProcess());
  Outcome run;
  std::vector<std::pair<std::string, Value>> attributes;
  for (const auto& attribute : made->schema.attributes) {
    auto given = arguments.find(attribute.name);
    attributes.emplace_back(attribute.name,
                            given == arguments.end() ? Value::Null(attribute.type) : given->second);
  }
  run.diagnostics = made->run(
      {.config = Value::Object(std::move(attributes)), .confidential = confidential},
      [&](std::string_view text) {
        run.output += text;
        on_output(text);
      },
      stop);
  return run;
}

TEST(LocalExec, BothStreamsComeInTheCommandsOrder) {
  Outcome run = Execute({{"command", Value::String("echo out; echo err >&2; echo $X; pwd")},
                         {"working_dir", Value::String("/")},
                         {"environment", Value::Map(Type::String(), {{"X", Value::String("x")}})},
                         {"quiet", Value::Bool(true)}});
  EXPECT_EQ(run.detail(), "");
  EXPECT_EQ(run.output, "local-exec: Executing: Suppressed by quiet=trueout\nerr\nx\n/\n");
}

TEST(LocalExec, FailuresSayWhatHappened) {
  EXPECT_EQ(Execute({{"command", Value::String("echo no; exit 3")}}).detail(),
            "Error running command 'echo no; exit 3': exit status 3. Output: no\n");
  EXPECT_EQ(Execute({{"command", Value::String("")}}).diagnostics.at(0).summary,
            "Invalid local-exec provisioner command");
  EXPECT_EQ(Execute({{"command", Value::String("true")}, {"working_dir", Value::String("/none")}}).detail(),
            "Error running command 'true': working_dir /none is no folder. Output: ");
  Outcome secret = Execute({{"command", Value::String("echo hush; exit 3")}}, /*confidential=*/true);
  EXPECT_NE(secret.detail().find("exit status 3"), std::string::npos);
  EXPECT_EQ(secret.detail().find("hush"), std::string::npos);
}

TEST(LocalExec, AStopEndsTheCommandAndWhatItStarted) {
  std::stop_source source;
  Outcome run = Execute({{"command", Value::String("sleep 600 & echo $$; wait")}}, false, source.get_token(),
                        [&](std::string_view text) {
                          if (!text.starts_with("Executing")) source.request_stop();
                        });
  EXPECT_NE(run.detail().find("since the run was interrupted"), std::string::npos) << run.detail();
  const std::string_view pid = std::string_view(run.output).substr(run.output.find(']') + 1);
  // The group goes with its last process, which init reaps.
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (::kill(-std::atoi(std::string(pid).c_str()), 0) == 0 && std::chrono::steady_clock::now() < end) {
  }
  EXPECT_EQ(errno, ESRCH);
}

TEST(LocalExec, OtherTypesAreRefused) {
  const base::core::Environment none;
  for (const char* type : {"local-exec", "file", "remote-exec"})
    EXPECT_TRUE(FindProvisioner(type, none).ok());
  EXPECT_NE(FindProvisioner("other", none).error().message().find("other"), std::string::npos);
}

TEST(OutputLines, AreWholeAndBounded) {
  std::vector<std::string> told;
  OutputLines lines([&](std::string_view text) { told.emplace_back(text); });
  lines.Add("a\nb");
  lines.Add("c\nd\xff");
  lines.Finish();
  EXPECT_EQ(told, (std::vector<std::string>{"a\n", "bc\n", "d\xEF\xBF\xBD"}));
  told.clear();
  OutputLines each([&](std::string_view text) { told.emplace_back(text); }, OutputLines::Telling::kEachLine);
  each.Add("a\nb\nc");
  each.Finish();
  EXPECT_EQ(told, (std::vector<std::string>{"a\n", "b\n", "c"}));
  told.clear();
  std::string whole;
  for (int i = 0; i < 100000; ++i) whole += "\xE2\x82\xAC";
  for (size_t at = 0; at < whole.size(); at += 1000) lines.Add(std::string_view(whole).substr(at, 1000));
  lines.Finish();
  std::string joined;
  for (const std::string& text : told) {
    EXPECT_LE(text.size(), 70000u);
    joined += text;
  }
  EXPECT_EQ(joined, whole);
  EXPECT_LE(lines.Tail().size(), 8200u);
  EXPECT_TRUE(base::text::ValidUtf8(lines.Tail()));
}

}  // namespace
}  // namespace provider::provisioner
