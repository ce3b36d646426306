#include "base/text/unicode.h"
#include "language/functions/family.h"

namespace language::functions {
namespace {

const Type kString = Type::String();
const Type kNumber = Type::Number();
const Type kDynamic = Type::Dynamic();

// The element type of a list or set; of a tuple the elements' own.
Type TypeOfElement(Type sequence, size_t index) {
  return sequence.IsTuple() ? sequence.elements()[index] : sequence.element();
}

CallResult Length(const Environment&, Arguments a) {
  const value::Marks marks = a[0].marks();
  const Value value = a[0].Unmarked();
  const Type type = value.type();
  if (type.IsTuple()) return Value::Int(static_cast<int64_t>(type.elements().size())).WithMarks(marks);
  if (type.IsObject()) return Value::Int(static_cast<int64_t>(type.attributes().size())).WithMarks(marks);
  if (!type.IsString() && !type.IsCollection() && !type.IsDynamic()) {
    return Fail("argument must be a string, a collection type, or a structural type");
  }
  if (value.IsUnknown()) {
    value::Refinements refinements;
    refinements.not_null = true;
    refinements.lower = Number(0);
    if (type.IsCollection()) {
      refinements.lower = Number(value.refinements().min_length);
      if (value.refinements().max_length != INT64_MAX)
        refinements.upper = Number(value.refinements().max_length);
    }
    return Value::Unknown(kNumber, refinements).WithMarks(marks);
  }
  if (type.IsString()) {
    return Value::Int(static_cast<int64_t>(base::text::CountGraphemes(value.AsString()))).WithMarks(marks);
  }
  if (type.IsSet() && value.Length() > 1 && !value.IsWhollyKnown()) {
    // Unknown elements may turn out to be equal to others.
    value::Refinements refinements;
    refinements.not_null = true;
    refinements.lower = Number(1);
    refinements.upper = Number(static_cast<int64_t>(value.Length()));
    return Value::Unknown(kNumber, refinements).WithMarks(marks);
  }
  return Value::Int(static_cast<int64_t>(value.Length())).WithMarks(marks);
}

// Index of element() in a sequence of that length, or why there is none.
std::optional<CallError> ElementIndex(const Value& index, size_t length, size_t* result) {
  const std::optional<int64_t> whole = WholeNumber(index);
  if (!whole) return Fail("invalid index: {}", kNotWhole);
  if (length == 0) return Fail("cannot use element function with an empty list");
  // Counts on from the start after the end, and from the end before the start. (For tuples the latter came
  // with a later version of the reference: 1.11 fails.)
  const int64_t size = static_cast<int64_t>(length);
  *result = static_cast<size_t>((*whole % size + size) % size);
  return std::nullopt;
}

TypeResult ElementType(Arguments a) {
  const Type type = a[0].type();
  if (type.IsList()) return type.element();
  if (!type.IsTuple()) return Fail("cannot read elements from {}", type.FriendlyName());
  if (a[1].IsUnknown()) return kDynamic;
  size_t index = 0;
  if (auto error = ElementIndex(a[1].Unmarked(), type.elements().size(), &index)) return *error;
  return type.elements()[index];
}

CallResult Element(const Environment&, Arguments a) {
  const TypeResult type = ElementType(a);
  if (type.error) return *type.error;
  const Value list = a[0].Unmarked();
  if (list.IsUnknown()) return Value::Unknown(type.type).WithMarks(a[0].marks());
  size_t index = 0;
  if (auto error = ElementIndex(a[1], list.Length(), &index)) return *error;
  return list.ElementAt(index).WithMarks(a[0].marks());
}

CallResult Contains(const Environment&, Arguments a) {
  if (!IsSequence(a[0].type())) return Fail("argument must be list, tuple, or set");
  bool unknown = false;
  for (const Value& element : a[0].Elements()) {
    const Value equal = Value::Equals(element, a[1]);
    if (equal.IsUnknown())
      unknown = true;
    else if (equal.AsBool())
      return Value::True();
  }
  return unknown ? Value::Unknown(Type::Bool()).NotNull() : Value::False();
}

CallResult Index(const Environment&, Arguments a) {
  if (!a[0].type().IsList() && !a[0].type().IsTuple()) return Fail("argument must be a list or tuple");
  if (a[0].Length() == 0) return Fail("cannot search an empty list");
  for (size_t i = 0; i < a[0].Length(); ++i) {
    const Value equal = Value::Equals(a[0].ElementAt(i), a[1]);
    if (equal.IsUnknown()) return Value::Unknown(kNumber).NotNull();
    if (equal.AsBool()) return Value::Int(static_cast<int64_t>(i));
  }
  return Fail("item not found");
}

TypeResult MatchKeysType(Arguments a) {
  const std::vector<Type> types{a[1].type(), a[2].type()};
  if (!value::Unify(types, /*unsafe=*/true)) return Fail("keys and searchset must be of the same type");
  return Type::List(a[0].type().element());
}

CallResult MatchKeys(const Environment&, Arguments a) {
  const TypeResult type = MatchKeysType(a);
  if (type.error) return *type.error;
  const Type element = type.type.element();
  const std::vector<Type> types{a[1].type(), a[2].type()};
  const std::optional<Type> common = value::Unify(types, /*unsafe=*/true);
  if (a[0].Length() != a[1].Length()) return Fail("length of keys and values should be equal");
  const Value keys = value::Convert(a[1], *common).value, wanted = value::Convert(a[2], *common).value;
  std::vector<Value> found;
  for (size_t i = 0; i < a[0].Length(); ++i) {
    for (const Value& candidate : wanted.Elements()) {
      const Value equal = Value::Equals(keys.ElementAt(i), candidate);
      if (equal.IsUnknown()) return Value::Unknown(Type::List(element)).NotNull();
      if (!equal.AsBool()) continue;
      found.push_back(a[0].ElementAt(i));
      break;
    }
  }
  return Value::List(element, std::move(found));
}

TypeResult OneType(Arguments a) {
  const Type type = a[0].type();
  if (type.IsList() || type.IsSet()) return type.element();
  if (type.IsTuple() && type.elements().empty()) return kDynamic;
  if (type.IsTuple() && type.elements().size() == 1) return TypeOfElement(type, 0);
  return FailArgument(0, "must be a list, set, or tuple value with either zero or one elements");
}

CallResult One(const Environment&, Arguments a) {
  const TypeResult type = OneType(a);
  if (type.error) return *type.error;
  switch (a[0].Length()) {
    case 0:
      return Value::Null(type.type);
    case 1:
      return a[0].ElementAt(0);
    default:
      if (a[0].type().IsSet() && !a[0].IsWhollyKnown()) return Value::Unknown(type.type);
      return FailArgument(0, "must be a list, set, or tuple value with either zero or one elements");
  }
}

// Three-valued "all" and "any"; null elements count as false.
CallResult AllTrue(const Environment&, Arguments a) {
  bool unknown = false;
  for (const Value& element : a[0].Elements()) {
    if (element.IsUnknown())
      unknown = true;
    else if (element.IsNull() || !element.AsBool())
      return Value::False();
  }
  return unknown ? Value::Unknown(Type::Bool()).NotNull() : Value::True();
}

CallResult AnyTrue(const Environment&, Arguments a) {
  bool unknown = false;
  for (const Value& element : a[0].Elements()) {
    if (element.IsUnknown())
      unknown = true;
    else if (!element.IsNull() && element.AsBool())
      return Value::True();
  }
  return unknown ? Value::Unknown(Type::Bool()).NotNull() : Value::False();
}

}  // namespace

// What can be asked of a list.
Table ListFunctions() {
  const Type any_list = Type::List(kDynamic), bools = Type::List(Type::Bool());
  const Parameter list{"list", kDynamic}, marked_list{"list", kDynamic, kAllowMarked},
      value{"value", kDynamic};
  return {
      {"length",
       "Number of elements, attributes or characters.",
       {{"value", kDynamic, kAllowUnknown | kAllowDynamic | kAllowMarked}},
       {},
       kNumber,
       Length},
      {"element",
       "An element by its index, counting on from the start after the end, and from the end when negative.",
       {marked_list, {"index", kNumber}},
       {},
       kDynamic,
       Element,
       ElementType,
       true},
      {"contains", "Whether a list, set or tuple has an element.", {list, value}, {}, Type::Bool(), Contains},
      {"index", "The index of the first element that is equal.", {list, value}, {}, kNumber, Index},
      {"matchkeys",
       "The values whose keys, at the same index, are in a set of wanted ones.",
       {{"values", any_list}, {"keys", any_list}, {"searchset", any_list}},
       {},
       any_list,
       MatchKeys,
       MatchKeysType},
      {"one", "The only element, or null when there is none.", {list}, {}, kDynamic, One, OneType, true},
      {"alltrue", "Whether all elements are true.", {{"list", bools}}, {}, Type::Bool(), AllTrue},
      {"anytrue", "Whether any element is true.", {{"list", bools}}, {}, Type::Bool(), AnyTrue},
  };
}

}  // namespace language::functions
