// What provider packages are known by: "h1:" over the files of the unpacked package, "zh:" over the archive.
// Not signatures (install/providers) nor which hashes are allowed (lock_file.h).
// Called by the installer and before a plugin is started.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/core/result.h"

namespace install::lockfile {

// A file of a package by its path with slashes, and the SHA-256 of its content in hex.
using FileDigest = std::pair<std::string, std::string>;
// "h1:...=" of files in any order.
std::string HashFiles(std::vector<FileDigest> files);
// The same for what lies in a folder, which may be a symbolic link itself. Links inside are followed to
// files; folders that are links count for nothing.
base::core::Result<std::string> HashDirectory(const std::string& directory);
// "zh:" and the SHA-256 of the file in hex.
base::core::Result<std::string> HashArchive(const std::string& path);

// SHA-256 of a file in hex, read in pieces.
base::core::Result<std::string> HashFile(const std::string& path);

// Whether it has the form scheme:value with a scheme that we can check.
bool IsSupportedHash(std::string_view hash);
bool Contains(std::span<const std::string> hashes, std::string_view hash);

}  // namespace install::lockfile
