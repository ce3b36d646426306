#include "engine/run/providers.h"

namespace engine::run {

const ResourceSchema* FindSchema(const Provider& provider, const language::address::Resource& resource) {
  switch (resource.mode) {
    case language::address::ResourceMode::kData:
      return provider.FindDataSource(resource.type);
    case language::address::ResourceMode::kManaged:
      return provider.FindResource(resource.type);
    case language::address::ResourceMode::kEphemeral:
      break;
  }
  return nullptr;
}

const language::schema::Block* FindBlock(const Provider& provider,
                                         const language::address::Resource& resource) {
  if (resource.mode == language::address::ResourceMode::kEphemeral)
    return provider.FindEphemeral(resource.type);
  const ResourceSchema* schema = FindSchema(provider, resource);
  return schema ? &schema->block : nullptr;
}

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

Provider* ProviderPool::UnconfiguredFor(const ProviderConfig& config, base::diag::Diagnostics& diagnostics) {
  Provider* plain = Unconfigured(config.provider, diagnostics);
  if (!plain || !substitutes_) return plain;
  std::shared_ptr<Provider>& around = substituted_[config];
  if (!around) around = substitutes_->Around(config, unconfigured_.at(config.provider));
  return around.get();
}

const ResourceSchema* ProviderPool::FindSchema(const language::address::Provider& source,
                                               const language::address::Resource& resource,
                                               base::diag::Diagnostics& diagnostics) {
  Provider* provider = Unconfigured(source, diagnostics);
  return provider ? run::FindSchema(*provider, resource) : nullptr;
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
  if (substitutes_) provider = substitutes_->Around(config, std::move(provider));
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
