#include "install/modules/archives.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/archive/unpack.h"
#include "base/core/files.h"
#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "install/modules/parameters.h"

namespace install::modules {
namespace {

using base::archive::ArchiveKind;
using base::core::Error;
using base::core::Result;

constexpr std::string_view kTarKinds[] = {"tar.gz", "tgz", "tar.bz2", "tbz2",
                                          "tar.xz", "txz", "tar.zst", "tzst"};

// Files that hold one compressed file cannot be modules.
std::optional<ArchiveKind> KindOf(std::string_view name) {
  if (name == "zip") return ArchiveKind::kZip;
  if (std::ranges::find(kTarKinds, name) != std::end(kTarKinds)) return ArchiveKind::kTar;
  return std::nullopt;
}

struct NamedDigest {
  std::string_view name;
  base::crypto::Digest digest;
  size_t hex_length;
};
constexpr NamedDigest kDigests[] = {{"md5", base::crypto::Digest::kMd5, 32},
                                    {"sha1", base::crypto::Digest::kSha1, 40},
                                    {"sha256", base::crypto::Digest::kSha256, 64},
                                    {"sha512", base::crypto::Digest::kSha512, 128}};

Result<std::string> DigestOf(const std::string& path, base::crypto::Digest digest) {
  ASSIGN_OR_RETURN(const base::core::UniqueFd file, base::core::OpenFile(path, O_RDONLY));
  base::crypto::Hasher hasher(digest);
  std::string piece(1 << 20, '\0');
  while (true) {
    const ssize_t count = read(file.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return base::core::ErrnoError("read " + path, errno);
    if (count == 0) return base::core::HexEncode(hasher.Finish());
    hasher.Update(std::string_view(piece).substr(0, static_cast<size_t>(count)));
  }
}

}  // namespace

Result<std::optional<ArchiveKind>> TakeArchiveKind(std::string* address) {
  if (const auto named = TakeParameter(address, "archive"); named && !named->empty()) {
    if (*named == "false" || *named == "0") return std::optional<ArchiveKind>();
    const auto kind = KindOf(*named);
    if (!kind) {
      return Error(fmt::format("\"{}\" is no kind of archive that can be unpacked: zip, {} are", *named,
                               fmt::join(kTarKinds, ", ")));
    }
    return kind;
  }
  const std::string_view path = std::string_view(*address).substr(0, address->find('?'));
  if (path.ends_with(".zip")) return std::optional(ArchiveKind::kZip);
  for (const std::string_view each : kTarKinds)
    if (path.ends_with(fmt::format(".{}", each))) return std::optional(ArchiveKind::kTar);
  return std::optional<ArchiveKind>();
}

Result<void> VerifyChecksum(const std::string& path, const std::string& checksum) {
  const auto named = base::core::SplitOnce(checksum, ':');
  const std::string hex = base::core::AsciiLower(named ? named->second : std::string_view(checksum));
  for (const NamedDigest& each : kDigests) {
    if (named ? each.name != named->first : each.hex_length != hex.size()) continue;
    if (hex.size() != each.hex_length || !base::core::HexDecode(hex)) break;
    ASSIGN_OR_RETURN(const std::string digest, DigestOf(path, each.digest));
    if (digest == hex) return {};
    return Error(fmt::format("the archive has the {} checksum {}, and the address demands {}", each.name,
                             digest, hex));
  }
  return Error(
      fmt::format("the checksum \"{}\" cannot be verified: write md5:, sha1:, sha256: or sha512: and the "
                  "digest in hexadecimal digits",
                  checksum));
}

Result<void> UnpackInto(const std::string& archive, ArchiveKind kind, const std::string& directory) {
  RETURN_IF_ERROR(base::core::MakeDirectories(directory, 0755));
  return base::archive::Unpack(archive, kind, directory).Wrap("the archive cannot be unpacked");
}

}  // namespace install::modules
