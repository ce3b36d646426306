#include "engine/run/provider_config.h"

#include "engine/run/provider_diagnostics.h"

namespace engine::run {

const config::ProviderBlock* FindProviderBlock(const config::Module& module, const ProviderConfig& config) {
  for (const auto& [name, block] : module.provider_blocks) {
    auto required = module.required_providers.find(name.name);
    if (name.alias == config.alias && required != module.required_providers.end() &&
        required->second.source == config.provider)
      return &block;
  }
  return nullptr;
}

const language::eval::Scope& ScopeOfProvider(const config::ProviderBlock& block, const ModuleScope& scope) {
  return block.of_test ? scope.run().substitutes->provider_scope() : scope;
}

Provider* StartProvider(const ProviderConfig& config, ModuleScope& scope, ProviderPool& pool,
                        Diagnostics& diagnostics) {
  Provider* schema_source = pool.UnconfiguredFor(config, diagnostics);
  if (!schema_source) return nullptr;
  const language::schema::Block& schema = schema_source->ConfigSchema();
  Value value = schema.EmptyValue();
  const config::ProviderBlock* block = FindProviderBlock(*scope.node().module, config);
  Diagnostics own;
  if (block && !block->mock)
    value = language::eval::DecodeBody(*block->body.file, *block->body.body, schema,
                                       ScopeOfProvider(*block, scope), kProviderMetaArguments, {}, own);
  bool failed = own.HasErrors();
  diagnostics.Append(std::move(own));
  if (failed) return nullptr;
  value = value.UnmarkedDeep();
  BlockSource source = block ? BlockSource(block->body) : BlockSource();
  std::string address = config.ToString();
  provider::api::ProviderDiagnostics list = schema_source->ValidateConfig(value);
  AppendProviderDiagnostics(list, source, address, diagnostics);
  if (provider::api::HasErrors(list)) return nullptr;
  Provider* provider = pool.Configure(config, value, list, diagnostics);
  AppendProviderDiagnostics(list, source, address, diagnostics);
  return provider;
}

}  // namespace engine::run
