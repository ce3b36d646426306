#include <algorithm>
#include <unordered_map>

#include "language/functions/family.h"

namespace language::functions {
namespace {

const Type kString = Type::String();
const Type kNumber = Type::Number();
const Type kDynamic = Type::Dynamic();

// A list of the same kind as the source: tuples make tuples.
Value SequenceLike(Type source, std::vector<Value> elements) {
  return source.IsTuple() ? Value::Tuple(std::move(elements))
                          : Value::List(source.element(), std::move(elements));
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
  if (!type.type.IsList()) return Value::Tuple(std::move(elements)).WithMarks(marks);
  if (type.type.HasDynamic() && !value::MakeOneCollection(elements))
    return Fail("all lists must have elements of one type");
  return Value::List(type.type.element(), std::move(elements)).WithMarks(marks);
}

// Elements of a set that are not known may turn out to be equal.
bool HasUnknownLength(const Value& value) {
  return value.type().IsSet() && value.Unmarked().Length() > 1 && !value.IsWhollyKnown();
}

// Collects what is not a sequence; false when something unknown may still be one. Sequences nest as deep as
// values do, so an explicit stack stands in for recursion.
bool FlattenInto(const Value& root, std::vector<Value>* out, value::Marks* marks) {
  struct Frame {
    Value sequence;
    size_t next = 0;
  };
  *marks |= root.marks();
  if (HasUnknownLength(root)) return false;
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
    if (HasUnknownLength(element)) return false;
    stack.push_back({element.Unmarked()});
  }
  return true;
}

CallResult Flatten(const Environment&, Arguments a) {
  // As in the reference, an object with something unknown in it passes.
  const bool mapping = a[0].type().IsObject() || a[0].type().IsMap();
  if (!IsSequence(a[0].type()) && (!mapping || a[0].IsWhollyKnown()))
    return Fail("can only flatten lists, sets and tuples");
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
    return FailArgument(1, "end must be less than start when step is negative");
  }
  if (a.size() == 3 && !down && direction < 0) {
    return FailArgument(1, "end must be greater than start when step is positive");
  }
  std::vector<Value> values;
  for (Number number = start; down ? Number::Compare(number, end) > 0 : Number::Compare(number, end) < 0;
       number = Number::Add(number, step)) {
    if (values.size() >= kMaxValues) {
      return Fail(
          "more than {} values were generated; either decrease the difference between start and end or use a "
          "smaller step",
          kMaxValues);
    }
    values.push_back(Value::OfNumber(number));
  }
  return Value::List(kNumber, std::move(values));
}

// One of the bounds; SIZE_MAX when it is not known yet.
std::optional<CallError> SliceBound(Arguments a, int argument, const char* name, std::optional<size_t> length,
                                    size_t* bound) {
  *bound = SIZE_MAX;
  if (a[argument].IsUnknown()) return std::nullopt;
  const std::optional<int64_t> index = WholeNumber(a[argument]);
  if (!index) return FailArgument(argument, "invalid {} index: {}", name, kNotWhole);
  if (*index < 0) return FailArgument(argument, "{} index must not be less than zero", name);
  if (length && *index > static_cast<int64_t>(*length))
    return FailArgument(argument, "{} index must not be greater than the length of the list", name);
  *bound = static_cast<size_t>(*index);
  return std::nullopt;
}

// Checks what can be checked where not all is known.
std::optional<CallError> SliceBounds(Arguments a, std::optional<size_t> length, size_t* start, size_t* end) {
  if (auto error = SliceBound(a, 1, "start", length, start)) return error;
  if (auto error = SliceBound(a, 2, "end", length, end)) return error;
  if (*start != SIZE_MAX && *start > *end)
    return FailArgument(1, "start index must not be greater than end index");
  return std::nullopt;
}

std::optional<size_t> SliceLength(const Value& list) {
  if (list.type().IsTuple()) return list.type().elements().size();
  const Value plain = list.Unmarked();
  return plain.IsKnownNotNull() ? std::optional(plain.Length()) : std::nullopt;
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
  size_t start = 0, end = 0;
  if (auto error = SliceBounds(a, SliceLength(a[0]), &start, &end)) return *error;
  if (type.IsList()) return type;
  if (a[1].IsUnknown() || a[2].IsUnknown()) return kDynamic;
  return Type::Tuple(std::vector<Type>(type.elements().begin() + start, type.elements().begin() + end));
}

CallResult Slice(const Environment&, Arguments a) {
  const TypeResult type = SliceType(a);
  if (type.error) return *type.error;
  const Value list = a[0].Unmarked();
  size_t start = 0, end = 0;
  SliceBounds(a, list.Length(), &start, &end);
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

TypeResult SameType(Arguments a) { return a[0].type(); }

}  // namespace

// Lists made of other lists.
Table ListBuildingFunctions() {
  const Type any_list = Type::List(kDynamic), strings = Type::List(kString);
  const Parameter marked_list{"list", kDynamic, kAllowMarked};
  return {
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
       {{"list", any_list, kAllowMarked},
        {"size", kNumber, kAllowNothing, "How long each list is; the last may be shorter."}},
       {},
       Type::List(any_list),
       ChunkList,
       ChunkListType},
  };
}

}  // namespace language::functions
