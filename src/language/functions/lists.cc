#include <algorithm>
#include <unordered_map>

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

// A list of the same kind as the source: tuples make tuples.
Value SequenceLike(Type source, std::vector<Value> elements) {
  return source.IsTuple() ? Value::Tuple(std::move(elements))
                          : Value::List(source.element(), std::move(elements));
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
  if (*whole < 0) return Fail("cannot use element function with a negative index");
  if (length == 0) return Fail("cannot use element function with an empty list");
  *result = static_cast<size_t>(*whole) % length;
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

// A list where all are lists of types that unify, else a tuple.
TypeResult ConcatType(Arguments a) {
  if (a.empty()) return Fail("at least one argument is required");
  std::vector<Type> types;
  for (const Value& argument : a) {
    if (argument.type().IsList()) types.push_back(argument.type());
  }
  if (types.size() == a.size()) {
    if (std::optional<Type> common = value::Unify(types, /*unsafe=*/true)) return *common;
  }
  std::vector<Type> elements;
  for (size_t i = 0; i < a.size(); ++i) {
    const Type type = a[i].type();
    if (type.IsTuple()) {
      elements.insert(elements.end(), type.elements().begin(), type.elements().end());
    } else if (!type.IsList()) {
      return FailArgument(static_cast<int>(i), "all arguments must be lists or tuples; got {}",
                          type.FriendlyName());
    } else if (a[i].IsUnknown()) {
      return kDynamic;
    } else {
      elements.insert(elements.end(), a[i].Unmarked().Length(), type.element());
    }
  }
  return Type::Tuple(std::move(elements));
}

CallResult Concat(const Environment&, Arguments a) {
  const TypeResult type = ConcatType(a);
  if (type.error) return *type.error;
  value::Marks marks = value::kNoMarks;
  std::vector<Value> elements;
  for (const Value& argument : a) {
    marks |= argument.marks();
    const Value list = argument.Unmarked();
    if (type.type.IsList()) {
      for (Value& element : ConvertAll(list.Elements(), type.type.element()))
        elements.push_back(std::move(element));
    } else {
      elements.insert(elements.end(), list.Elements().begin(), list.Elements().end());
    }
  }
  if (type.type.IsList()) return Value::List(type.type.element(), std::move(elements)).WithMarks(marks);
  return Value::Tuple(std::move(elements)).WithMarks(marks);
}

// Collects what is not a sequence; false when something unknown may still be one. Sequences nest as deep as
// values do, so an explicit stack stands in for recursion.
bool FlattenInto(const Value& root, std::vector<Value>* out, value::Marks* marks) {
  struct Frame {
    Value sequence;
    size_t next = 0;
  };
  *marks |= root.marks();
  std::vector<Frame> stack{{root.Unmarked()}};
  while (!stack.empty()) {
    Frame& frame = stack.back();
    if (frame.next == frame.sequence.Length()) {
      stack.pop_back();
      continue;
    }
    const Value element = frame.sequence.ElementAt(frame.next++);
    if (element.IsUnknown() && (element.type().IsDynamic() || IsSequence(element.type()))) {
      *marks |= element.marks();
      return false;
    }
    if (element.IsNull() || element.IsUnknown() || !IsSequence(element.type())) {
      out->push_back(element);
      continue;
    }
    *marks |= element.marks();
    stack.push_back({element.Unmarked()});
  }
  return true;
}

CallResult Flatten(const Environment&, Arguments a) {
  if (!IsSequence(a[0].type())) return Fail("can only flatten lists, sets and tuples");
  std::vector<Value> elements;
  value::Marks marks = value::kNoMarks;
  if (!FlattenInto(a[0], &elements, &marks)) return Value::DynamicUnknown().WithMarks(marks);
  return Value::Tuple(std::move(elements)).WithMarks(marks);
}

CallResult Distinct(const Environment&, Arguments a) {
  if (!a[0].IsWhollyKnown()) return Value::Unknown(a[0].type()).NotNull();
  std::vector<Value> kept;
  std::unordered_multimap<size_t, size_t> seen;
  for (const Value& element : a[0].Elements()) {
    const size_t hash = element.Hash();
    const auto [begin, end] = seen.equal_range(hash);
    if (std::any_of(begin, end, [&](const auto& entry) { return kept[entry.second].RawEquals(element); }))
      continue;
    seen.emplace(hash, kept.size());
    kept.push_back(element);
  }
  return Value::List(a[0].type().element(), std::move(kept));
}

CallResult Compact(const Environment&, Arguments a) {
  if (!a[0].IsWhollyKnown()) return Value::Unknown(a[0].type()).NotNull();
  std::vector<Value> kept;
  for (const Value& element : a[0].Elements()) {
    if (!element.IsNull() && !element.AsString().empty()) kept.push_back(element);
  }
  return Value::List(kString, std::move(kept));
}

CallResult Sort(const Environment&, Arguments a) {
  if (!a[0].IsWhollyKnown()) {
    value::Refinements refinements;
    refinements.not_null = true;
    refinements.min_length = refinements.max_length = static_cast<int64_t>(a[0].Length());
    return Value::Unknown(a[0].type(), refinements);
  }
  std::vector<Value> sorted(a[0].Elements().begin(), a[0].Elements().end());
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (sorted[i].IsNull()) return Fail("given list element {} is null; a null string cannot be sorted", i);
  }
  std::ranges::stable_sort(sorted, {}, [](const Value& value) { return value.AsString(); });
  return Value::List(kString, std::move(sorted));
}

