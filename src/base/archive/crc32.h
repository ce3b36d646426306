// CRC-32 (IEEE), the checksum of gzip and of the stock program's hashes.
// Not a digest: easily forged (base/crypto). Used by cli/session.
#pragma once

#include <cstdint>
#include <string_view>

namespace base::archive {

uint32_t Crc32(std::string_view bytes);

}  // namespace base::archive
