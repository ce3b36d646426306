// Differential: the formatter against recordings of the real `terraform fmt` (testdata/record_fmt.py); diffs.
#include "language/hcl/format.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "language/hcl/parser.h"

namespace language::hcl {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Format, IsThatOfTheReference) {
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(PARTERRE_SOURCE_DIR "/src/language/hcl/testdata/fmt")) {
    if (entry.path().extension() != ".in") continue;
    ++count;
    const std::string input = ReadFile(entry.path());
    const std::string expected = ReadFile(fs::path(entry.path()).replace_extension(".out"));
    EXPECT_EQ(Format(input), expected) << entry.path().filename();
    base::diag::Diagnostics diagnostics;
    ParseConfig(entry.path().filename(), input, diagnostics);
    EXPECT_FALSE(diagnostics.HasErrors()) << entry.path().filename();
  }
  EXPECT_GE(count, 60u);
}

}  // namespace
}  // namespace language::hcl