TypeResult ReverseType(Arguments a) {
  const Type type = a[0].type();
  if (type.IsList()) return type;
  if (type.IsSet()) return Type::List(type.element());
  if (!type.IsTuple())
    return FailArgument(0, "can only reverse list or tuple values, not {}", type.FriendlyName());
  return Type::Tuple(std::vector<Type>(type.elements().rbegin(), type.elements().rend()));
}

CallResult Reverse(const Environment&, Arguments a) {
  const TypeResult type = ReverseType(a);
  if (type.error) return *type.error;
  const Value list = a[0].Unmarked();
  std::vector<Value> reversed(list.Elements().rbegin(), list.Elements().rend());
  return SequenceLike(type.type, std::move(reversed)).WithMarks(a[0].marks());
}

CallResult Range(const Environment&, Arguments a) {
  constexpr size_t kMaxValues = 1024;
  if (a.empty() || a.size() > 3) return Fail("must have one, two, or three arguments");
  const Number start = a.size() == 1 ? Number(0) : a[0].AsNumber();
  const Number end = a[a.size() == 1 ? 0 : 1].AsNumber();
  const int direction = Number::Compare(end, start);
  const Number step = a.size() == 3 ? a[2].AsNumber() : Number(direction < 0 ? -1 : 1);
  const bool down = step.Sign() < 0;
  if (a.size() == 3 && down && direction > 0) {
    return FailArgument(2, "end must be less than start when step is negative");
  }
  if (a.size() == 3 && !down && direction < 0) {
    return FailArgument(2, "end must be greater than start when step is positive");
  }
  std::vector<Value> values;
  for (Number number = start; down ? Number::Compare(number, end) > 0 : Number::Compare(number, end) < 0;
       number = Number::Add(number, step)) {
    if (values.size() >= kMaxValues) {
      return Fail(
          "more than {} values were generated; either decrease the difference between start and end or use a "
          "smaller "
          "step",
          kMaxValues);
    }
    values.push_back(Value::OfNumber(number));
  }
  return Value::List(kNumber, std::move(values));
}

std::optional<CallError> SliceBounds(Arguments a, std::optional<size_t> length, size_t* start, size_t* end) {
  for (int i : {1, 2}) {
    if (!WholeNumber(a[i])) return FailArgument(i, "{}", kNotWhole);
  }
  const int64_t from = *WholeNumber(a[1]), to = *WholeNumber(a[2]);
  const int64_t limit = length ? static_cast<int64_t>(*length) : INT64_MAX;
  if (from < 0) return FailArgument(1, "start index must not be less than zero");
  if (from > limit) return FailArgument(1, "start index must not be greater than the length of the list");
  if (to < 0) return FailArgument(2, "end index must not be less than zero");
  if (to > limit) return FailArgument(2, "end index must not be greater than the length of the list");
  if (from > to) return FailArgument(1, "start index must not be greater than end index");
  *start = static_cast<size_t>(from);
  *end = static_cast<size_t>(to);
  return std::nullopt;
}

