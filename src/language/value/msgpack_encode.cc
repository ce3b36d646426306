// Values to MessagePack, as providers expect it.
#include <cmath>

#include "language/value/codec.h"
#include "language/value/convert.h"
#include "language/value/msgpack.h"

namespace language::value {

namespace {

using base::core::Error;
using base::core::Result;

constexpr size_t kMaxPrefix = 256;

void AppendBigEndian(uint64_t value, int bytes, std::string* out) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) *out += static_cast<char>(value >> shift);
}

void AppendInt(int64_t integer, std::string* out) {
  auto tagged = [out, integer](uint8_t tag, int bytes) {
    *out += static_cast<char>(tag);
    AppendBigEndian(static_cast<uint64_t>(integer), bytes, out);
  };
  if (integer >= 0) {
    if (integer < 0x80) return AppendBigEndian(static_cast<uint64_t>(integer), 1, out);
    if (integer <= 0xff) return tagged(0xcc, 1);
    if (integer <= 0xffff) return tagged(0xcd, 2);
    if (integer <= 0xffffffff) return tagged(0xce, 4);
    return tagged(0xcf, 8);
  }
  if (integer >= -32) return AppendBigEndian(static_cast<uint64_t>(integer), 1, out);
  if (integer >= INT8_MIN) return tagged(0xd0, 1);
  if (integer >= INT16_MIN) return tagged(0xd1, 2);
  if (integer >= INT32_MIN) return tagged(0xd2, 4);
  return tagged(0xd3, 8);
}

void AppendDouble(double number, std::string* out) {
  *out += '\xcb';
  AppendBigEndian(std::bit_cast<uint64_t>(number), 8, out);
}

// A head with the count inside for small counts, else 8 (where there is such a form), 16 or 32 bits.
void AppendHead(size_t count, uint8_t fix, size_t fix_limit, uint8_t head8, uint8_t head16,
                std::string* out) {
  if (count < fix_limit) {
    *out += static_cast<char>(fix | count);
  } else if (head8 != 0 && count <= 0xff) {
    *out += static_cast<char>(head8);
    AppendBigEndian(count, 1, out);
  } else if (count <= 0xffff) {
    *out += static_cast<char>(head16);
    AppendBigEndian(count, 2, out);
  } else {
    *out += static_cast<char>(head16 + 1);
    AppendBigEndian(count, 4, out);
  }
}

void AppendString(std::string_view text, std::string* out) {
  AppendHead(text.size(), 0xa0, 32, 0xd9, 0xda, out);
  *out += text;
}

void AppendBinary(std::string_view bytes, std::string* out) {
  AppendHead(bytes.size(), 0, 0, 0xc4, 0xc5, out);
  *out += bytes;
}

void AppendArrayHead(size_t count, std::string* out) { AppendHead(count, 0x90, 16, 0, 0xdc, out); }
void AppendMapHead(size_t count, std::string* out) { AppendHead(count, 0x80, 16, 0, 0xde, out); }

void AppendExtension(uint8_t type, std::string_view payload, std::string* out) {
  switch (payload.size()) {
    case 1:
    case 2:
    case 4:
    case 8:
    case 16:
      *out += static_cast<char>(0xd4 + std::countr_zero(payload.size()));
      break;
    default:
      *out += static_cast<char>(payload.size() <= 0xff ? 0xc7 : 0xc8);
      AppendBigEndian(payload.size(), payload.size() <= 0xff ? 1 : 2, out);
  }
  *out += static_cast<char>(type);
  *out += payload;
}

void AppendNumber(const Number& number, std::string* out) {
  if (number.IsInfinite()) return AppendDouble(number.Sign() < 0 ? -HUGE_VAL : HUGE_VAL, out);
  if (std::optional<int64_t> integer = number.AsInt64()) return AppendInt(*integer, out);
  if (std::optional<double> exact = number.AsExactDouble(); exact && !number.IsInteger()) {
    return AppendDouble(*exact, out);
  }
  AppendString(number.ToString(), out);
}

void AppendUnknown(const Value& value, std::string* out) {
  Refinements refinements = value.refinements();
  std::string entries;
  size_t count = 0;
  auto key = [&](RefinementKey which) {
    ++count;
    AppendInt(which, &entries);
  };
  if (refinements.not_null) {
    key(kNullness);
    entries += '\xc2';
  }
  if (!refinements.string_prefix.empty()) {
    std::string prefix = refinements.string_prefix;
    if (prefix.size() > kMaxPrefix) {
      size_t end = kMaxPrefix - 1;
      while (end > 0 && (static_cast<uint8_t>(prefix[end]) & 0xc0) == 0x80) --end;
      prefix = SafePrefix(prefix.substr(0, end));
    }
    key(kPrefix);
    AppendString(prefix, &entries);
  }
  auto bound = [&](RefinementKey which, const Number& number, bool inclusive) {
    key(which);
    AppendArrayHead(2, &entries);
    AppendNumber(number, &entries);
    entries += inclusive ? '\xc3' : '\xc2';
  };
  if (refinements.lower) bound(kLower, *refinements.lower, refinements.lower_inclusive);
  if (refinements.upper) bound(kUpper, *refinements.upper, refinements.upper_inclusive);
  auto length = [&](RefinementKey which, int64_t limit) {
    key(which);
    AppendInt(limit, &entries);
  };
  if (refinements.min_length > 0) length(kMinLength, refinements.min_length);
  if (refinements.max_length != INT64_MAX) length(kMaxLength, refinements.max_length);
  if (count == 0) {
    out->append("\xd4\0\0", 3);
    return;
  }
  std::string payload;
  AppendMapHead(count, &payload);
  AppendExtension(kRefinedUnknown, payload + entries, out);
}

void Append(const Value& value, Type constraint, std::string* out) {
  Type type = value.type();
  if (constraint.IsDynamic() && !type.IsDynamic()) {
    AppendArrayHead(2, out);
    AppendBinary(type.ToJson(), out);
    return Append(value, type, out);
  }
  if (value.IsUnknown()) return AppendUnknown(value, out);
  if (value.IsNull()) {
    *out += '\xc0';
    return;
  }
  switch (type.kind()) {
    case Kind::kString:
      return AppendString(value.AsString(), out);
    case Kind::kBool:
      *out += value.AsBool() ? '\xc3' : '\xc2';
      return;
    case Kind::kNumber:
      return AppendNumber(value.AsNumber(), out);
    default:
      break;
  }
  std::span<const Value> elements = value.Elements();
  bool named = type.IsMap() || type.IsObject();
  named ? AppendMapHead(elements.size(), out) : AppendArrayHead(elements.size(), out);
  for (size_t i = 0; i < elements.size(); ++i) {
    if (named) AppendString(value.KeyAt(i), out);
    Type element = type.IsObject()  ? constraint.attributes()[i].type
                   : type.IsTuple() ? constraint.elements()[i]
                                    : constraint.element();
    Append(elements[i], element, out);
  }
}

}  // namespace

Result<std::string> ToMessagePack(const Value& value, Type constraint) {
  if (value.HasMarksDeep()) return Error("value has marks, so it cannot be serialized");
  std::string out;
  if (TypeConforms(value.type(), constraint)) {
    Append(value, constraint, &out);
    return out;
  }
  Conversion conversion = Convert(value, constraint);
  if (!conversion.ok()) return Error(conversion.error->message);
  Append(conversion.value, constraint, &out);
  return out;
}

}  // namespace language::value
