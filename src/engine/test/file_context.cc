#include "engine/test/file_context.h"

#include <fmt/format.h>

namespace engine::test {

std::string StateKey(const config::TestRun& run) {
  if (!run.state_key.empty()) return run.state_key;
  return run.module ? run.module->source : "";
}

// Those that the run passes; else all that the module has a use for.
ProvidersInUse FileContext::ProvidersFor(const config::TestRun& run, Diagnostics& diagnostics) const {
  ProvidersInUse result;
  for (const config::PassedProvider& passed : run.providers) {
    const auto found = file.providers.find(passed.ours);
    if (found != file.providers.end()) {
      result[passed.child] = &found->second;
      continue;
    }
    language::hcl::AddError(
        diagnostics, fmt::format("Missing provider definition for {}", passed.ours.ToString()),
        fmt::format("This file has no provider or mock_provider block for {}. Add one, or pass another.",
                    passed.ours.ToString()),
        *passed.ours_place.file, passed.ours_place.span);
  }
  if (!run.providers.empty() || file.providers.empty()) return result;
  for (const config::LocalProviderName& name : config::ProviderNames(*Written(run).root->module)) {
    const auto found = file.providers.find(name);
    if (found != file.providers.end()) result[name] = &found->second;
  }
  return result;
}

const config::Configuration* FileContext::Prepared(const config::TestRun& run, ProvidersInUse& providers,
                                                   Diagnostics& diagnostics) {
  Diagnostics own;
  const config::Configuration& written = Written(run);
  providers = ProvidersFor(run, own);
  std::lock_guard lock(mutex_);
  std::unique_ptr<config::Configuration>& prepared = prepared_[{&written, providers}];
  if (!prepared) {
    std::vector<config::ProviderBlock> blocks;
    for (const auto& [name, provider] : providers) {
      blocks.push_back(provider->block);
      blocks.back().name = name;
    }
    prepared = config::WithProviders(written, blocks, own);
  }
  const config::Configuration* result = prepared.get();
  if (own.HasErrors()) {
    prepared_.erase({&written, providers});  // told again to the next
    result = nullptr;
  }
  diagnostics.Append(std::move(own));
  return result;
}

}  // namespace engine::test
