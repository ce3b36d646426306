#include "provider/builtin/remote_state.h"

#include <map>

namespace provider::builtin {
namespace {

using api::ProviderDiagnostics;
using language::schema::Attribute;
using language::value::PathStep;
using language::value::Type;
using language::value::Value;

bool IsObjectLike(const Value& value) {
  const Type type = value.type();
  return type.IsDynamic() || type.IsObject() || type.IsMap();
}

// Nothing configured is an empty configuration.
Value Arguments(const Value& config) {
  const Value& arguments = config.Get("config");
  return arguments.IsNull() ? Value::EmptyObject() : arguments;
}

std::string BackendType(const Value& config) {
  std::string type(config.Get("backend").AsString());
  return type == "_local" ? "local" : type;  // a name of the past
}

void Fail(ProviderDiagnostics& diagnostics, std::string summary, std::string detail, std::string attribute) {
  diagnostics.push_back({.summary = std::move(summary),
                         .detail = std::move(detail),
                         .attribute = {PathStep::Attribute(std::move(attribute))}});
}

}  // namespace

api::ResourceSchema RemoteStateSchema() {
  api::ResourceSchema schema;
  schema.block.attributes = {
      Attribute{.name = "backend",
                .type = Type::String(),
                .description = "The remote backend to use, e.g. `remote` or `http`.",
                .required = true,
                .markdown = true},
      Attribute{.name = "config",
                .type = Type::Dynamic(),
                .description =
                    "The configuration of the remote backend. Although this is optional, most backends "
                    "require some configuration.\n\nThe object can use any arguments that would be "
                    "valid in the equivalent `terraform { backend \"<TYPE>\" { ... } }` block.",
                .optional = true,
                .markdown = true},
      Attribute{.name = "defaults",
                .type = Type::Dynamic(),
                .description =
                    "Default values for outputs, in case the state file is empty or lacks a required output.",
                .optional = true,
                .markdown = true},
      Attribute{.name = "outputs",
                .type = Type::Dynamic(),
                .description = "An object containing every root-level output in the remote state.",
                .computed = true,
                .markdown = true},
      Attribute{.name = "workspace",
                .type = Type::String(),
                .description = "The Terraform workspace to use, if the backend supports workspaces.",
                .optional = true,
                .markdown = true},
  };
  schema.block.Finish();
  return schema;
}

ProviderDiagnostics ValidateRemoteState(const Value& config, const StateReader& reader) {
  ProviderDiagnostics diagnostics;
  const Value& arguments = config.Get("config");
  if (!IsObjectLike(arguments)) {
    Fail(diagnostics, "Invalid backend configuration", "The arguments of the backend must be an object.",
         "config");
  } else if (arguments.IsWhollyKnown() && config.Get("backend").IsKnownNotNull()) {
    diagnostics = reader.check(BackendType(config), Arguments(config));
  }
  if (!IsObjectLike(config.Get("defaults")))
    Fail(diagnostics, "Invalid default values",
         "Defaults must be an object: an output's name and value each.", "defaults");
  return diagnostics;
}

api::ReadDataResponse ReadRemoteState(std::string_view address, const Value& config,
                                      const StateReader& reader) {
  api::ReadDataResponse response;
  const std::string backend = BackendType(config);
  const Value arguments = Arguments(config);
  response.diagnostics = reader.check(backend, arguments);
  if (api::HasErrors(response.diagnostics)) return response;
  const Value& workspace = config.Get("workspace");
  const StateReader::Outputs found =
      reader.read(address, backend, arguments,
                  workspace.IsNull() ? "default" : std::string(workspace.AsString()), response.diagnostics);
  if (!found.exists && !api::HasErrors(response.diagnostics))
    Fail(
        response.diagnostics, "Unable to find remote state",
        "There is no state in this workspace of this backend: nothing has been applied there yet, or it lies "
        "elsewhere.",
        "workspace");
  if (api::HasErrors(response.diagnostics)) return response;
  std::map<std::string, Value> outputs;
  const Value& defaults = config.Get("defaults");
  if (defaults.IsKnownNotNull())
    for (size_t i = 0; i < defaults.Length(); ++i)
      outputs.insert_or_assign(std::string(defaults.KeyAt(i)), defaults.ElementAt(i));
  for (const auto& [name, value] : found.values) outputs.insert_or_assign(name, value);
  response.state = Value::Object({{"backend", config.Get("backend")},
                                  {"config", config.Get("config")},
                                  {"defaults", defaults},
                                  {"outputs", Value::Object({outputs.begin(), outputs.end()})},
                                  {"workspace", workspace}});
  return response;
}

}  // namespace provider::builtin
