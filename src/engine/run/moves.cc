#include "engine/run/moves.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/run/identity.h"
#include "engine/run/objects.h"
#include "engine/run/provider_checks.h"
#include "engine/run/provider_diagnostics.h"

namespace engine::run {
namespace {

using language::address::InstanceKey;
using language::address::ModuleInstance;
using language::address::ResourceInstance;
using language::address::Target;

struct Statement {
  ModuleInstance base;  // where the moved block stands
  const config::Moved* moved;
};

void CollectStatements(const config::ModuleNode& node, std::vector<Statement>& statements) {
  for (const config::Moved& moved : node.module->moved) statements.push_back({node.path, &moved});
  for (const auto& [name, child] : node.children) CollectStatements(*child, statements);
}

// Whether `path` begins with the steps of `prefix` from `offset` on; a step without key stands for all keys
// only in the part above the statement (`offset` steps), which must match by name.
bool MatchesModule(const ModuleInstance& path, const ModuleInstance& base, const ModuleInstance& relative) {
  if (path.steps.size() < base.steps.size() + relative.steps.size()) return false;
  for (size_t index = 0; index < base.steps.size(); ++index)
    if (path.steps[index].name != base.steps[index].name) return false;
  for (size_t index = 0; index < relative.steps.size(); ++index) {
    const auto& have = path.steps[base.steps.size() + index];
    const auto& want = relative.steps[index];
    bool last_of_module_move = index + 1 == relative.steps.size();
    if (have.name != want.name) return false;
    if (have.key != want.key && !(last_of_module_move && want.key.IsNone())) return false;
  }
  return true;
}

std::optional<ResourceInstance> MovedAddress(const Statement& statement, const ResourceInstance& address) {
  const Target& from = statement.moved->from;
  const Target& to = statement.moved->to;
  size_t depth = statement.base.steps.size();
  if (!MatchesModule(address.module, statement.base, from.module)) return std::nullopt;
  ResourceInstance result = address;
  if (from.resource) {
    if (address.module.steps.size() != depth + from.module.steps.size()) return std::nullopt;
    if (address.resource != *from.resource || !to.resource) return std::nullopt;
    if (!from.key.IsNone() && from.key != address.key) return std::nullopt;
    // A resource as a whole keeps its keys; a single instance takes the key that the statement names.
    if (from.key.IsNone() && !to.key.IsNone() && !address.key.IsNone()) return std::nullopt;
    if (!from.key.IsNone() || !to.key.IsNone()) result.key = to.key;
    result.resource = *to.resource;
  } else if (to.resource) {
    return std::nullopt;
  }
  ModuleInstance module;
  module.steps.assign(address.module.steps.begin(), address.module.steps.begin() + depth);
  for (size_t index = 0; index < to.module.steps.size(); ++index) {
    language::address::ModuleStep step = to.module.steps[index];
    bool keeps_key = index + 1 == to.module.steps.size() && step.key.IsNone() && !from.module.steps.empty() &&
                     from.module.steps.back().key.IsNone() && !from.resource;
    if (keeps_key) step.key = address.module.steps[depth + from.module.steps.size() - 1].key;
    module.steps.push_back(std::move(step));
  }
  module.steps.insert(module.steps.end(), address.module.steps.begin() + depth + from.module.steps.size(),
                      address.module.steps.end());
  result.module = std::move(module);
  return result;
}

// The instance key that the configuration's repetition asks for where the state has the other kind.
std::optional<InstanceKey> ImpliedKey(const config::Configuration& configuration,
                                      const state::ResourceState& resource, const InstanceKey& key) {
  const config::ModuleNode* node = configuration.Find(resource.module);
  if (!node) return std::nullopt;
  auto found = node->module->resources.find(resource.resource.ToString());
  if (found == node->module->resources.end()) return std::nullopt;
  const config::Resource& config = found->second;
  if (config.count && key.IsNone()) return InstanceKey(int64_t{0});
  if (!config.count && !config.for_each && key.IsInt() && key.AsInt() == 0) return InstanceKey();
  return std::nullopt;
}

// An object that changes its resource type, as the provider of the new one makes it.
class TypeChange {
 public:
  TypeChange(const config::Configuration& configuration, ProviderPool& providers,
             base::diag::Diagnostics& diagnostics)
      : configuration_(configuration), providers_(providers), diagnostics_(diagnostics) {}

  // Where the object at the new address belongs. Of what is not configured there, the old provider goes on.
  ProviderConfig ProviderOf(const ResourceInstance& to, const ProviderConfig& stored) const {
    const config::ModuleNode* node = configuration_.Find(to.module);
    if (!node) return stored;
    auto found = node->module->resources.find(to.resource.ToString());
    return found == node->module->resources.end() ? stored : found->second.provider;
  }

