// Drift: what changed outside since the last run; and what nobody looked at.
#include <algorithm>
#include <set>

#include "engine/run/planner.h"
#include "engine/run/provider_checks.h"
#include "engine/run/relevance.h"

namespace engine::run {

using changes::Action;
using changes::Mode;

void Planner::CollectDrift() {
  for (ResourceRun& run : runs_) {
    if (!run.schema) continue;
    for (size_t index = 0; index < run.current.size(); ++index) {
      ObjectRun& object = run.current[index];
      if (!object.object || object.failed || object.left_out) continue;
      bool same = object.refreshed.SameNode(object.before) || object.refreshed.RawEquals(object.before);
      if (same && moved_from_.empty()) continue;
      ResourceInstance address{run.state->module, run.state->resource, run.state->instances[index].key};
      auto moved = moved_from_.find(address);
      if (same && moved == moved_from_.end()) continue;
      changes::Drift drift{.address = address, .provider = run.provider};
      if (moved != moved_from_.end()) drift.previous_address = moved->second;
      drift.action = same ? Action::kNoOp : object.refreshed.IsNull() ? Action::kDelete : Action::kUpdate;
      drift.before = MarkedBefore(object.before, object.object.get(), run.schema->block);
      drift.after = MarkedBefore(object.refreshed, object.object.get(), run.schema->block);
      plan_.drift.push_back(std::move(drift));
    }
  }
  std::stable_sort(plan_.drift.begin(), plan_.drift.end(),
                   [](const changes::Drift& a, const changes::Drift& b) { return a.address < b.address; });
}

void Planner::CollectRelevant() {
  std::vector<ModuleOutput> outputs;
  if (options_.mode != changes::Mode::kDestroy)
    for (const auto& [scope, name] : evaluated_below_)
      if (const std::string output(name);
          !scope->node().module->outputs.at(output).ephemeral && !scope->OutputValue(output).IsNull())
        outputs.push_back({scope->path(), output});
  plan_.relevant_attributes = FindRelevantAttributes(
      plan_, outputs, *context_.configuration,
      [this](const language::address::Provider& source, const language::address::Resource& resource) {
        Diagnostics ignored;
        const Provider* provider = providers_.Unconfigured(source, ignored);
        return provider ? FindBlock(*provider, resource) : nullptr;
      });
}

void Planner::CollectUnplanned() {
  for (const ResourceRun& run : runs_) {
    if (run.state->resource.mode != language::address::ResourceMode::kManaged) continue;
    for (size_t index = 0; index < run.current.size(); ++index)
      if (run.current[index].object && !run.current[index].recorded)
        plan_.unplanned.push_back({run.state->module, run.state->resource, run.state->instances[index].key});
  }
  if (plan_.unplanned.empty()) return;
  std::set<ResourceInstance> changing;
  for (const changes::ResourceChange& change : plan_.resources)
    if (change.deposed.empty()) changing.insert(change.address);
  std::erase_if(plan_.unplanned, [&](const ResourceInstance& address) { return changing.contains(address); });
}

}  // namespace engine::run
