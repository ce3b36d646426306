// Gzip in memory, over zlib, of any size.
// Not archives of files, and not the very bytes of Go's compressor (go_gzip.h).
// Used by plan files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/core/result.h"

namespace base::archive {

std::string Gzip(std::string_view bytes);
// An error when it is damaged, cut off, or would grow beyond `limit` bytes.
core::Result<std::string> Gunzip(std::string_view bytes, uint64_t limit);

}  // namespace base::archive
