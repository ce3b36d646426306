// Refresh: once a provider is configured, all its objects of the state are read in one batch
// (docs/decisions.md, 3).
#include <algorithm>

#include "engine/run/planner.h"
#include "engine/run/provider_checks.h"
#include "engine/run/provider_config.h"
#include "engine/run/provider_diagnostics.h"

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
  std::vector<std::pair<ObjectRun*, ResourceInstance>> targets;
  std::vector<std::string> addresses;
  bool read = options_.refresh;
  bool remote = read && !provider.IsLocal();
  for (ResourceRun& run : runs_) {
    if (run.provider != provider_config || run.state->resource.mode != ResourceMode::kManaged) continue;
    DecodePrevious(run, provider);
    if (!read || !run.schema) continue;
    auto add = [&](ObjectRun& object, const state::Instance& instance, std::string_view deposed) {
      if (object.failed || !object.object) return;
      ResourceInstance address{run.state->module, run.state->resource, instance.key};
      if (IsForgotten(run, address)) return;
      context_.hooks->Refreshing(address, deposed, object.before);
      requests.push_back({run.state->resource.type, object.before, object.private_data, {}});
      if (remote) addresses.push_back(address.ToString());
      targets.emplace_back(&object, std::move(address));
    };
    for (size_t index = 0; index < run.current.size(); ++index)
      add(run.current[index], run.state->instances[index], {});
    for (DeposedRun& deposed : run.deposed)
      add(deposed.run, run.state->instances[deposed.instance], deposed.key);
  }
  for (size_t index = 0; index < addresses.size(); ++index) requests[index].address = addresses[index];

  std::mutex mutex;
  size_t done = 0;
  std::vector<provider::api::ProviderDiagnostics> problems(requests.size());
  provider.Read(
      requests,
      [&](size_t index, provider::api::ReadResponse response) {
        std::lock_guard lock(mutex);
        context_.hooks->RefreshProgress(++done, requests.size());
        ObjectRun& object = *targets[index].first;
        problems[index] = std::move(response.diagnostics);
        object.failed = provider::api::HasErrors(problems[index]);
        if (object.failed) return;
        object.refreshed = std::move(response.state);
        object.private_data = std::move(response.private_data);
      },
      context_.stop);
  // In the order of the state, whatever the order of the answers.
  for (size_t index = 0; index < targets.size(); ++index) {
    auto& [object, address] = targets[index];
    if (problems[index].empty() && object->refreshed.SameNode(object->before)) continue;
    const ResourceRun& run = *FindRun(address.module, address.resource);
    auto text = [&] { return address.ToString(); };
    if (!problems[index].empty())
      AppendProviderDiagnostics(problems[index], BlockSource(run.config), text(), diagnostics_);
    if (!object->failed &&
        !CheckRead(provider_config.provider, run.schema->block, object->refreshed, text, diagnostics_))
      object->failed = true;
  }
}

void Planner::DecodePrevious(ResourceRun& run, Provider& provider) {
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
    }
  }
  auto decode = [&](ObjectRun& object, const state::Instance& instance) {
    if (object.object)
      DecodeObject(run, object, {run.state->module, run.state->resource, instance.key}, provider);
  };
  for (size_t index = 0; index < run.current.size(); ++index)
    decode(run.current[index], run.state->instances[index]);
  for (DeposedRun& deposed : run.deposed) decode(deposed.run, run.state->instances[deposed.instance]);
}

void Planner::DecodeObject(ResourceRun& run, ObjectRun& object, const ResourceInstance& address,
                           Provider& provider) {
  const state::Object& stored = *object.object;
  object.private_data = stored.private_data;
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
  if (stored.schema_version == run.schema->version) {
    auto decoded = stored.Decode(run.schema->block.implied_type());
    if (decoded.ok()) {
      object.before = object.refreshed = std::move(decoded).value();
      return;
    }
  }
  object.upgraded = true;
  provider::api::UpgradeResponse upgraded =
      provider.Upgrade(run.state->resource.type, stored.schema_version, stored.AttributesJson());
  AppendProviderDiagnostics(upgraded.diagnostics, BlockSource(run.config), address.ToString(), diagnostics_);
  object.failed = provider::api::HasErrors(upgraded.diagnostics);
  object.before = object.refreshed = std::move(upgraded.state);
}

// A run that died may have made objects that no state knows: the provider looks for them by their natural
// keys.
void Planner::AdoptCreated(const ProviderConfig& provider_config, Provider& provider) {
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
    provider::api::FindCreatedResponse found = provider.FindCreated(
        {intent.address.resource.type, *value,
         std::chrono::system_clock::time_point(std::chrono::milliseconds(intent.time_ms))});
    std::string address = intent.address.ToString();
    AppendProviderDiagnostics(found.diagnostics, BlockSource(), address, diagnostics_);
    if (found.state.IsNull()) {
      diagnostics_.Warning(
          "Interrupted creation",
          fmt::format("An earlier run ended while it was creating {}. The provider finds no object that was "
                      "made then, so it is planned anew.",
                      address));
      continue;
    }
    auto run = std::make_unique<ObjectRun>();
    auto object = std::make_shared<state::Object>();
    object->schema_version = schema->version;
    object->value = found.state;
    object->type = schema->block.implied_type();
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
}

}  // namespace engine::run
