#include "cli/view/diagnostics_view.h"

#include <gtest/gtest.h>

#include "base/json/reader.h"
#include "cli/view/golden_test_support.h"

namespace cli::view {
namespace {

using base::diag::Diagnostic;
using base::diag::Diagnostics;
using base::diag::Severity;
using base::json::Node;

base::text::Position ReadPosition(Node json) {
  return {static_cast<int>(*json.FindInt64("line")), static_cast<int>(*json.FindInt64("column")),
          static_cast<int>(*json.FindInt64("byte"))};
}

// "upper(str)", as the snippet holds it.
std::string Signature(Node call) {
  if (!call) return "";
  std::string out = *call.FindString("called_as") + "(";
  for (Node parameter : call.Find("signature").Find("params").Elements())
    out += *parameter.FindString("name") + ", ";
  if (Node variadic = call.Find("signature").Find("variadic_param"))
    out += *variadic.FindString("name") + "..., ";
  if (out.ends_with(", ")) out.resize(out.size() - 2);
  return out + ")";
}

Diagnostic ReadDiagnostic(Node json) {
  Diagnostic out;
  out.severity = *json.FindString("severity") == "error" ? Severity::kError : Severity::kWarning;
  out.summary = *json.FindString("summary");
  out.detail = *json.FindString("detail");
  out.address = json.FindString("address").value_or("");
  if (Node range = json.Find("range")) {
    out.subject = base::text::Range{*range.FindString("filename"), ReadPosition(range.Find("start")),
                                    ReadPosition(range.Find("end"))};
  }
  if (Node snippet = json.Find("snippet")) {
    base::diag::Snippet& read = out.snippet.emplace();
    read.context = snippet.FindString("context").value_or("");
    read.code = *snippet.FindString("code");
    read.start_line = static_cast<int>(*snippet.FindInt64("start_line"));
    read.highlight_start = static_cast<int>(*snippet.FindInt64("highlight_start_offset"));
    read.highlight_end = static_cast<int>(*snippet.FindInt64("highlight_end_offset"));
    for (Node value : snippet.Find("values").Elements()) {
      read.values.push_back({*value.FindString("traversal"), *value.FindString("statement")});
    }
    read.function_signature = Signature(snippet.Find("function_call"));
  }
  return out;
}

class GoldenDiagnostics : public testing::TestWithParam<std::string> {};

TEST_P(GoldenDiagnostics, AreAsRecorded) {
  std::map<std::string, std::string> sections = ReadSections("diagnostics", GetParam());
  auto json = base::json::Document::Parse(sections["json"]);
  ASSERT_TRUE(json.ok());
  Diagnostics diagnostics;
  bool has_call = false;
  for (Node item : json->root().Find("diagnostics").Elements()) {
    diagnostics.Add(ReadDiagnostic(item));
    has_call = has_call ||
               !diagnostics.items().back().snippet.value_or(base::diag::Snippet()).function_signature.empty();
  }
  for (bool color : {false, true}) {
    std::string out, err;
    Terminal terminal(&out, &err, {.color = color});
    ShowDiagnostics(diagnostics, terminal);
    EXPECT_EQ(err, sections[color ? "color" : "plain"]);
    EXPECT_EQ(out, "");
  }
  // Of functions only the name is known here.
  if (!has_call) {
    EXPECT_EQ(ValidateJson(diagnostics), sections["json"]);
  }
}

INSTANTIATE_TEST_SUITE_P(All, GoldenDiagnostics, testing::ValuesIn(Cases("diagnostics")),
                         [](const auto& info) { return info.param; });

TEST(ShowDiagnostics, WarningsComeFirstAndToStandardOutput) {
  Diagnostics diagnostics;
  diagnostics.Error("E", "");
  diagnostics.Warning("W", "detail");
  std::string out, err;
  Terminal terminal(&out, &err, {.color = false});
  ShowDiagnostics(diagnostics, terminal);
  EXPECT_EQ(out, "\nWarning: W\n\ndetail\n");
  EXPECT_EQ(err, "\nError: E\n\n");
}

TEST(RenderDiagnostic, AddressWrappingAndMissingSource) {
  Diagnostic diagnostic{.summary = "S", .address = "terraform_data.a"};
  diagnostic.detail = "A first line of more than twenty columns\n  an indented one stays as long as it is";
  diagnostic.subject = base::text::Range{"gone.tf", {3, 1, 10}, {3, 2, 11}};
  EXPECT_EQ(RenderDiagnostic(diagnostic, {.color = false, .width = 21}),
            "\n"
            "Error: S\n"
            "\n"
            "  with terraform_data.a,\n"
            "  on gone.tf line 3:\n"
            "  (source code not available)\n"
            "\n"
            "A first line of more\n"
            "than twenty columns\n"
            "  an indented one stays as long as it is\n");
}

TEST(RenderDiagnostic, OffsetsBeyondTheCodeDoNoHarm) {
  Diagnostic diagnostic{.summary = "S"};
  diagnostic.subject = base::text::Range{"a.tf", {1, 1, 0}, {1, 1, 0}};
  diagnostic.snippet =
      base::diag::Snippet{.code = "ab", .start_line = 1, .highlight_start = 9, .highlight_end = 4};
  EXPECT_EQ(RenderDiagnostic(diagnostic, {.color = false}), "\nError: S\n\n  on a.tf line 1:\n   1: ab\n\n");
}

TEST(ValidateJson, CountsAndCalls) {
  EXPECT_EQ(ValidateJson({}),
            "{\n  \"format_version\": \"1.0\",\n  \"valid\": true,\n  \"error_count\": 0,\n  "
            "\"warning_count\": 0,\n"
            "  \"diagnostics\": []\n}\n");
  Diagnostic diagnostic{.severity = Severity::kWarning, .summary = "S"};
  diagnostic.subject = base::text::Range{"a.tf", {1, 1, 0}, {1, 1, 0}};
  diagnostic.snippet = base::diag::Snippet{.code = "ab", .start_line = 1, .function_signature = "upper(str)"};
  Diagnostics diagnostics;
  diagnostics.Add(diagnostic);
  const std::string json = ValidateJson(diagnostics);
  EXPECT_NE(json.find("\"valid\": true"), std::string::npos);
  EXPECT_NE(json.find("\"warning_count\": 1"), std::string::npos);
  EXPECT_NE(json.find("\"called_as\": \"upper\""), std::string::npos);
  EXPECT_NE(json.find("\"column\": 2"), std::string::npos) << "an empty range is widened";
}

TEST(Diagnostics, ManyEqualOnesAreFolded) {
  std::vector<Diagnostic> all;
  auto add = [&](std::string detail, std::string address) {
    all.push_back({.summary = "No credentials", .detail = std::move(detail), .address = std::move(address)});
  };
  for (int i = 0; i < 12; ++i) add("Set a token.", fmt::format("okta_user.u[{}]", i));
  add("Set a token.", "module.m.okta_group.g");
  for (int i = 0; i < 10; ++i) add("Another cause.", fmt::format("okta_user.u[{}]", i));
  std::vector<const Diagnostic*> shown;
  for (const Diagnostic& diagnostic : all) shown.push_back(&diagnostic);
  for (bool color : {false, true}) {
    Style style{.color = color};
    std::string expected;
    for (int i = 0; i < 5; ++i) expected += RenderDiagnostic(all[i], style);
    expected += RenderDiagnostic({.summary = "No credentials (the same 8 more times)",
                                  .detail = "For okta_user.u (7 times), module.m.okta_group.g."},
                                 style);
    for (size_t i = 13; i < all.size(); ++i) expected += RenderDiagnostic(all[i], style);
    EXPECT_EQ(RenderDiagnostics(shown, style), expected);
  }
}

}  // namespace
}  // namespace cli::view
