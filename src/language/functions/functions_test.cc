// The table against the stock program's, and the protocol of calls. What the functions compute is tested by
// expressions, in language/eval.
#include "language/functions/functions.h"

#include <gtest/gtest.h>

#include <re2/re2.h>

#include <fstream>
#include <set>
#include <sstream>

#include "language/functions/glob.h"
#include "language/functions/paths.h"
#include "language/functions/timestamp.h"

namespace language::functions {
namespace {

using value::Type;
using value::Value;

std::string Describe(const Parameter& parameter) {
  return parameter.name + ":" + parameter.type.ToJson() + (parameter.allow & kAllowNull ? "?" : "");
}

std::string Describe(const Function& function) {
  std::string text = function.name + "(";
  for (const Parameter& parameter : function.parameters) {
    if (!text.ends_with('(')) text += ", ";
    text += Describe(parameter);
  }
  if (function.variadic) text += (text.ends_with('(') ? "..." : ", ...") + Describe(*function.variadic);
  return text + ") " + DeclaredResult(function).ToJson();
}

// Those of newer versions and of OpenTofu, which the stock program does not have.
bool IsExtra(const Function& function) {
  static const std::set<std::string_view> kExtra = {"base64gunzip", "cidrcontains", "convert", "urldecode"};
  return kExtra.contains(function.name);
}

// Descriptions are our own words.
std::string WithoutDescriptions(std::string json) {
  RE2::GlobalReplace(&json, R"("description":"(?:\\.|[^"\\])*")", R"("description":"")");
  return json;
}

TEST(Table, MetadataIsThatOfTheStockProgram) {
  std::ifstream file(PARTERRE_SOURCE_DIR "/src/language/functions/testdata/metadata.json");
  std::stringstream expected;
  expected << file.rdbuf();
  std::vector<const Function*> shared;
  for (const Function* function : All())
    if (function->special != Special::kType && !IsExtra(*function)) shared.push_back(function);
  EXPECT_EQ(WithoutDescriptions(MetadataJson(shared)), expected.str());
}

TEST(Table, HasTheSignaturesOfTheStockProgram) {
  std::ifstream file(PARTERRE_SOURCE_DIR "/src/language/functions/testdata/signatures.txt");
  std::set<std::string> expected, ours;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with('#')) expected.insert(line);
  }
  ASSERT_GT(expected.size(), 100u);
  for (const Function* function : All()) {
    EXPECT_FALSE(function->description.empty()) << function->name;
    EXPECT_EQ(Find(function->name), function);
    if (function->special != Special::kType && !IsExtra(*function)) ours.insert(Describe(*function));
  }
  for (const std::string& line : expected) EXPECT_TRUE(ours.contains(line)) << "missing " << line;
  for (const std::string& line : ours) EXPECT_TRUE(expected.contains(line)) << "other " << line;
  EXPECT_EQ(Find("nope"), nullptr);
  EXPECT_EQ(Suggest("uper"), "upper");
  EXPECT_EQ(Signature(*Find("join")), "join(separator, lists...)");
  EXPECT_EQ(SignatureJson(*Find("join")),
            R"({"name":"join","params":[{"name":"separator","type":"string"}],)"
            R"("variadic_param":{"name":"lists","type":["list","string"]},"return_type":"string"})");
}

TEST(Call, AnswersForUnknownNullAndMarkedArguments) {
  const Environment environment;
  const Function& upper = *Find("upper");
  const Value null[] = {Value::Null(Type::String())};
  EXPECT_EQ(Call(upper, environment, null).error->argument, 0);
  const Value unknown[] = {Value::Unknown(Type::String()).WithMarks(value::kSensitive)};
  const CallResult result = Call(upper, environment, unknown);
  EXPECT_TRUE(result.value.IsUnknown() && result.value.IsMarked(value::kSensitive));
  EXPECT_TRUE(result.value.refinements().not_null);
  const Value dynamic[] = {Value::DynamicUnknown()};
  EXPECT_TRUE(Call(upper, environment, dynamic).value.type().IsDynamic());
  const Value list[] = {Value::List(Type::String(), {Value::String("a").WithMarks(value::kSensitive)})};
  EXPECT_TRUE(Call(*Find("sort"), environment, list).value.IsMarked(value::kSensitive));
  EXPECT_FALSE(Call(*Find("reverse"), environment, list).value.IsMarked(value::kSensitive));
}

TEST(Call, WithoutSurroundingsFilesAndClocksFail) {
  const Environment environment;
  const Value path[] = {Value::String("x")};
  EXPECT_TRUE(Call(*Find("file"), environment, path).error.has_value());
  EXPECT_TRUE(Call(*Find("timestamp"), environment, {}).value.IsUnknown());
  EXPECT_TRUE(Call(*Find("uuid"), environment, {}).value.IsUnknown());
}

TEST(Call, HostileInputsAreBounded) {
  const Environment environment;
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "[";
  const Value nested[] = {Value::String(deep)};
  EXPECT_TRUE(Call(*Find("jsondecode"), environment, nested).error.has_value());
  EXPECT_TRUE(Call(*Find("yamldecode"), environment, nested).error.has_value());
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += (j ? ",*a" : "*a") + std::to_string(i - 1);
    bomb += "]\n";
  }
  const Value laughs[] = {Value::String(bomb)};
  EXPECT_TRUE(Call(*Find("yamldecode"), environment, laughs).error.has_value());
  const Value pattern[] = {Value::String("((((a{100}){100}){100}){100})"), Value::String("a")};
  EXPECT_TRUE(Call(*Find("regex"), environment, pattern).error.has_value());
  const Value format[] = {Value::String("%999999999999d"), Value::Int(1)};
  EXPECT_TRUE(Call(*Find("format"), environment, format).error.has_value());
}

TEST(Call, RsaDecrypt) {
  const Environment environment;
  const Value wrong[] = {Value::String("!"), Value::String("key")};
  EXPECT_EQ(Call(*Find("rsadecrypt"), environment, wrong).error->argument, 0);
  const Value no_key[] = {Value::String("aGVsbG8="), Value::String("key")};
  EXPECT_EQ(Call(*Find("rsadecrypt"), environment, no_key).error->argument, 1);
}

TEST(Glob, MatchesPathsByParts) {
  const std::tuple<const char*, const char*, bool> cases[] = {
      {"*.txt", "a.txt", true},
      {"*.txt", "a/b.txt", false},
      {"**/*.txt", "a.txt", true},
      {"**/*.txt", "a/b/c.txt", true},
      {"a/**/c", "a/c", true},
      {"a/**/c", "a/b/d/c", true},
      {"a?c", "abc", true},
      {"a?c", "a/c", false},
      {"[a-c]x", "bx", true},
      {"[^a-c]x", "bx", false},
      {"{a,b}.tf", "b.tf", true},
      {"{a,b}.tf", "c.tf", false},
      {"\\*", "*", true},
      {"*a*b*c", "xxaxxbxxc", true},
      {"*a*b*c", "xxaxxbxx", false},
  };
  for (const auto& [pattern, path, expected] : cases) {
    ASSERT_TRUE(Glob::Parse(pattern).has_value()) << pattern;
    EXPECT_EQ(Glob::Parse(pattern)->Matches(path), expected) << pattern << " " << path;
  }
  for (const char* pattern : {"[", "{a", "a\\"}) EXPECT_FALSE(Glob::Parse(pattern).has_value()) << pattern;
  for (const char* pattern : {"{b", "b{", "?{b", "b.{txt", "b.tx{", "{b.txt,c", "[", "{x,b}["})
    EXPECT_TRUE(Glob::ReachesMistake(pattern, "b.txt")) << pattern;
  for (const char* pattern : {"a{b", "*{b", "*.{txt", "c.{txt", "b.txt{", "b.txt[", "*[", "x["})
    EXPECT_FALSE(Glob::ReachesMistake(pattern, "b.txt")) << pattern;
}

TEST(Paths, AreCleanedByText) {
  EXPECT_EQ(CleanPath("a//b/./../c/"), "a/c");
  EXPECT_EQ(CleanPath("/../a"), "/a");
  EXPECT_EQ(CleanPath("../../a"), "../../a");
  EXPECT_EQ(CleanPath(""), ".");
  Environment environment;
  environment.base_directory = "module";
  environment.home_directory = "/home/someone";
  EXPECT_EQ(ResolvePath(environment, "x/../y"), "module/y");
  EXPECT_EQ(ResolvePath(environment, "/y"), "/y");
  EXPECT_EQ(ResolvePath(environment, "~/y"), "/home/someone/y");
}

TEST(Timestamp, DurationsOverflowIsAnError) {
  EXPECT_EQ(*ParseDuration("1h30m0.5s"), 5'400'500'000'000);
  EXPECT_EQ(*ParseDuration("-1us"), -1000);
  EXPECT_FALSE(ParseDuration("99999999999999h").ok());
  EXPECT_FALSE(ParseDuration("1.2.3s").ok());
}

// What the stock program does not have; the other functions are tested by expressions, against recordings.
TEST(Extra, FunctionsOfNewerVersions) {
  const Environment environment;
  const auto call = [&](std::string_view name, std::vector<std::string> texts) {
    std::vector<Value> arguments;
    for (std::string& text : texts) arguments.push_back(Value::String(std::move(text)));
    const CallResult result = Call(*Find(name), environment, arguments);
    if (result.error) return "error: " + result.error->message;
    return result.value.type().IsBool() ? std::string(result.value.AsBool() ? "true" : "false")
                                        : std::string(result.value.AsString());
  };
  struct Case {
    std::string_view function;
    std::vector<std::string> arguments;
    std::string_view result;  // or how the error begins
  };
  const Case cases[] = {
      {"cidrcontains", {"192.168.2.0/20", "192.168.2.1"}, "true"},
      {"cidrcontains", {"192.168.2.0/20", "192.168.2.0/22"}, "true"},
      {"cidrcontains", {"192.168.2.0/20", "192.126.2.1"}, "false"},
      {"cidrcontains", {"192.168.2.0/20", "192.168.2.0/18"}, "false"},
      {"cidrcontains", {"fe80::/48", "fe80::1"}, "true"},
      {"cidrcontains", {"fe80::/48", "fe81::1"}, "false"},
      {"cidrcontains", {"0.0.0.0/0", "255.255.255.255"}, "true"},
      {"cidrcontains", {"fe80::/48", "10.0.0.1"}, "error: address family mismatch"},
      {"cidrcontains", {"10.0.0.0", "10.0.0.1"}, "error: invalid CIDR expression"},
      {"cidrcontains", {"10.0.0.0/8", "x"}, "error: invalid IP address or prefix: x"},
      {"urldecode", {"Hello+World%21"}, "Hello World!"},
      {"urldecode", {"%E2%98%83"}, "\u2603"},
      {"urldecode", {"foo%3Abar%40localhost%3Ffoo%3Dbar%26bar%3Dbaz"}, "foo:bar@localhost?foo=bar&bar=baz"},
      {"urldecode", {"%2"}, "error: invalid URL escape \"%2\""},
      {"urldecode", {"%zz"}, "error: invalid URL escape \"%zz\""},
      {"urldecode", {"%ff"}, "error: the result of decoding is not valid UTF-8"},
      {"base64gunzip", {"!"}, "error: failed to decode base64 data"},
      {"base64gunzip", {"AAAA"}, "error: failed to gunzip"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.function) + " " + c.arguments.back());
    const std::string result = call(c.function, c.arguments);
    EXPECT_EQ(result.substr(0, result.starts_with("error") ? c.result.size() : std::string::npos), c.result);
  }
  const std::string text(100'000, 'x');
  EXPECT_EQ(call("base64gunzip", {call("base64gzip", {text})}), text);
}

}  // namespace
}  // namespace language::functions
