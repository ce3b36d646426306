#include "engine/run/provider_meta.h"

#include <fmt/format.h>

#include "engine/run/conditions.h"

namespace engine::run {
namespace {

const config::ProviderMeta* FindMeta(const config::Module& module,
                                     const language::address::Provider& source) {
  for (const auto& [name, meta] : module.provider_meta) {
    auto required = module.required_providers.find(name);
    if (required != module.required_providers.end() && required->second.source == source) return &meta;
  }
  return nullptr;
}

}  // namespace

std::optional<Value> EvaluateProviderMeta(const config::Module& module, const config::Resource& resource,
                                          const Provider& provider, const language::eval::Scope& names,
                                          Diagnostics& diagnostics) {
  if (module.provider_meta.empty()) return Value();
  const config::ProviderMeta* meta = FindMeta(module, resource.provider.provider);
  if (!meta) return Value();
  const language::schema::Block* schema = provider.MetaSchema();
  if (!schema) {
    language::hcl::AddError(
        diagnostics,
        fmt::format("Provider {} doesn't support provider_meta", resource.provider.provider.ToString()),
        fmt::format("The provider takes no provider_meta blocks. Remove this one: {} is such a resource.",
                    resource.address.ToString()),
        *meta->place.file, meta->place.span);
    return std::nullopt;
  }
  Diagnostics own;
  Value value = language::eval::DecodeBody(*meta->body.file, *meta->body.body, *schema, names, {}, {}, own);
  const bool failed = own.HasErrors();
  diagnostics.Append(std::move(own));
  if (failed) return std::nullopt;
  return value.UnmarkedDeep();
}

}  // namespace engine::run
