// Why a type does not convert to another, in words (go-cty 1.16.0's).
#include "base/core/strings.h"
#include "language/value/convert.h"

namespace language::value {

namespace {

std::string Required(Type want) { return want.FriendlyNameForConstraint() + " required"; }

std::string MissingAttributes(const std::vector<std::string_view>& names) {
  auto quoted = [&](size_t i) { return base::core::GoQuote(names[i]); };
  if (names.size() == 1) return "attribute " + quoted(0) + " is required";
  if (names.size() == 2) return "attributes " + quoted(0) + " and " + quoted(1) + " are required";
  std::string list;
  for (size_t i = 0; i + 1 < names.size(); ++i) list += quoted(i) + ", ";
  return "attributes " + list + "and " + quoted(names.size() - 1) + " are required";
}

std::string ObjectMismatch(Type got, Type want) {
  std::vector<std::string_view> missing;
  std::string unsafe_mismatch, safe_mismatch;
  for (const ObjectAttribute& attribute : want.attributes()) {
    int index = got.AttributeIndex(attribute.name);
    if (index < 0) {
      if (!attribute.optional) missing.push_back(attribute.name);
      continue;
    }
    Type type = got.attributes()[static_cast<size_t>(index)].type;
    if (type == attribute.type || !unsafe_mismatch.empty()) continue;
    auto message = [&] {
      return "attribute " + base::core::GoQuote(attribute.name) + ": " +
             MismatchMessage(type, attribute.type);
    };
    if (!CanConvert(type, attribute.type, false)) unsafe_mismatch = message();
    if (safe_mismatch.empty() && !CanConvert(type, attribute.type, true)) safe_mismatch = message();
  }
  if (!missing.empty()) return MissingAttributes(missing);
  if (!unsafe_mismatch.empty()) return unsafe_mismatch;
  if (!safe_mismatch.empty()) return safe_mismatch;
  return "incorrect object attributes";
}

std::string StructureToCollection(Type got, Type want) {
  if (want.IsMap() != got.IsObject()) return Required(want);
  Type element = want.element();
  for (size_t i = 0; i < got.elements().size(); ++i) {
    Type type = got.elements()[i];
    if (!CanConvert(type, element, false))
      return fmt::format("element {}: {}", i, MismatchMessage(type, element));
  }
  for (const ObjectAttribute& attribute : got.attributes()) {
    if (CanConvert(attribute.type, element, false)) continue;
    return "element " + base::core::GoQuote(attribute.name) + ": " + MismatchMessage(attribute.type, element);
  }
  return "all elements must be " + element.FriendlyNameForConstraint();
}

std::string CollectionToCollection(Type got, Type want) {
  if (want.IsMap() != got.IsMap()) return Required(want);
  const char* noun = want.IsList() ? "list" : want.IsSet() ? "set" : "map";
  return fmt::format("incorrect {} element type: {}", noun, MismatchMessage(got.element(), want.element()));
}

}  // namespace

std::string MismatchMessage(Type got, Type want) {
  if (got.IsObject() && want.IsObject()) return ObjectMismatch(got, want);
  if (want.IsCollection() && want.element().IsDynamic()) {
    if (got.IsTuple() && want.IsList()) return "all list elements must have the same type";
    if (got.IsTuple() && want.IsSet()) return "all set elements must have the same type";
    if (got.IsObject() && want.IsMap()) return "all map elements must have the same type";
  }
  if ((got.IsTuple() || got.IsObject()) && want.IsCollection()) return StructureToCollection(got, want);
  if (got.IsCollection() && want.IsCollection()) return CollectionToCollection(got, want);
  return Required(want);
}

}  // namespace language::value
