// MessagePack to values. The bytes may be hostile.
#include <cmath>

#include "base/text/unicode.h"
#include "language/value/codec.h"
#include "language/value/msgpack.h"
#include "language/value/node.h"
#include "language/value/place.h"

namespace language::value {

namespace {

using base::core::Error;
using base::core::Result;

constexpr int kMaxDepth = 512;
constexpr size_t kMaxRefinements = 1024;

// Reads one value from the front of the bytes. The first failure stays; after it everything gives nothing.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : bytes_(bytes) {}
  Value Read(Type type, const Place& place);
  std::optional<Error> error;

 private:
  Value Fail(const Place& place, std::string_view message) {
    if (!error) error = PlaceError(place, message);
    return Value();
  }
  std::optional<uint8_t> Peek() const {
    return at_ < bytes_.size() ? std::optional(static_cast<uint8_t>(bytes_[at_])) : std::nullopt;
  }
  std::optional<uint64_t> Take(size_t bytes);
  std::optional<std::string_view> TakeBytes(std::optional<uint64_t> size);
  // Head of an array (fix 0x90, 0xdc) or map (fix 0x80, 0xde): the count. Each item takes a byte at least.
  std::optional<size_t> TakeCount(uint8_t fix, uint8_t head16, size_t bytes_per_item);
  std::optional<std::string_view> TakeString();  // of the str or bin family
  std::optional<int64_t> TakeInt();
  std::optional<Number> TakeNumber();
  bool Skip();

  Value ReadUnknown(Type type, const Place& place);
  Value ReadRefined(std::string_view payload, Type type, const Place& place);
  bool ReadRefinement(Type type, Refinements* refinements, bool* null);
  Value ReadDynamic(const Place& place);
  Value ReadSequence(Type type, const Place& place);
  Value ReadMap(Type type, const Place& place);
  Value ReadTuple(Type type, const Place& place);
  Value ReadObject(Type type, const Place& place);

  std::string_view bytes_;
  size_t at_ = 0;
  int depth_ = 0;
};

bool IsExtension(uint8_t code) { return (code >= 0xd4 && code <= 0xd8) || (code >= 0xc7 && code <= 0xc9); }

std::optional<uint64_t> Decoder::Take(size_t bytes) {
  if (bytes_.size() - at_ < bytes) return std::nullopt;
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; ++i) value = value << 8 | static_cast<uint8_t>(bytes_[at_++]);
  return value;
}

std::optional<std::string_view> Decoder::TakeBytes(std::optional<uint64_t> size) {
  if (!size || bytes_.size() - at_ < *size) return std::nullopt;
  std::string_view taken = bytes_.substr(at_, *size);
  at_ += *size;
  return taken;
}

std::optional<size_t> Decoder::TakeCount(uint8_t fix, uint8_t head16, size_t bytes_per_item) {
  std::optional<uint64_t> code = Take(1), count;
  if (!code) return std::nullopt;
  if ((*code & 0xf0) == fix) {
    count = *code & 0x0f;
  } else if (*code == head16) {
    count = Take(2);
  } else if (*code == head16 + 1u) {
    count = Take(4);
  }
  if (!count || *count > (bytes_.size() - at_) / bytes_per_item) return std::nullopt;
  return static_cast<size_t>(*count);
}

std::optional<std::string_view> Decoder::TakeString() {
  std::optional<uint64_t> code = Take(1);
  if (!code) return std::nullopt;
  if ((*code & 0xe0) == 0xa0) return TakeBytes(*code & 0x1f);
  switch (*code) {
    case 0xc4:
    case 0xd9:
      return TakeBytes(Take(1));
    case 0xc5:
    case 0xda:
      return TakeBytes(Take(2));
    case 0xc6:
    case 0xdb:
      return TakeBytes(Take(4));
    default:
      return std::nullopt;
  }
}

