#include "cli/json/plan_json.h"

#include <algorithm>

#include "cli/json/checks_json.h"
#include "cli/json/config_json.h"
#include "cli/json/module_tree.h"
#include "cli/json/planned.h"
#include "cli/json/state_json.h"
#include "cli/json/value_json.h"
#include "engine/state/writer.h"

namespace cli::json {
namespace {

using base::core::Result;
using base::json::Writer;
using engine::changes::Action;
using engine::changes::Drift;
using engine::changes::Mode;
using engine::changes::OutputChange;
using engine::changes::Plan;
using engine::changes::ResourceChange;
using language::value::Value;

void WriteActions(Action action, Writer& json) {
  json.Key("actions").BeginArray();
  switch (action) {
    case Action::kDeleteThenCreate:
      json.String("delete").String("create");
      break;
    case Action::kCreateThenDelete:
      json.String("create").String("delete");
      break;
    default:
      json.String(engine::changes::ActionName(action));
  }
  json.EndArray();
}

// What applying leads to is left out where nothing of it is known.
void WriteValues(const Value& before, const Value& after, Writer& json) {
  json.Key("before");
  WriteKnown(before, json);
  if (after.IsUnknown()) return;
  json.Key("after");
  WriteKnown(after, json);
}

Value Marked(const language::schema::Block& block, const Value& value) {
  return block.ContainsSensitive() && value.IsKnownNotNull() ? language::schema::MarkSensitive(block, value)
                                                             : value;
}

// What names the object for good (newer than 1.11): updates keep it, and that of a new object is not known.
void WriteIdentities(const ResourceChange& change, const engine::state::State& prior, Writer& json) {
  const engine::state::ObjectPtr object = prior.FindObject(change.address, change.deposed);
  if (object == nullptr || object->identity_json.empty() || change.action == Action::kCreate) return;
  json.Key("before_identity").Raw(object->identity_json);
  if (change.action == Action::kNoOp || change.action == Action::kUpdate)
    json.Key("after_identity").Raw(object->identity_json);
}

void WriteChange(const ResourceChange& change, const language::schema::Block& block,
                 const engine::state::State& prior, Writer& json) {
  const Value before = Marked(block, change.before), after = Marked(block, change.after);
  json.Key("change").BeginObject();
  WriteActions(change.action, json);
  WriteValues(before, after, json);
  json.Key("after_unknown");
  if (after.IsWhollyKnown())
    json.BeginObject().EndObject();
  else
    WriteUnknownShape(after, json);
  json.Key("before_sensitive");
  WriteSensitiveShape(before, json);
  json.Key("after_sensitive");
  WriteSensitiveShape(after, json);
  if (!change.replace_paths.empty()) {
    json.Key("replace_paths");
    WritePaths(change.replace_paths, json);
  }
  if (change.importing) {
    json.Key("importing").BeginObject();
    if (!change.importing->id.empty()) json.Member("id", change.importing->id);
    if (change.importing->identity.IsKnownNotNull()) {
      json.Key("identity");
      WriteKnown(change.importing->identity, json);
    }
    json.EndObject();
    if (!change.importing->generated_config.empty())
      json.Member("generated_config", change.importing->generated_config);
  }
  WriteIdentities(change, prior, json);
  json.EndObject();
}

Result<void> WriteResourceChange(const ResourceChange& change, const engine::state::State& prior,
                                 const Schemas& schemas, Writer& json) {
  ASSIGN_OR_RETURN(const provider::api::ResourceSchema* schema,
                   SchemaOf(schemas, change.provider.provider, change.address));
  json.BeginObject().Member("address", change.address.ToString());
  if (change.previous_address) json.Member("previous_address", change.previous_address->ToString());
  if (!change.address.module.IsRoot()) json.Member("module_address", change.address.module.ToString());
  json.Member("mode", ModeName(change.address.resource.mode)).Member("type", change.address.resource.type);
  json.Member("name", change.address.resource.name);
  WriteIndex(change.address.key, json);
  json.Member("provider_name", change.provider.provider.ToString());
  if (!change.deposed.empty()) json.Member("deposed", change.deposed);
  WriteChange(change, schema->block, prior, json);
  if (std::string_view reason = engine::changes::ReasonName(change.reason); !reason.empty())
    json.Member("action_reason", reason);
  json.EndObject();
  return {};
}

// Data sources go out of the state without a word.
bool IsListed(const Planned& planned) {
  return planned.change == nullptr || planned.change->action != Action::kDelete ||
         planned.address.resource.mode != language::address::ResourceMode::kData;
}

Result<void> WriteResourceChanges(const std::vector<Planned>& all, const engine::state::State& prior,
                                  const Schemas& schemas, Document& document) {
  if (std::ranges::none_of(all, IsListed)) return {};
  Writer& json = document.json();
  json.Key("resource_changes").BeginArray();
  for (const Planned& planned : all) {
    if (!IsListed(planned)) continue;
    ResourceChange storage;
    ASSIGN_OR_RETURN(const ResourceChange* change, ChangeOf(planned, schemas, storage));
    RETURN_IF_ERROR(WriteResourceChange(*change, prior, schemas, json));
    document.Pass();
  }
  json.EndArray();
  return {};
}

Result<void> WriteDrift(const Plan& plan, const Schemas& schemas, Document& document) {
  Writer& json = document.json();
  bool any = false;
  for (const Drift& drift : plan.drift) {
    // Mere moves are told with the changes, but for plans that have none.
    if (drift.action == Action::kNoOp && plan.mode != Mode::kRefreshOnly) continue;
    if (!any) json.Key("resource_drift").BeginArray();
    any = true;
    ResourceChange change{.address = drift.address,
                          .previous_address = drift.previous_address,
                          .provider = drift.provider,
                          .action = drift.action,
                          .before = drift.before,
                          .after = drift.after};
    RETURN_IF_ERROR(WriteResourceChange(change, *plan.prior_state, schemas, json));
    document.Pass();
  }
  if (any) json.EndArray();
  return {};
}

void WriteVariables(const Plan& plan, const engine::config::Configuration& configuration, Writer& json) {
  std::map<std::string, Value> values;
  for (const auto& [name, variable] : configuration.root->module->variables)
    if (variable.default_value) values[name] = *variable.default_value;
  for (const auto& [name, value] : plan.given) values[name] = value;
  if (values.empty()) return;
  json.Key("variables").BeginObject();
  for (const auto& [name, value] : values) {
    json.Key(name).BeginObject().Key("value");
    WriteKnown(value, json);
    json.EndObject();
  }
  json.EndObject();
}

void WritePlannedOutputs(const Plan& plan, Writer& json) {
  bool any = false;
  for (const OutputChange& output : plan.outputs) {
    if (output.action == Action::kDelete) continue;
    if (!any) json.Key("outputs").BeginObject();
    any = true;
    json.Key(output.name).BeginObject().Member("sensitive", output.sensitive);
    const Value after = output.after.UnmarkedDeep();
    if (after.IsWhollyKnown()) {
      // A null that stays one has lost its type.
      const bool null = output.action == Action::kNoOp && after.IsNull();
      json.Key("type").RawVerbatim(null ? "\"dynamic\"" : after.type().ToJson()).Key("value");
      WriteKnown(after, json);
    }
    json.EndObject();
  }
  if (any) json.EndObject();
}

Result<void> WritePlannedResource(const Planned& planned, const Schemas& schemas, Document& document) {
  ResourceChange storage;
  ASSIGN_OR_RETURN(const ResourceChange* change, ChangeOf(planned, schemas, storage));
  ASSIGN_OR_RETURN(const provider::api::ResourceSchema* schema,
                   SchemaOf(schemas, change->provider.provider, change->address));
  Writer& json = document.json();
  json.BeginObject().Member("address", planned.address.ToString());
  json.Member("mode", ModeName(planned.address.resource.mode)).Member("type", planned.address.resource.type);
  json.Member("name", planned.address.resource.name);
  WriteIndex(planned.address.key, json);
  json.Member("provider_name", change->provider.provider.ToString());
  json.Member("schema_version", schema->version);
  const Value after = Marked(schema->block, change->after);
  const auto is_known = [](const Value& each) { return each.IsKnown(); };
  if (after.IsKnownNotNull() && std::ranges::any_of(after.Elements(), is_known)) {
    json.Key("values");
    WriteKnown(after, json);
  }
  json.Key("sensitive_values");
  WriteSensitiveShape(after, json);
  json.EndObject();
  document.Pass();
  return {};
}

Result<void> WritePlannedValues(const Plan& plan, const std::vector<Planned>& all, const Schemas& schemas,
                                Document& document) {
  Writer& json = document.json();
  json.Key("planned_values").BeginObject();
  WritePlannedOutputs(plan, json);
  std::vector<std::pair<std::string, const Planned*>> values;
  for (const Planned& planned : all)
    if (planned.change == nullptr ||
        (planned.change->action != Action::kDelete && planned.change->deposed.empty()))
      values.emplace_back(planned.address.ToString(), &planned);
  std::ranges::stable_sort(values, {}, &std::pair<std::string, const Planned*>::first);
  ModuleTree tree;
  for (size_t index = 0; index < values.size(); ++index)
    tree.Add(values[index].second->address.module, index);
  Result<void> written;
  json.Key("root_module");
  tree.Write(json, [&](size_t index) {
    if (written.ok()) written = WritePlannedResource(*values[index].second, schemas, document);
  });
  json.EndObject();
  return written;
}

void WriteOutputChanges(const Plan& plan, Writer& json) {
  if (plan.outputs.empty()) return;
  json.Key("output_changes").BeginObject();
  for (const OutputChange& output : plan.outputs) {
    json.Key(output.name).BeginObject();
    WriteActions(output.action, json);
    const Value after = output.after.UnmarkedDeep();
    WriteValues(output.before, after, json);
    json.Key("after_unknown");
    if (after.IsWhollyKnown())
      json.Bool(false);
    else
      WriteUnknownShape(after, json);
    json.Member("before_sensitive", output.sensitive).Member("after_sensitive", output.sensitive).EndObject();
  }
  json.EndObject();
}

void WriteRelevantAttributes(const Plan& plan, Writer& json) {
  if (plan.relevant_attributes.empty()) return;
  json.Key("relevant_attributes").BeginArray();
  for (const engine::changes::RelevantAttribute& relevant : plan.relevant_attributes) {
    json.BeginObject().Member("resource", relevant.resource.ToString()).Key("attribute");
    WritePath(relevant.attribute, json);
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace

Result<void> PrintPlan(const Plan& plan, const engine::config::Configuration& configuration,
                       const Schemas& schemas, const Output& output) {
  Document document(output);
  Writer& json = document.json();
  const std::vector<Planned> all = ListPlanned(plan);
  json.BeginObject().Member("format_version", kPlanFormat);
  json.Member("terraform_version", engine::state::kWriterVersion);
  WriteVariables(plan, configuration, json);
  RETURN_IF_ERROR(WritePlannedValues(plan, all, schemas, document));
  RETURN_IF_ERROR(WriteDrift(plan, schemas, document));
  RETURN_IF_ERROR(WriteResourceChanges(all, *plan.prior_state, schemas, document));
  WriteOutputChanges(plan, json);
  if (!plan.prior_state->Empty()) {
    json.Key("prior_state");
    RETURN_IF_ERROR(WriteState(*plan.prior_state, schemas, false, document));
  }
  json.Key("configuration");
  RETURN_IF_ERROR(WriteConfiguration(configuration, schemas, json));
  WriteRelevantAttributes(plan, json);
  WriteChecks(plan.check_results, plan.mode != Mode::kDestroy, json);
  json.Member("timestamp", plan.timestamp).Member("applyable", plan.Applyable());
  json.Member("complete", plan.targets.empty() && plan.excludes.empty() && !plan.errored)
      .Member("errored", plan.errored)
      .EndObject();
  document.End();
  return {};
}

Result<void> WritePlanOfTest(const Plan& plan, const Schemas& schemas, Document& document) {
  WriteOutputChanges(plan, document.json());
  RETURN_IF_ERROR(WriteResourceChanges(ListPlanned(plan), *plan.prior_state, schemas, document));
  RETURN_IF_ERROR(WriteDrift(plan, schemas, document));
  WriteRelevantAttributes(plan, document.json());
  return {};
}

}  // namespace cli::json
