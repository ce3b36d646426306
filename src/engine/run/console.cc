#include "engine/run/console.h"

#include "engine/graph/config_graph.h"
#include "engine/run/provider_checks.h"

namespace engine::run {

Console::Console(const RunContext& context, std::shared_ptr<const state::State> state,
                 Diagnostics& diagnostics, Eagerness eagerness)
    : state_(std::move(state)), providers_(context.providers) {
  scope_context_ = {.phase = Phase::kEval, .run = &context, .providers = &providers_};
  scope_context_.materialize = [this](ModuleScope& scope, const config::Resource& resource,
                                      Diagnostics& found) { Materialize(scope, resource, found); };
  root_ = std::make_unique<ModuleScope>(scope_context_, *context.configuration->root, ModuleInstance(),
                                        nullptr, InstanceKey(), Value());
  // Cycles are told of by the graph; there is no order to evaluate anything in then.
  const graph::ConfigGraph graph(*context.configuration, {}, diagnostics);
  if (eagerness == Eagerness::kEverything && !graph.levels().empty()) EvaluateAll(*root_, diagnostics);
}

void Console::EvaluateAll(ModuleScope& scope, Diagnostics& diagnostics) {
  const config::Module& module = *scope.node().module;
  for (const auto& [name, variable] : module.variables) scope.EnsureVariable(name, diagnostics);
  for (const auto& [name, local] : module.locals) scope.EnsureLocal(name, diagnostics);
  for (const auto& [name, child] : scope.node().children) {
    if (!scope.EnsureExpanded(name, diagnostics)) continue;
    for (const std::unique_ptr<ModuleScope>& instance : scope.Children(name))
      EvaluateAll(*instance, diagnostics);
  }
  for (const auto& [name, output] : module.outputs) scope.EnsureOutput(name, diagnostics);
}

void Console::Materialize(ModuleScope& scope, const config::Resource& resource, Diagnostics& diagnostics) {
  const std::string key = resource.address.ToString();
  // Whatever happens, the resource is looked at once.
  scope.Expanded(key, {.keys = {InstanceKey()}});
  const state::ResourceState* stored = state_->Find(scope.path(), resource.address);
  // Without anything stored not even the number of instances is promised.
  if (!stored || stored->instances.empty()) return;
  Diagnostics quiet;  // what a plan would refuse is unknown here
  std::optional<Expansion> expansion = ExpandResource(scope, resource, Phase::kEval, quiet);
  const ResourceSchema* schema =
      expansion ? providers_.FindSchema(resource.provider.provider, resource.address, diagnostics) : nullptr;
  if (!schema) return;
  ResourceValues& values = scope.Expanded(key, std::move(*expansion));
  for (size_t index = 0; index < values.values.size(); ++index) {
    const state::Instance* instance = stored->Find(values.expansion.keys[index]);
    if (!instance || !instance->current) continue;
    auto decoded = instance->current->Decode(schema->block.implied_type());
    if (decoded.ok()) {
      values.values[index] = MarkedBefore(*decoded, instance->current.get(), schema->block);
      continue;
    }
    const language::address::ResourceInstance address{scope.path(), resource.address,
                                                      values.expansion.keys[index]};
    diagnostics.Error("Invalid resource instance data in state",
                      fmt::format("What the state holds for {} does not fit its type: {}. Where the provider "
                                  "is newer than the state, plan and apply bring the state up to date.",
                                  address.ToString(), decoded.error().message()));
  }
}

}  // namespace engine::run
