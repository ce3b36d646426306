// Hex, Base64 (RFC 4648 §4) and Base64url (§5) of byte strings.
// Not for text encodings (base/text).
// Called by the rest of this room, by the OAuth code, and by whoever writes digests down.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base::crypto {

std::string HexEncode(std::string_view bytes);  // lower case
std::optional<std::string> HexDecode(std::string_view text);

std::string Base64Encode(std::string_view bytes);     // with padding
std::string Base64UrlEncode(std::string_view bytes);  // without padding

// Strict: wrong characters, wrong padding and non-zero spare bits are refused. The first demands
// padding, the second refuses it.
std::optional<std::string> Base64Decode(std::string_view text);
std::optional<std::string> Base64UrlDecode(std::string_view text);

}  // namespace base::crypto
