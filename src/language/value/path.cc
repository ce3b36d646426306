// Paths into values, and walks over them.
#include <algorithm>

#include "base/core/strings.h"
#include "language/value/node.h"
#include "language/value/place.h"

namespace language::value {

PathStep StepTo(const Value& value, size_t index) {
  Type type = value.type();
  if (type.IsObject()) return PathStep::Attribute(std::string(value.KeyAt(index)));
  if (type.IsMap()) return PathStep::Index(Value::StringRaw(value.KeyAt(index)));
  if (type.IsSet()) return PathStep::Index(value.ElementAt(index));
  return PathStep::Index(Value::Int(static_cast<int64_t>(index)));
}

namespace {

void WalkFrom(const Value& value, Path* at, const std::function<bool(const Path&, const Value&)>& visitor) {
  if (!visitor(*at, value) || ValueAccess::Compound(value) == nullptr) return;
  for (size_t i = 0; i < value.Length(); ++i) {
    at->push_back(StepTo(value, i));
    WalkFrom(value.ElementAt(i), at, visitor);
    at->pop_back();
  }
}

// A value of the same kind with these elements; the types follow the elements.
Value WithElements(const Value& value, std::vector<Value> elements) {
  Type type = value.type();
  switch (type.kind()) {
    case Kind::kList:
      return Value::List(elements.empty() ? type.element() : elements[0].type(), std::move(elements));
    case Kind::kSet:
      return Value::Set(elements.empty() ? type.element() : elements[0].type(), std::move(elements));
    case Kind::kTuple:
      return Value::Tuple(std::move(elements));
    default:
      break;
  }
  std::vector<std::pair<std::string, Value>> named;
  named.reserve(elements.size());
  for (size_t i = 0; i < elements.size(); ++i) named.emplace_back(value.KeyAt(i), std::move(elements[i]));
  if (type.IsObject()) return Value::Object(std::move(named));
  return Value::Map(named.empty() ? type.element() : named[0].second.type(), std::move(named));
}

Value TransformFrom(const Value& value, Path* at,
                    const std::function<Value(const Path&, const Value&)>& visitor) {
  if (ValueAccess::Compound(value) == nullptr) return visitor(*at, value);
  std::vector<Value> elements;
  bool changed = false;
  for (size_t i = 0; i < value.Length(); ++i) {
    at->push_back(StepTo(value, i));
    const Value& element = value.ElementAt(i);
    Value result = TransformFrom(element, at, visitor);
    at->pop_back();
    if (!changed && !result.SameNode(element)) {
      changed = true;
      elements.assign(value.Elements().begin(), value.Elements().begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (changed) elements.push_back(std::move(result));
  }
  if (!changed) return visitor(*at, value);
  return visitor(*at, WithElements(value, std::move(elements)).WithMarks(value.marks()));
}

}  // namespace

Value Value::Transform(const std::function<Value(const Path&, const Value&)>& visitor) const {
  Path at;
  return TransformFrom(*this, &at, visitor);
}

void Value::Walk(const std::function<bool(const Path&, const Value&)>& visitor) const {
  Path at;
  WalkFrom(*this, &at, visitor);
}

Path PathOf(const Place& place) {
  Path path;
  for (const Place* at = &place; at->parent != nullptr; at = at->parent) {
    if (at->is_attribute) {
      path.push_back(PathStep::Attribute(std::string(at->name)));
    } else if (at->is_key) {
      path.push_back(PathStep::Index(Value::String(at->name)));
    } else {
      path.push_back(PathStep::Index(Value::Int(static_cast<int64_t>(at->index))));
    }
  }
  std::ranges::reverse(path);
  return path;
}

base::core::Error PlaceError(const Place& place, std::string_view message) {
  base::core::Error error{std::string(message)};
  if (place.parent != nullptr) error.Wrap(PathToString(PathOf(place)));
  return error;
}

std::string PathToString(std::span<const PathStep> path) {
  std::string out;
  for (const PathStep& step : path) {
    if (step.IsAttribute()) {
      out += '.';
      out += step.attribute;
      continue;
    }
    out += '[';
    if (step.key.IsUnknown()) {
      out += "(unknown)";
    } else if (step.key.type().IsString()) {
      out += base::core::GoQuote(step.key.AsString());
    } else if (step.key.type().IsNumber()) {
      out += step.key.AsNumber().ToString();
    } else {
      out += "...";  // an element of a set
    }
    out += ']';
  }
  return out;
}

std::optional<Value> ApplyPath(const Value& value, std::span<const PathStep> path) {
  Value current = value;
  for (const PathStep& step : path) {
    Marks marks = current.marks();
    if (current.IsUnknown()) return Value::DynamicUnknown().WithMarks(marks);
    if (current.IsNull()) return Value::Null(Type::Dynamic()).WithMarks(marks);
    if (ValueAccess::Compound(current) == nullptr) return std::nullopt;
    Type type = current.type();
    std::optional<Value> next;
    if (type.IsObject() || type.IsMap()) {
      bool is_name = !step.IsAttribute() && step.key.IsKnownNotNull() && step.key.type().IsString();
      if (!step.IsAttribute() && step.key.IsUnknown()) return Value::DynamicUnknown().WithMarks(marks);
      if (!step.IsAttribute() && !is_name) return std::nullopt;
      const Value* found = current.Find(is_name ? step.key.AsString() : std::string_view(step.attribute));
      if (found != nullptr) next = *found;
    } else if (step.IsAttribute()) {
      return std::nullopt;
    } else if (type.IsSet()) {
      if (current.SetContains(step.key)) next = step.key;
    } else if (step.key.IsUnknown()) {
      return Value::DynamicUnknown().WithMarks(marks);
    } else if (step.key.IsKnownNotNull() && step.key.type().IsNumber()) {
      std::optional<int64_t> index = step.key.AsInt64();
      if (index && *index >= 0 && static_cast<size_t>(*index) < current.Length()) {
        next = current.ElementAt(static_cast<size_t>(*index));
      }
    }
    if (!next) return std::nullopt;
    current = next->WithMarks(marks);
  }
  return current;
}

}  // namespace language::value
