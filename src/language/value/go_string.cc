// Values and types in the syntax of Go, as errors about providers show them.
#include "base/core/strings.h"
#include "language/value/node.h"

namespace language::value {

namespace {

std::string TypeText(Type type) {
  switch (type.kind()) {
    case Kind::kDynamic:
      return "cty.DynamicPseudoType";
    case Kind::kString:
      return "cty.String";
    case Kind::kNumber:
      return "cty.Number";
    case Kind::kBool:
      return "cty.Bool";
    case Kind::kList:
      return "cty.List(" + TypeText(type.element()) + ")";
    case Kind::kSet:
      return "cty.Set(" + TypeText(type.element()) + ")";
    case Kind::kMap:
      return "cty.Map(" + TypeText(type.element()) + ")";
    case Kind::kTuple: {
      if (type.elements().empty()) return "cty.EmptyTuple";
      std::string out = "cty.Tuple([]cty.Type{";
      bool first = true;
      for (Type element : type.elements()) {
        if (!std::exchange(first, false)) out += ", ";
        out += TypeText(element);
      }
      return out += "})";
    }
    case Kind::kObject:
      break;
  }
  if (type.attributes().empty()) return "cty.EmptyObject";
  std::string out = "map[string]cty.Type{", optional;
  bool first = true;
  for (const ObjectAttribute& attribute : type.attributes()) {
    if (!std::exchange(first, false)) out += ", ";
    out += base::core::GoQuote(attribute.name);
    out += ':';
    out += TypeText(attribute.type);
    if (attribute.optional) optional += (optional.empty() ? "" : ", ") + base::core::GoQuote(attribute.name);
  }
  out += '}';
  if (optional.empty()) return "cty.Object(" + out + ")";
  return "cty.ObjectWithOptionalAttrs(" + out + ", []string{" + optional + "})";
}

std::string NumberText(const Number& number) {
  if (number.IsInteger()) return "cty.NumberIntVal(" + number.ToGoText() + ")";
  if (std::optional<double> exact = number.AsExactDouble()) {
    return "cty.NumberFloatVal(" + Number::FromDouble(*exact).ToGoText() + ")";
  }
  return "cty.MustParseNumberVal(\"" + number.ToString() + "\")";
}

std::string UnknownText(const Value& value) {
  if (value.type().IsDynamic()) return "cty.DynamicVal";
  std::string out = "cty.UnknownVal(" + TypeText(value.type()) + ")";
  Refinements refinements = value.refinements();
  if (refinements.Empty()) return out;
  std::string calls;
  if (refinements.not_null) calls += ".NotNull()";
  if (!refinements.string_prefix.empty()) {
    calls += ".StringPrefixFull(" + base::core::GoQuote(refinements.string_prefix) + ")";
  }
  auto bound = [&calls](std::string_view name, const Number& number, bool inclusive) {
    calls += fmt::format(".{}({}, {})", name, NumberText(number), inclusive);
  };
  if (refinements.lower) bound("NumberLowerBound", *refinements.lower, refinements.lower_inclusive);
  if (refinements.upper) bound("NumberUpperBound", *refinements.upper, refinements.upper_inclusive);
  if (refinements.min_length > 0)
    calls += fmt::format(".CollectionLengthLowerBound({})", refinements.min_length);
  if (refinements.max_length != INT64_MAX) {
    calls += fmt::format(".CollectionLengthUpperBound({})", refinements.max_length);
  }
  if (calls == ".NotNull()") return out += ".RefineNotNull()";
  return out += ".Refine()" + calls + ".NewValue()";
}

std::string_view CollectionName(Kind kind) {
  switch (kind) {
    case Kind::kList:
      return "List";
    case Kind::kSet:
      return "Set";
    case Kind::kMap:
      return "Map";
    case Kind::kTuple:
      return "Tuple";
    default:
      return "Object";
  }
}

std::string CompoundText(const Value& value) {
  Type type = value.type();
  std::string name(CollectionName(type.kind()));
  if (value.Length() == 0) {
    if (type.IsTuple()) return "cty.EmptyTupleVal";
    if (type.IsObject()) return "cty.EmptyObjectVal";
    return "cty." + name + "ValEmpty(" + TypeText(type.element()) + ")";
  }
  bool named = type.IsMap() || type.IsObject();
  std::string out = "cty." + name + "Val(" + (named ? "map[string]cty.Value{" : "[]cty.Value{");
  for (size_t i = 0; i < value.Length(); ++i) {
    if (i > 0) out += ", ";
    if (named) out += base::core::GoQuote(value.KeyAt(i)) + ":";
    out += value.ElementAt(i).GoString();
  }
  return out += "})";
}

}  // namespace

std::string Value::GoString() const {
  if (marks() == kSensitive) return Unmarked().GoString() + ".Mark(marks.Sensitive)";
  if (marks() == kEphemeral) return Unmarked().GoString() + ".Mark(marks.Ephemeral)";
  if (marks() != kNoMarks) {
    return Unmarked().GoString() + ".WithMarks(cty.NewValueMarks(marks.Ephemeral, marks.Sensitive))";
  }
  if (IsNull()) return "cty.NullVal(" + TypeText(type()) + ")";
  if (IsUnknown()) return UnknownText(*this);
  switch (type().kind()) {
    case Kind::kBool:
      return AsBool() ? "cty.True" : "cty.False";
    case Kind::kNumber:
      return NumberText(AsNumber());
    case Kind::kString:
      return "cty.StringVal(" + base::core::GoQuote(AsString()) + ")";
    default:
      return CompoundText(*this);
  }
}

}  // namespace language::value
