#include "cli/session/remote_state.h"

#include "engine/backend/catalog.h"
#include "engine/backend/session.h"
#include "language/value/convert.h"

namespace cli::session {
namespace {

using language::value::PathStep;
using language::value::Value;
using provider::api::ProviderDiagnostics;
using provider::builtin::StateReader;

void Fail(ProviderDiagnostics& diagnostics, std::string summary, std::string detail, std::string attribute) {
  diagnostics.push_back({.summary = std::move(summary),
                         .detail = std::move(detail),
                         .attribute = {PathStep::Attribute(std::move(attribute))}});
}

// What the user wrote, by the backend's schema. Nothing after errors.
std::optional<Value> ByType(std::string_view backend, const Value& arguments,
                            ProviderDiagnostics& diagnostics) {
  constexpr const char* kSummary = "Invalid backend configuration";
  const language::schema::Block* schema = engine::backend::FindBackendSchema(backend);
  if (!schema) {
    Fail(diagnostics, kSummary, fmt::format("There is no backend \"{}\" in this version.", backend),
         "backend");
    return std::nullopt;
  }
  auto refuse = [&](const std::string& why) {
    Fail(diagnostics, kSummary,
         fmt::format("The given configuration is not valid for backend \"{}\": {}.", backend, why), "config");
    return std::nullopt;
  };
  const Value empty = schema->EmptyValue();
  std::vector<Value> values(empty.Elements().begin(), empty.Elements().end());
  for (size_t i = 0; i < arguments.Length(); ++i) {
    const std::string name(arguments.KeyAt(i));
    const language::schema::Attribute* attribute = schema->FindAttribute(name);
    if (!attribute) return refuse(fmt::format("unsupported attribute \"{}\"", name));
    language::value::Conversion converted = language::value::Convert(arguments.ElementAt(i), attribute->type);
    if (!converted.ok()) return refuse(fmt::format("attribute \"{}\": {}", name, converted.error->message));
    values[schema->AttributePosition(static_cast<size_t>(attribute - schema->attributes.data()))] =
        std::move(converted.value);
  }
  return Value::ObjectOf(schema->implied_type(), std::move(values));
}

ProviderDiagnostics Check(const base::core::Environment& environment, std::string_view backend,
                          const Value& arguments) {
  ProviderDiagnostics diagnostics;
  const std::optional<Value> typed = ByType(backend, arguments, diagnostics);
  if (!typed) return diagnostics;
  if (auto problem = engine::backend::CheckArguments(backend, *typed, environment))
    diagnostics.push_back({.summary = problem->summary, .detail = problem->detail});
  return diagnostics;
}

StateReader::Outputs Read(const base::core::Environment& environment, std::string_view type,
                          const Value& arguments, const std::string& workspace,
                          ProviderDiagnostics& diagnostics) {
  const std::optional<Value> typed = ByType(type, arguments, diagnostics);
  if (!typed) return {};
  std::unique_ptr<engine::backend::Backend> backend =
      engine::backend::MakeBackend(type, *typed, {.environment = &environment, .data_directory = ""});
  if (!engine::backend::IsValidWorkspaceName(workspace) ||
      (!backend->SupportsWorkspaces() && workspace != engine::backend::kDefaultWorkspace)) {
    Fail(diagnostics, "Error loading state error",
         fmt::format("The backend \"{}\" has no workspace \"{}\".", type, workspace), "workspace");
    return {};
  }
  auto snapshot = engine::backend::ReadSnapshot(*backend->Storage(workspace));
  if (!snapshot.ok()) {
    Fail(diagnostics, "Error loading state error", "Reading the state: " + snapshot.error().message(),
         "backend");
    return {};
  }
  const engine::state::State& state = *snapshot->state;
  StateReader::Outputs outputs{.exists = !state.lineage.empty() || !state.Empty()};
  for (const auto& [name, output] : state.outputs) outputs.values.emplace_back(name, output.value);
  return outputs;
}

}  // namespace

StateReader MakeStateReader(const base::core::Environment& environment) {
  return {.check = [environment](std::string_view backend,
                                 const Value& arguments) { return Check(environment, backend, arguments); },
          .read =
              [environment](std::string_view backend, const Value& arguments, const std::string& workspace,
                            ProviderDiagnostics& diagnostics) {
                return Read(environment, backend, arguments, workspace, diagnostics);
              }};
}

}  // namespace cli::session
