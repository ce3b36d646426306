#include "engine/test/substitutes.h"

#include "engine/run/provider_config.h"
#include "engine/test/mocked_provider.h"
#include "engine/test/overriding_provider.h"

namespace engine::test {

RunSubstitutes::RunSubstitutes(const config::TestFile& file, const config::TestRun& run,
                               const config::Module& root, ProvidersInUse providers,
                               const language::eval::Scope& provider_scope, const TextSource& texts)
    : root_(root), providers_(std::move(providers)), provider_scope_(provider_scope), texts_(texts) {
  for (const config::Overrides* each : {&run.overrides, &file.overrides})
    for (const auto& [target, override] : *each) {
      overrides_.try_emplace(target, &override);
      any_module_ = any_module_ || !override.target.resource;
    }
}

const config::MockData* RunSubstitutes::MockOf(const language::address::ProviderConfig& config) const {
  if (!config.module.IsRoot()) return nullptr;
  const config::ProviderBlock* block = run::FindProviderBlock(root_, config);
  if (!block || !block->mock) return nullptr;
  const auto provider = providers_.find(block->name);
  return provider == providers_.end() ? nullptr : &provider->second->mock;
}

std::shared_ptr<provider::api::Provider> RunSubstitutes::Around(
    const language::address::ProviderConfig& config, std::shared_ptr<provider::api::Provider> real) const {
  const config::MockData* mock = MockOf(config);
  if (mock) real = MakeMockedProvider(std::move(real), *mock, texts_);
  if (overrides_.empty() && (!mock || mock->overrides.empty())) return real;
  return MakeOverridingProvider(
      std::move(real), [this, mock](std::string_view address) { return Find(address, mock); }, texts_);
}

// An override of the very instance counts for more than one of all of its resource's.
const config::Override* RunSubstitutes::Find(std::string_view address, const config::MockData* mock) const {
  const auto find = [&](std::string_view target) -> const config::Override* {
    if (const auto found = overrides_.find(target); found != overrides_.end()) return found->second;
    if (!mock) return nullptr;
    const auto found = mock->overrides.find(target);
    return found == mock->overrides.end() ? nullptr : &found->second;
  };
  if (const config::Override* found = find(address)) return found;
  if (!address.ends_with(']')) return nullptr;
  const auto parsed = language::address::ParseResourceInstance(address);
  return parsed.ok() ? find(parsed->Containing().ToString()) : nullptr;
}

const language::value::Value* RunSubstitutes::OutputsOf(
    const language::address::ModuleInstance& module) const {
  if (!any_module_ || module.IsRoot()) return nullptr;
  if (const auto found = overrides_.find(module.ToString()); found != overrides_.end())
    return &found->second->values;
  if (module.steps.back().key.IsNone()) return nullptr;
  language::address::ModuleInstance whole = module;
  whole.steps.back().key = {};
  const auto found = overrides_.find(whole.ToString());
  return found == overrides_.end() ? nullptr : &found->second->values;
}

}  // namespace engine::test
