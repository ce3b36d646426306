// Marks: adding, taking off, and remembering where they were.
#include "language/value/node.h"

namespace language::value {

namespace {

// A node like this one with other elements of the same types, in the same order.
Value Rebuild(const CompoundNode& node, std::vector<Value> elements) {
  CompoundBuilder builder(Type(node.type), node.size, node.table_bits);
  for (Value& element : elements) builder.Put(std::move(element));
  if (node.has_keys()) {
    for (size_t i = 0; i < node.size; ++i) builder.PutKey(node.keys()[i]);
  }
  if (node.table_bits != 0) std::copy_n(node.table(), size_t{1} << node.table_bits, builder.table());
  return std::move(builder).Finish();
}

Value StripInto(const Value& value, Path* at, std::vector<std::pair<Path, Marks>>* paths) {
  if (!value.HasMarksDeep()) return value;
  if (value.marks() != kNoMarks) paths->emplace_back(*at, value.marks());
  const CompoundNode* node = ValueAccess::Compound(value);
  if (node == nullptr || node->deep_marks == kNoMarks) return value.Unmarked();
  std::vector<Value> elements;
  elements.reserve(node->size);
  for (size_t i = 0; i < node->size; ++i) {
    at->push_back(StepTo(value, i));
    elements.push_back(StripInto(node->elements()[i], at, paths));
    at->pop_back();
  }
  return Rebuild(*node, std::move(elements));
}

// Position of the step in the compound, or -1. Sets have none: their marks are on the set.
int64_t PositionOf(const Value& value, const PathStep& step) {
  if (!value.IsKnownNotNull() || ValueAccess::Compound(value) == nullptr) return -1;
  Type type = value.type();
  if (type.IsObject() || type.IsMap()) {
    // Attribute and index steps are taken for each other, as the language does.
    std::string_view name = step.attribute;
    if (!step.IsAttribute()) {
      if (!step.key.IsKnownNotNull() || !step.key.type().IsString()) return -1;
      name = step.key.AsString();
    }
    const Value* found = value.Find(name);
    return found == nullptr ? -1 : found - value.Elements().data();
  }
  if (type.IsSet() || step.IsAttribute() || !step.key.IsKnownNotNull() || !step.key.type().IsNumber())
    return -1;
  std::optional<int64_t> index = step.key.AsInt64();
  if (!index || *index < 0 || static_cast<size_t>(*index) >= value.Length()) return -1;
  return *index;
}

Value MarkAt(const Value& value, std::span<const PathStep> path, Marks marks) {
  if (path.empty()) return value.WithMarks(marks);
  if (value.IsKnownNotNull() && value.type().IsSet()) return value.WithMarks(marks);
  int64_t position = PositionOf(value, path[0]);
  if (position < 0) return value;
  std::vector<Value> elements(value.Elements().begin(), value.Elements().end());
  Value& element = elements[static_cast<size_t>(position)];
  element = MarkAt(element, path.subspan(1), marks);
  return Rebuild(*ValueAccess::Compound(value), std::move(elements)).WithMarks(value.marks());
}

}  // namespace

bool Value::HasMarksDeep() const { return MarksDeep() != kNoMarks; }

Marks Value::MarksDeep() const {
  const CompoundNode* node = ValueAccess::Compound(*this);
  return node == nullptr ? marks() : static_cast<Marks>(marks() | node->deep_marks);
}

Value Value::WithMarks(Marks marks) const {
  Value result = *this;
  ValueAccess::SetMarks(&result, this->marks() | marks);
  return result;
}

Value Value::Unmarked() const {
  Value result = *this;
  ValueAccess::SetMarks(&result, kNoMarks);
  return result;
}

Value Value::UnmarkedDeep() const {
  const CompoundNode* node = ValueAccess::Compound(*this);
  if (node == nullptr || node->deep_marks == kNoMarks) return Unmarked();
  std::vector<Value> elements;
  elements.reserve(node->size);
  for (const Value& element : Elements()) elements.push_back(element.UnmarkedDeep());
  return Rebuild(*node, std::move(elements));
}

Value Value::UnmarkedDeep(std::vector<std::pair<Path, Marks>>* paths) const {
  Path at;
  return StripInto(*this, &at, paths);
}

Value Value::MarkedAt(std::span<const std::pair<Path, Marks>> paths) const {
  Value result = *this;
  for (const auto& [path, marks] : paths) result = MarkAt(result, path, marks);
  return result;
}

}  // namespace language::value
