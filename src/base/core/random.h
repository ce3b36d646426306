// Random bytes of the kernel, and identifiers made of them. Fit for keys and tokens.
// Not reproducible; tests inject what they need elsewhere. Used by state, okta, org.
#pragma once

#include <cstdint>
#include <string>

namespace base::core {

std::string RandomBytes(size_t count);
uint64_t RandomUint64();
// RFC 9562 version 4, lower case, with hyphens.
std::string RandomUuid();
// 2 * bytes characters.
std::string RandomHex(size_t bytes);

}  // namespace base::core
