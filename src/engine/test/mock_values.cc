#include "engine/test/mock_values.h"

#include <mutex>
#include <random>

#include <fmt/format.h>

#include "base/core/random.h"
#include "language/value/convert.h"

namespace engine::test {
namespace {

using language::schema::Attribute;
using language::schema::NestedType;
using language::schema::Nesting;

constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr size_t kTextLength = 8;

bool IsObjectNesting(Nesting nesting) { return nesting == Nesting::kSingle || nesting == Nesting::kGroup; }

Value EmptyCollection(Type type) {
  if (type.IsList()) return Value::List(type.element(), {});
  if (type.IsSet()) return Value::Set(type.element(), {});
  return Value::Map(type.element(), {});
}

const Attribute* FindAttribute(const std::vector<Attribute>& attributes, std::string_view name) {
  for (const Attribute& attribute : attributes)
    if (attribute.name == name) return &attribute;
  return nullptr;
}

// The attribute that the path ends at; null for what lies inside of one, and for blocks.
const Attribute* AttributeAt(const language::schema::Block& schema, const Path& path) {
  const language::schema::Block* block = &schema;
  const std::vector<Attribute>* attributes = &schema.attributes;
  const Attribute* found = nullptr;
  for (const language::value::PathStep& step : path) {
    if (!step.IsAttribute()) {
      if (found && !found->nested) return nullptr;
      continue;
    }
    if (found && !found->nested) return nullptr;
    if (found) attributes = &found->nested->attributes;
    found = FindAttribute(*attributes, step.attribute);
    if (found) {
      block = nullptr;
      continue;
    }
    const language::schema::NestedBlock* nested = block ? block->FindBlock(step.attribute) : nullptr;
    if (!nested) return nullptr;
    block = nested->block.get();
    attributes = &block->attributes;
  }
  return !path.empty() && path.back().IsAttribute() ? found : nullptr;
}

std::string AttributeNames(const Path& path) {
  std::string text;
  for (const language::value::PathStep& step : path)
    if (step.IsAttribute()) text += (text.empty() ? "" : ".") + step.attribute;
  return text;
}

// Fits what is given to a type: attributes that are missing are made up, what is too much is left out.
class Fitter {
 public:
  explicit Fitter(const TextSource& texts) : texts_(texts) {}

  // Nothing after an error, which `problem` and `at` tell.
  std::optional<Value> Fit(const Value& given, const Attribute& attribute) {
    if (!attribute.nested) return Fit(given, attribute.type);
    if (!given.type().IsObject() || !given.IsKnownNotNull()) return Mismatch(attribute.type, given);
    if (!IsObjectNesting(attribute.nested->nesting)) return EmptyCollection(attribute.type);
    std::vector<std::pair<std::string, Value>> values;
    for (const Attribute& each : attribute.nested->attributes) {
      const Value* inner = given.Find(each.name);
      std::optional<Value> value = MadeUp(each, texts_);
      if (inner) value = Enter(each.name, [&] { return Fit(*inner, each); });
      if (!value) return std::nullopt;
      values.emplace_back(each.name, *std::move(value));
    }
    return Value::Object(std::move(values));
  }

  std::optional<Value> Fit(const Value& given, Type type) {
    if (type.IsObject()) return FitObject(given, type);
    if ((type.IsList() || type.IsSet() || type.IsMap()) && type.element().IsObject())
      return FitCollection(given, type);
    if (type.IsTuple() && given.type().IsTuple() && given.IsKnownNotNull()) return FitTuple(given, type);
    language::value::Conversion converted = language::value::Convert(given, type);
    if (converted.ok()) return std::move(converted.value);
    problem = converted.error->message;
    return std::nullopt;
  }

  std::string problem;
  std::vector<std::string> at;  // names on the way to it

 private:
  std::optional<Value> FitObject(const Value& given, Type type) {
    if (!given.IsKnownNotNull() || (!given.type().IsObject() && !given.type().IsMap()))
      return Mismatch(type, given);
    std::vector<std::pair<std::string, Value>> values;
    for (const auto& attribute : type.attributes()) {
      const Value* inner = given.Find(attribute.name);
      std::optional<Value> value = MadeUp(attribute.type, texts_);
      if (inner) value = Enter(attribute.name, [&] { return Fit(*inner, attribute.type); });
      if (!value) return std::nullopt;
      values.emplace_back(attribute.name, *std::move(value));
    }
    return Value::Object(std::move(values));
  }

  std::optional<Value> FitCollection(const Value& given, Type type) {
    const Type from = given.type();
    const bool fits =
        type.IsMap() ? from.IsMap() || from.IsObject() : from.IsSet() || from.IsList() || from.IsTuple();
    if (!fits || !given.IsKnownNotNull()) return Mismatch(type, given);
    std::vector<Value> elements;
    std::vector<std::pair<std::string, Value>> entries;
    for (size_t index = 0; index < given.Length(); ++index) {
      std::optional<Value> element = Fit(given.ElementAt(index), type.element());
      if (!element) return std::nullopt;
      if (type.IsMap())
        entries.emplace_back(given.KeyAt(index), *std::move(element));
      else
        elements.push_back(*std::move(element));
    }
    if (type.IsMap()) return Value::Map(type.element(), std::move(entries));
    return type.IsList() ? Value::List(type.element(), std::move(elements))
                         : Value::Set(type.element(), std::move(elements));
  }

