#include "provider/plugin/wire.h"

namespace provider::plugin {
namespace {

enum WireType { kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5 };

}  // namespace

std::optional<WireField> WireReader::Next() {
  if (rest_.empty() || failed_) return std::nullopt;
  std::optional<uint64_t> tag = Varint();
  WireField field{.number = tag ? static_cast<int>(*tag >> 3 & 0x1fffffff) : 0};
  std::optional<std::string_view> bytes;
  switch (tag ? static_cast<int>(*tag & 7) : -1) {
    case kVarint:
      if (Varint()) bytes = std::string_view();
      break;
    case kFixed64:
      bytes = Take(8);
      break;
    case kLengthDelimited:
      if (std::optional<uint64_t> size = Varint()) bytes = Take(*size);
      if (bytes) field.bytes = *bytes;
      break;
    case kFixed32:
      bytes = Take(4);
      break;
    default:
      break;
  }
  failed_ = !bytes || field.number == 0;
  if (failed_) return std::nullopt;
  return field;
}

std::optional<uint64_t> WireReader::Varint() {
  uint64_t value = 0;
  constexpr int kMostBytes = 10;
  for (int i = 0; i < kMostBytes && !rest_.empty(); ++i) {
    auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> WireReader::Take(uint64_t size) {
  if (size > rest_.size()) return std::nullopt;
  std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

std::optional<WireEntry> ReadWireEntry(std::string_view bytes) {
  WireReader reader(bytes);
  WireEntry entry;
  while (std::optional<WireField> field = reader.Next()) {
    if (field->number == 1) entry.name = field->bytes;
    if (field->number == 2) entry.bytes = field->bytes;
  }
  if (reader.failed()) return std::nullopt;
  return entry;
}

}  // namespace provider::plugin
