// JSON without a constraint: the types and values that it implies.
#include <algorithm>
#include <cstring>
#include <deque>
#include <unordered_map>

#include "base/text/unicode.h"
#include "language/value/codec.h"
#include "language/value/node.h"
#include "language/value/place.h"

namespace language::value {

namespace {

using base::core::Error;
using base::core::Result;
using base::json::Member;
using base::json::Node;

// The keys of an object in the text, and what an object of the language makes of them.
struct Shape {
  std::vector<std::string_view> raw;    // in the order of the text, with quotes
  std::vector<std::string> names;       // sorted, distinct
  std::vector<std::string_view> views;  // of the names
  std::vector<uint32_t> name_of;        // the index of each key's name
  std::vector<uint32_t> source;         // the index of each name's last key
  Type type;                            // of the last object of this shape
};

std::string NameOf(Node key) {
  std::string name = key.AsString();
  return base::text::IsAscii(name) ? name : base::text::NormalizeNfc(name);
}

void Fill(Node object, Shape* shape) {
  std::vector<std::string> keys;
  keys.reserve(object.size());
  shape->raw.reserve(object.size());
  for (const Member member : object.Members()) {
    shape->raw.push_back(member.key_node.raw());
    keys.push_back(NameOf(member.key_node));
  }
  std::vector<uint32_t> order(keys.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, [&](uint32_t a, uint32_t b) {
    const int compared = keys[a].compare(keys[b]);
    return compared != 0 ? compared < 0 : a < b;
  });
  shape->name_of.resize(keys.size());
  for (const uint32_t at : order) {
    if (shape->names.empty() || shape->names.back() != keys[at]) {
      shape->names.push_back(keys[at]);
      shape->source.push_back(at);
    }
    shape->source.back() = at;
    shape->name_of[at] = static_cast<uint32_t>(shape->names.size() - 1);
  }
  shape->views.assign(shape->names.begin(), shape->names.end());
}

// Records come in rows, so their keys are decoded and sorted once for each shape.
class ImpliedDecoder {
 public:
  Value Read(Node node, const Place& place);
  std::optional<Error> error;

 private:
  static constexpr size_t kRememberedKeys = 64;  // larger objects are seldom records
  static constexpr size_t kRememberedShapes = 4096;

  Value ReadArray(Node node, const Place& place);
  Value ReadObject(Node node, const Place& place);
  Value Build(Shape* shape, size_t base);
  Shape* ShapeOf(Node object);