std::optional<Number> Decoder::TakeNumber() {
  std::optional<uint8_t> code = Peek();
  if (!code) return std::nullopt;
  if (*code < 0x80 || *code >= 0xe0) return Number(static_cast<int8_t>(*Take(1)));
  if (*code >= 0xca && *code <= 0xd3) ++at_;
  auto integer = [](std::optional<uint64_t> bits, auto as) -> std::optional<Number> {
    if (!bits) return std::nullopt;
    return Number(static_cast<int64_t>(static_cast<decltype(as)>(*bits)));
  };
  auto floating = [](std::optional<double> value) -> std::optional<Number> {
    if (!value || std::isnan(*value)) return std::nullopt;
    if (std::isinf(*value)) return Number::Infinity(*value < 0);
    return Number::FromDouble(*value);
  };
  std::optional<uint64_t> bits;
  switch (*code) {
    case 0xca:
      if (!(bits = Take(4))) return std::nullopt;
      return floating(std::bit_cast<float>(static_cast<uint32_t>(*bits)));
    case 0xcb:
      if (!(bits = Take(8))) return std::nullopt;
      return floating(std::bit_cast<double>(*bits));
    case 0xcc:
      return integer(Take(1), uint8_t());
    case 0xcd:
      return integer(Take(2), uint16_t());
    case 0xce:
      return integer(Take(4), uint32_t());
    case 0xcf:
      if (!(bits = Take(8))) return std::nullopt;
      return Number::FromUint64(*bits);
    case 0xd0:
      return integer(Take(1), int8_t());
    case 0xd1:
      return integer(Take(2), int16_t());
    case 0xd2:
      return integer(Take(4), int32_t());
    case 0xd3:
      return integer(Take(8), int64_t());
    default:
      break;
  }
  std::optional<std::string_view> text = TakeString();
  return text ? Number::Parse(*text) : std::nullopt;
}

std::optional<int64_t> Decoder::TakeInt() {
  std::optional<uint8_t> code = Peek();
  bool is_integer = code && (*code < 0x80 || *code >= 0xe0 || (*code >= 0xcc && *code <= 0xd3));
  if (!is_integer) return std::nullopt;
  std::optional<Number> number = TakeNumber();
  return number ? number->AsInt64() : std::nullopt;
}

// Passes over one item of any kind, without recursion.
bool Decoder::Skip() {
  for (size_t left = 1; left > 0; --left) {
    std::optional<uint8_t> code = Peek();
    if (!code) return false;
    std::optional<size_t> count;
    if ((*code & 0xf0) == 0x90 || *code == 0xdc || *code == 0xdd) {
      if (!(count = TakeCount(0x90, 0xdc, 1))) return false;
      left += *count;
    } else if ((*code & 0xf0) == 0x80 || *code == 0xde || *code == 0xdf) {
      if (!(count = TakeCount(0x80, 0xde, 2))) return false;
      left += 2 * *count;
    } else if ((*code & 0xe0) == 0xa0 || (*code >= 0xc4 && *code <= 0xc6) ||
               (*code >= 0xd9 && *code <= 0xdb)) {
      if (!TakeString()) return false;
    } else if (*code >= 0xd4 && *code <= 0xd8) {
      if (!TakeBytes(2 + (uint64_t{1} << (*code - 0xd4)))) return false;
    } else if (*code >= 0xc7 && *code <= 0xc9) {
      ++at_;
      std::optional<uint64_t> size = Take(size_t{1} << (*code - 0xc7));
      if (!size || !TakeBytes(*size + 1)) return false;
    } else if (*code == 0xc0 || *code == 0xc2 || *code == 0xc3) {
      ++at_;
    } else if (!TakeNumber()) {
      return false;
    }
  }
  return true;
}

Value Decoder::Read(Type type, const Place& place) {
  std::optional<uint8_t> code = Peek();
  if (!code) return Fail(place, "unexpected end of MessagePack data");
  if (IsExtension(*code)) return ReadUnknown(type, place);
  if (*code == 0xc0) {
    ++at_;
    return Value::Null(type);
  }
  switch (type.kind()) {
    case Kind::kBool:
      if (*code != 0xc2 && *code != 0xc3) return Fail(place, "bool is required");
      ++at_;
      return Value::Bool(*code == 0xc3);
    case Kind::kNumber:
      if (std::optional<Number> number = TakeNumber()) return Value::OfNumber(std::move(*number));
      return Fail(place, "number is required");
    case Kind::kString:
      if (std::optional<std::string_view> text = TakeString()) return Value::String(*text);
      return Fail(place, "string is required");
    default:
      break;
  }
  if (depth_ >= kMaxDepth) return Fail(place, "value is nested too deeply");
  ++depth_;
  Value value;
  switch (type.kind()) {
    case Kind::kDynamic:
      value = ReadDynamic(place);
      break;
    case Kind::kMap:
      value = ReadMap(type, place);
      break;
    case Kind::kTuple:
      value = ReadTuple(type, place);
      break;
    case Kind::kObject:
      value = ReadObject(type, place);
      break;
    default:
      value = ReadSequence(type, place);
  }
  --depth_;
  return value;
}

