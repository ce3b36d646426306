// Test files and mock data of both syntaxes: whatever they hold, mistakes are told and nothing else happens.
#include <cstdint>

#include "engine/config/test_file.h"
#include "language/hcl/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  base::diag::Diagnostics diagnostics;
  const bool json = (data[0] & 1) != 0, mock = (data[0] & 2) != 0;
  const auto file = json ? language::hcl::ParseJsonConfig("f.tftest.json", text, diagnostics)
                         : language::hcl::ParseConfig("f.tftest.hcl", text, diagnostics);
  if (mock) {
    engine::config::DecodeMockFile(file, false, diagnostics);
    return 0;
  }
  const engine::config::TestFile decoded = engine::config::DecodeTestFile("f.tftest.hcl", file, diagnostics);
  for (const engine::config::TestRun& run : decoded.runs) engine::config::ExpectedFailures(run, diagnostics);
  return 0;
}
