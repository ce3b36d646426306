// Which addresses are archives, and unpacking them into a package's folder. Not the downloading (http.cc).
// Called by the fetchers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/archive/archive_reader.h"
#include "base/core/result.h"

namespace install::modules {

// By the end of the path, or by ?archive=, which is taken out of the address: "zip", "tar.gz", ..., "false"
// for none. An error when that names no kind of archive.
base::core::Result<std::optional<base::archive::ArchiveKind>> TakeArchiveKind(std::string* address);

// What ?checksum= demands of a file: "sha256:HEX", "md5:HEX", ..., or a bare digest whose length tells its
// kind.
base::core::Result<void> VerifyChecksum(const std::string& path, const std::string& checksum);

// `directory` is made, and holds what is in the archive.
base::core::Result<void> UnpackInto(const std::string& archive, base::archive::ArchiveKind kind,
                                    const std::string& directory);

}  // namespace install::modules
