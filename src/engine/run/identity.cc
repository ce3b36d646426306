#include "engine/run/identity.h"

#include <fmt/format.h>

#include "language/value/codec.h"
#include "language/value/convert.h"

namespace engine::run {

Value IdentityOf(const state::Object& object, std::string_view type, Provider& provider) {
  const provider::api::IdentitySchema* schema =
      object.identity_json.empty() ? nullptr : provider.FindIdentity(type);
  if (!schema) return {};
  if (object.identity_version == schema->version) {
    auto value = language::value::FromJson(object.identity_json, schema->type);
    if (value.ok()) return std::move(value).value();
  }
  provider::api::IdentityResponse upgraded =
      provider.UpgradeIdentity(type, object.identity_version, object.identity_json);
  return provider::api::HasErrors(upgraded.diagnostics) ? Value() : std::move(upgraded.identity);
}

void SetIdentity(const Value& identity, std::string_view type, const Provider& provider,
                 state::Object& object) {
  if (!identity.IsKnownNotNull() || !identity.IsWhollyKnown()) return;
  const provider::api::IdentitySchema* schema = provider.FindIdentity(type);
  if (!schema) return;
  auto json = language::value::ToJson(identity, schema->type);
  if (!json.ok()) return;
  object.identity_json = std::move(json).value();
  object.identity_version = schema->version;
}

std::optional<Value> ReadIdentity(const provider::api::IdentitySchema& schema, const Value& given,
                                  std::string& problem) {
  if (given.MarksDeep() != language::value::kNoMarks)
    problem = "The identity is sensitive or ephemeral, and it would be shown in the plan.";
  else if (!given.IsWhollyKnown())
    problem = "The identity depends on values that are known only after apply.";
  else if (given.IsNull() || (!given.type().IsObject() && !given.type().IsMap()))
    problem = "The identity is an object: { name = \"value\" }.";
  if (!problem.empty()) return std::nullopt;
  for (size_t index = 0; index < given.Length(); ++index)
    if (schema.type.AttributeIndex(given.KeyAt(index)) < 0)
      problem = fmt::format("The identity has no attribute \"{}\".", given.KeyAt(index));
  std::vector<std::pair<std::string, Value>> attributes;
  for (const provider::api::IdentityAttribute& attribute : schema.attributes) {
    const Value* value = given.Find(attribute.name);
    if (!value || value->IsNull()) {
      if (attribute.required_for_import)
        problem = fmt::format("The identity needs a value for \"{}\".", attribute.name);
      attributes.emplace_back(attribute.name, Value::Null(attribute.type));
      continue;
    }
    language::value::Conversion converted = language::value::Convert(*value, attribute.type);
    if (!converted.ok())
      problem =
          fmt::format("The value of \"{}\" does not fit: {}.", attribute.name, converted.error->message);
    else
      attributes.emplace_back(attribute.name, std::move(converted.value));
  }
  if (!problem.empty()) return std::nullopt;
  return Value::Object(std::move(attributes));
}

std::string IdentityText(const Value& identity) {
  std::string text;
  if (!identity.IsKnownNotNull()) return text;
  for (size_t index = 0; index < identity.Length(); ++index) {
    language::value::Conversion part =
        language::value::Convert(identity.ElementAt(index), language::value::Type::String());
    if (!part.ok() || !part.value.IsKnownNotNull()) continue;
    text.append(text.empty() ? "" : ",").append(identity.KeyAt(index)).append("=");
    text.append(part.value.AsString());
  }
  return text;
}

}  // namespace engine::run
