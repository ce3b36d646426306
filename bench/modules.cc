// Reading and validating a tree of modules. Wanted: 500 modules with 60 variables each within 200 ms.
#include <benchmark/benchmark.h>

#include "base/core/check.h"
#include "bench/support.h"
#include "engine/config/load.h"
#include "engine/run/validate.h"
#include "provider/builtin/terraform_provider.h"

namespace {

void BM_ValidateModules(benchmark::State& state) {
  constexpr size_t kModules = 500, kVariables = 60;
  const auto files = engine::config::MemoryFiles(bench::ModuleTree(kModules, kVariables));
  engine::run::Hooks hooks;
  for (auto _ : state) {
    base::diag::Diagnostics diagnostics;
    const auto configuration = engine::config::LoadConfiguration(*files, ".", diagnostics);
    engine::run::RunContext context;
    context.configuration = configuration.get();
    context.hooks = &hooks;
    context.providers = [](const language::address::Provider&) {
      return provider::builtin::MakeTerraformProvider();
    };
    engine::run::Validate(context, diagnostics);
    CHECK(diagnostics.empty());
  }
}
BENCHMARK(BM_ValidateModules)->Unit(benchmark::kMillisecond);

}  // namespace
