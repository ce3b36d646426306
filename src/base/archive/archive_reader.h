// Zip and tar archives (plain, gzip, bzip2, xz, zstd), entry by entry, over libarchive, which is loaded on
// first use. Not the unpacking into folders (unpack.h). Called by unpack.h and by whoever hashes what is
// inside.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/core/result.h"

namespace base::archive {

enum class ArchiveKind { kZip, kTar };

struct ArchiveEntry {
  enum class Type { kFile, kDirectory, kSymbolicLink, kOther };
  Type type = Type::kFile;
  std::string path;    // as the archive has it: nobody has checked it
  std::string target;  // of a symbolic link
  unsigned mode = 0;   // permission bits
};

// What an archive may hold: beyond, it is refused while it is read.
struct ArchiveLimits {
  uint64_t bytes = uint64_t{16} << 30;  // of all files together, unpacked
  // The same as a multiple of the archive's size, on top of the first 256 MiB.
  uint64_t ratio = 200;
  size_t entries = 200'000;
  size_t path_length = 4096;
};

// For each entry on_entry, then on_data with its content in pieces. An error of either ends the reading, and
// so do damage, encryption and the limits.
struct ArchiveVisitor {
  std::function<core::Result<void>(const ArchiveEntry&)> on_entry;
  std::function<core::Result<void>(std::string_view piece)> on_data;
};
core::Result<void> ReadArchive(const std::string& path, ArchiveKind kind, const ArchiveVisitor& visitor,
                               const ArchiveLimits& limits = {});

// The same of bytes in memory. For the fuzz target.
core::Result<void> ReadArchiveBytes(std::string_view bytes, ArchiveKind kind, const ArchiveVisitor& visitor,
                                    const ArchiveLimits& limits = {});

// The entry's path without "./" and slashes at the end, if it stays below the folder that it is unpacked in:
// neither absolute nor with "..", "\", control characters. An error names it.
core::Result<std::string> SafeEntryPath(std::string_view path);

}  // namespace base::archive
