#include "base/crypto/encoding.h"

namespace base::crypto {
namespace {

// What does not come out again as it went in was written in another way than the one.
std::optional<std::string> IfCanonical(std::optional<std::string> decoded, std::string_view text,
                                       std::string (*encode)(std::string_view)) {
  if (!decoded || encode(*decoded) != text) return std::nullopt;
  return decoded;
}

}  // namespace

std::optional<std::string> Base64Decode(std::string_view text) {
  return IfCanonical(core::Base64Decode(text), text, core::Base64Encode);
}

std::optional<std::string> Base64UrlDecode(std::string_view text) {
  return IfCanonical(core::Base64UrlDecode(text), text, core::Base64UrlEncode);
}

}  // namespace base::crypto
