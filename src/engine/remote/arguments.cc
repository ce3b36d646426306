#include "engine/remote/arguments.h"

#include "language/value/convert.h"

namespace engine::remote {

using language::schema::Attribute;
using language::value::Type;
using language::value::Value;

Attribute Optional(std::string_view name, Type type) {
  Attribute attribute;
  attribute.name = name;
  attribute.type = type;
  attribute.optional = true;
  return attribute;
}

Attribute Required(std::string_view name, Type type) {
  Attribute attribute = Optional(name, type);
  attribute.optional = false;
  attribute.required = true;
  return attribute;
}

std::optional<std::string> Text(const Value& arguments, std::string_view name) {
  const Value& value = arguments.Get(name);
  if (!value.IsKnownNotNull()) return std::nullopt;
  return std::string(language::value::Convert(value, Type::String()).value.AsString());
}

std::string TextOrEmpty(const Value& arguments, std::string_view name) {
  return arguments.IsKnownNotNull() ? Text(arguments, name).value_or("") : "";
}

std::optional<std::string> TextOrVariable(const Value& arguments, std::string_view name,
                                          const base::core::Environment& environment,
                                          std::initializer_list<std::string_view> variables) {
  if (auto text = Text(arguments, name)) return text;
  for (std::string_view variable : variables)
    if (auto text = environment.Find(variable); text && !text->empty()) return text;
  return std::nullopt;
}

}  // namespace engine::remote