Value Decoder::ReadUnknown(Type type, const Place& place) {
  uint8_t code = static_cast<uint8_t>(*Take(1));
  std::optional<uint64_t> size =
      code >= 0xd4 ? std::optional(uint64_t{1} << (code - 0xd4)) : Take(size_t{1} << (code - 0xc7));
  std::optional<uint64_t> kind = Take(1);
  if (!size || !kind) return Fail(place, "extension code is required for unknown value");
  if (*kind == kRefinedUnknown && *size > kMaxRefinements)
    return Fail(place, "oversize unknown value refinement");
  std::optional<std::string_view> payload = TakeBytes(*size);
  if (!payload) return Fail(place, "failed to read msgpack extension body");
  // Other kinds are taken for plain unknowns, as later versions may add some.
  if (*size <= 1 || *kind != kRefinedUnknown || type.IsDynamic()) return Value::Unknown(type);
  return ReadRefined(*payload, type, place);
}

Value Decoder::ReadRefined(std::string_view payload, Type type, const Place& place) {
  Decoder inner(payload);
  std::optional<size_t> count = inner.TakeCount(0x80, 0xde, 2);
  if (!count) return Fail(place, "failed to decode msgpack extension body: not a map");
  Refinements refinements;
  bool null = false;
  for (size_t i = 0; i < *count; ++i) {
    if (!inner.ReadRefinement(type, &refinements, &null)) {
      return Fail(place, "failed to decode msgpack extension body: malformed refinement");
    }
  }
  if (null && refinements.not_null) return Fail(place, "unknown value refined as both null and not null");
  if (null) return Value::Null(type);
  bool contradiction =
      refinements.min_length > refinements.max_length ||
      (refinements.lower && refinements.upper && Number::Compare(*refinements.lower, *refinements.upper) > 0);
  if (contradiction) return Fail(place, "unknown value with bounds that no value fits");
  return Value::Unknown(type, refinements);
}

bool Decoder::ReadRefinement(Type type, Refinements* refinements, bool* null) {
  std::optional<int64_t> key = TakeInt();
  if (!key) return false;
  auto boolean = [this]() -> std::optional<bool> {
    std::optional<uint64_t> code = Take(1);
    if (!code || (*code != 0xc2 && *code != 0xc3)) return std::nullopt;
    return *code == 0xc3;
  };
  switch (*key) {
    case kNullness: {
      std::optional<bool> is_null = boolean();
      if (!is_null) return false;
      (*is_null ? *null : refinements->not_null) = true;
      return true;
    }
    case kPrefix: {
      std::optional<std::string_view> prefix = TakeString();
      if (!prefix || !type.IsString() || !base::text::ValidUtf8(*prefix)) return false;
      refinements->string_prefix = base::text::NormalizeNfc(*prefix);
      return true;
    }
    case kLower:
    case kUpper: {
      if (!type.IsNumber() || TakeCount(0x90, 0xdc, 1) != 2u) return false;
      std::optional<Number> number = TakeNumber();
      std::optional<bool> inclusive = boolean();
      if (!number || !inclusive) return false;
      (*key == kLower ? refinements->lower : refinements->upper) = std::move(*number);
      (*key == kLower ? refinements->lower_inclusive : refinements->upper_inclusive) = *inclusive;
      return true;
    }
    case kMinLength:
    case kMaxLength: {
      std::optional<int64_t> length = TakeInt();
      if (!length || *length < 0 || !type.IsCollection()) return false;
      (*key == kMinLength ? refinements->min_length : refinements->max_length) = *length;
      return true;
    }
    default:
      return Skip();
  }
}

