// Numbers that both directions of the MessagePack codec share. Source: go-cty's msgpack.
// Not for use outside this room. Called by msgpack_encode.cc and msgpack_decode.cc.
#pragma once

#include <cstdint>

namespace language::value {

// The extension that holds a map of what is known of an unknown value, and its keys.
inline constexpr uint8_t kRefinedUnknown = 12;
enum RefinementKey : int64_t { kNullness = 1, kPrefix, kLower, kUpper, kMinLength, kMaxLength };

}  // namespace language::value
