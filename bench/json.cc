// The JSON reader beside simdjson and nlohmann-json, and JSON to values (what jsondecode does), in bytes a
// second. Wanted: reader 300 MB/s, values 150 MB/s.
#include <benchmark/benchmark.h>
#include <simdjson.h>
#include <nlohmann/json.hpp>

#include "base/core/check.h"
#include "base/json/reader.h"
#include "bench/support.h"
#include "language/value/codec.h"

namespace {

constexpr size_t kBytes = 8 << 20;

void Rate(benchmark::State& state, const std::string& text) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}

void BM_Read(benchmark::State& state, bool indented) {
  const std::string text = bench::Users(kBytes, indented);
  for (auto _ : state) CHECK(base::json::Document::Parse(text).ok());
  Rate(state, text);
}
BENCHMARK_CAPTURE(BM_Read, compact, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Read, indented, true)->Unit(benchmark::kMillisecond);

void BM_ReadSimdjson(benchmark::State& state) {
  const std::string text = bench::Users(kBytes, false);
  simdjson::dom::parser parser;
  for (auto _ : state) CHECK(parser.parse(text).error() == simdjson::SUCCESS);
  Rate(state, text);
}
BENCHMARK(BM_ReadSimdjson)->Unit(benchmark::kMillisecond);

void BM_ReadNlohmann(benchmark::State& state) {
  const std::string text = bench::Users(kBytes, false);
  for (auto _ : state) benchmark::DoNotOptimize(nlohmann::json::parse(text));
  Rate(state, text);
}
BENCHMARK(BM_ReadNlohmann)->Unit(benchmark::kMillisecond);

void BM_Jsondecode(benchmark::State& state, bool indented) {
  const std::string text = bench::Users(kBytes, indented);
  for (auto _ : state) {
    const auto document = base::json::Document::Parse(text);
    CHECK(document.ok());
    CHECK(language::value::FromImpliedJson(document->root()).ok());
  }
  Rate(state, text);
}
BENCHMARK_CAPTURE(BM_Jsondecode, compact, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_Jsondecode, indented, true)->Unit(benchmark::kMillisecond);

void BM_Jsonencode(benchmark::State& state) {
  const auto document = base::json::Document::ParseOwned(bench::Users(kBytes, false));
  const language::value::Value value = *language::value::FromImpliedJson(document->root());
  std::string text;
  for (auto _ : state) {
    text = *language::value::ToJson(value, value.type());
    benchmark::DoNotOptimize(text);
  }
  Rate(state, text);
}
BENCHMARK(BM_Jsonencode)->Unit(benchmark::kMillisecond);

void BM_MessagePack(benchmark::State& state) {
  const auto document = base::json::Document::ParseOwned(bench::Users(kBytes, false));
  const language::value::Value value = *language::value::FromImpliedJson(document->root());
  std::string bytes;
  for (auto _ : state) {
    bytes = *language::value::ToMessagePack(value, value.type());
    CHECK(language::value::FromMessagePack(bytes, value.type()).ok());
  }
  Rate(state, bytes);
}
BENCHMARK(BM_MessagePack)->Unit(benchmark::kMillisecond);

}  // namespace
