#include "engine/run/ignore_changes.h"

#include "language/value/convert.h"

namespace engine::run {
namespace {

using language::schema::Block;
using language::value::Path;
using language::value::PathStep;
using language::value::Type;
using language::value::Value;

// Prior as configuration: what only the provider may set is left unset.
Value IgnoreAll(const Block& schema, const Value& prior) {
  std::vector<std::pair<std::string, Value>> attributes;
  for (const language::schema::Attribute& attribute : schema.attributes) {
    const Value& value = prior.Get(attribute.name);
    bool computed_only = attribute.computed && !attribute.optional;
    attributes.emplace_back(attribute.name, computed_only ? Value::Null(value.type()) : value);
  }
  for (const language::schema::NestedBlock& block : schema.blocks)
    attributes.emplace_back(block.type_name, prior.Get(block.type_name));
  return Value::Object(std::move(attributes));
}

// Of a map or list whose elements are of this type; false where that cannot be.
bool AsElement(Type type, Value& value) {
  if (value.type() == type) return true;
  language::value::Conversion converted = language::value::Convert(value, type);
  if (converted.ok()) value = std::move(converted.value);
  return converted.ok();
}

// `prior`: the value at the same place; absent when there is none (a map key that the prior state lacks).
Value Replace(const Value& config, const Value* prior, std::span<const PathStep> path) {
  if (path.empty()) return prior ? *prior : config;
  if (!config.IsKnownNotNull() || !prior || !prior->IsKnownNotNull()) return config;
  const PathStep& step = path[0];
  if (step.IsAttribute() && config.type().IsObject()) {
    const Value* mine = config.Find(step.attribute);
    const Value* theirs = prior->Find(step.attribute);
    if (!mine || !theirs) return config;
    // Attributes of dynamic type may have had another one.
    std::vector<std::pair<std::string, Value>> attributes;
    for (size_t index = 0; index < config.Length(); ++index)
      attributes.emplace_back(std::string(config.KeyAt(index)), config.ElementAt(index));
    attributes[static_cast<size_t>(config.type().AttributeIndex(step.attribute))].second =
        Replace(*mine, theirs, path.subspan(1));
    return Value::Object(std::move(attributes));
  }
  if (!step.IsAttribute() && config.type().IsMap() && step.key.type().IsString()) {
    std::string key(step.key.AsString());
    const Value* theirs = prior->Find(key);
    std::vector<std::pair<std::string, Value>> entries;
    for (size_t index = 0; index < config.Length(); ++index)
      if (config.KeyAt(index) != key)
        entries.emplace_back(std::string(config.KeyAt(index)), config.ElementAt(index));
    const Value* mine = config.Find(key);
    if (theirs)
      entries.emplace_back(key, path.size() > 1 && mine ? Replace(*mine, theirs, path.subspan(1)) : *theirs);
    const Type element = config.type().element();
    for (auto& [name, value] : entries)
      if (!AsElement(element, value)) return config;
    return Value::Map(config.type().element(), std::move(entries));
  }
  if (!step.IsAttribute() && config.type().IsList() && step.key.type().IsNumber()) {
    std::optional<int64_t> index = step.key.AsInt64();
    if (!index || *index < 0 || static_cast<size_t>(*index) >= config.Length() ||
        static_cast<size_t>(*index) >= prior->Length())
      return config;
    std::vector<Value> values(config.Elements().begin(), config.Elements().end());
    size_t position = static_cast<size_t>(*index);
    values[position] = Replace(values[position], &prior->ElementAt(position), path.subspan(1));
    if (!AsElement(config.type().element(), values[position])) return config;
    return Value::List(config.type().element(), std::move(values));
  }
  // A key of what is an object here: the reference breaks up maps only, and ignores the object as a whole.
  if (!step.IsAttribute() && path.size() == 1 && step.key.type().IsString()) return *prior;
  return config;
}

}  // namespace

Value ApplyIgnoreChanges(const config::Lifecycle& lifecycle, const Block& schema, const Value& prior,
                         const Value& config) {
  if (!config.IsKnownNotNull() || !prior.IsKnownNotNull()) return config;
  if (lifecycle.ignore_all_changes) return IgnoreAll(schema, prior);
  Value result = config;
  for (const Path& path : lifecycle.ignore_changes) result = Replace(result, &prior, path);
  return result;
}

}  // namespace engine::run
