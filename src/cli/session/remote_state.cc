#include "cli/session/remote_state.h"

#include "engine/backend/session.h"
#include "engine/encryption/storage.h"
#include "engine/remote/absent.h"
#include "engine/remote/catalog.h"
#include "language/value/convert.h"

namespace cli::session {
namespace {

using base::core::Error;
using base::core::Result;
using language::schema::Attribute;
using language::schema::Block;
using language::schema::NestedBlock;
using language::schema::Nesting;
using language::value::PathStep;
using language::value::Type;
using language::value::Value;
using provider::api::ProviderDiagnostics;
using provider::builtin::StateReader;

void Fail(ProviderDiagnostics& diagnostics, std::string summary, std::string detail, std::string attribute) {
  diagnostics.push_back({.summary = std::move(summary),
                         .detail = std::move(detail),
                         .attribute = {PathStep::Attribute(std::move(attribute))}});
}

// The type of what is given for an attribute: of its attributes, those that need not be there may be left
// out.
Type GivenType(const Attribute& attribute) {
  if (attribute.nested == nullptr || attribute.nested->nesting != Nesting::kSingle) return attribute.type;
  std::vector<language::value::ObjectAttribute> attributes;
  for (const Attribute& inner : attribute.nested->attributes)
    attributes.push_back({inner.name, inner.type, !inner.required});
  return Type::Object(std::move(attributes));
}

// `given`, an object or a map, as the schema has it: what is missing is null or empty. The message of an
// error says what does not fit.
Result<Value> Conform(const Value& given, const Block& schema);

// What the user wrote for a nested block: an object for a single one, else a collection of objects.
Result<Value> ConformBlocks(const Value& given, const NestedBlock& nested) {
  if (given.IsNull()) return language::schema::NoBlocks(nested);
  if (nested.nesting == Nesting::kSingle || nested.nesting == Nesting::kGroup)
    return Conform(given, *nested.block);
  if (!given.type().IsList() && !given.type().IsSet() && !given.type().IsTuple())
    return Error("it must be a list of objects");
  std::vector<Value> blocks;
  for (size_t i = 0; i < given.Length(); ++i) {
    ASSIGN_OR_RETURN(Value block, Conform(given.ElementAt(i), *nested.block));
    blocks.push_back(std::move(block));
  }
  language::value::Conversion converted = language::value::Convert(
      Value::Tuple(std::move(blocks)), language::schema::BlockCollectionType(nested));
  if (!converted.ok()) return Error(converted.error->message);
  return std::move(converted.value);
}

Result<Value> Conform(const Value& given, const Block& schema) {
  if (!given.IsKnownNotNull() || (!given.type().IsObject() && !given.type().IsMap()))
    return Error("it must be an object");
  const Value empty = schema.EmptyValue();
  std::vector<Value> values(empty.Elements().begin(), empty.Elements().end());
  for (size_t i = 0; i < given.Length(); ++i) {
    const std::string name(given.KeyAt(i));
    if (const Attribute* attribute = schema.FindAttribute(name)) {
      language::value::Conversion converted =
          language::value::Convert(given.ElementAt(i), GivenType(*attribute));
      if (!converted.ok()) return Error(fmt::format("attribute \"{}\": {}", name, converted.error->message));
      values[schema.AttributePosition(static_cast<size_t>(attribute - schema.attributes.data()))] =
          std::move(converted.value);
    } else if (const NestedBlock* nested = schema.FindBlock(name)) {
      auto blocks = ConformBlocks(given.ElementAt(i), *nested);
      if (!blocks.ok()) return Error(fmt::format("attribute \"{}\": {}", name, blocks.error().message()));
      values[schema.BlockPosition(static_cast<size_t>(nested - schema.blocks.data()))] = *std::move(blocks);
    } else {
      return Error(fmt::format("unsupported attribute \"{}\"", name));
    }
  }
  return Value::ObjectOf(schema.implied_type(), std::move(values));
}

// What the user wrote, by the backend's schema. Nothing after errors.
std::optional<Value> ByType(std::string_view backend, const Value& arguments,
                            ProviderDiagnostics& diagnostics) {
  constexpr const char* kSummary = "Invalid backend configuration";
  const Block* schema = engine::remote::FindBackendSchema(backend);
  if (!schema) {
    Fail(diagnostics, kSummary, engine::remote::AbsentBackendDetail(backend), "backend");
    return std::nullopt;
  }
  auto conforming = Conform(arguments, *schema);
  if (conforming.ok()) return *std::move(conforming);
  Fail(diagnostics, kSummary,
       fmt::format("The given configuration is not valid for backend \"{}\": {}.", backend,
                   conforming.error().message()),
       "config");
  return std::nullopt;
}

ProviderDiagnostics Check(const base::core::Environment& environment, std::string_view backend,
                          const Value& arguments) {
  ProviderDiagnostics diagnostics;
  const std::optional<Value> typed = ByType(backend, arguments, diagnostics);
  if (!typed) return diagnostics;
  if (auto problem = engine::remote::CheckArguments(backend, *typed, environment))
    diagnostics.push_back({.summary = problem->summary, .detail = problem->detail});
  return diagnostics;
}

// What the encryption block calls the data source: "x", "module.m.x" is "m.x".
std::string NameOf(std::string_view address) {
  constexpr std::string_view kType = "data.terraform_remote_state.";
  std::string name(address);
  if (const size_t at = name.find(kType); at != std::string::npos) name.erase(at, kType.size());
  return name.starts_with("module.") ? name.substr(7) : name;
}

StateReader::Outputs Read(const engine::remote::Surroundings& surroundings,
                          const engine::encryption::Encryption* encryption, std::string_view address,
                          std::string_view type, const Value& arguments, const std::string& workspace,
                          ProviderDiagnostics& diagnostics) {
  const std::optional<Value> typed = ByType(type, arguments, diagnostics);
  if (!typed) return {};
  base::diag::Diagnostics own;
  std::unique_ptr<engine::backend::Backend> backend =
      engine::remote::OpenBackend(type, *typed, surroundings, own);
  for (const base::diag::Diagnostic& said : own.items())
    diagnostics.push_back({.severity = said.severity, .summary = said.summary, .detail = said.detail});
  if (!backend) return {};
  if (!engine::backend::IsValidWorkspaceName(workspace) ||
      (!backend->SupportsWorkspaces() && workspace != engine::backend::kDefaultWorkspace)) {
    Fail(diagnostics, "Error loading state error",
         fmt::format("The backend \"{}\" has no workspace \"{}\".", type, workspace), "workspace");
    return {};
  }
  std::unique_ptr<engine::state::StateStorage> storage = backend->Storage(workspace);
  if (engine::state::Sealer* sealer = encryption ? encryption->remote(NameOf(address)) : nullptr)
    storage = engine::encryption::ReadThrough(std::move(storage), *sealer);
  // Who may see the outputs may not always see the state.
  const auto alone = storage->ReadOutputs();
  if (alone.ok() && *alone) {
    StateReader::Outputs outputs{.exists = true};
    for (const auto& [name, output] : **alone) outputs.values.emplace_back(name, output.value);
    return outputs;
  }
  auto snapshot = engine::backend::ReadSnapshot(*storage);
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

StateReader MakeStateReader(const base::core::Environment& environment, engine::remote::HostServices services,
                            EncryptionInUse encryption) {
  return {.check = [environment](std::string_view backend,
                                 const Value& arguments) { return Check(environment, backend, arguments); },
          .read =
              [environment, services, encryption](std::string_view address, std::string_view backend,
                                                  const Value& arguments, const std::string& workspace,
                                                  ProviderDiagnostics& diagnostics) {
                return Read({.environment = &environment, .data_directory = "", .services = services},
                            encryption->get(), address, backend, arguments, workspace, diagnostics);
              }};
}

}  // namespace cli::session
