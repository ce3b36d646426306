// Lexing, parsing and formatting of configurations, in bytes a second. Wanted: parse 100 MB/s, format 50
// MB/s.
#include <benchmark/benchmark.h>

#include "base/core/check.h"
#include "bench/support.h"
#include "language/hcl/format.h"
#include "language/hcl/lexer.h"
#include "language/hcl/parser.h"

namespace {

using namespace language::hcl;

constexpr size_t kBytes = 8 << 20;

void Rate(benchmark::State& state, const std::string& text) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}

void BM_Lex(benchmark::State& state) {
  const std::string text = bench::Configuration(kBytes);
  for (auto _ : state) benchmark::DoNotOptimize(Tokenize(text, LexMode::kNormal));
  Rate(state, text);
}
BENCHMARK(BM_Lex)->Unit(benchmark::kMillisecond);

void BM_Parse(benchmark::State& state) {
  const std::string text = bench::Configuration(kBytes);
  for (auto _ : state) {
    base::diag::Diagnostics diagnostics;
    benchmark::DoNotOptimize(ParseConfig("main.tf", text, diagnostics));
    CHECK(diagnostics.empty());
  }
  Rate(state, text);
}
BENCHMARK(BM_Parse)->Unit(benchmark::kMillisecond);

void BM_Format(benchmark::State& state, bool untidy) {
  const std::string text = bench::Configuration(kBytes, untidy);
  const std::string tidy = bench::Configuration(kBytes);
  for (auto _ : state) {
    const std::string formatted = Format(text);
    CHECK(formatted == tidy);
  }
  Rate(state, text);
}
BENCHMARK_CAPTURE(BM_Format, tidy, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Format, untidy, true)->Unit(benchmark::kMillisecond);

}  // namespace
