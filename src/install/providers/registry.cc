// The registry of a provider's own host (providers.v1): versions, packages, and the signed list of checksums
// that proves them.

#include <algorithm>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/net/http_client.h"
#include "install/discovery/services.h"
#include "install/providers/registry_answers.h"

namespace install::providers {
namespace {

using base::core::Error;
using base::core::Result;

constexpr size_t kMaxDocument = 4 << 20;
constexpr std::string_view kService = "providers.v1";

class Registry : public Source {
 public:
  explicit Registry(discovery::Services& services) : services_(services) {}

  Result<std::optional<Available>> Versions(const Provider& provider, std::stop_token stop) override {
    ASSIGN_OR_RETURN(const bool there, services_.Has(provider.host, std::string(kService), stop));
    if (!there) return std::optional(Available{.no_registry = true});
    ASSIGN_OR_RETURN(const std::string url, UrlFor(provider, "versions", stop));
    ASSIGN_OR_RETURN(const discovery::Answer answer, services_.Get(url, provider.host, stop));
    if (answer.status == 404) return std::optional<Available>();
    ASSIGN_OR_RETURN(Available available, ReadRegistryVersions(answer, provider.host));
    return std::optional(std::move(available));
  }

  Result<std::optional<Package>> Find(const Provider& provider, const Version& version,
                                      const std::string& platform, std::stop_token stop) override {
    const auto parts = base::core::SplitOnce(platform, '_');
    CHECK(parts.has_value());
    ASSIGN_OR_RETURN(
        const std::string url,
        UrlFor(provider, fmt::format("{}/download/{}/{}", version.ToString(), parts->first, parts->second),
               stop));
    ASSIGN_OR_RETURN(const discovery::Answer answer, services_.Get(url, provider.host, stop));
    if (answer.status == 404) return std::optional<Package>();
    ASSIGN_OR_RETURN(PackageAnswer described, ReadRegistryPackage(answer, platform, provider.host));
    if (described.package.incompatible.empty()) RETURN_IF_ERROR(Authenticate(stop, &described));
    return std::optional(std::move(described.package));
  }

  std::string ForDisplay(const Provider& provider) const override {
    return "provider registry " + provider.host;
  }

 private:
  Result<std::string> UrlFor(const Provider& provider, std::string_view rest, std::stop_token stop) {
    ASSIGN_OR_RETURN(const std::string base,
                     services_.UrlOf(provider.host, std::string(kService), std::move(stop)));
    return fmt::format("{}{}/{}/{}", base, provider.space, provider.type, rest);
  }

  // The signed list of checksums holds the archive's; all of its entries may be locked.
  Result<void> Authenticate(std::stop_token stop, PackageAnswer* described) {
    Package& package = described->package;
    ASSIGN_OR_RETURN(const std::string document, FetchDocument(described->checksums_url, "checksums", stop));
    ASSIGN_OR_RETURN(const std::string signature, FetchDocument(described->signature_url, "signature", stop));
    const std::vector<Checksum> checksums = ParseChecksums(document);
    const auto own = std::ranges::find(checksums, described->filename, &Checksum::filename);
    if (own == checksums.end())
      return Error(fmt::format("checksum list has no SHA-256 hash for \"{}\"", described->filename));
    if (own->hex != package.sha256)
      return Error(fmt::format("the checksum list has the hash {} for \"{}\", and the registry {}", own->hex,
                               described->filename, package.sha256));
    ASSIGN_OR_RETURN(package.authentication, VerifyRelease(document, signature, described->keys));
    for (const Checksum& each : checksums) package.release_hashes.push_back("zh:" + each.hex);
    return {};
  }

  Result<std::string> FetchDocument(const std::string& url, std::string_view what, std::stop_token stop) {
    ASSIGN_OR_RETURN(discovery::Answer answer, services_.Get(url, "", std::move(stop)));
    if (answer.status != 200)
      return Error(fmt::format("{} answered {} for the release's {}", base::net::ParseUrl(url)->host,
                               answer.status, what));
    if (answer.body.size() > kMaxDocument) return Error(fmt::format("the release's {} is too large", what));
    return std::move(answer.body);
  }

  discovery::Services& services_;
};

}  // namespace

std::unique_ptr<Source> MakeDirectSource(discovery::Services& services) {
  return std::make_unique<Registry>(services);
}

}  // namespace install::providers
