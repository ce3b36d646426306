#include "cli/view/value_diff.h"

#include "cli/view/value_change.h"

namespace cli::view {

using language::value::Kind;
using language::value::Path;
using language::value::PathStep;
using language::value::Type;
using Form = Diff::Form;

namespace {

// What JSON makes of a value.
enum class Shape : uint8_t { kNull, kString, kNumber, kBool, kObject, kArray };

Shape ShapeOf(const Value* value) {
  if (value == nullptr) return Shape::kNull;
  switch (value->type().kind()) {
    case Kind::kString:
      return Shape::kString;
    case Kind::kNumber:
      return Shape::kNumber;
    case Kind::kBool:
      return Shape::kBool;
    case Kind::kMap:
    case Kind::kObject:
      return Shape::kObject;
    case Kind::kList:
    case Kind::kSet:
    case Kind::kTuple:
      return Shape::kArray;
    case Kind::kDynamic:
      break;
  }
  return Shape::kNull;
}

Diff Primitive(const Change& change) {
  Diff out;
  out.action = change.Calculated();
  out.replace = change.replace.Matches();
  out.before = change.before;
  out.after = change.after;
  return out;
}

Diff Whole(const Change& change, Form form) {
  Diff out;
  out.form = form;
  out.action = change.Default();
  out.replace = change.replace.Matches();
  return out;
}

void AddChild(Diff* parent, Diff child) {
  parent->action = JoinActions(parent->action, child.action);
  parent->children.push_back(std::move(child));
}

// A part of something dynamic.
Diff DiffOfDynamic(const Change& change);

Diff DynamicOfShape(const Change& change, Shape shape) {
  if (shape == Shape::kObject) {
    Diff out = Whole(change, Form::kObject);
    ForEachKey(change, [&](std::string_view key, const Change& child) {
      Diff diff = DiffOfDynamic(child);
      diff.name = key;
      AddChild(&out, std::move(diff));
    });
    return out;
  }
  if (shape == Shape::kArray) {
    Diff out = Whole(change, Form::kList);
    Interner interner;
    const auto before = change.before ? change.before->Elements() : std::span<const Value>();
    const auto after = change.after ? change.after->Elements() : std::span<const Value>();
    auto is_object = [&](bool side, size_t index) {
      const Value& value = side ? after[index] : before[index];
      return ShapeOf(value.IsKnownNotNull() ? &value : nullptr) == Shape::kObject;
    };
    for (auto [b, a] : PairSequences(interner.OfValues(before), interner.OfValues(after), is_object)) {
      AddChild(&out, DiffOfDynamic(change.Element(b, a)));
    }
    return out;
  }
  return Primitive(change);
}

// The reference does not say of parts of dynamic values that they force replacement, unless they are hidden.
Diff DynamicByShape(Change change) {
  change.replace = ReplacePaths();
  const Shape before = ShapeOf(change.before);
  const Shape after = ShapeOf(change.after);
  const bool deleted = after == Shape::kNull && !change.after_explicit;
  const bool created = before == Shape::kNull && !change.before_explicit;
  if (before == after || deleted || created)
    return DynamicOfShape(change, before == Shape::kNull ? after : before);
  Diff out;
  out.form = Form::kTypeChange;
  out.action = Action::kUpdate;
  Change half = change;
  half.after = nullptr;
  half.after_explicit = false;
  half.before_explicit = true;
  out.children.push_back(DynamicOfShape(half, before));
  half = change;
  half.before = nullptr;
  half.before_explicit = false;
  half.after_explicit = true;
  out.children.push_back(DynamicOfShape(half, after));
  return out;
}

Diff DiffOfDynamic(const Change& change) {
  Diff out;
  if (DiffSensitive(change, Form::kSensitive, &out, DiffOfDynamic)) return out;
  if (DiffUnknown(change, false, &out, DiffOfDynamic)) return out;
  return DynamicByShape(change);
}

Diff DiffOfObject(const Change& change, Type type) {
  Diff out = Whole(change, Form::kObject);
  for (const language::value::ObjectAttribute& attribute : type.attributes()) {
    Change child = change.Attribute(attribute.name);
    Diff diff = DiffOf(child, attribute.type);
    if (diff.action == Action::kNoOp && child.IsNothing()) continue;
    diff.name = attribute.name;
    AddChild(&out, std::move(diff));
  }
  return out;
}

Diff DiffOfMap(const Change& change, Type element) {
  Diff out = Whole(change, Form::kMap);
  ForEachKey(change, [&](std::string_view key, const Change& child) {
    Diff diff = DiffOf(child, element);
    diff.name = key;
    AddChild(&out, std::move(diff));
  });
  return out;
}

Diff DiffOfSequence(const Change& change, Type element, bool as_set) {
  Diff out = Whole(change, as_set ? Form::kSet : Form::kList);
  for (auto [b, a] : PairElements(change, as_set, element.IsObject())) {
    AddChild(&out, DiffOf(change.Element(b, a), element));
  }
  return out;
}

Diff DiffOfTuple(const Change& change, Type type) {
  Diff out = Whole(change, Form::kList);
  const size_t before = change.before ? change.before->Length() : 0;
  const size_t after = change.after ? change.after->Length() : 0;
  for (size_t i = 0; i < type.elements().size(); ++i) {
    AddChild(&out, DiffOf(change.Element(i < before ? i : kNone, i < after ? i : kNone), type.elements()[i]));
  }
  return out;
}

}  // namespace

bool ReplacePaths::Matches() const {
  for (const auto& path : paths_) {
    if (path.empty()) return true;
  }
  return false;
}

ReplacePaths ReplacePaths::Child(std::string_view key) const {
  ReplacePaths out;
  for (const auto& path : paths_) {
    if (path.empty()) continue;
    const PathStep& step = path[0];
    const bool same = step.IsAttribute() ? step.attribute == key
                                         : step.key.IsKnownNotNull() && step.key.type().IsString() &&
                                               step.key.AsString() == key;
    if (same) out.paths_.push_back(path.subspan(1));
  }
  return out;
}

ReplacePaths ReplacePaths::Child(size_t index) const {
  ReplacePaths out;
  for (const auto& path : paths_) {
    if (path.empty() || path[0].IsAttribute()) continue;
    const Value& key = path[0].key;
    if (key.IsKnownNotNull() && key.type().IsNumber() && key.AsInt64() == static_cast<int64_t>(index))
      out.paths_.push_back(path.subspan(1));
  }
  return out;
}

Action JoinActions(Action current, Action next) {
  if (next == Action::kNoOp || next == current) return current;
  return Action::kUpdate;
}

Change Change::Of(const Value* before, const Value* after, bool marks) {
  Change out;
  out.before = before != nullptr && before->IsKnownNotNull() ? before : nullptr;
  out.after = after != nullptr && after->IsKnownNotNull() ? after : nullptr;
  out.unknown = after != nullptr && after->IsUnknown();
  out.before_explicit = before != nullptr;
  out.after_explicit = after != nullptr;
  out.marks = marks;
  if (marks) {
    out.before_sensitive = before != nullptr && before->IsMarked(language::value::kSensitive);
    out.after_sensitive = after != nullptr && after->IsMarked(language::value::kSensitive);
  }
  return out;
}

Action Change::Default() const {
  if ((before == nullptr) == (after == nullptr)) return Action::kNoOp;
  return before == nullptr ? Action::kCreate : Action::kDelete;
}

Action Change::Calculated() const {
  const bool before_absent = before == nullptr && !before_explicit;
  const bool after_absent = after == nullptr && !after_explicit;
  if (before_absent && !after_absent) return Action::kCreate;
  if (after_absent && !before_absent) return Action::kDelete;
  const bool same = before == nullptr || after == nullptr ? before == after : SameJson(*before, *after);
  return same && before_explicit == after_explicit && before_sensitive == after_sensitive ? Action::kNoOp
                                                                                          : Action::kUpdate;
}

Change Change::WithoutEmptyStrings() const {
  auto is_empty = [](const Value* value) {
    return value != nullptr && value->type().IsString() && value->AsString().empty();
  };
  Change out = *this;
  if (is_empty(before)) out.before = nullptr;
  if (is_empty(after)) out.after = nullptr;
  return out;
}

Change Change::Attribute(std::string_view name) const {
  Change out = Of(before ? before->Find(name) : nullptr, after ? after->Find(name) : nullptr, marks);
  out.before_explicit = out.after_explicit = false;
  out.unknown = out.unknown || children_unknown;
  out.legacy = legacy;
  out.replace = replace.Child(name);
  return out;
}

Change Change::Element(size_t before_index, size_t after_index) const {
  CHECK(before != nullptr || before_index == kNone);
  CHECK(after != nullptr || after_index == kNone);
  Change out = Of(before_index == kNone ? nullptr : &before->ElementAt(before_index),
                  after_index == kNone ? nullptr : &after->ElementAt(after_index), marks);
  out.legacy = legacy;
  out.replace = replace.Child(before_index == kNone ? after_index : before_index);
  return out;
}

Change Change::AsNoOp() const {
  Change out = *this;
  out.after = before;
  out.after_explicit = before_explicit;
  out.after_sensitive = before_sensitive;
  out.unknown = false;
  out.replace = ReplacePaths();
  return out;
}

Pairs PairElements(const Change& change, bool as_set, bool objects) {
  const auto before = change.before ? change.before->Elements() : std::span<const Value>();
  const auto after = change.after ? change.after->Elements() : std::span<const Value>();
  Interner interner;
  const std::vector<uint32_t> before_ids = interner.OfValues(before);
  const std::vector<uint32_t> after_ids = interner.OfValues(after);
  if (!as_set) return PairSequences(before_ids, after_ids, [&](bool, size_t) { return objects; });
  std::vector<bool> unknown(after.size());
  for (size_t i = 0; i < after.size(); ++i) unknown[i] = after[i].IsUnknown();
  return PairSets(before_ids, after_ids, unknown);
}

Diff DiffOf(const Change& given, Type type) {
  Diff out;
  // Whoever asked still sees "" and counts what is hidden of it.
  const Change change = given.legacy ? given.WithoutEmptyStrings() : given;
  // What lies behind a mark, and what there was before something unknown, counts as of an old schema in the
  // reference, whatever the schema is.
  auto compute = [&](const Change& plain) { return DiffOf(plain.WithoutEmptyStrings(), type); };
  if (DiffSensitive(change, Form::kSensitive, &out, compute)) return out;
  if (DiffUnknown(change, false, &out, compute)) return out;
  switch (type.kind()) {
    case Kind::kDynamic:
      return DynamicByShape(change);
    case Kind::kObject:
      return DiffOfObject(change, type);
    case Kind::kMap:
      return DiffOfMap(change, type.element());
    case Kind::kList:
      return DiffOfSequence(change, type.element(), false);
    case Kind::kSet:
      return DiffOfSequence(change, type.element(), true);
    case Kind::kTuple:
      return DiffOfTuple(change, type);
    default:
      return Primitive(change);
  }
}

Diff DiffDynamic(const Value& before, const Value& after) {
  Change change = Change::Of(&before, &after, true);
  change.before_explicit = change.after_explicit = false;
  return DiffOf(change, Type::Dynamic());
}

Diff DiffTyped(Type type, const Value& before, const Value& after) {
  Change change = Change::Of(&before, &after, true);
  change.before_explicit = change.after_explicit = false;
  return DiffOf(change, type);
}

}  // namespace cli::view
