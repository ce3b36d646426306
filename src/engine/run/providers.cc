#include "engine/run/providers.h"

namespace engine::run {

ProviderPool::~ProviderPool() { EndWalk(); }

Provider* ProviderPool::Unconfigured(const language::address::Provider& source,
                                     base::diag::Diagnostics& diagnostics) {
  auto [found, added] = unconfigured_.emplace(source, nullptr);
  if (!added) return found->second.get();
  auto made = factory_(source);
  if (!made.ok()) {
    diagnostics.Error("Missing required provider", made.error().message());
    return nullptr;
  }
  found->second = std::move(made).value();
  return found->second.get();
}

const ResourceSchema* ProviderPool::FindSchema(const language::address::Provider& source,
                                               const language::address::Resource& resource,
                                               base::diag::Diagnostics& diagnostics) {
  Provider* provider = Unconfigured(source, diagnostics);
  if (!provider) return nullptr;
  return resource.mode == language::address::ResourceMode::kData ? provider->FindDataSource(resource.type)
                                                                 : provider->FindResource(resource.type);
}

Provider* ProviderPool::Configured(const ProviderConfig& config) const {
  auto found = configured_.find(config);
  return found == configured_.end() ? nullptr : found->second.get();
}

Provider* ProviderPool::Configure(const ProviderConfig& config, const Value& value,
                                  provider::api::ProviderDiagnostics& provider_diagnostics,
                                  base::diag::Diagnostics& diagnostics) {
  auto made = factory_(config.provider);
  if (!made.ok()) {
    diagnostics.Error("Missing required provider", made.error().message());
    return nullptr;
  }
  std::shared_ptr<Provider> provider = std::move(made).value();
  provider_diagnostics = provider->Configure(value);
  if (provider::api::HasErrors(provider_diagnostics)) return nullptr;
  configured_[config] = provider;
  return provider.get();
}

provider::api::Usage ProviderPool::TotalUsage() const {
  provider::api::Usage total;
  std::set<const void*> counted;
  for (const auto& [config, provider] : configured_) {
    provider::api::Usage usage = provider->CurrentUsage();
    if (usage.counter && !counted.insert(usage.counter).second) continue;
    total.calls += usage.calls;
    total.waits += usage.waits;
    total.waited += usage.waited;
  }
  return total;
}

void ProviderPool::EndWalk() {
  for (auto& [config, provider] : configured_) provider->EndWalk();
}

void ProviderPool::Stop() {
  for (auto& [config, provider] : configured_) provider->Stop();
}

}  // namespace engine::run
