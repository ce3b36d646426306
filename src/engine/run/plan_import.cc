// Import blocks: objects that exist at the provider and are taken into the state, with configuration
// generated for them where -generate-config-out asks for it.
#include "base/core/product.h"
#include "engine/run/generate_config.h"
#include "engine/run/identity.h"
#include "engine/run/meta_arguments.h"
#include "engine/run/objects.h"
#include "engine/run/planner.h"
#include "engine/run/provider_checks.h"
#include "engine/run/provider_diagnostics.h"
#include "engine/run/static_checks.h"
#include "language/hcl/parser.h"
#include "language/schema/proposed.h"
#include "language/value/convert.h"

namespace engine::run {

using language::value::Type;

namespace {

void AddImportError(const WantedImport& wanted, std::string summary, std::string detail,
                    Diagnostics& diagnostics) {
  base::diag::Diagnostic diagnostic =
      language::hcl::MakeDiagnostic(base::diag::Severity::kError, std::move(summary), std::move(detail),
                                    *wanted.place->file, wanted.place->span);
  diagnostic.address = wanted.address.ToString();
  diagnostics.Add(std::move(diagnostic));
}

}  // namespace

void Planner::CollectImports(ModuleScope& scope) {
  if (options_.import) return;
  for (const config::Import& import : scope.node().module->imports) {
    std::optional<Expansion> expansion =
        Expand({}, import.for_each, scope, Phase::kPlan, "the import block", diagnostics_);
    if (!expansion) continue;
    for (size_t index = 0; index < expansion->keys.size(); ++index) {
      PendingImport pending{.block = &import, .each_key = expansion->keys[index]};
      if (!expansion->each_values.empty()) pending.each_value = expansion->each_values[index];
      std::optional<ResourceInstance> found = ImportAddress(
          import, InstanceScope(scope, expansion->repetition, pending.each_key, pending.each_value));
      if (!found) continue;
      ResourceInstance address = *std::move(found);
      if (previous_->FindObject(address)) continue;
      const config::ModuleNode* node = context_.configuration->Find(import.to_module);
      pending.configured = node && node->module->resources.contains(import.to_resource.ToString());
      if (!pending.configured && !options_.generate_config) {
        language::hcl::AddError(
            diagnostics_, "Configuration for import target does not exist",
            fmt::format("The configuration for the given import target {} does not exist. Write a resource "
                        "block for it, or have one written: {} plan -generate-config-out=generated.tf",
                        address.ToString(), base::core::ProgramName()),
            *import.to.file, import.to.expression->span);
        continue;
      }
      imports_.emplace(std::move(address), std::move(pending));
    }
  }
}

// Where the object goes; nothing after errors.
std::optional<ResourceInstance> Planner::ImportAddress(const config::Import& import,
                                                       const language::eval::Scope& scope) {
  auto key_of = [&](const config::ExpressionRef& expression) -> std::optional<InstanceKey> {
    if (!expression) return InstanceKey();
    Value key = language::eval::Evaluate(*expression.file, *expression.expression, scope, diagnostics_);
    if (!key.IsKnownNotNull()) return std::nullopt;
    if (key.type().IsNumber()) return InstanceKey(key.AsInt64().value_or(0));
    if (key.type().IsString()) return InstanceKey(std::string(key.AsString()));
    return std::nullopt;
  };
  ResourceInstance address{import.to_module, import.to_resource, {}};
  for (size_t step = 0; step < import.to_module_keys.size() && step < address.module.steps.size(); ++step) {
    if (!import.to_module_keys[step]) continue;
    std::optional<InstanceKey> key = key_of(import.to_module_keys[step]);
    if (!key) return std::nullopt;
    address.module.steps[step].key = *std::move(key);
  }
  std::optional<InstanceKey> key = key_of(import.to_key);
  if (!key) return std::nullopt;
  address.key = *std::move(key);
  return address;
}

std::optional<changes::Importing> Planner::ImportName(const PendingImport& import, const Provider& provider,
                                                      std::string_view type) {
  if (!import.block) return changes::Importing{.id = import.id};
  const config::ExpressionRef& id = import.block->id ? import.block->id : import.block->identity;
  Repetition repetition = import.block->for_each ? Repetition::kForEach : Repetition::kNone;
  InstanceScope scope(*root_, repetition, import.each_key, import.each_value);
  const std::string_view what = import.block->id ? "id" : "identity";
  std::string problem;
  auto fail = [&]() -> std::optional<changes::Importing> {
    language::hcl::AddError(diagnostics_, fmt::format("Invalid import {} argument", what), problem, *id.file,
                            id.expression->span);
    return std::nullopt;
  };
  const provider::api::IdentitySchema* schema = import.block->id ? nullptr : provider.FindIdentity(type);
  if (!import.block->id && !schema) {
    problem = fmt::format("The provider knows no identities of \"{}\": import it by its id.", type);
    return fail();
  }
  Diagnostics own;
  Value value = schema ? language::eval::Evaluate(*id.file, *id.expression, scope, own)
                       : language::eval::EvaluateAs(*id.file, *id.expression, Type::String(), scope, own);
  bool failed = own.HasErrors();
  diagnostics_.Append(std::move(own));
  if (failed) return std::nullopt;
  if (schema) {
    std::optional<Value> identity = ReadIdentity(*schema, value, problem);
    if (!identity) return fail();
    return changes::Importing{.id = IdentityText(*identity), .identity = *std::move(identity)};
  }
  if (value.IsMarked(language::value::kSensitive))
    problem = "The import ID is sensitive, and it would be shown in the plan.";
  else if (value.IsNull())
    problem = "The import ID is null.";
  else if (value.IsUnknown())
    problem = "The import ID depends on values that are known only after apply.";
  else if (value.AsString().empty())
    problem = "The import ID is an empty string.";
  if (problem.empty()) return changes::Importing{.id = std::string(value.AsString())};
  return fail();
}

void Planner::ImportObjects(const ProviderConfig& provider_config, Provider& provider,
                            std::span<WantedImport> wanted) {
  std::vector<provider::api::ImportRequest> requests;
  for (const WantedImport& each : wanted) {
    context_.hooks->PreparingImport(each.address, each.name.id);
    requests.push_back({.type = each.address.resource.type, .identity = each.name.identity});
    if (each.name.identity.IsNull()) requests.back().id = each.name.id;
  }
  std::vector<provider::api::ImportResponse> imported(wanted.size());
  provider.ImportAll(
      requests,
      [&](size_t index, provider::api::ImportResponse response) { imported[index] = std::move(response); },
      context_.stop);

  std::vector<size_t> read;  // indexes of those that are to be read
  for (size_t index = 0; index < wanted.size(); ++index)
    if (TakeImported(provider_config, wanted[index], imported[index])) read.push_back(index);
  std::vector<std::string> addresses;
  for (size_t index : read) addresses.push_back(wanted[index].address.ToString());
  std::vector<provider::api::ReadRequest> reads;
  for (size_t position = 0; position < read.size(); ++position) {
    const provider::api::ImportedObject& object = imported[read[position]].objects[0];
    reads.push_back({.type = wanted[read[position]].address.resource.type,
                     .prior = object.state,
                     .private_data = object.private_data,
                     .address = addresses[position],
                     .identity = object.identity});
  }
  std::vector<provider::api::ReadResponse> responses(reads.size());
  if (!reads.empty())
    provider.Read(
        reads,
        [&](size_t index, provider::api::ReadResponse response) { responses[index] = std::move(response); },
        context_.stop);
  for (size_t position = 0; position < read.size(); ++position)
    TakeImportRead(provider_config, provider, wanted[read[position]], imported[read[position]].objects[0],
                   std::move(responses[position]));
}

bool Planner::TakeImported(const ProviderConfig& provider_config, const WantedImport& wanted,
                           provider::api::ImportResponse& response) {
  const ResourceInstance& address = wanted.address;
  AppendProviderDiagnostics(response.diagnostics, BlockSource(), {}, diagnostics_);
  if (provider::api::HasErrors(response.diagnostics)) return false;
  if (response.deferred) {
    AddDeferredError(
        provider_config.provider, BlockSource(), [&] { return address.ToString(); }, diagnostics_);
    return false;
  }
  if (response.objects.size() != 1 || response.objects[0].type != address.resource.type) {
    AddImportError(wanted, "Import returned an unexpected result",
                   fmt::format("The provider did not return exactly one {} for the ID \"{}\".",
                               address.resource.type, wanted.name.id),
                   diagnostics_);
    return false;
  }
  context_.hooks->ImportPrepared(address);
  context_.hooks->Refreshing(
      address, {}, language::schema::MarkSensitive(wanted.schema->block, response.objects[0].state));
  return true;
}

void Planner::TakeImportRead(const ProviderConfig& provider_config, Provider& provider, WantedImport& wanted,
                             const provider::api::ImportedObject& object,
                             provider::api::ReadResponse response) {
  const ResourceInstance& address = wanted.address;
  const ResourceSchema& schema = *wanted.schema;
  AppendProviderDiagnostics(response.diagnostics, BlockSource(), address.ToString(), diagnostics_);
  if (provider::api::HasErrors(response.diagnostics)) return;
  if (response.state.IsNull()) {
    AddImportError(wanted, "Cannot import non-existent remote object",
                   fmt::format("Provider {} found no object with the ID \"{}\" while importing {}. Only "
                               "objects that exist can be imported: check the ID and which organization or "
                               "account the provider is configured for.",
                               provider_config.provider.ForDisplay(), wanted.name.id, address.ToString()),
                   diagnostics_);
    return;
  }
  if (!CheckRead(
          provider_config.provider, schema.block, response.state, [&] { return address.ToString(); },
          diagnostics_))
    return;
  auto run = std::make_unique<ObjectRun>();
  Value marked = language::schema::MarkSensitive(schema.block, response.state);
  context_.hooks->Refreshed(address, {}, marked);
  run->identity = response.identity.IsKnownNotNull() ? response.identity : object.identity;
  auto made = std::make_shared<state::Object>(
      *MakeObject(response.state, marked, schema, response.private_data, nullptr, nullptr));
  SetIdentity(run->identity, address.resource.type, provider, *made);
  run->object = std::move(made);
  run->before = run->refreshed = std::move(response.state);
  run->private_data = std::move(response.private_data);
  data_providers_[address] = provider_config;
  wanted.run = std::move(run);
}

// Those that are to be imported have what came of it, or have failed.
void Planner::Import(std::span<ManagedWork> works) {
  std::map<ProviderConfig, std::pair<std::vector<ManagedWork*>, std::vector<WantedImport>>> by_provider;
  for (ManagedWork& work : works) {
    if (work.run) continue;
    const ResourceInstance address = work.Address();
    const auto found = imports_.find(address);
    if (found == imports_.end()) continue;
    std::optional<changes::Importing> name = ImportName(found->second, *work.provider, address.resource.type);
    work.failed = !name;
    if (!name) continue;
    const config::Import* block = found->second.block;
    auto& [importing, wanted] = by_provider[work.resource->provider];
    importing.push_back(&work);
    wanted.push_back({.address = address,
                      .name = *std::move(name),
                      .schema = work.schema,
                      .place = block ? &block->place : &work.resource->place,
                      .run = nullptr});
  }
  for (auto& [config, batch] : by_provider) {
    auto& [importing, wanted] = batch;
    ImportObjects(config, *importing[0]->provider, wanted);
    for (size_t index = 0; index < wanted.size(); ++index) {
      ManagedWork& work = *importing[index];
      work.failed = !wanted[index].run;
      if (work.failed) continue;
      work.importing = std::move(wanted[index].name);
      work.run = wanted[index].run.get();
      new_objects_[wanted[index].address] = std::move(wanted[index].run);
    }
  }
}

std::vector<ProviderConfig> Planner::ProvidersOfUnconfiguredImports() {
  std::vector<ProviderConfig> providers;
  for (const config::Import& import : context_.configuration->root->module->imports) {
    const config::ModuleNode* node = context_.configuration->Find(import.to_module);
    if (!node || node->module->resources.contains(import.to_resource.ToString())) continue;
    providers.push_back(config::ProviderForImport(*node, import));
  }
  return providers;
}

void Planner::CheckRequestedImport() {
  if (!options_.import || new_objects_.contains(options_.import->address) || diagnostics_.HasErrors()) return;
  diagnostics_.Error(
      "Configuration for import target does not exist",
      fmt::format("The configuration has no instance {}: its count or for_each does not make one with "
                  "this key.",
                  options_.import->address.ToString()));
}

void Planner::ImportWithoutConfig() {
  std::map<ProviderConfig, std::vector<WantedImport>> by_provider;
  for (const auto& [address, import] : imports_) {
    if (import.configured && failures_.empty() && !targeting_.active()) {
      const ModuleScope* scope = root_.get();
      for (const language::address::ModuleStep& step : address.module.steps)
        scope = scope ? scope->FindChild(step.name, step.key) : nullptr;
      if (!scope) AddMissingImportTarget(address, diagnostics_);
    }
    if (import.configured || !targeting_.KeepsAlone(address)) continue;
    const config::ModuleNode* node = context_.configuration->Find(address.module);
    if (!node || node->parent) {
      language::hcl::AddError(diagnostics_, "Import target does not exist in module",
                              "Configuration can only be generated for resources of the root module.",
                              *import.block->place.file, import.block->place.span);
      continue;
    }
    const ProviderConfig provider_config = config::ProviderForImport(*node, *import.block);
    if (std::optional<WantedImport> one = WantGenerated(address, import, provider_config))
      by_provider[provider_config].push_back(*std::move(one));
  }
  for (auto& [provider_config, wanted] : by_provider) {
    ImportObjects(provider_config, *providers_.Configured(provider_config), wanted);
    for (WantedImport& each : wanted)
      if (each.run) PlanGenerated(provider_config, each);
  }
}

// Nothing after errors.
std::optional<WantedImport> Planner::WantGenerated(const ResourceInstance& address,
                                                   const PendingImport& import,
                                                   const ProviderConfig& provider_config) {
  Provider* provider = providers_.Configured(provider_config);
  if (!provider) return std::nullopt;
  std::optional<changes::Importing> name = ImportName(import, *provider, address.resource.type);
  if (!name) return std::nullopt;
  const ResourceSchema* schema = provider->FindResource(address.resource.type);
  if (schema)
    return WantedImport{.address = address,
                        .name = *std::move(name),
                        .schema = schema,
                        .place = &import.block->place,
                        .run = nullptr};
  language::hcl::AddError(diagnostics_, "Invalid resource type",
                          fmt::format("Provider {} has no resource type \"{}\".",
                                      provider_config.provider.ForDisplay(), address.resource.type),
                          *import.block->place.file, import.block->place.span);
  return std::nullopt;
}

void Planner::PlanGenerated(const ProviderConfig& provider_config, WantedImport& wanted) {
  const ResourceInstance& address = wanted.address;
  const ResourceSchema* schema = wanted.schema;
  Provider* provider = providers_.Configured(provider_config);
  ObjectRun* object = wanted.run.get();
  new_objects_[address] = std::move(wanted.run);
  std::string text = GenerateConfig(address.resource, schema->block, object->refreshed);

  // The generated text is planned as if it had been written by hand.
  Diagnostics own;
  language::hcl::FilePtr file = language::hcl::ParseConfig("generated configuration", text, own);
  if (file->body().blocks.empty()) return;
  const language::hcl::Body& body = *file->body().blocks[0].body;
  Value config = language::eval::DecodeBody(*file, body, schema->block, *root_, kResourceMetaArguments,
                                            kResourceMetaBlocks, own);
  auto generated = std::make_unique<config::Resource>();
  generated->address = address.resource;
  generated->body = {file, &body};
  generated->provider = provider_config;
  generated->place = {file, file->body().blocks[0].header_span};
  ResourceValues values;
  values.expansion.keys.push_back(address.key);
  values.values.resize(1);
  values.expanded = true;
  ManagedWork work{InstanceWork{.resource = generated.get(),
                                .schema = schema,
                                .provider = provider,
                                .scope = root_.get(),
                                .values = &values}};
  work.run = object;
  wanted.name.generated_config = std::move(text);
  work.importing = std::move(wanted.name);
  work.prior = object->refreshed;
  work.config = work.effective_config = config.UnmarkedDeep();
  diagnostics_.Append(std::move(own));
  AppendProviderDiagnostics(provider->ValidateResource(address.resource.type, work.config),
                            BlockSource(generated.get()), address.ToString(), diagnostics_);
  provider::api::PlanRequest request{.type = address.resource.type,
                                     .prior = work.prior,
                                     .config = work.config,
                                     .private_data = object->private_data};
  request.proposed = language::schema::ProposedNew(schema->block, work.prior, work.config);
  provider::api::PlanResponse response;
  provider->Plan(
      std::span(&request, 1), [&](size_t, provider::api::PlanResponse r) { response = std::move(r); },
      context_.stop);
  TakePlanned(work, std::move(response));
  if (!work.failed) Record(work);
}

}  // namespace engine::run
