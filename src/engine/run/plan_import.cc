// Import blocks: objects that exist at the provider and are taken into the state, with configuration
// generated for them where -generate-config-out asks for it.
#include "engine/run/generate_config.h"
#include "engine/run/meta_arguments.h"
#include "engine/run/objects.h"
#include "engine/run/planner.h"
#include "engine/run/provider_checks.h"
#include "engine/run/provider_diagnostics.h"
#include "language/hcl/parser.h"
#include "language/schema/proposed.h"
#include "language/value/convert.h"

namespace engine::run {

using language::value::Type;

void Planner::CollectImports(ModuleScope& scope) {
  for (const config::Import& import : scope.node().module->imports) {
    std::optional<Expansion> expansion =
        Expand({}, import.for_each, scope, Phase::kPlan, "the import block", diagnostics_);
    if (!expansion) continue;
    for (size_t index = 0; index < expansion->keys.size(); ++index) {
      PendingImport pending{.block = &import, .each_key = expansion->keys[index]};
      if (!expansion->each_values.empty()) pending.each_value = expansion->each_values[index];
      ResourceInstance address{import.to_module, import.to_resource, {}};
      if (import.to_key) {
        InstanceScope instance(scope, expansion->repetition, pending.each_key, pending.each_value);
        Value key =
            language::eval::Evaluate(*import.to_key.file, *import.to_key.expression, instance, diagnostics_);
        if (!key.IsKnownNotNull()) continue;
        if (key.type().IsNumber())
          address.key = InstanceKey(key.AsInt64().value_or(0));
        else if (key.type().IsString())
          address.key = InstanceKey(std::string(key.AsString()));
      }
      if (previous_->FindObject(address)) continue;
      const config::ModuleNode* node = context_.configuration->Find(import.to_module);
      pending.configured = node && node->module->resources.contains(import.to_resource.ToString());
      if (!pending.configured && !options_.generate_config) {
        language::hcl::AddError(
            diagnostics_, "Configuration for import target does not exist",
            fmt::format("The configuration for the given import target {} does not exist. Write a resource "
                        "block for it, or "
                        "have one written: parterre plan -generate-config-out=generated.tf",
                        address.ToString()),
            *import.to.file, import.to.expression->span);
        continue;
      }
      imports_.emplace(std::move(address), std::move(pending));
    }
  }
}

std::optional<std::string> Planner::ImportId(const PendingImport& import) {
  const config::ExpressionRef& id = import.block->id;
  Repetition repetition = import.block->for_each ? Repetition::kForEach : Repetition::kNone;
  InstanceScope scope(*root_, repetition, import.each_key, import.each_value);
  Diagnostics own;
  Value value = language::eval::EvaluateAs(*id.file, *id.expression, Type::String(), scope, own);
  bool failed = own.HasErrors();
  diagnostics_.Append(std::move(own));
  if (failed) return std::nullopt;
  std::string problem;
  if (value.IsMarked(language::value::kSensitive))
    problem = "The import ID is sensitive, and it would be shown in the plan.";
  else if (value.IsNull())
    problem = "The import ID is null.";
  else if (value.IsUnknown())
    problem = "The import ID depends on values that are known only after apply.";
  else if (value.AsString().empty())
    problem = "The import ID is an empty string.";
  if (problem.empty()) return std::string(value.AsString());
  language::hcl::AddError(diagnostics_, "Invalid import id argument", problem, *id.file, id.expression->span);
  return std::nullopt;
}

std::unique_ptr<ObjectRun> Planner::ImportObject(const ResourceInstance& address, const std::string& id,
                                                 const ProviderConfig& provider_config, Provider& provider,
                                                 const ResourceSchema& schema, const config::Place& place) {
  context_.hooks->PreparingImport(address, id);
  std::string text = address.ToString();
  auto fail = [&](std::string summary, std::string detail) {
    base::diag::Diagnostic diagnostic = language::hcl::MakeDiagnostic(
        base::diag::Severity::kError, std::move(summary), std::move(detail), *place.file, place.span);
    diagnostic.address = text;
    diagnostics_.Add(std::move(diagnostic));
    return nullptr;
  };
  provider::api::ImportResponse imported = provider.Import(address.resource.type, id);
  AppendProviderDiagnostics(imported.diagnostics, BlockSource(), text, diagnostics_);
  if (provider::api::HasErrors(imported.diagnostics)) return nullptr;
  if (imported.objects.size() != 1 || imported.objects[0].type != address.resource.type)
    return fail("Import returned an unexpected result",
                fmt::format("The provider did not return exactly one {} for the ID \"{}\".",
                            address.resource.type, id));
  provider::api::ImportedObject& object = imported.objects[0];
  context_.hooks->Refreshing(address, {}, object.state);
  provider::api::ReadRequest request{address.resource.type, object.state, object.private_data, text};
  provider::api::ReadResponse response;
  provider.Read(
      std::span(&request, 1), [&](size_t, provider::api::ReadResponse r) { response = std::move(r); },
      context_.stop);
  AppendProviderDiagnostics(response.diagnostics, BlockSource(), text, diagnostics_);
  if (provider::api::HasErrors(response.diagnostics)) return nullptr;
  if (response.state.IsNull())
    return fail(
        "Cannot import non-existent remote object",
        fmt::format(
            "Provider {} found no object with the ID \"{}\" while importing {}. Only objects that exist can "
            "be "
            "imported: check the ID and which organization or account the provider is configured for.",
            provider_config.provider.ForDisplay(), id, text));
  if (!CheckRead(provider_config.provider, schema.block, response.state, [&] { return text; }, diagnostics_))
    return nullptr;
  auto run = std::make_unique<ObjectRun>();
  Value marked = language::schema::MarkSensitive(schema.block, response.state);
  run->object = MakeObject(response.state, marked, schema, response.private_data, nullptr, nullptr);
  run->before = run->refreshed = std::move(response.state);
  run->private_data = std::move(response.private_data);
  data_providers_[address] = provider_config;
  return run;
}

// True when there is nothing to import at this address, or the import went well.
bool Planner::Import(ManagedWork& work) {
  ResourceInstance address = work.Address();
  auto found = imports_.find(address);
  if (found == imports_.end()) return true;
  std::optional<std::string> id = ImportId(found->second);
  if (!id) return false;
  std::unique_ptr<ObjectRun> run = ImportObject(address, *id, work.resource->provider, *work.provider,
                                                *work.schema, found->second.block->place);
  if (!run) return false;
  work.importing = changes::Importing{.id = *id};
  work.run = run.get();
  new_objects_[address] = std::move(run);
  return true;
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

void Planner::ImportWithoutConfig() {
  for (const auto& [address, import] : imports_) {
    if (import.configured) continue;
    const config::ModuleNode* node = context_.configuration->Find(address.module);
    if (!node || node->parent) {
      language::hcl::AddError(diagnostics_, "Import target does not exist in module",
                              "Configuration can only be generated for resources of the root module.",
                              *import.block->place.file, import.block->place.span);
      continue;
    }
    PlanGenerated(address, import, config::ProviderForImport(*node, *import.block));
  }
}

void Planner::PlanGenerated(const ResourceInstance& address, const PendingImport& import,
                            const ProviderConfig& provider_config) {
  Provider* provider = providers_.Configured(provider_config);
  std::optional<std::string> id = ImportId(import);
  if (!provider || !id) return;
  const ResourceSchema* schema = provider->FindResource(address.resource.type);
  if (!schema) {
    language::hcl::AddError(diagnostics_, "Invalid resource type",
                            fmt::format("Provider {} has no resource type \"{}\".",
                                        provider_config.provider.ForDisplay(), address.resource.type),
                            *import.block->place.file, import.block->place.span);
    return;
  }
  std::unique_ptr<ObjectRun> run =
      ImportObject(address, *id, provider_config, *provider, *schema, import.block->place);
  if (!run) return;
  ObjectRun* object = run.get();
  new_objects_[address] = std::move(run);
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
  ManagedWork work{.resource = generated.get(),
                   .schema = schema,
                   .provider = provider,
                   .scope = root_.get(),
                   .values = &values,
                   .run = object};
  work.importing = changes::Importing{.id = *id, .generated_config = std::move(text)};
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
