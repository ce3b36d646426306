#include "install/modules/fetcher.h"

#include <unistd.h>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/log.h"
#include "base/core/strings.h"
#include "base/net/http_client.h"
#include "base/net/http_server.h"
#include "install/modules/archives.h"
#include "install/modules/git.h"
#include "install/modules/netrc.h"
#include "install/modules/parameters.h"
#include "language/address/module_source.h"

namespace install::modules {
namespace {

using base::core::Error;
using base::core::Result;

constexpr int kMaxHops = 10;
constexpr size_t kMaxLocation = 8192;

// file:///folder, or an archive that is a file.
Result<void> FetchFile(std::string url, const std::string& directory) {
  ASSIGN_OR_RETURN(const auto kind, TakeArchiveKind(&url));
  const auto checksum = TakeParameter(&url, "checksum");
  std::string path = url.substr(0, url.find('?'));
  if (path.starts_with("file://")) path.erase(0, 7);
  path = base::net::PercentDecode(path);
  if (!path.starts_with('/')) return Error(fmt::format("{} is not an absolute path", path));
  if (!base::core::Exists(path)) return Error(fmt::format("{} does not exist", path));
  if (kind && base::core::IsRegularFile(path)) {
    if (checksum) RETURN_IF_ERROR(VerifyChecksum(path, *checksum));
    return UnpackInto(path, *kind, directory);
  }
  if (!base::core::IsDirectory(path))
    return Error(fmt::format("{} is neither a folder nor an archive", path));
  if (symlink(path.c_str(), directory.c_str()) != 0)
    return base::core::ErrnoError("symlink " + directory, errno);
  return {};
}

}  // namespace

Result<void> PackageFetcher::Fetch(const std::string& package, const std::string& directory,
                                   std::stop_token stop) const {
  return Fetch(package, directory, 0, std::move(stop));
}

Result<void> PackageFetcher::Fetch(const std::string& package, const std::string& directory, int hops,
                                   std::stop_token stop) const {
  if (stop.stop_requested()) return Error("interrupted");
  base::core::Log(base::core::LogLevel::kDebug, "modules", "fetching {} into {}",
                  language::address::WithoutPassword(package), directory);
  const auto [forced, url] = language::address::SplitForcedGetter(package);
  const std::string getter =
      base::core::AsciiLower(forced.empty() ? url.substr(0, std::min(url.find(':'), url.size())) : forced);
  if (getter == "git") return CloneRepository(std::string(url), directory, environment_, std::move(stop));
  if (getter == "http" || getter == "https")
    return FetchHttp(std::string(url), directory, hops, std::move(stop));
  if (getter == "file") return FetchFile(std::string(url), directory);
  if (getter == "s3" || getter == "gcs" || getter == "hg") {
    return Error(
        fmt::format("modules from {} are not supported. Fetch it from a git repository (git::https://…), as "
                    "an archive over https, or from a registry",
                    getter == "s3"    ? "Amazon S3"
                    : getter == "gcs" ? "Google Cloud Storage"
                                      : "Mercurial repositories"));
  }
  return Error(fmt::format("download not supported for scheme \"{}\"", getter));
}

Result<void> PackageFetcher::FetchHttp(std::string url, const std::string& directory, int hops,
                                       std::stop_token stop) const {
  ASSIGN_OR_RETURN(const auto kind, TakeArchiveKind(&url));
  const auto checksum = TakeParameter(&url, "checksum");
  const SplitUser split = TakeUser(url);
  if (!base::net::ParseUrl(split.url)) return Error("this is no address of the web");
  std::string user = split.user_and_password;
  if (user.empty()) {
    const std::string_view host = std::string_view(split.url).substr(split.url.find("://") + 3);
    user = UserFromNetrc(environment_, host.substr(0, host.find_first_of("/?#")));
  }
  const std::string authorization = user.empty() ? "" : "Basic " + base::core::Base64Encode(user);
  if (kind) {
    const std::string archive = directory + ".archive";
    auto downloaded =
        services_.Download({.url = split.url, .authorization = authorization, .path = archive}, stop);
    if (downloaded.ok() && checksum) downloaded = VerifyChecksum(archive, *checksum);
    if (downloaded.ok()) downloaded = UnpackInto(archive, *kind, directory);
    RETURN_IF_ERROR(base::core::RemoveFile(archive));
    return downloaded;
  }
  if (checksum) return Error("a checksum can be demanded of archives only");
  ASSIGN_OR_RETURN(const discovery::Answer answer,
                   services_.Get(WithParameter(split.url, "terraform-get=1"), "", stop, authorization));
  if (answer.status < 200 || answer.status > 299)
    return Error(fmt::format("{} answered {}", base::net::ParseUrl(split.url)->host, answer.status));
  std::string location(answer.response.Header("X-Terraform-Get"));
  if (location.empty()) location = FindModuleLocation(answer.body);
  if (location.empty()) {
    return Error(
        "it is neither an archive nor a page that says where the module is. Where it is an archive whose "
        "name does not say so, add ?archive=zip");
  }
  return FetchReferred(location, answer.url, directory, hops + 1, std::move(stop));
}

Result<void> PackageFetcher::FetchReferred(const std::string& location, const std::string& base,
                                           const std::string& directory, int hops,
                                           std::stop_token stop) const {
  if (hops > kMaxHops) return Error(fmt::format("it was passed on more than {} times", kMaxHops));
  if (location.size() > kMaxLocation) return Error("its server named too long an address");
  std::string absolute = location;
  if (location.starts_with('/') || location.starts_with("./") || location.starts_with("../")) {
    const auto split = language::address::SplitSubdirectory(location);
    const auto resolved = base::net::ResolveUrl(base, split.package);
    if (!resolved) return Error("its server named an address that is none");
    absolute = language::address::ModuleSource{.kind = language::address::ModuleSource::Kind::kRemote,
                                               .package = *resolved,
                                               .subdirectory = split.subdirectory}
                   .ToString();
  }
  auto source = language::address::ParseRemoteModuleSource(absolute);
  if (!source.ok()) return std::move(source.error().Wrap("its server named an address that cannot be used"));
  if (source->subdirectory.empty()) return Fetch(source->package, directory, hops, std::move(stop));
  // Only the folder is the package then.
  const std::string whole = directory + ".whole";
  RETURN_IF_ERROR(Fetch(source->package, whole, hops, std::move(stop)));
  ASSIGN_OR_RETURN(const std::string part, ExpandSubdirectory(whole, source->subdirectory));
  RETURN_IF_ERROR(CopyPackage(base::core::JoinPath(whole, part), directory));
  return base::core::RemoveRecursively(whole);
}

}  // namespace install::modules
