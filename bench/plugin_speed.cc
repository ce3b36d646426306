// What a plugin costs by itself: from its start to its first answer, a read after the other, and a batch of
// many.
//   plugin_speed PLUGIN TYPE JSON    JSON: the attributes of an object of that type, which is read again and
//   again
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "language/value/codec.h"
#include "provider/plugin/plugin_host.h"

namespace {

namespace api = provider::api;
using Clock = std::chrono::steady_clock;

double Micros(Clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

int Fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return Fail("usage: plugin_speed PLUGIN TYPE JSON");
  const std::string type = argv[2];
  constexpr int kStarts = 5;
  std::vector<double> starts;
  std::unique_ptr<provider::plugin::PluginHost> host;
  std::shared_ptr<api::Provider> provider;
  for (int i = 0; i < kStarts; ++i) {
    provider.reset();
    host.reset();
    const auto begun = Clock::now();
    host = std::make_unique<provider::plugin::PluginHost>(base::core::Environment::OfProcess());
    auto made = host->Make("measured", {.executable = argv[1]});
    if (!made.ok()) return Fail(made.error().message());
    provider = *made;
    starts.push_back(Micros(Clock::now() - begun) / 1000);
  }
  const auto configured = provider->Configure(provider->ConfigSchema().EmptyValue());
  if (api::HasErrors(configured)) return Fail(configured[0].summary + ": " + configured[0].detail);
  const api::ResourceSchema* schema = provider->FindResource(type);
  if (!schema) return Fail("the plugin knows no " + type);
  auto object = language::value::FromJson(std::string_view(argv[3]), schema->block.implied_type());
  if (!object.ok()) return Fail(object.error().message());

  std::string problem;
  const api::ReadRequest request{.type = type, .prior = *object};
  auto read = [&](std::span<const api::ReadRequest> requests) {
    provider->Read(requests,
                   [&](size_t, api::ReadResponse response) {
                     if (api::HasErrors(response.diagnostics)) problem = response.diagnostics[0].summary;
                   },
                   {});
  };
  constexpr int kSingles = 5000;
  constexpr size_t kBatch = 10'000;
  std::vector<double> singles;
  for (int i = 0; i < kSingles && problem.empty(); ++i) {
    const auto begun = Clock::now();
    read({&request, 1});
    singles.push_back(Micros(Clock::now() - begun));
  }
  const std::vector<api::ReadRequest> many(kBatch, request);
  const auto begun = Clock::now();
  read(many);
  const double batch = Micros(Clock::now() - begun);
  if (!problem.empty()) return Fail("reading failed: " + problem);
  std::printf(
      "start to schemas %.1f ms, a read %.0f us (median of %d), a batch of %zu %.2f s (%.0f us each)\n",
      Median(starts), Median(singles), kSingles, kBatch, batch / 1e6, batch / static_cast<double>(kBatch));
  return 0;
}
