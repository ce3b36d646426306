// Every expression of testdata/expressions.txt against what the stock program's console says of it.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/core/strings.h"
#include "language/eval/render.h"
#include "language/hcl/parser.h"

namespace language::eval {
namespace {

const std::string kTestdata = PARTERRE_SOURCE_DIR "/src/language/eval/testdata/";

struct Recording {
  std::string expression;
  std::string value;                // lines of the result
  std::vector<std::string> errors;  // "summary | detail"
  int line = 0;
};

std::vector<Recording> Load() {
  std::vector<Recording> recordings;
  std::ifstream file(kTestdata + "expressions.txt");
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.starts_with("> ")) {
      recordings.push_back({line.substr(2), "", {}, number});
    } else if (line.starts_with("= ")) {
      std::string& value = recordings.back().value;
      if (!value.empty()) value += "\n";
      value += line.substr(2);
    } else if (line.starts_with("! ")) {
      recordings.back().errors.push_back(line.substr(2));
    }
  }
  return recordings;
}

functions::Environment TestEnvironment() {
  functions::Environment environment;
  environment.base_directory = kTestdata + "files";
  environment.home_directory = "/home/someone";
  environment.working_directory = "/work";
  environment.apply_timestamp = environment.plan_timestamp = "2024-01-02T03:04:05Z";
  environment.read_file = [](const std::string& path) -> base::core::Result<std::string> {
    std::ifstream file(path, std::ios::binary);
    if (!file) return base::core::Error("open " + path + ": no such file");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  };
  environment.file_exists = [](const std::string& path) { return std::filesystem::is_regular_file(path); };
  environment.list_files = [](const std::string& directory) -> base::core::Result<std::vector<std::string>> {
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, error)) {
      if (entry.is_regular_file())
        files.push_back(std::filesystem::relative(entry.path(), directory).string());
    }
    return files;
  };
  return environment;
}

// One line, single spaces: the console wraps what it says.
std::string Flat(std::string_view text) {
  std::string flat;
  const std::string spaced = base::core::ReplaceAll(text, "\n", " ");
  for (std::string_view word : base::core::SplitNonEmpty(spaced, ' ')) {
    if (!flat.empty()) flat += ' ';
    flat += word;
  }
  return flat;
}

std::string SummaryOf(std::string_view error) { return std::string(error.substr(0, error.find(" | "))); }

// Details that say more or something better than the original, on purpose.
bool HasOwnWords(std::string_view expression) {
  static const std::set<std::string_view> kOwnWords = {
      R"(nope(1))",  // the reference suggests a name at random
      R"(uuidv5("nope","x"))",
      R"(textencodebase64("a","nope"))",
      R"(textdecodebase64("!!","UTF-8"))",
      R"(textencodebase64("€","ISO-8859-1"))",
      R"(filesha256("missing.txt"))",
      R"(formatdate("YYYY","2018-01-02T00:00:00+25:00"))",
      // The reference is one line off.
      R"(yamldecode("a: 0x1F\nb: 0o17\nc: 017\nd: 1_000\ne: 0b11\nf: 1e3\ng: .5\nh: +1\ni: 1.\nj: -.inf\nk: .nan"))",
      R"(yamldecode("a: !!str 1\nb: !!int \"5\"\nc: !foo x"))",
      R"(yamldecode("1: a\ntrue: b\nnull: c"))",
  };
  return kOwnWords.contains(expression);
}

TEST(Expressions, AgreeWithRecordings) {
  const functions::Environment environment = TestEnvironment();
  const LocalScope scope(nullptr, environment);
  const std::vector<Recording> recordings = Load();
  ASSERT_GT(recordings.size(), 400u);
  for (const Recording& recording : recordings) {
    SCOPED_TRACE("expressions.txt:" + std::to_string(recording.line) + ": " + recording.expression);
    base::diag::Diagnostics diagnostics;
    const hcl::FilePtr file = hcl::ParseExpression("<console-input>", recording.expression, diagnostics);
    std::optional<std::string> answer;
    // The parser has words of its own.
    const bool own_words = diagnostics.HasErrors() || HasOwnWords(recording.expression);
    if (!diagnostics.HasErrors()) answer = AnswerConsole(*file, *file->expression(), scope, diagnostics);
    std::vector<std::string> errors, expected;
    for (const base::diag::Diagnostic& diagnostic : diagnostics.items()) {
      errors.push_back(own_words ? diagnostic.summary : Flat(diagnostic.summary + " | " + diagnostic.detail));
    }
    for (const std::string& error : recording.errors) {
      expected.push_back(own_words ? SummaryOf(error) : Flat(error));
    }
    EXPECT_EQ(errors, expected);
    if (recording.errors.empty()) {
      EXPECT_EQ(answer.value_or("no answer"), recording.value);
    }
  }
}

}  // namespace
}  // namespace language::eval
