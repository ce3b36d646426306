#include "cli/json/state_json.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/json/checks_json.h"
#include "cli/json/module_tree.h"
#include "cli/json/value_json.h"
#include "engine/run/provider_checks.h"
#include "engine/state/writer.h"

namespace cli::json {
namespace {

using base::core::Error;
using base::core::Result;
using base::json::Writer;
using engine::state::Instance;
using engine::state::Object;
using engine::state::ResourceInstance;
using engine::state::ResourceState;
using engine::state::State;
using language::value::Value;

// The reference writes schema_version even when it is 0, and so do we.
Result<void> WriteObject(const ResourceState& resource, const Instance& instance, const Object& object,
                         const std::string& deposed, const Schemas& schemas, Document& document) {
  const ResourceInstance address{resource.module, resource.resource, instance.key};
  ASSIGN_OR_RETURN(const provider::api::ResourceSchema* schema,
                   SchemaOf(schemas, resource.provider.provider, address));
  ASSIGN_OR_RETURN(Value value, DecodeObject(object, *schema, address));
  Writer& json = document.json();
  json.BeginObject().Member("address", address.ToString());
  json.Member("mode", ModeName(resource.resource.mode)).Member("type", resource.resource.type);
  json.Member("name", resource.resource.name);
  WriteIndex(instance.key, json);
  json.Member("provider_name", resource.provider.provider.ToString());
  json.Member("schema_version", object.schema_version).Key("values");
  WriteKnown(value, json);
  json.Key("sensitive_values");
  WriteSensitiveShape(value, json);
  // Newer than 1.11, whose states have none.
  if (!object.identity_json.empty())
    json.Member("identity_schema_version", object.identity_version).Key("identity").Raw(object.identity_json);
  if (object.dependencies && !object.dependencies->empty()) {
    json.Key("depends_on").BeginArray();
    for (const auto& dependency : *object.dependencies) json.String(dependency.ToString());
    json.EndArray();
  }
  if (object.tainted) json.Member("tainted", true);
  if (!deposed.empty()) json.Member("deposed_key", deposed);
  json.EndObject();
  document.Pass();
  return {};
}

Result<void> WriteResource(const ResourceState& resource, const Schemas& schemas, Document& document) {
  for (const Instance& instance : resource.instances) {
    if (instance.current)
      RETURN_IF_ERROR(WriteObject(resource, instance, *instance.current, "", schemas, document));
    for (const auto& [key, object] : instance.deposed)
      RETURN_IF_ERROR(WriteObject(resource, instance, *object, key, schemas, document));
  }
  return {};
}

void WriteOutputs(const State& state, Writer& json) {
  if (state.outputs.empty()) return;
  json.Key("outputs").BeginObject();
  for (const auto& [name, output] : state.outputs) {
    json.Key(name).BeginObject().Member("sensitive", output.sensitive).Key("value");
    WriteKnown(output.value, json);
    json.Key("type").RawVerbatim(output.value.type().ToJson()).EndObject();
  }
  json.EndObject();
}

// "root_module": all resources, by module.
Result<void> WriteRootModule(const State& state, const Schemas& schemas, Document& document) {
  Writer& json = document.json();
  // In the file resources lie by the text of their module.
  std::vector<const ResourceState*> resources;
  for (const ResourceState& resource : state.resources) resources.push_back(&resource);
  std::ranges::stable_sort(resources, [](const ResourceState* a, const ResourceState* b) {
    return std::tie(a->module, a->resource) < std::tie(b->module, b->resource);
  });
  ModuleTree tree;
  for (size_t index = 0; index < resources.size(); ++index) tree.Add(resources[index]->module, index);
  Result<void> written;
  json.Key("root_module");
  tree.Write(json, [&](size_t index) {
    if (written.ok()) written = WriteResource(*resources[index], schemas, document);
  });
  return written;
}

}  // namespace

Result<Value> DecodeObject(const Object& object, const provider::api::ResourceSchema& schema,
                           const ResourceInstance& address) {
  if (object.schema_version != schema.version)
    return Error(fmt::format("schema version {} for {} in state does not match version {} from the provider",
                             object.schema_version, address.ToString(), schema.version));
  auto decoded = object.Decode(schema.block.implied_type());
  if (!decoded.ok()) return Error(address.ToString() + ": " + decoded.error().message());
  return engine::run::MarkedBefore(*decoded, &object, schema.block);
}

Result<void> WriteState(const State& state, const Schemas& schemas, bool checks, Document& document) {
  Writer& json = document.json();
  json.BeginObject().Member("format_version", kStateFormat);
  if (state.Empty()) {
    json.EndObject();
    return {};
  }
  json.Member("terraform_version", state.terraform_version).Key("values").BeginObject();
  WriteOutputs(state, json);
  RETURN_IF_ERROR(WriteRootModule(state, schemas, document));
  json.EndObject();
  if (checks) WriteChecks(state.check_results, true, json);
  json.EndObject();
  return {};
}

Result<void> PrintState(const State& state, const Schemas& schemas, const Output& output) {
  Document document(output);
  RETURN_IF_ERROR(WriteState(state, schemas, true, document));
  document.End();
  return {};
}

Result<void> WriteStateOfTest(const State& state, const Schemas& schemas, Document& document) {
  if (state.Empty()) return {};
  RETURN_IF_ERROR(WriteRootModule(state, schemas, document));
  WriteOutputs(state, document.json());
  return {};
}

}  // namespace cli::json
