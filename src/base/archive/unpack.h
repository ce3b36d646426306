// Unpacks an archive into a folder, and never writes outside of it: names that leave it, links that point out
// of it, devices and hard links are errors. Not atomic: unpack into a folder of your own and rename that.
// Called by the installers of providers and modules.
#pragma once

#include <string>

#include "base/archive/archive_reader.h"

namespace base::archive {

// `directory` must exist, be empty, and be written by nobody else. Symbolic links are made last, so that
// nothing is ever written through one; they must be relative and stay inside.
core::Result<void> Unpack(const std::string& archive, ArchiveKind kind, const std::string& directory,
                          const ArchiveLimits& limits = {});

// Whether a link at `path` (safe, relative) may point to `target`: relative, ".." only in front, inside.
bool LinkStaysInside(std::string_view path, std::string_view target);

}  // namespace base::archive
