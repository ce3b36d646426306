// bcrypt hashes of passwords, through libxcrypt.
// Not for digests of data (digest.h).
// Called by the language's bcrypt function and by the local org's sign-in.
#pragma once

#include <string>
#include <string_view>

#include "base/core/result.h"

namespace base::crypto {

// "$2a$10$...": cost 4 to 31. Fails for other costs and for passwords over 72 bytes, which bcrypt would cut.
core::Result<std::string> BcryptHash(std::string_view password, int cost = 10);

// Any of $2a$, $2b$, $2y$. False for every other hash.
bool BcryptVerify(std::string_view password, const std::string& hash);

}  // namespace base::crypto
