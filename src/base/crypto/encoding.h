// Hex, Base64 (RFC 4648 §4) and Base64url (§5) of what signatures and tokens are made of: one text for each
// byte string, and no other is accepted. Not the lenient decoding of the language (base/core/strings.h).
// Called by the rest of this room, by the OAuth code, and by whoever writes digests down.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/core/strings.h"

namespace base::crypto {

using core::Base64Encode;     // with padding
using core::Base64UrlEncode;  // without padding
using core::HexDecode;
using core::HexEncode;  // lower case

// Strict: wrong characters, wrong padding and non-zero spare bits are refused. The first demands
// padding, the second refuses it.
std::optional<std::string> Base64Decode(std::string_view text);
std::optional<std::string> Base64UrlDecode(std::string_view text);

}  // namespace base::crypto
