#include "install/lockfile/package_hash.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "base/crypto/digest.h"

namespace install::lockfile {
namespace {

namespace fs = std::filesystem;

// A package with more files than this is a mistake.
constexpr size_t kMaxFiles = 100'000;
constexpr size_t kPiece = 1 << 20;

}  // namespace

std::string HashFiles(std::vector<FileDigest> files) {
  std::ranges::sort(files);
  base::crypto::Hasher hasher(base::crypto::Digest::kSha256);
  for (const auto& [path, digest] : files) hasher.Update(digest + "  " + path + "\n");
  return "h1:" + base::core::Base64Encode(hasher.Finish());
}

base::core::Result<std::string> HashFile(const std::string& path) {
  ASSIGN_OR_RETURN(base::core::UniqueFd file, base::core::OpenFile(path, O_RDONLY));
  base::crypto::Hasher hasher(base::crypto::Digest::kSha256);
  std::string piece(kPiece, '\0');
  while (true) {
    const ssize_t count = read(file.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return base::core::ErrnoError("read " + path, errno);
    if (count == 0) return base::core::HexEncode(hasher.Finish());
    hasher.Update(std::string_view(piece).substr(0, static_cast<size_t>(count)));
  }
}

base::core::Result<std::string> HashDirectory(const std::string& directory) {
  std::error_code error;
  const fs::path root = fs::canonical(directory, error);
  if (error) return base::core::Error(directory + ": " + error.message());
  std::vector<FileDigest> files;
  for (fs::recursive_directory_iterator it(root, error), end; it != end; it.increment(error)) {
    if (error) break;
    if (!fs::is_regular_file(it->path(), error)) continue;
    if (files.size() == kMaxFiles) return base::core::Error(directory + " holds too many files");
    ASSIGN_OR_RETURN(std::string digest, HashFile(it->path().string()));
    files.emplace_back(it->path().lexically_relative(root).generic_string(), std::move(digest));
  }
  if (error) return base::core::Error(directory + ": " + error.message());
  return HashFiles(std::move(files));
}

base::core::Result<std::string> HashArchive(const std::string& path) {
  ASSIGN_OR_RETURN(std::string digest, HashFile(path));
  return "zh:" + digest;
}

bool IsSupportedHash(std::string_view hash) {
  return (hash.starts_with("h1:") || hash.starts_with("zh:")) && hash.size() > 3;
}

bool Contains(std::span<const std::string> hashes, std::string_view hash) {
  return std::ranges::find(hashes, hash) != hashes.end();
}

}  // namespace install::lockfile
