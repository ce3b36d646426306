// A folder of packages: unpacked ones in HOST/NAMESPACE/TYPE/VERSION/PLATFORM, packed ones as
// HOST/NAMESPACE/TYPE/terraform-provider-TYPE_VERSION_PLATFORM.zip.

#include "base/core/files.h"
#include "base/core/strings.h"
#include "install/providers/installed.h"
#include "install/providers/source.h"

namespace install::providers {
namespace {

using base::core::JoinPath;
using base::core::Result;

struct PackedName {
  Version version;
  std::string platform;
};

// terraform-provider-TYPE_1.2.3_linux_amd64.zip
std::optional<PackedName> ParsePackedName(std::string_view name, const Provider& provider) {
  const std::string prefix = "terraform-provider-" + provider.type + "_";
  constexpr std::string_view kSuffix = ".zip";
  if (!name.starts_with(prefix) || !name.ends_with(kSuffix) || name.size() < prefix.size() + kSuffix.size()) {
    return std::nullopt;
  }
  name = name.substr(prefix.size(), name.size() - prefix.size() - kSuffix.size());
  const auto parts = base::core::SplitOnce(name, '_');
  if (!parts || parts->second.find('_') == std::string_view::npos) return std::nullopt;
  auto version = Version::Parse(parts->first);
  if (!version) return std::nullopt;
  return PackedName{*std::move(version), std::string(parts->second)};
}

class FilesystemMirror : public Source {
 public:
  explicit FilesystemMirror(std::string directory) : directory_(std::move(directory)) {}

  Result<std::optional<Available>> Versions(const Provider& provider, std::stop_token) override {
    const std::string folder = FolderOf(provider);
    if (!base::core::IsDirectory(folder)) return std::optional<Available>();
    ASSIGN_OR_RETURN(const std::vector<std::string> names, base::core::ListDirectory(folder));
    Available available;
    for (const std::string& name : names) {
      const std::string path = JoinPath(folder, name);
      if (auto packed = ParsePackedName(name, provider); packed && base::core::IsRegularFile(path)) {
        if (packed->platform == CurrentPlatform()) available.versions.push_back(packed->version);
      } else if (auto version = Version::Parse(name); version && base::core::IsDirectory(path)) {
        if (base::core::IsDirectory(JoinPath(path, CurrentPlatform())))
          available.versions.push_back(*version);
      }
    }
    if (available.versions.empty()) return std::optional<Available>();
    return std::optional(std::move(available));
  }

  Result<std::optional<Package>> Find(const Provider& provider, const Version& version,
                                      const std::string& platform, std::stop_token) override {
    const std::string unpacked = PackageDirectory(directory_, provider, version, platform);
    if (base::core::IsDirectory(unpacked)) {
      return std::optional(Package{.kind = Package::Kind::kDirectory, .location = unpacked});
    }
    const std::string packed = JoinPath(FolderOf(provider), "terraform-provider-" + provider.type + "_" +
                                                                version.ToString() + "_" + platform + ".zip");
    if (base::core::IsRegularFile(packed)) {
      return std::optional(Package{.kind = Package::Kind::kArchive, .location = packed});
    }
    return std::optional<Package>();
  }

  std::string ForDisplay(const Provider&) const override { return directory_; }

 private:
  std::string FolderOf(const Provider& provider) const {
    return JoinPath(directory_, provider.host + "/" + provider.space + "/" + provider.type);
  }

  const std::string directory_;
};

std::vector<std::string> FoldersIn(const std::string& directory) {
  std::vector<std::string> found;
  auto names = base::core::ListDirectory(directory);
  if (!names.ok()) return found;
  for (const std::string& name : *names) {
    if (base::core::IsDirectory(JoinPath(directory, name))) found.push_back(name);
  }
  return found;
}

}  // namespace

std::unique_ptr<Source> MakeFilesystemMirror(std::string directory) {
  return std::make_unique<FilesystemMirror>(std::move(directory));
}

std::vector<Provider> ProvidersIn(const std::string& directory) {
  std::vector<Provider> found;
  FilesystemMirror mirror(directory);
  for (const std::string& host : FoldersIn(directory)) {
    for (const std::string& space : FoldersIn(JoinPath(directory, host))) {
      for (const std::string& type : FoldersIn(JoinPath(directory, host + "/" + space))) {
        Provider provider{host, space, type};
        auto versions = mirror.Versions(provider, {});
        if (versions.ok() && *versions) found.push_back(std::move(provider));
      }
    }
  }
  return found;
}

}  // namespace install::providers
