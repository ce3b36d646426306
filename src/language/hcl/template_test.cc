// Differential: the text of strings and heredocs, as recorded from the real terraform
// (testdata/record_templates.py).
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "language/hcl/parser.h"

namespace language::hcl {
namespace {

// The value of a template whose parts are constant.
std::string Evaluate(const Expression& e) {
  switch (e.kind) {
    case ExpressionKind::kLiteral:
      return std::string(As<LiteralExpression>(e).value.AsString());
    case ExpressionKind::kTemplateWrap:
      return Evaluate(*As<TemplateWrapExpression>(e).wrapped);
    case ExpressionKind::kConditional: {
      const auto& choice = As<ConditionalExpression>(e);
      const bool condition = As<LiteralExpression>(*choice.condition).value.AsBool();
      return Evaluate(condition ? *choice.if_true : *choice.if_false);
    }
    case ExpressionKind::kTemplate: {
      std::string out;
      for (const Expression* part : As<TemplateExpression>(e).parts) out += Evaluate(*part);
      return out;
    }
    default:
      ADD_FAILURE() << "not constant";
      return "";
  }
}

std::string Escape(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\r') {
      out += "\\r";
    } else {
      out += c;
    }
  }
  return out;
}

void Check(const std::string& source, const std::string& expected) {
  base::diag::Diagnostics diagnostics;
  const FilePtr file = ParseConfig("t.tf", "a = " + source + "\n", diagnostics);
  ASSERT_TRUE(diagnostics.empty()) << source << "\n" << diagnostics.items()[0].summary;
  EXPECT_EQ(Escape(Evaluate(*file->body().attributes[0].expression)), expected) << source;
}

TEST(Template, TextIsThatOfTheReference) {
  std::ifstream in(PARTERRE_SOURCE_DIR "/src/language/hcl/testdata/templates.txt");
  std::string source, expected;
  size_t count = 0;
  const auto finish = [&] {
    if (source.empty()) return;
    ++count;
    source.pop_back();
    expected.pop_back();
    Check(source, expected);
    source.clear();
    expected.clear();
  };
  for (std::string line; std::getline(in, line);) {
    if (line == "===") {
      finish();
    } else {
      (line.starts_with("| ") ? source : expected) += line.substr(2) + "\n";
    }
  }
  finish();
  EXPECT_GT(count, 80u);
}

}  // namespace
}  // namespace language::hcl
