// The outer layer of a protobuf message: its fields as spans of bytes, without copying or decoding them. Not
// for messages that are small enough to parse. Used by Catalog.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace provider::plugin {

struct WireField {
  int number = 0;
  std::string_view bytes;  // of length-delimited fields; empty for others
};

class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}
  // The next field; nothing at the end, and after what is no message (then `failed`).
  std::optional<WireField> Next();
  bool failed() const { return failed_; }

 private:
  std::optional<uint64_t> Varint();
  std::optional<std::string_view> Take(uint64_t size);

  std::string_view rest_;
  bool failed_ = false;
};

// An entry of a map from names to messages.
struct WireEntry {
  std::string_view name;
  std::string_view bytes;
};
std::optional<WireEntry> ReadWireEntry(std::string_view bytes);

}  // namespace provider::plugin