Value Decoder::ReadDynamic(const Place& place) {
  if (TakeCount(0x90, 0xdc, 1) != 2u)
    return Fail(place, "dynamic value array must have exactly two elements");
  std::optional<std::string_view> json = TakeString();
  std::optional<Type> type = json ? Type::FromJson(*json) : std::nullopt;
  if (!type) return Fail(place, "invalid type in dynamically-typed value");
  return Read(type->WithoutOptional(), place);
}

Value Decoder::ReadSequence(Type type, const Place& place) {
  std::optional<size_t> count = TakeCount(0x90, 0xdc, 1);
  if (!count) return Fail(place, type.IsList() ? "a list is required" : "a set is required");
  Type element = type.element();
  std::vector<Value> values;
  values.reserve(*count);
  for (size_t i = 0; i < *count; ++i) {
    values.push_back(Read(element, {.parent = &place, .index = i}));
    if (error) return Value();
  }
  if (element.HasDynamic()) {
    std::vector<Value*> pointers;
    for (Value& value : values) pointers.push_back(&value);
    if (!ElementsAgree(element, pointers)) return Fail(place, "all elements must have the same type");
  }
  return type.IsList() ? Value::List(element, std::move(values)) : Value::Set(element, std::move(values));
}

Value Decoder::ReadMap(Type type, const Place& place) {
  std::optional<size_t> count = TakeCount(0x80, 0xde, 2);
  if (!count) return Fail(place, "a map is required");
  Type element = type.element();
  std::vector<std::pair<std::string, Value>> entries;
  entries.reserve(*count);
  for (size_t i = 0; i < *count; ++i) {
    std::optional<std::string_view> key = TakeString();
    if (!key) return Fail(place, "non-string key in map");
    entries.emplace_back(*key, Read(element, {.parent = &place, .is_key = true, .name = *key}));
    if (error) return Value();
  }
  if (element.HasDynamic()) {
    std::vector<Value*> pointers;
    for (auto& [key, value] : entries) pointers.push_back(&value);
    if (!ElementsAgree(element, pointers)) return Fail(place, "all elements must have the same type");
  }
  return Value::Map(element, std::move(entries));
}

Value Decoder::ReadTuple(Type type, const Place& place) {
  std::span<const Type> types = type.elements();
  if (TakeCount(0x90, 0xdc, 1) != types.size()) {
    return Fail(place, fmt::format("a tuple of length {} is required", types.size()));
  }
  std::vector<Value> values;
  values.reserve(types.size());
  for (size_t i = 0; i < types.size(); ++i) {
    values.push_back(Read(types[i], {.parent = &place, .index = i}));
    if (error) return Value();
  }
  return Value::Tuple(std::move(values));
}

Value Decoder::ReadObject(Type type, const Place& place) {
  std::span<const ObjectAttribute> attributes = type.attributes();
  std::optional<size_t> count = TakeCount(0x80, 0xde, 2);
  if (!count) return Fail(place, "an object is required");
  if (*count != attributes.size()) {
    return Fail(
        place, fmt::format("an object with {} attributes is required ({} given)", attributes.size(), *count));
  }
  std::vector<Value> values(attributes.size());
  std::vector<bool> seen(attributes.size());
  for (size_t i = 0; i < *count; ++i) {
    std::optional<std::string_view> key = TakeString();
    if (!key) return Fail(place, "all keys must be strings");
    // Writers sort their keys.
    int index = *key == attributes[i].name ? static_cast<int>(i) : type.AttributeIndex(*key);
    if (index < 0) return Fail(place, "unsupported attribute");
    auto position = static_cast<size_t>(index);
    if (seen[position]) return Fail(place, "duplicate attribute");
    seen[position] = true;
    const ObjectAttribute& attribute = attributes[position];
    values[position] = Read(attribute.type, {.parent = &place, .is_attribute = true, .name = attribute.name});
    if (error) return Value();
  }
  return Value::ObjectOf(type, std::move(values));
}

}  // namespace

Result<Value> FromMessagePack(std::string_view bytes, Type constraint) {
  Decoder decoder(bytes);
  Value value = decoder.Read(constraint.WithoutOptional(), Place());
  if (decoder.error) return std::move(*decoder.error);
  return value;
}

}  // namespace language::value
