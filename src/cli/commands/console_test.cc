#include "cli/commands/console_eval.h"

#include <gtest/gtest.h>

#include "engine/config/load.h"

namespace cli::commands {
namespace {

class Console : public testing::Test {
 protected:
  Console() : scope_(nullptr, environment_) { scope_.Set("var", language::value::Value::Object({})); }

  std::string Json(const FileExpression& expression) {
    Diagnostics diagnostics;
    const auto answer = session_.Evaluate(expression.text, diagnostics);
    return EvaluationJson(expression, answer, diagnostics);
  }
  std::string Reply(const std::string& line) {
    Diagnostics diagnostics;
    ConsoleSession::Reply reply = session_.Handle(line, diagnostics);
    if (reply.exit) return "exit";
    return diagnostics.empty() ? reply.text : diagnostics.items()[0].summary;
  }

  Diagnostics loading_;
  std::unique_ptr<engine::config::Configuration> configuration_ =
      engine::config::LoadConfiguration(*engine::config::MemoryFiles({}), ".", loading_);
  language::functions::Environment environment_;
  language::eval::LocalScope scope_;
  ConsoleSession session_{*configuration_->root, scope_};
};

TEST(ConsoleEval, ExpressionsAreSeparatedByDashes) {
  const auto split = [](std::string_view file) {
    std::string out;
    for (const FileExpression& expression : SplitExpressions(file))
      out += std::to_string(expression.line) + "<" + expression.text + ">";
    return out;
  };
  EXPECT_EQ(split(""), "");
  EXPECT_EQ(split("1\n"), "1<1>");
  EXPECT_EQ(split("1"), "1<1>");
  EXPECT_EQ(split("---\n\n---\n1\n---\n"), "4<1>");
  EXPECT_EQ(split("[\n1]\n---\n ---\n---\r\n2\n\n"), "1<[\n1]\n>4< --->6<2\n\n>");
}

TEST_F(Console, AnswersAsJson) {
  EXPECT_EQ(
      Json({"[1, \"<\"]", 7}),
      "{\"line\":7,\"result\":\"[\\n  1,\\n  \\\"<\\\",\\n]\",\"type\":[\"tuple\",[\"number\",\"string\"]],"
      "\"diagnostics\":[]}\n");
  EXPECT_EQ(
      Json({"type([1])"}),
      "{\"line\":1,\"result\":\"tuple([\\n    number,\\n])\",\"type\":\"string\",\"diagnostics\":[]}\n");
  const std::string failed = Json({"1 +\n {}"});
  EXPECT_TRUE(
      failed.starts_with("{\"line\":1,\"result\":null,\"type\":null,\"diagnostics\":[{\"severity\":\"error\","
                         "\"summary\":\"Invalid operand\","))
      << failed;
  EXPECT_NE(failed.find(
                "\"range\":{\"filename\":\"<console-input>\",\"start\":{\"line\":2,\"column\":2,\"byte\":5},"
                "\"end\":{\"line\":2,\"column\":"),
            std::string::npos)
      << failed;
}

TEST_F(Console, RepliesToLines) {
  EXPECT_EQ(Reply("1 + 1"), "2");
  EXPECT_EQ(Reply(""), "");
  EXPECT_EQ(Reply("  exit "), "exit");
  EXPECT_NE(Reply("help").find("expression"), std::string::npos);
  EXPECT_EQ(Reply("nope.x"), "Reference to undeclared resource");
  EXPECT_EQ(Reply("self"), "Invalid \"self\" reference");
  EXPECT_EQ(Reply("each.key"), "Reference to \"each\" in context without for_each");
  EXPECT_EQ(Reply("var.nope"), "Reference to undeclared input variable");
  EXPECT_EQ(Reply("<<EOT\na\nEOT\n"), "<<EOT\na\n\nEOT");
  EXPECT_EQ(Reply("convert(\"5\", number) + 1"), "6");
  EXPECT_EQ(Reply("convert({}, object({ a = optional(string, \"x\") })).a"), "\"x\"");
  EXPECT_EQ(Reply("convert([], bool)"), "Invalid function argument");
  EXPECT_EQ(Reply("core::nope(1)"), "Unknown provider function");
}

}  // namespace
}  // namespace cli::commands
