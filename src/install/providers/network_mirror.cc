// A mirror over https: index.json lists the versions of a provider, VERSION.json its archives.

#include <fmt/format.h>

#include "base/net/http_client.h"
#include "install/discovery/services.h"
#include "install/providers/registry_answers.h"

namespace install::providers {
namespace {

using base::core::Result;

class NetworkMirror : public Source {
 public:
  NetworkMirror(std::string url, discovery::Services& services) : url_(std::move(url)), services_(services) {
    const auto parts = base::net::ParseUrl(url_);
    if (parts) host_ = parts->port == 443 ? parts->host : fmt::format("{}:{}", parts->host, parts->port);
  }

  Result<std::optional<Available>> Versions(const Provider& provider, std::stop_token stop) override {
    ASSIGN_OR_RETURN(const discovery::Answer answer,
                     services_.Get(FolderOf(provider) + "index.json", host_, std::move(stop)));
    if (answer.status == 404) return std::optional<Available>();
    ASSIGN_OR_RETURN(Available available, ReadMirrorVersions(answer, host_));
    return std::optional(std::move(available));
  }

  Result<std::optional<Package>> Find(const Provider& provider, const Version& version,
                                      const std::string& platform, std::stop_token stop) override {
    const std::string document_url = FolderOf(provider) + version.ToString() + ".json";
    ASSIGN_OR_RETURN(const discovery::Answer answer, services_.Get(document_url, host_, std::move(stop)));
    if (answer.status == 404) return std::optional<Package>();
    return ReadMirrorPackage(answer, platform, host_);
  }

  std::string ForDisplay(const Provider&) const override { return "provider mirror at " + url_; }

 private:
  std::string FolderOf(const Provider& provider) const {
    return fmt::format("{}{}/{}/{}/", url_, provider.host, provider.space, provider.type);
  }

  const std::string url_;
  discovery::Services& services_;
  std::string host_;
};

}  // namespace

std::unique_ptr<Source> MakeNetworkMirror(std::string url, discovery::Services& services) {
  return std::make_unique<NetworkMirror>(std::move(url), services);
}

}  // namespace install::providers
