// Refresh: once a provider is configured, all its objects of the state are read in one batch
// (docs/decisions.md, 3).
#include <algorithm>

#include "engine/run/identity.h"
#include "engine/run/planner.h"
#include "engine/run/provider_checks.h"
#include "engine/run/provider_config.h"
#include "engine/run/provider_diagnostics.h"
#include "engine/run/provider_meta.h"
#include "language/schema/proposed.h"

namespace engine::run {

using changes::Mode;
using graph::NodeId;
using language::address::Resource;
using language::address::ResourceMode;

void Planner::LoadPrevious() {
  runs_.resize(previous_->resources.size());
  for (size_t index = 0; index < runs_.size(); ++index) {
    const state::ResourceState& resource = previous_->resources[index];
    ResourceRun& run = runs_[index];
    run.state = &resource;
    run.provider = resource.provider;
    run.current.resize(resource.instances.size());
    if (const config::ModuleNode* node = context_.configuration->Find(resource.module)) {
      auto found = node->module->resources.find(resource.resource.ToString());
      if (found != node->module->resources.end()) {
        run.config = &found->second;
        run.provider = found->second.provider;
      }
    }
  }
}

ResourceRun* Planner::FindRun(const ModuleInstance& module, const Resource& resource) {
  const state::ResourceState* found = previous_->Find(module, resource);
  return found ? &runs_[static_cast<size_t>(found - previous_->resources.data())] : nullptr;
}

void Planner::ConfigureProvider(NodeId id) {
  const ProviderConfig& config = graph_->node(id).provider;
  const config::ModuleNode& home = *graph_->node(id).module;
  ModuleScope* scope = scopes_[&home].empty() ? nullptr : scopes_[&home].front();
  if (!scope || failures_.Blocks(*graph_, id, *scope)) {
    failures_.Add(id, nullptr);
    return;
  }
  Provider* provider = StartProvider(config, *scope, providers_, diagnostics_);
  if (!provider) {
    failures_.Add(id, nullptr);
    return;
  }
  AdoptCreated(config, *provider);
  Refresh(config, *provider);
}

void Planner::Refresh(const ProviderConfig& provider_config, Provider& provider) {
  std::vector<provider::api::ReadRequest> requests;
  struct Target {
    ObjectRun* object;
    ResourceInstance address;
    std::string_view deposed;
    const language::schema::Block* block;
  };
  std::vector<Target> targets;
  std::vector<std::string> addresses;
  bool read = options_.refresh;
  bool remote = read && !provider.IsLocal();
  std::vector<PendingUpgrade> upgrades;
  auto concerned = [&](const ResourceRun& run) {
    return run.provider == provider_config && run.state->resource.mode == ResourceMode::kManaged;
  };
  for (ResourceRun& run : runs_)
    if (concerned(run)) DecodePrevious(run, provider, upgrades);
  UpgradeObjects(std::move(upgrades), provider);
  for (ResourceRun& run : runs_) {
    if (!concerned(run) || !read || !run.schema) continue;
    const Value meta = RefreshMeta(run, provider);
    auto add = [&](ObjectRun& object, const state::Instance& instance, std::string_view deposed) {
      if (object.failed || !object.object || object.left_out) return;
      ResourceInstance address{run.state->module, run.state->resource, instance.key};
      if (IsForgotten(run, address)) return;
      context_.hooks->Refreshing(address, deposed,
                                 MarkedBefore(object.before, object.object.get(), run.schema->block));
      requests.push_back({.type = run.state->resource.type,
                          .prior = object.before,
                          .private_data = object.private_data,
                          .identity = object.identity,
                          .provider_meta = meta});
      if (remote) addresses.push_back(address.ToString());
      targets.push_back({&object, std::move(address), deposed, &run.schema->block});
    };
    for (size_t index = 0; index < run.current.size(); ++index)
      add(run.current[index], run.state->instances[index], {});
    for (DeposedRun& deposed : run.deposed)
      add(deposed.run, run.state->instances[deposed.instance], deposed.key);
  }
  for (size_t index = 0; index < addresses.size(); ++index) requests[index].address = addresses[index];

  std::mutex mutex;
  size_t done = 0;
  if (!requests.empty()) context_.hooks->RefreshProgress(done, requests.size());
  std::vector<provider::api::ProviderDiagnostics> problems(requests.size());
  std::vector<uint8_t> deferred(requests.size());
  provider.Read(
      requests,
      [&](size_t index, provider::api::ReadResponse response) {
        std::lock_guard lock(mutex);
        context_.hooks->RefreshProgress(++done, requests.size());
        ObjectRun& object = *targets[index].object;
        problems[index] = std::move(response.diagnostics);
        object.failed = provider::api::HasErrors(problems[index]);
        if (object.failed) return;
        // As the reference does with everything that was read: old SDKs have null for no blocks.
        object.refreshed = response.state.type() == targets[index].block->implied_type()
                               ? language::schema::NormalizeLegacy(*targets[index].block, response.state)
                               : std::move(response.state);
        object.private_data = std::move(response.private_data);
        deferred[index] = response.deferred.has_value();
        if (response.identity.IsKnownNotNull()) object.identity = std::move(response.identity);
        context_.hooks->Refreshed(targets[index].address, targets[index].deposed,
                                  MarkedBefore(object.refreshed, object.object.get(), *targets[index].block));
      },
      context_.stop);
  // In the order of the state, whatever the order of the answers.
  for (size_t index = 0; index < targets.size(); ++index) {
    ObjectRun* object = targets[index].object;
    const ResourceInstance& address = targets[index].address;
    if (problems[index].empty() && !deferred[index] && object->refreshed.SameNode(object->before)) continue;
    const ResourceRun& run = *FindRun(address.module, address.resource);
    auto text = [&instance = address] { return instance.ToString(); };
    if (!problems[index].empty())
      AppendProviderDiagnostics(problems[index], BlockSource(run.config), text(), diagnostics_);
    if (!object->failed && deferred[index]) {
      AddDeferredError(provider_config.provider, BlockSource(run.config), text, diagnostics_);
      object->failed = true;
    }
    if (!object->failed &&
        !CheckRead(provider_config.provider, run.schema->block, object->refreshed, text, diagnostics_))
      object->failed = true;
  }
}

// Objects are read before their modules are expanded: what the block says may use constants, and what the
// first instance of the module knows by then.
Value Planner::RefreshMeta(const ResourceRun& run, const Provider& provider) {
  const config::ModuleNode* node =
      run.config && provider.MetaSchema() ? context_.configuration->Find(run.state->module) : nullptr;
  if (!node || node->module->provider_meta.empty()) return {};
  Diagnostics told_later;
  const std::vector<ModuleScope*>& scopes = scopes_[node];
  if (!scopes.empty())
    return EvaluateProviderMeta(*node->module, *run.config, provider, *scopes.front(), told_later)
        .value_or(Value());
  const language::eval::LocalScope constants(nullptr, context_.functions);
  return EvaluateProviderMeta(*node->module, *run.config, provider, constants, told_later).value_or(Value());
}

void Planner::DecodePrevious(ResourceRun& run, Provider& provider, std::vector<PendingUpgrade>& upgrades) {
  run.schema = provider.FindResource(run.state->resource.type);
  if (!run.schema) {
    diagnostics_.Error(
        "Missing resource type",
        fmt::format("The state holds {}, but provider {} does not know resources of type \"{}\".",
                    run.state->resource.ToString(), run.provider.provider.ForDisplay(),
                    run.state->resource.type));
    for (ObjectRun& object : run.current) object.failed = true;
    return;
  }
  for (size_t index = 0; index < run.current.size(); ++index) {
    const state::Instance& instance = run.state->instances[index];
    run.current[index].object = instance.current;
    for (const auto& [key, object] : instance.deposed) {
      run.deposed.push_back({.instance = index, .key = key});
      run.deposed.back().run.object = object;
      run.deposed.back().run.left_out =
          !targeting_.KeepsAlone({run.state->module, run.state->resource, instance.key});
    }
  }
  auto decode = [&](ObjectRun& object, const state::Instance& instance) {
    if (object.object)
      DecodeObject(run, object, {run.state->module, run.state->resource, instance.key}, provider, upgrades);
  };
  for (size_t index = 0; index < run.current.size(); ++index)
    decode(run.current[index], run.state->instances[index]);
  for (DeposedRun& deposed : run.deposed) decode(deposed.run, run.state->instances[deposed.instance]);
}

void Planner::DecodeObject(ResourceRun& run, ObjectRun& object, const ResourceInstance& address,
                           Provider& provider, std::vector<PendingUpgrade>& upgrades) {
  const state::Object& stored = *object.object;
  object.private_data = stored.private_data;
  object.identity = IdentityOf(stored, address.resource.type, provider);
  if (stored.schema_version > run.schema->version) {
    object.failed = true;
    diagnostics_.Error(
        "Resource instance managed by newer provider version",
        fmt::format("The state of {} was written by a newer version of provider {} (schema {}, and this one "
                    "knows {}). Use that version or a newer one.",
                    address.ToString(), run.provider.provider.ForDisplay(), stored.schema_version,
                    run.schema->version));
    return;
  }
  std::optional<Value> decoded;
  if (stored.schema_version == run.schema->version) {
    auto value = stored.Decode(run.schema->block.implied_type());
    if (value.ok()) decoded = std::move(value).value();
  }
  if (decoded && !provider.UpgradesAlways())
    object.before = object.refreshed = *std::move(decoded);
  else
    upgrades.push_back({.run = &run, .object = &object, .address = address, .decoded = std::move(decoded)});
}

// A run that died may have made objects that no state knows: the provider looks for all of them by their
// natural keys.
void Planner::AdoptCreated(const ProviderConfig& provider_config, Provider& provider) {
  std::vector<const state::Intent*> intents;
  std::vector<provider::api::FindCreatedRequest> requests;
  for (const state::Intent& intent : options_.in_doubt) {
    if (intent.provider != provider_config || intent.action != 'c') continue;
    if (previous_->FindObject(intent.address)) continue;
    const ResourceSchema* schema = provider.FindResource(intent.address.resource.type);
    if (!schema) continue;
    // Unknown parts of what was planned were written as null.
    state::Object planned;
    planned.backing = std::make_shared<const std::string>(intent.planned_json);
    planned.json = *planned.backing;
    auto value = planned.Decode(schema->block.implied_type());
    if (!value.ok()) continue;
    intents.push_back(&intent);
    requests.push_back({intent.address.resource.type, *value,
                        std::chrono::system_clock::time_point(std::chrono::milliseconds(intent.time_ms))});
  }
  if (requests.empty()) return;
  std::mutex mutex;
  std::vector<provider::api::FindCreatedResponse> responses(requests.size());
  provider.FindCreated(
      requests,
      [&](size_t index, provider::api::FindCreatedResponse response) {
        std::lock_guard lock(mutex);
        responses[index] = std::move(response);
      },
      context_.stop);
  for (size_t index = 0; index < intents.size(); ++index)
    TakeCreated(*intents[index], std::move(responses[index]), provider_config, provider);
}

void Planner::TakeCreated(const state::Intent& intent, provider::api::FindCreatedResponse found,
                          const ProviderConfig& provider_config, Provider& provider) {
  const ResourceSchema& schema = *provider.FindResource(intent.address.resource.type);
  std::string address = intent.address.ToString();
  AppendProviderDiagnostics(found.diagnostics, BlockSource(), address, diagnostics_);
  if (found.state.IsNull()) {
    diagnostics_.Warning(
        "Interrupted creation",
        fmt::format("An earlier run ended while it was creating {}. The provider finds no object that was "
                    "made then, so it is planned anew.",
                    address));
    return;
  }
  auto run = std::make_unique<ObjectRun>();
  auto object = std::make_shared<state::Object>();
  object->schema_version = schema.version;
  object->value = found.state;
  object->type = schema.block.implied_type();
  run->object = object;
  run->before = run->refreshed = found.state;
  run->upgraded = true;
  new_objects_[intent.address] = std::move(run);
  data_providers_[intent.address] = provider_config;
  diagnostics_.Warning(
      "Recovered object",
      fmt::format("An earlier run ended while it was creating {}. The object exists and has been taken "
                  "into the state.",
                  address));
}

}  // namespace engine::run
