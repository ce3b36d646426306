// Objects of the state that the configuration no longer has: planned to be destroyed, or forgotten where a
// removed block says so. In destroy runs, all objects. Also deposed objects, and the state that the apply
// starts from.
#include <algorithm>
#include <set>

#include "engine/run/identity.h"
#include "engine/run/objects.h"
#include "engine/run/planner.h"
#include "engine/run/provider_checks.h"

namespace engine::run {

using changes::Action;
using changes::ActionReason;
using changes::Mode;
using language::address::ResourceMode;

void Planner::PlanOrphans() {
  const bool all = !targeting_.active();
  auto goes = [&](const ResourceRun& run, size_t index) {
    const ObjectRun& object = run.current[index];
    if (options_.mode == Mode::kNormal) return !object.planned && !object.left_out;
    return all ||
           destroyed_.contains({run.state->module, run.state->resource, run.state->instances[index].key});
  };
  for (ResourceRun& run : runs_) {
    if (run.state->resource.mode != ResourceMode::kManaged || !run.schema) continue;
    if (options_.mode == Mode::kNormal && IsUncertain(run)) continue;
    for (size_t index = 0; index < run.current.size(); ++index)
      if (goes(run, index)) PlanOrphan(run, index);
  }
  if (options_.mode == Mode::kDestroy) DestroyAdopted();
}

// What an earlier run had made when it died is no part of the previous state, but goes with the rest.
void Planner::DestroyAdopted() {
  for (const auto& [address, object] : new_objects_) {
    if (!targeting_.KeepsAlone(address)) continue;
    const ProviderConfig& provider = data_providers_.at(address);
    const ResourceSchema* schema = providers_.Configured(provider)->FindResource(address.resource.type);
    changes::ResourceChange change{.address = address, .provider = provider, .action = Action::kDelete};
    change.before = MarkedBefore(object->refreshed, object->object.get(), schema->block);
    change.after = Value::Null(schema->block.implied_type());
    plan_.resources.push_back(std::move(change));
  }
}

// Whether an error or an interrupt hid how many instances the configuration wants.
bool Planner::IsUncertain(const ResourceRun& run) const {
  if (!run.config || (failures_.empty() && !context_.stop.stop_requested())) return false;
  ModuleScope* scope = root_.get();
  for (const auto& step : run.state->module.steps) {
    std::string name(step.name);
    if (!scope->IsCallExpanded(name)) return true;
    scope = scope->FindChild(name, step.key);
    if (!scope) return false;
  }
  const ResourceValues* values = scope->FindValues(run.state->resource.ToString());
  return !values || !values->expanded;
}

void Planner::PlanOrphan(ResourceRun& run, size_t index) {
  ObjectRun& object = run.current[index];
  if (!object.object || object.failed || object.refreshed.IsNull()) return;
  ResourceInstance address{run.state->module, run.state->resource, run.state->instances[index].key};
  changes::ResourceChange change{.address = address, .provider = run.provider, .action = Action::kDelete};
  auto moved = moved_from_.find(address);
  // What is to be destroyed is first looked at, and has moved by then.
  const bool moved_before = options_.mode == Mode::kDestroy && options_.refresh;
  if (moved != moved_from_.end() && !moved_before) change.previous_address = moved->second;
  if (options_.mode == Mode::kNormal) change.reason = DeleteReason(run, address.key, change);
  const config::Removed* removed = options_.mode == Mode::kNormal ? FindRemoved(address) : nullptr;
  if (removed && !removed->destroy) change.action = Action::kForget;
  change.before = MarkedBefore(object.refreshed, object.object.get(), run.schema->block);
  change.after = Value::Null(run.schema->block.implied_type());
  change.private_data = object.private_data;
  if (run.config && run.config->lifecycle.prevent_destroy && change.action == Action::kDelete)
    AddPreventDestroyError(*run.config, address, diagnostics_);
  plan_.resources.push_back(std::move(change));
}

// Where something may not be destroyed, a destroy does not come to what it depends on.
void Planner::LeaveDependenciesOfProtected() {
  std::set<std::string> left;
  for (const changes::ResourceChange& change : plan_.resources) {
    const config::ModuleNode* node = context_.configuration->Find(change.address.module);
    if (!node || graph_->nodes().empty() || change.action != Action::kDelete) continue;
    const graph::NodeId id = graph_->FindResource(*node, change.address.resource);
    if (id == graph::kNoNode || !graph_->node(id).resource->lifecycle.prevent_destroy) continue;
    if (const state::Dependencies dependencies = graph_->TransitiveResources(id))
      for (const language::address::ModuleResource& each : *dependencies) left.insert(each.ToString());
  }
  std::erase_if(plan_.resources, [&](const changes::ResourceChange& change) {
    return left.contains(
        language::address::ModuleResource{change.address.module.WithoutKeys(), change.address.resource}
            .ToString());
  });
}

// Taken out of the state by a removed block: neither read nor destroyed.
bool Planner::IsForgotten(const ResourceRun& run, const ResourceInstance& address) const {
  if (run.config || options_.mode != Mode::kNormal) return false;
  const config::Removed* removed = FindRemoved(address);
  return removed && !removed->destroy;
}

// The block that names the instance, in its module or in one around it; each speaks of what is inside its
// own.
const config::Removed* Planner::FindRemoved(const ResourceInstance& address) const {
  const config::ModuleNode* node = context_.configuration->root.get();
  ResourceInstance inside = address;
  while (true) {
    for (const config::Removed& removed : node->module->removed)
      if (removed.from.Contains(inside)) return &removed;
    if (inside.module.steps.empty()) return nullptr;
    auto child = node->children.find(std::string(inside.module.steps.front().name));
    if (child == node->children.end()) return nullptr;
    node = child->second.get();
    inside.module.steps.erase(inside.module.steps.begin());
  }
}

ActionReason Planner::DeleteReason(const ResourceRun& run, const InstanceKey& key,
                                   changes::ResourceChange& change) {
  using Repeated = changes::ResourceChange::Repetition;
  if (!run.config)
    return change.previous_address ? ActionReason::kDeleteBecauseNoMoveTarget
                                   : ActionReason::kDeleteBecauseNoResourceConfig;
  ModuleScope* scope = root_.get();
  for (const auto& step : run.state->module.steps) {
    std::string name(step.name);
    scope = scope && scope->IsCallExpanded(name) ? scope->FindChild(name, step.key) : nullptr;
  }
  const bool substituted = context_.substitutes && context_.substitutes->OutputsOf(run.state->module);
  if (!scope || substituted) return ActionReason::kDeleteBecauseNoModule;
  if (run.config->count) {
    change.configured_repetition = Repeated::kCount;
    return key.IsInt() ? ActionReason::kDeleteBecauseCountIndex : ActionReason::kDeleteBecauseWrongRepetition;
  }
  if (run.config->for_each) {
    change.configured_repetition = Repeated::kForEach;
    return key.IsString() ? ActionReason::kDeleteBecauseEachKey : ActionReason::kDeleteBecauseWrongRepetition;
  }
  return ActionReason::kDeleteBecauseWrongRepetition;
}

void Planner::PlanDeposed() {
  for (ResourceRun& run : runs_) {
    for (DeposedRun& deposed : run.deposed) {
      if (deposed.run.failed || deposed.run.left_out || deposed.run.refreshed.IsNull()) continue;
      changes::ResourceChange change{
          .address = {run.state->module, run.state->resource, run.state->instances[deposed.instance].key},
          .deposed = deposed.key,
          .provider = run.provider,
          .action = Action::kDelete};
      change.before = MarkedBefore(deposed.run.refreshed, deposed.run.object.get(), run.schema->block);
      change.after = Value::Null(run.schema->block.implied_type());
      change.private_data = deposed.run.private_data;
      plan_.resources.push_back(std::move(change));
    }
  }
}

namespace {

bool SameDependencies(const state::Dependencies& a, const state::Dependencies& b) {
  if (a == b) return true;
  bool a_empty = !a || a->empty(), b_empty = !b || b->empty();
  if (a_empty || b_empty) return a_empty && b_empty;
  return *a == *b;
}

state::Dependencies JoinDependencies(const state::Dependencies& a, const state::Dependencies& b) {
  std::map<std::string, language::address::ModuleResource> by_name;
  for (const state::Dependencies& list : {a, b})
    if (list)
      for (const language::address::ModuleResource& resource : *list)
        by_name.emplace(resource.ToString(), resource);
  std::vector<language::address::ModuleResource> joined;
  for (auto& [name, resource] : by_name) joined.push_back(std::move(resource));
  return std::make_shared<const std::vector<language::address::ModuleResource>>(std::move(joined));
}

}  // namespace

// What apply starts from: the previous state with everything that this plan read. Untouched objects are
// shared, and the state as a whole where nothing is new.
std::shared_ptr<const state::State> Planner::PriorState() {
  std::optional<state::StateEditor> editor;
  auto edit = [&]() -> state::StateEditor& {
    if (!editor) editor.emplace(*previous_);
    return *editor;
  };
  // Equal lists are compared once, however many instances share them.
  struct Compared {
    bool same = false;
    state::Dependencies joined;
  };
  std::map<std::pair<const void*, const void*>, Compared> compared;
  for (ResourceRun& run : runs_) {
    if (run.state->resource.mode == ResourceMode::kData) {
      if (options_.mode == Mode::kNormal && failures_.empty() && !targeting_.active())
        for (const state::Instance& instance : run.state->instances) {
          ResourceInstance address{run.state->module, run.state->resource, instance.key};
          if (!data_providers_.contains(address)) edit().SetCurrent(address, run.provider, nullptr);
        }
      continue;
    }
    if (!run.schema) continue;
    state::Dependencies wanted;
    bool create_first = false;
    bool refresh_dependencies = run.config && options_.mode == Mode::kNormal && !graph_->nodes().empty();
    if (refresh_dependencies) {
      const config::ModuleNode* node = context_.configuration->Find(run.state->module);
      graph::NodeId id = node ? graph_->FindResource(*node, run.state->resource) : graph::kNoNode;
      refresh_dependencies = id != graph::kNoNode;
      if (refresh_dependencies) {
        wanted = graph_->TransitiveResources(id);
        create_first = create_before_destroy_[id];
      }
    }
    bool moved_provider = run.config && run.provider != run.state->provider;
    auto update = [&](ObjectRun& object, const InstanceKey& key, const std::string* deposed) {
      if (!object.object || object.failed || object.left_out) return;
      ResourceInstance address{run.state->module, run.state->resource, key};
      auto set = [&](state::ObjectPtr replacement) {
        if (deposed)
          edit().SetDeposed(address, run.provider, *deposed, std::move(replacement));
        else
          edit().SetCurrent(address, run.provider, std::move(replacement));
      };
      if (object.refreshed.IsNull()) return set(nullptr);
      bool changed = object.upgraded || (!object.refreshed.SameNode(object.before) &&
                                         !object.refreshed.RawEquals(object.before));
      state::Object identified;
      if (Provider* provider =
              object.identity.IsKnownNotNull() ? providers_.Configured(run.provider) : nullptr)
        SetIdentity(object.identity, run.state->resource.type, *provider, identified);
      const bool other_identity =
          !identified.identity_json.empty() && identified.identity_json != object.object->identity_json;
      bool other_dependencies = false;
      bool other_order =
          refresh_dependencies && object.planned && object.object->create_before_destroy != create_first;
      state::Dependencies dependencies = wanted;
      if (refresh_dependencies && object.planned) {
        auto [known, added] =
            compared.emplace(std::pair(object.object->dependencies.get(), wanted.get()), Compared());
        Compared& both = known->second;
        if (added) both.same = SameDependencies(object.object->dependencies, wanted);
        other_dependencies = !both.same;
        // Until a change is applied, the object goes on using what it has used.
        if (other_dependencies && object.changing) {
          if (!both.joined) both.joined = JoinDependencies(object.object->dependencies, wanted);
          dependencies = both.joined;
        }
      }
      if (!changed && !other_dependencies && !other_order && !moved_provider && !other_identity &&
          object.private_data == object.object->private_data)
        return;
      auto copy = std::make_shared<state::Object>(*object.object);
      if (changed) {
        copy->value = object.refreshed;
        copy->type = run.schema->block.implied_type();
        copy->schema_version = run.schema->version;
      }
      copy->private_data = object.private_data;
      if (other_identity) {
        copy->identity_json = identified.identity_json;
        copy->identity_version = identified.identity_version;
      }
      if (other_dependencies) copy->dependencies = dependencies;
      if (other_order) copy->create_before_destroy = create_first;
      set(std::move(copy));
    };
    for (size_t index = 0; index < run.current.size(); ++index)
      update(run.current[index], run.state->instances[index].key, nullptr);
    for (DeposedRun& deposed : run.deposed)
      update(deposed.run, run.state->instances[deposed.instance].key, &deposed.key);
  }
  for (auto& [address, object] : new_objects_) {
    const config::ModuleNode* node =
        graph_->nodes().empty() ? nullptr : context_.configuration->Find(address.module);
    graph::NodeId id = node ? graph_->FindResource(*node, address.resource) : graph::kNoNode;
    state::ObjectPtr made = object->object;
    if (made && id != graph::kNoNode && options_.mode == Mode::kNormal) {
      auto copy = std::make_shared<state::Object>(*made);
      copy->dependencies = graph_->TransitiveResources(id);
      copy->create_before_destroy = create_before_destroy_[id];
      made = std::move(copy);
    }
    edit().SetCurrent(address, data_providers_.at(address), std::move(made));
  }
  for (auto& [address, object] : data_objects_) {
    state::ObjectPtr before = previous_->FindObject(address);
    if (before && before->schema_version == object->schema_version &&
        before->AttributesJson() == object->AttributesJson())
      continue;
    edit().SetCurrent(address, data_providers_.at(address), object);
  }
  // Outputs that are known already are worth keeping, whatever becomes of the apply.
  for (const std::string& name : evaluated_outputs_) {
    const config::Output& output = context_.configuration->root->module->outputs.at(name);
    Value value = root_->OutputValue(name).UnmarkedDeep();
    if (output.ephemeral || !value.IsWhollyKnown()) continue;
    auto before = previous_->outputs.find(name);
    bool stored = before != previous_->outputs.end();
    if (value.IsNull()) {
      if (stored) edit().SetOutput(name, std::nullopt);
    } else if (!stored || before->second.sensitive != output.sensitive ||
               !before->second.value.RawEquals(value)) {
      edit().SetOutput(name, state::OutputValue{std::move(value), output.sensitive});
    }
  }
  if (!editor) return previous_;
  return std::make_shared<const state::State>(editor->Snapshot());
}

}  // namespace engine::run
