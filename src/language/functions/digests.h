// Digests written down, shared by the functions over texts and those over files.
// Not a public header. Used by crypto.cc and filesystem.cc.
#pragma once

#include <string>
#include <string_view>

#include "base/crypto/digest.h"

namespace language::functions {

std::string HexDigest(base::crypto::Digest digest, std::string_view data);
std::string Base64Digest(base::crypto::Digest digest, std::string_view data);

}  // namespace language::functions