  std::unordered_multimap<uint64_t, Shape*> by_hash_;
  std::deque<Shape> shapes_;
  std::vector<Value> values_;  // of the containers that are being read
};

// Some bytes of each key tell most shapes apart.
uint64_t HashKeys(Node object) {
  uint64_t hash = object.size();
  for (const Member member : object.Members()) {
    const std::string_view raw = member.key_node.raw();
    uint64_t head = 0, tail = 0;
    const size_t size = std::min<size_t>(raw.size(), 8);
    std::memcpy(&head, raw.data(), size);
    std::memcpy(&tail, raw.data() + raw.size() - size, size);
    hash = (hash ^ head ^ (tail << 1) ^ raw.size()) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 32;
  }
  return hash;
}

bool HasKeys(const Shape& shape, Node object) {
  if (shape.raw.size() != object.size()) return false;
  size_t i = 0;
  for (const Member member : object.Members()) {
    if (member.key_node.raw() != shape.raw[i++]) return false;
  }
  return true;
}

// Null for an object whose shape is not remembered.
Shape* ImpliedDecoder::ShapeOf(Node object) {
  if (object.size() > kRememberedKeys) return nullptr;
  const uint64_t hash = HashKeys(object);
  auto [first, last] = by_hash_.equal_range(hash);
  for (size_t tried = 0; first != last; ++first, ++tried) {
    if (HasKeys(*first->second, object)) return first->second;
    if (tried == 8) return nullptr;
  }
  if (shapes_.size() >= kRememberedShapes) return nullptr;
  Shape& shape = shapes_.emplace_back();
  Fill(object, &shape);
  by_hash_.emplace(hash, &shape);
  return &shape;
}

Value ImpliedDecoder::Read(Node node, const Place& place) {
  switch (node.kind()) {
    case base::json::Kind::kNull:
      return Value();
    case base::json::Kind::kBool:
      return Value::Bool(node.AsBool());
    case base::json::Kind::kNumber:
      if (std::optional<Number> number = Number::Parse(node.NumberText()))
        return Value::OfNumber(*std::move(number));
      if (!error) error = PlaceError(place, "a number is required");
      return Value();
    case base::json::Kind::kString:
      if (std::optional<std::string_view> plain = node.PlainString()) return Value::String(*plain);
      return Value::String(node.AsString());
    case base::json::Kind::kArray:
      return ReadArray(node, place);
    case base::json::Kind::kObject:
      return ReadObject(node, place);
  }
  return Value();
}

Value ImpliedDecoder::ReadArray(Node node, const Place& place) {
  const size_t base = values_.size();
  for (Node item : node.Elements()) {
    Value value = Read(item, {.parent = &place, .index = values_.size() - base});
    if (error) return Value();
    values_.push_back(std::move(value));
  }
  std::vector<Type> types;
  types.reserve(node.size());
  for (const Value& value : std::span(values_).subspan(base)) types.push_back(value.type());
  CompoundBuilder builder(Type::Tuple(std::move(types)), node.size());
  for (Value& value : std::span(values_).subspan(base)) builder.Put(std::move(value));
  values_.resize(base);
  return std::move(builder).Finish();
}

Value ImpliedDecoder::ReadObject(Node node, const Place& place) {
  Shape unremembered;
  Shape* shape = ShapeOf(node);
  if (shape == nullptr) {
    shape = &unremembered;
    Fill(node, shape);
  }
  const size_t base = values_.size();
  for (const Member member : node.Members()) {
    const std::string& name = shape->names[shape->name_of[values_.size() - base]];
    Value value = Read(member.value, {.parent = &place, .is_attribute = true, .name = name});
    if (error) return Value();
    values_.push_back(std::move(value));
  }
  return Build(shape, base);
}

// The object of the values from `base` on, which go.
Value ImpliedDecoder::Build(Shape* shape, size_t base) {
  const std::span<Value> values = std::span(values_).subspan(base);
  const std::span<const ObjectAttribute> known = shape->type.attributes();
  bool same = shape->type.IsObject();
  for (size_t i = 0; same && i < shape->source.size(); ++i)
    same = values[shape->source[i]].type() == known[i].type;
  if (!same) {
    std::vector<Type> types;
    types.reserve(shape->source.size());
    for (const uint32_t source : shape->source) types.push_back(values[source].type());
    shape->type = Type::ObjectSorted(shape->views, types);
  }
  CompoundBuilder builder(shape->type, shape->source.size());
  for (const uint32_t source : shape->source) builder.Put(std::move(values[source]));
  values_.resize(base);
  return std::move(builder).Finish();
}

}  // namespace

Type ImpliedType(Node node) {
  switch (node.kind()) {
    case base::json::Kind::kNull:
      return Type::Dynamic();
    case base::json::Kind::kBool:
      return Type::Bool();
    case base::json::Kind::kNumber:
      return Type::Number();
    case base::json::Kind::kString:
      return Type::String();
    case base::json::Kind::kArray: {
      std::vector<Type> elements;
      for (Node item : node.Elements()) elements.push_back(ImpliedType(item));
      return Type::Tuple(std::move(elements));
    }
    case base::json::Kind::kObject:
      break;
  }
  Shape shape;
  Fill(node, &shape);
  std::vector<Type> of_keys, types;
  for (const Member member : node.Members()) of_keys.push_back(ImpliedType(member.value));
  for (const uint32_t source : shape.source) types.push_back(of_keys[source]);
  return Type::ObjectSorted(shape.views, types);
}

Result<Value> FromImpliedJson(Node node) {
  ImpliedDecoder decoder;
  Value value = decoder.Read(node, Place());
  if (decoder.error) return std::move(*decoder.error);
  return value;
}

}  // namespace language::value