  std::optional<Value> FitTuple(const Value& given, Type type) {
    const auto wanted = type.elements();
    if (wanted.size() != given.Length()) {
      problem = fmt::format("a tuple of {} elements is required, not of {}", wanted.size(), given.Length());
      return std::nullopt;
    }
    std::vector<Value> elements;
    for (size_t index = 0; index < wanted.size(); ++index) {
      std::optional<Value> element = Fit(given.ElementAt(index), wanted[index]);
      if (!element) return std::nullopt;
      elements.push_back(*std::move(element));
    }
    return Value::Tuple(std::move(elements));
  }

  std::optional<Value> Mismatch(Type type, const Value& given) {
    problem = fmt::format("incompatible types; expected {}, found {}", type.FriendlyName(),
                          given.IsNull() ? "null" : given.type().FriendlyName());
    return std::nullopt;
  }

  template <typename Function>
  std::optional<Value> Enter(std::string_view name, Function function) {
    at.emplace_back(name);
    std::optional<Value> value = function();
    if (value) at.pop_back();
    return value;
  }

  const TextSource& texts_;
};

class Filler {
 public:
  Filler(const language::schema::Block& schema, Fill which, const Filling& filling, const TextSource& texts,
         provider::api::ProviderDiagnostics& diagnostics)
      : schema_(schema), which_(which), filling_(filling), texts_(texts), diagnostics_(diagnostics) {}

  Value operator()(const Path& path, const Value& value) {
    const bool wanted = which_ == Fill::kNulls ? value.IsNull() : value.IsUnknown();
    if (!wanted) return value;
    const Attribute* attribute = AttributeAt(schema_, path);
    if (!attribute || !attribute->computed) return value;
    if (filling_.unknown) return Value::Unknown(attribute->type);
    const std::optional<Value> given = Given(path);
    if (!given) return MadeUp(*attribute, texts_);
    Fitter fitter(texts_);
    if (std::optional<Value> fitted = fitter.Fit(*given, *attribute)) return *std::move(fitted);
    std::string name = AttributeNames(path);
    for (const std::string& step : fitter.at) name += "." + step;
    Complain(path, fmt::format("The value given for \"{}\" at {} is not suitable: {}.", name,
                               filling_.given_at, fitter.problem));
    return MadeUp(*attribute, texts_);
  }

 private:
  // Positions in collections do not count: nobody can know them beforehand.
  std::optional<Value> Given(const Path& path) {
    if (filling_.given.IsNull()) return std::nullopt;
    Value at = filling_.given;
    Path walked;
    for (const language::value::PathStep& step : path) {
      if (!step.IsAttribute()) continue;
      if (!at.type().IsObject() || !at.IsKnownNotNull()) {
        Complain(walked, fmt::format("The value given for \"{}\" at {} must be an object, not {}.",
                                     AttributeNames(walked), filling_.given_at, at.type().FriendlyName()));
        return std::nullopt;
      }
      const Value* next = at.Find(step.attribute);
      if (!next) return std::nullopt;
      at = Value(*next);
      walked.push_back(step);
    }
    return at;
  }

  void Complain(const Path& path, std::string detail) {
    diagnostics_.push_back(
        {.summary = "Failed to compute attribute", .detail = std::move(detail), .attribute = path});
  }

  const language::schema::Block& schema_;
  const Fill which_;
  const Filling& filling_;
  const TextSource& texts_;
  provider::api::ProviderDiagnostics& diagnostics_;
};

}  // namespace

TextSource RandomTexts() {
  return [] {
    std::string text(kTextLength, ' ');
    uint64_t random = base::core::RandomUint64();
    for (char& c : text) {
      c = kCharacters[random % kCharacters.size()];
      random /= kCharacters.size();
    }
    return text;
  };
}

TextSource RepeatableTexts(uint64_t seed) {
  struct Shared {
    std::mutex mutex;
    std::mt19937_64 engine;
  };
  auto shared = std::make_shared<Shared>();
  shared->engine.seed(seed);
  return [shared] {
    std::lock_guard lock(shared->mutex);
    std::string text(kTextLength, ' ');
    for (char& c : text) c = kCharacters[shared->engine() % kCharacters.size()];
    return text;
  };
}

Value MadeUp(const Attribute& attribute, const TextSource& texts) {
  if (!attribute.nested) return MadeUp(attribute.type, texts);
  if (!IsObjectNesting(attribute.nested->nesting)) return EmptyCollection(attribute.type);
  std::vector<std::pair<std::string, Value>> values;
  for (const Attribute& each : attribute.nested->attributes)
    values.emplace_back(each.name, MadeUp(each, texts));
  return Value::Object(std::move(values));
}

Value MadeUp(Type type, const TextSource& texts) {
  if (type.IsString()) return Value::String(texts());
  if (type.IsNumber()) return Value::Int(0);
  if (type.IsBool()) return Value::False();
  if (type.IsList() || type.IsSet() || type.IsMap()) return EmptyCollection(type);
  if (type.IsObject()) {
    std::vector<std::pair<std::string, Value>> values;
    for (const auto& attribute : type.attributes())
      values.emplace_back(attribute.name, MadeUp(attribute.type, texts));
    return Value::Object(std::move(values));
  }
  if (type.IsTuple()) {
    std::vector<Value> values;
    for (Type element : type.elements()) values.push_back(MadeUp(element, texts));
    return Value::Tuple(std::move(values));
  }
  return Value::Null(Type::Dynamic());
}

Value FillComputed(const language::schema::Block& schema, const Value& object, Fill which,
                   const Filling& filling, const TextSource& texts,
                   provider::api::ProviderDiagnostics& diagnostics) {
  if (!schema.ContainsComputed()) return object;
  return object.Transform(Filler(schema, which, filling, texts, diagnostics));
}

}  // namespace engine::test
