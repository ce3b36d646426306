// Equality in its two senses (identity, and the language's `==` with unknowns), and hashing.
#include <algorithm>

#include "language/value/node.h"

namespace language::value {

// Whether values of the type could turn out to be of the constraint.
bool TypeConforms(Type type, Type constraint) {
  if (constraint.IsDynamic() || type == constraint) return true;
  if (type.kind() != constraint.kind() || type.IsPrimitive()) return false;
  if (type.IsCollection()) return TypeConforms(type.element(), constraint.element());
  if (type.IsTuple()) {
    return std::ranges::equal(type.elements(), constraint.elements(), TypeConforms);
  }
  return std::ranges::equal(type.attributes(), constraint.attributes(),
                            [](const ObjectAttribute& a, const ObjectAttribute& b) {
                              return a.name == b.name && TypeConforms(a.type, b.type);
                            });
}

namespace {

enum class Truth { kFalse, kTrue, kUnknown };

Truth Of(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

size_t Mix(size_t seed, size_t value) {
  seed ^= value + 0x9e3779b97f4a7c15 + (seed << 6) + (seed >> 2);
  seed *= 0xff51afd7ed558ccd;
  return seed ^ (seed >> 33);
}

size_t Scatter(size_t value) { return Mix(0x2545f4914f6cdd1d, value); }

// Unknowns of unknown type inside.
bool HasUntypedUnknown(const Value& value) {
  if (value.IsWhollyKnown()) return false;
  if (value.IsUnknown()) return value.type().IsDynamic();
  return std::ranges::any_of(value.Elements(), HasUntypedUnknown);
}

Truth Compare(const Value& a, const Value& b);

// The other is known and the first is not.
Truth CompareUnknown(const Value& unknown, const Value& known) {
  if (!Value::MayBecome(unknown, known)) return Truth::kFalse;
  if (known.IsNull() || unknown.type().HasDynamic()) return Truth::kUnknown;
  return known.type() == unknown.type() ? Truth::kUnknown : Truth::kFalse;
}

// In order: the first part that is not equal decides.
Truth CompareSequence(std::span<const Value> a, std::span<const Value> b) {
  if (a.size() != b.size()) return Truth::kFalse;
  for (size_t i = 0; i < a.size(); ++i) {
    if (Truth truth = Compare(a[i], b[i]); truth != Truth::kTrue) return truth;
  }
  return Truth::kTrue;
}

// Without order: a part that differs decides, wherever it is.
Truth CompareParts(std::span<const Value> a, std::span<const Value> b) {
  Truth result = Truth::kTrue;
  for (size_t i = 0; i < a.size(); ++i) {
    Truth truth = Compare(a[i], b[i]);
    if (truth == Truth::kFalse) return truth;
    if (truth == Truth::kUnknown) result = truth;
  }
  return result;
}

Truth CompareSets(const Value& a, const Value& b) {
  for (const Value* set : {&a, &b}) {
    for (const Value& element : set->Elements()) {
      if (element.IsUnknown()) return Truth::kUnknown;
    }
  }
  if (a.Length() != b.Length()) return Truth::kFalse;
  return Of(std::ranges::all_of(a.Elements(), [&](const Value& element) { return b.SetContains(element); }));
}

Truth CompareMaps(const Value& a, const Value& b) {
  if (a.Length() != b.Length()) return Truth::kFalse;
  for (size_t i = 0; i < a.Length(); ++i) {
    if (a.KeyAt(i) != b.KeyAt(i)) return Truth::kFalse;
  }
  return CompareParts(a.Elements(), b.Elements());
}

Truth Compare(const Value& a, const Value& b) {
  if (a.IsUnknown() || b.IsUnknown()) {
    if (a.IsUnknown() && b.IsUnknown()) return Truth::kUnknown;
    return a.IsUnknown() ? CompareUnknown(a, b) : CompareUnknown(b, a);
  }
  if (a.IsNull() || b.IsNull()) return Of(a.IsNull() && b.IsNull());
  const CompoundNode* node = ValueAccess::Compound(a);
  if (node != nullptr && node == ValueAccess::Compound(b) && node->wholly_known) return Truth::kTrue;
  if (HasUntypedUnknown(a) || HasUntypedUnknown(b)) {
    return TypeConforms(a.type(), b.type()) || TypeConforms(b.type(), a.type()) ? Truth::kUnknown
                                                                                : Truth::kFalse;
  }
  if (a.type() != b.type()) return Truth::kFalse;
  switch (a.type().kind()) {
    case Kind::kString:
      return Of(a.AsString() == b.AsString());
    case Kind::kBool:
      return Of(a.AsBool() == b.AsBool());
    case Kind::kNumber:
      return Of(Number::Equal(a.AsNumber(), b.AsNumber()));
    case Kind::kSet:
      return CompareSets(a, b);
    case Kind::kMap:
      return CompareMaps(a, b);
    case Kind::kObject:
      return CompareParts(a.Elements(), b.Elements());
    default:
      return CompareSequence(a.Elements(), b.Elements());
  }
}

}  // namespace

bool Value::MayBecome(const Value& unknown, const Value& known) {
  if (known.IsUnknown()) return true;
  if (known.IsNull()) return !unknown.IsDefinitelyNotNull();
  if (!TypeConforms(known.type(), unknown.type())) return false;
  Refinements refinements = unknown.refinements();
  switch (known.type().kind()) {
    case Kind::kString:
      return known.AsString().starts_with(refinements.string_prefix);
    case Kind::kNumber: {
      Number number = known.AsNumber();
      if (refinements.lower) {
        int order = Number::Compare(number, *refinements.lower);
        if (order < 0 || (order == 0 && !refinements.lower_inclusive)) return false;
      }
      if (refinements.upper) {
        int order = Number::Compare(number, *refinements.upper);
        if (order > 0 || (order == 0 && !refinements.upper_inclusive)) return false;
      }
      return true;
    }
    case Kind::kList:
    case Kind::kMap:
    case Kind::kSet: {
      auto length = static_cast<int64_t>(known.Length());
      // Unknown elements of a set may turn out to be one.
      if (known.type().IsSet() && !known.IsWhollyKnown()) return length >= refinements.min_length;
      return length >= refinements.min_length && length <= refinements.max_length;
    }
    default:
      return true;
  }
}

Value Value::Equals(const Value& a, const Value& b) {
  Truth truth = Compare(a, b);
  Value result = truth == Truth::kUnknown ? Unknown(Type::Bool()).NotNull() : Bool(truth == Truth::kTrue);
  return result.WithMarks(a.MarksDeep() | b.MarksDeep());
}

bool Value::KnownEqual(const Value& a, const Value& b) { return Compare(a, b) == Truth::kTrue; }

bool Value::RawEquals(const Value& other) const {
  if (SameNode(other)) return true;
  if (marks() != other.marks() || IsNull() != other.IsNull() || IsUnknown() != other.IsUnknown())
    return false;
  if (type() != other.type()) return false;
  if (IsNull()) return true;
  if (IsUnknown()) return refinements() == other.refinements();
  switch (type().kind()) {
    case Kind::kString:
      return AsString() == other.AsString();
    case Kind::kBool:
      return AsBool() == other.AsBool();
    case Kind::kNumber:
      return Number::Equal(AsNumber(), other.AsNumber());
    default:
      break;
  }
  const auto& node = ValueAccess::As<CompoundNode>(*this);
  const auto& other_node = ValueAccess::As<CompoundNode>(other);
  if (&node == &other_node) return true;
  if (node.size != other_node.size || node.wholly_known != other_node.wholly_known ||
      node.deep_marks != other_node.deep_marks) {
    return false;
  }
  for (size_t i = 0; node.has_keys() && i < node.size; ++i) {
    if (node.keys()[i].AsString() != other_node.keys()[i].AsString()) return false;
  }
  for (size_t i = 0; i < node.size; ++i) {
    if (!node.elements()[i].RawEquals(other_node.elements()[i])) return false;
  }
  return true;
}

size_t Value::Hash() const {
  if (IsNull()) return Scatter(1);
  if (IsUnknown()) return Scatter(2);
  switch (type().kind()) {
    case Kind::kBool:
      return Scatter(AsBool() ? 3 : 4);
    case Kind::kString:
      return std::hash<std::string_view>()(AsString());
    case Kind::kNumber: {
      if (tag() == Tag::kInt) return Scatter(payload_);
      Number number = AsNumber();
      if (std::optional<int64_t> integer = number.AsInt64()) return Scatter(static_cast<size_t>(*integer));
      return std::hash<std::string>()(number.ToString());
    }
    default:
      break;
  }
  const auto& node = ValueAccess::As<CompoundNode>(*this);
  size_t hash = Mix(5, node.size);
  for (size_t i = 0; i < node.size; ++i) {
    if (node.has_keys()) hash = Mix(hash, node.keys()[i].Hash());
    hash = Mix(hash, node.elements()[i].Hash());
  }
  return hash;
}

}  // namespace language::value
