#include <map>

#include "language/functions/family.h"

namespace language::functions {
namespace {

const Type kString = Type::String();
const Type kDynamic = Type::Dynamic();

TypeResult KeysType(Arguments a) {
  const Type type = a[0].type();
  if (type.IsMap()) return Type::List(kString);
  if (type.IsObject()) return Type::Tuple(std::vector<Type>(type.attributes().size(), kString));
  if (type.IsDynamic()) return kDynamic;
  return FailArgument(0, "must have map or object type");
}

// An object's keys are known even where the object is not, and bear no marks of its values.
CallResult Keys(const Environment&, Arguments a) {
  const TypeResult type = KeysType(a);
  if (type.error) return *type.error;
  const Value map = a[0].Unmarked();
  std::vector<Value> keys;
  if (map.type().IsObject()) {
    for (const value::ObjectAttribute& attribute : map.type().attributes())
      keys.push_back(Value::StringRaw(attribute.name));
    return Value::Tuple(std::move(keys)).WithMarks(a[0].marks());
  }
  if (map.IsUnknown()) {
    const Value unknown = Value::Unknown(type.type);
    return (type.type.IsDynamic() ? unknown : unknown.NotNull()).WithMarks(a[0].marks());
  }
  for (size_t i = 0; i < map.Length(); ++i) keys.push_back(Value::StringRaw(map.KeyAt(i)));
  return Value::List(kString, std::move(keys)).WithMarks(a[0].marks());
}

TypeResult ValuesType(Arguments a) {
  const Type type = a[0].type();
  if (type.IsMap()) return Type::List(type.element());
  if (!type.IsObject()) return Fail("values() requires a map as the first argument");
  std::vector<Type> elements;
  for (const value::ObjectAttribute& attribute : type.attributes()) elements.push_back(attribute.type);
  return Type::Tuple(std::move(elements));
}

CallResult Values(const Environment&, Arguments a) {
  const TypeResult type = ValuesType(a);
  if (type.error) return *type.error;
  const Value map = a[0].Unmarked();
  std::vector<Value> values(map.Elements().begin(), map.Elements().end());
  if (map.type().IsObject()) return Value::Tuple(std::move(values)).WithMarks(a[0].marks());
  return Value::List(map.type().element(), std::move(values)).WithMarks(a[0].marks());
}

std::optional<CallError> CheckLookup(Arguments a) {
  if (a.size() > 3) return Fail("lookup() takes two or three arguments, got {}", a.size());
  const Type type = a[0].type();
  if (!type.IsObject() && !type.IsMap())
    return FailArgument(0, "lookup() requires a map as the first argument");
  if (type.IsMap() && a.size() == 3 && !value::Convert(a[2], type.element()).ok()) {
    return FailArgument(2, "the default value must have the same type as the map elements");
  }
  return std::nullopt;
}

TypeResult LookupType(Arguments a) {
  if (auto error = CheckLookup(a)) return *error;
  const Type type = a[0].type();
  if (type.IsMap()) return type.element();
  if (a[1].IsUnknown()) return kDynamic;
  const Value key = a[1].Unmarked();
  const int index = type.AttributeIndex(key.AsString());
  if (index >= 0) return type.attributes()[index].type;
  if (a.size() == 3) return a[2].type();
  if (a[1].marks()) return FailArgument(0, "the given object has no such attribute");
  return FailArgument(0, "the given object has no attribute {}", Quoted(key.AsString()));
}

CallResult Lookup(const Environment&, Arguments a) {
  const TypeResult type = LookupType(a);
  if (type.error) return *type.error;
  const value::Marks marks = a[0].marks() | a[1].marks();
  const Value map = a[0].Unmarked(), key = a[1].Unmarked();
  if (map.IsUnknown() || key.IsUnknown()) return Value::Unknown(type.type).WithMarks(marks);
  if (map.IsNull()) return FailArgument(0, "argument must not be null");
  if (const Value* found = map.Find(key.AsString())) return found->WithMarks(marks);
  if (a.size() == 3) return value::Convert(a[2], type.type).value.WithMarks(marks);
  if (a[1].marks()) return Fail("lookup failed to find key (sensitive value)");
  return Fail("lookup failed to find key {}", Quoted(key.AsString()));
}

// One map where all arguments have one type; else an object of all attributes; dynamic while a map is
// unknown.
TypeResult MergeType(Arguments a) {
  if (a.empty()) return Type::EmptyObject();
  std::map<std::string, Type> attributes;
  bool matching = true, known = true;
  for (const Value& argument : a) {
    const Type type = argument.type();
    if (type.IsDynamic() && argument.IsUnknown()) return kDynamic;
    if (!type.IsDynamic() && !type.IsObject() && !type.IsMap()) {
      return Fail("arguments must be maps or objects, got {}", Quoted(type.FriendlyName()));
    }
    matching = matching && type == a[0].type();
    if (argument.IsNull()) continue;
    if (type.IsObject()) {
      for (const value::ObjectAttribute& attribute : type.attributes())
        attributes[attribute.name] = attribute.type;
    } else if (argument.IsUnknown()) {
      known = false;
    } else {
      const Value map = argument.Unmarked();
      for (size_t i = 0; i < map.Length(); ++i) attributes[std::string(map.KeyAt(i))] = type.element();
    }
  }
  if (matching && !a[0].type().IsDynamic()) return a[0].type();
  if (!known) return kDynamic;
  std::vector<value::ObjectAttribute> list;
  for (auto& [name, type] : attributes) list.push_back({name, type});
  return Type::Object(std::move(list));
}

CallResult Merge(const Environment&, Arguments a) {
  const TypeResult type = MergeType(a);
  if (type.error) return *type.error;
  value::Marks marks = value::kNoMarks;
  bool unknown = false;
  for (const Value& argument : a) {
    marks |= argument.marks();
    unknown = unknown || argument.IsUnknown();
  }
  if (unknown) {
    const Value result = Value::Unknown(type.type);
    return (type.type.IsDynamic() ? result : result.NotNull()).WithMarks(marks);
  }
  std::vector<std::pair<std::string, Value>> entries;
  for (const Value& argument : a) {
    if (argument.IsNull()) continue;
    const Value map = argument.Unmarked();
    for (size_t i = 0; i < map.Length(); ++i) entries.emplace_back(map.KeyAt(i), map.ElementAt(i));
  }
  if (type.type.IsMap()) return Value::Map(type.type.element(), std::move(entries)).WithMarks(marks);
  return Value::Object(std::move(entries)).WithMarks(marks);
}

TypeResult ZipMapType(Arguments a) {
  const Type type = a[1].type();
  if (type.IsList()) return Type::Map(type.element());
  if (!type.IsTuple()) return Fail("values argument must be a list or tuple value");
  if (!a[0].IsWhollyKnown()) return kDynamic;
  const Value keys = a[0].UnmarkedDeep();
  if (keys.Length() != type.elements().size()) {
    return Fail("number of keys ({}) does not match number of values ({})", keys.Length(),
                type.elements().size());
  }
  std::map<std::string, Type> attributes;
  for (size_t i = 0; i < keys.Length(); ++i) {
    if (keys.ElementAt(i).IsNull()) return Fail("keys list has null value at index {}", i);
    attributes[std::string(keys.ElementAt(i).AsString())] = type.elements()[i];
  }
  std::vector<value::ObjectAttribute> list;
  for (auto& [name, element] : attributes) list.push_back({name, element});
  return Type::Object(std::move(list));
}

CallResult ZipMap(const Environment&, Arguments a) {
  const TypeResult type = ZipMapType(a);
  if (type.error) return *type.error;
  const value::Marks marks = a[0].MarksDeep() | a[1].marks();
  if (!a[0].IsWhollyKnown() || a[1].IsUnknown()) {
    const Value unknown = Value::Unknown(type.type);
    return (type.type.IsDynamic() ? unknown : unknown.NotNull()).WithMarks(marks);
  }
  const Value keys = a[0].UnmarkedDeep(), values = a[1].Unmarked();
  if (keys.Length() != values.Length()) {
    return Fail("number of keys ({}) does not match number of values ({})", keys.Length(), values.Length());
  }
  std::vector<std::pair<std::string, Value>> entries;
  for (size_t i = 0; i < keys.Length(); ++i) {
    if (keys.ElementAt(i).IsNull()) return Fail("keys list has null value at index {}", i);
    entries.emplace_back(keys.ElementAt(i).AsString(), values.ElementAt(i));
  }
  if (type.type.IsMap()) return Value::Map(type.type.element(), std::move(entries)).WithMarks(marks);
  return Value::Object(std::move(entries)).WithMarks(marks);
}

CallResult Transpose(const Environment&, Arguments a) {
  const Type strings = Type::List(kString);
  if (!a[0].IsWhollyKnown()) return Value::Unknown(Type::Map(strings)).NotNull();
  std::map<std::string, std::vector<Value>> transposed;
  for (size_t i = 0; i < a[0].Length(); ++i) {
    const Value& list = a[0].ElementAt(i);
    if (list.IsNull()) return Fail("input map must not contain null lists");
    for (const Value& element : list.Elements()) {
      if (element.IsNull()) return Fail("input list must not contain null string");
      transposed[std::string(element.AsString())].push_back(Value::StringRaw(a[0].KeyAt(i)));
    }
  }
  std::vector<std::pair<std::string, Value>> entries;
  for (auto& [key, list] : transposed) entries.emplace_back(key, Value::List(kString, std::move(list)));
  return Value::Map(strings, std::move(entries));
}

}  // namespace

Table MapFunctions() {
  const Type strings = Type::List(kString), string_lists = Type::Map(strings);
  return {
      {"keys",
       "The keys of a map or an object, sorted.",
       {{"inputMap", kDynamic, kAllowUnknown | kAllowMarked,
         "A map or an object; the keys of an object come as a tuple."}},
       {},
       kDynamic,
       Keys,
       KeysType},
      {"values",
       "The values of a map or an object in the order of its keys.",
       {{"mapping", kDynamic, kAllowMarked}},
       {},
       kDynamic,
       Values,
       ValuesType},
      {"lookup",
       "The element of a map or an object, else a default.",
       {{"inputMap", kDynamic, kAllowUnknown | kAllowMarked}, {"key", kString, kAllowUnknown | kAllowMarked}},
       Parameter{"default", kDynamic, kAllowEverything},
       kDynamic,
       Lookup,
       LookupType,
       true},
      {"merge",
       "Maps or objects in one; later ones win.",
       {},
       Parameter{"maps", kDynamic, kAllowEverything},
       kDynamic,
       Merge,
       MergeType},
      {"zipmap",
       "A map from a list of keys and a list of values.",
       {{"keys", strings, kAllowUnknown | kAllowMarked}, {"values", kDynamic, kAllowUnknown | kAllowMarked}},
       {},
       kDynamic,
       ZipMap,
       ZipMapType},
      {"transpose",
       "A map of lists of texts with keys and values swapped.",
       {{"values", string_lists}},
       {},
       string_lists,
       Transpose},
  };
}

}  // namespace language::functions
