// Which services a host has and at which URLs (/.well-known/terraform.json, or `host` blocks), and the
// careful way of asking them: tokens, time-outs, retries, limits. Not what they answer. Called by the
// registries of providers and modules, by network mirrors and by install/login.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "base/json/reader.h"
#include "base/net/http_client.h"
#include "install/discovery/credentials.h"
#include "install/discovery/oauth_client.h"
#include "install/settings/settings.h"

namespace install::discovery {

struct Answer {
  int status = 0;
  std::string url;  // the last one, after redirects
  std::string content_type;
  std::string body;
  base::net::ClientResponse response;
};

struct DownloadRequest {
  std::string url;
  std::string token_host;     // empty: without a token
  std::string authorization;  // instead of a token: the whole header; secret
  std::string path;           // what is there already is kept where the server can go on from its end
  std::function<void(uint64_t done, uint64_t total)> on_progress;
};

// How requests to such hosts are made: by name, time limits, proxies and CAs of the environment.
base::net::ClientOptions MakeClientOptions(const base::core::Environment& environment);

class Services {
 public:
  Services(const settings::Settings& settings, const base::core::Environment& environment);
  ~Services();

  // The URL of "providers.v1" or the like, with a slash at its end. Errors name the host.
  base::core::Result<std::string> UrlOf(const std::string& host, const std::string& service,
                                        std::stop_token stop);
  // The same as it stands there, for services that are one document each; empty where the host has none.
  base::core::Result<std::string> ExactUrlOf(const std::string& host, const std::string& service,
                                             std::stop_token stop);
  // Whether the host has it.
  base::core::Result<bool> Has(const std::string& host, const std::string& service, std::stop_token stop);
  // How people sign in there. Failure to ask the host is an error here; what it says, sound or not, is in the
  // offer.
  base::core::Result<LoginOffer> LoginOf(const std::string& host, std::stop_token stop);

  // GET. Tries again after failures of the network and of the server. `token_host`: whose token goes along
  // where there is one; empty: none. An answer of any status but 429 and 5xx comes back. `authorization`: see
  // DownloadRequest.
  base::core::Result<Answer> Get(const std::string& url, const std::string& token_host, std::stop_token stop,
                                 const std::string& authorization = {});

  // A whole file, with more tries, each going on where the last one broke off.
  base::core::Result<void> Download(const DownloadRequest& request, std::stop_token stop);

  const Credentials& credentials() const { return credentials_; }

 private:
  struct Offers {
    std::map<std::string, std::string> urls;
    LoginOffer login;
  };
  base::core::Result<const Offers*> Discover(const std::string& host, std::stop_token stop);
  base::core::Result<Offers> Ask(const std::string& host, std::stop_token stop);
  base::core::Result<base::net::ClientRequest> MakeRequest(const std::string& url,
                                                           const std::string& token_host,
                                                           const std::string& authorization,
                                                           std::stop_token stop) const;

  const settings::Settings& settings_;
  Credentials credentials_;
  const int retries_;
  base::net::HttpClient client_;
  std::mutex mutex_;
  std::map<std::string, Offers> known_;  // by host
};

// A JSON document of an answer, its status and type checked. `what` names it in errors: "the list of
// versions".
base::core::Result<base::json::Document> ParseAnswer(const Answer& answer, std::string_view what);

}  // namespace install::discovery