TypeResult SliceType(Arguments a) {
  const Type type = a[0].type();
  if (type.IsSet()) {
    return FailArgument(
        0,
        "cannot slice a set, because its elements do not have indices; explicitly convert to a list if "
        "the ordering of the result is not important");
  }
  if (!type.IsList() && !type.IsTuple()) return FailArgument(0, "must be a list or tuple value");
  if (type.IsList()) return type;
  if (a[1].IsUnknown() || a[2].IsUnknown()) return kDynamic;
  size_t start = 0, end = 0;
  if (auto error = SliceBounds(a, type.elements().size(), &start, &end)) return *error;
  return Type::Tuple(std::vector<Type>(type.elements().begin() + start, type.elements().begin() + end));
}

CallResult Slice(const Environment&, Arguments a) {
  const TypeResult type = SliceType(a);
  if (type.error) return *type.error;
  const Value list = a[0].Unmarked();
  size_t start = 0, end = 0;
  if (auto error = SliceBounds(a, list.Length(), &start, &end)) return *error;
  std::vector<Value> part(list.Elements().begin() + start, list.Elements().begin() + end);
  return SequenceLike(type.type, std::move(part)).WithMarks(a[0].marks());
}

TypeResult ChunkListType(Arguments a) { return Type::List(a[0].type()); }

CallResult ChunkList(const Environment&, Arguments a) {
  const std::optional<int64_t> size = WholeNumber(a[1]);
  if (!size) return Fail("invalid size: {}", kNotWhole);
  if (*size < 0) return Fail("the size argument must be positive");
  const Value list = a[0].Unmarked();
  const Type type = list.type();
  std::vector<Value> chunks;
  const size_t step = *size == 0 ? std::max<size_t>(1, list.Length()) : static_cast<size_t>(*size);
  for (size_t begin = 0; begin < list.Length(); begin += std::min(step, list.Length() - begin)) {
    const auto part = list.Elements().subspan(begin, std::min(step, list.Length() - begin));
    chunks.push_back(Value::List(type.element(), std::vector<Value>(part.begin(), part.end())));
  }
  return Value::List(type, std::move(chunks)).WithMarks(a[0].marks());
}

TypeResult MatchKeysType(Arguments a) { return Type::List(a[0].type().element()); }

CallResult MatchKeys(const Environment&, Arguments a) {
  const Type element = a[0].type().element();
  const std::vector<Type> types{a[1].type(), a[2].type()};
  const std::optional<Type> common = value::Unify(types, /*unsafe=*/true);
  if (!common) return Fail("keys and searchset must be of the same type");
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

TypeResult SameType(Arguments a) { return a[0].type(); }

}  // namespace

Table ListFunctions() {
  const Type any_list = Type::List(kDynamic), bools = Type::List(Type::Bool()), strings = Type::List(kString);
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
       "An element by its index, counting on from the start after the end.",
       {marked_list, {"index", kNumber}},
       {},
       kDynamic,
       Element,
       ElementType,
       true},
      {"contains", "Whether a list, set or tuple has an element.", {list, value}, {}, Type::Bool(), Contains},
      {"index", "The index of the first element that is equal.", {list, value}, {}, kNumber, Index},
      {"concat",
       "Several lists one after another.",
       {},
       Parameter{"seqs", kDynamic, kAllowMarked},
       kDynamic,
       Concat,
       ConcatType},
      {"flatten", "The elements of all lists within lists as one.", {marked_list}, {}, kDynamic, Flatten},
      {"distinct",
       "The list without repeated elements.",
       {{"list", any_list}},
       {},
       any_list,
       Distinct,
       SameType},
      {"compact", "The list without empty and null texts.", {{"list", strings}}, {}, strings, Compact},
      {"sort", "Texts in byte order.", {{"list", strings}}, {}, strings, Sort},
      {"reverse", "The elements in reverse order.", {marked_list}, {}, kDynamic, Reverse, ReverseType},
      {"range",
       "Numbers from a start (0 unless given) up to an end, which is left out, by a step (1 unless given).",
       {},
       Parameter{"params", kNumber},
       Type::List(kNumber),
       Range},
      {"slice",
       "The elements from one index up to another, which is left out.",
       {marked_list, {"start_index", kNumber}, {"end_index", kNumber}},
       {},
       kDynamic,
       Slice,
       SliceType},
      {"chunklist",
       "The list cut into lists of a size.",
       {{"list", any_list, kAllowMarked}, {"size", kNumber}},
       {},
       Type::List(any_list),
       ChunkList,
       ChunkListType},
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
