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

Provider* StartProvider(const ProviderConfig& config, ModuleScope& scope, ProviderPool& pool,
                        Diagnostics& diagnostics) {
  Provider* schema_source = pool.Unconfigured(config.provider, diagnostics);
  if (!schema_source) return nullptr;
  const language::schema::Block& schema = schema_source->ConfigSchema();
  Value value = schema.EmptyValue();
  const config::ProviderBlock* block = FindProviderBlock(*scope.node().module, config);
  Diagnostics own;
  if (block)
    value = language::eval::DecodeBody(*block->body.file, *block->body.body, schema, scope,
                                       kProviderMetaArguments, {}, own);
  bool failed = own.HasErrors();
  diagnostics.Append(std::move(own));
  if (failed) return nullptr;
  provider::api::ProviderDiagnostics list;
  Provider* provider = pool.Configure(config, value.UnmarkedDeep(), list, diagnostics);
  std::string address = config.ToString();
  AppendProviderDiagnostics(list, block ? BlockSource(block->body) : BlockSource(), address, diagnostics);
  return provider;
}

}  // namespace engine::run