  // Null after errors. `place`: of the statement.
  state::ObjectPtr Convert(const state::Object& object, const language::address::Resource& from,
                           const language::address::Provider& source, const ResourceInstance& to,
                           const language::address::Provider& target, const config::Place& place) {
    Provider* provider = providers_.Unconfigured(target, diagnostics_);
    if (!provider) return nullptr;
    const ResourceSchema* schema = provider->FindResource(to.resource.type);
    if (!schema || !provider->CanMove()) {
      language::hcl::AddError(
          diagnostics_, "Unsupported `moved` across resource types",
          fmt::format("The provider {} does not take over objects of other resource types. Remove the block, "
                      "and import the object instead: {} was of type {}.",
                      target.ForDisplay(), to.ToString(), from.type),
          *place.file, place.span);
      return nullptr;
    }
    const std::string source_name = source.ToString(), json = object.AttributesJson();
    provider::api::MoveResponse moved = provider->Move({.source_provider = source_name,
                                                        .source_type = from.type,
                                                        .source_version = object.schema_version,
                                                        .source_json = json,
                                                        .source_flat = object.flatmap,
                                                        .source_private_data = object.private_data,
                                                        .source_identity_json = object.identity_json,
                                                        .source_identity_version = object.identity_version,
                                                        .target_type = to.resource.type});
    const std::string address = to.ToString();
    AppendProviderDiagnostics(moved.diagnostics, BlockSource(), address, diagnostics_);
    if (provider::api::HasErrors(moved.diagnostics)) return nullptr;
    if (moved.state.IsNull()) {
      diagnostics_.Error(
          "Provider returned invalid value",
          fmt::format("Provider {} took over {} and returned nothing.", target.ForDisplay(), address));
      return nullptr;
    }
    if (!CheckRead(target, schema->block, moved.state, [&] { return address; }, diagnostics_)) return nullptr;
    Value marked = language::schema::MarkSensitive(schema->block, moved.state);
    auto made = std::make_shared<state::Object>(*MakeObject(
        moved.state, marked, *schema, std::move(moved.private_data), object.dependencies, &object));
    made->tainted = object.tainted;
    SetIdentity(moved.identity, to.resource.type, *provider, *made);
    return made;
  }

 private:
  const config::Configuration& configuration_;
  ProviderPool& providers_;
  base::diag::Diagnostics& diagnostics_;
};

}  // namespace

std::shared_ptr<const state::State> ApplyMoves(const config::Configuration& configuration,
                                               std::shared_ptr<const state::State> state,
                                               ProviderPool& providers,
                                               std::map<ResourceInstance, ResourceInstance>& moved_from,
                                               base::diag::Diagnostics& diagnostics) {
  std::vector<Statement> statements;
  CollectStatements(*configuration.root, statements);
  struct Move {
    ResourceInstance from, to;
    const state::ResourceState* resource;
    const state::Instance* instance;
    const config::Moved* last;  // the statement that led to `to`; null for implied moves
  };
  std::vector<Move> moves;
  std::set<ResourceInstance> taken;
  std::vector<std::string> blocked;
  for (const state::ResourceState& resource : state->resources) {
    if (resource.resource.mode != language::address::ResourceMode::kManaged) continue;
    bool mentioned = false;
    for (const state::Instance& instance : resource.instances) {
      ResourceInstance from{resource.module, resource.resource, instance.key};
      ResourceInstance to = from;
      // Chains are followed; each statement applies at most once to an object.
      std::set<const config::Moved*> used;
      const config::Moved* last = nullptr;
      bool stuck = false;
      // One step. What is in the way blocks it, also where that will move on: else both would end up at one
      // address.
      auto step = [&](ResourceInstance next) {
        stuck = next != from && (state->FindObject(next) || taken.contains(next));
        if (stuck)
          blocked.push_back(to.ToString() + " could not move to " + next.ToString());
        else
          to = std::move(next);
      };
      for (bool again = !statements.empty(); again && !stuck;) {
        again = false;
        for (const Statement& statement : statements) {
          if (stuck || used.contains(statement.moved)) continue;
          if (auto next = MovedAddress(statement, to)) {
            used.insert(statement.moved);
            mentioned = again = true;
            last = statement.moved;
            step(std::move(*next));
          }
        }
      }
      if (to == from && !mentioned)
        if (auto key = ImpliedKey(configuration, resource, instance.key))
          step({from.module, from.resource, *key});
      if (to == from) continue;
      taken.insert(to);
      moves.push_back({from, to, &resource, &instance, last});
    }
  }
  for (const std::string& text : blocked)
    diagnostics.Warning(
        "Unresolved resource instance address changes",
        text +
            ", because an object is at that address already. It is planned for destruction unless the "
            "configuration still has it.");
  if (moves.empty()) return state;
  state::StateEditor editor(*state);
  for (const Move& move : moves) {
    editor.SetCurrent(move.from, move.resource->provider, nullptr);
    for (const auto& [key, object] : move.instance->deposed)
      editor.SetDeposed(move.from, move.resource->provider, key, nullptr);
  }
  TypeChange change(configuration, providers, diagnostics);
  for (const Move& move : moves) {
    const bool other_type = move.last && move.from.resource.type != move.to.resource.type;
    const ProviderConfig provider =
        other_type ? change.ProviderOf(move.to, move.resource->provider) : move.resource->provider;
    auto convert = [&](const state::ObjectPtr& object) {
      return other_type ? change.Convert(*object, move.from.resource, move.resource->provider.provider,
                                         move.to, provider.provider, move.last->place)
                        : object;
    };
    if (move.instance->current) editor.SetCurrent(move.to, provider, convert(move.instance->current));
    for (const auto& [key, object] : move.instance->deposed)
      editor.SetDeposed(move.to, provider, key, convert(object));
    moved_from.emplace(move.to, move.from);
  }
  return std::make_shared<const state::State>(editor.Snapshot());
}

}  // namespace engine::run
