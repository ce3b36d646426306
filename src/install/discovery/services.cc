#include "install/discovery/services.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/core/clock.h"
#include "base/core/files.h"
#include "base/core/product.h"
#include "base/core/strings.h"
#include "install/settings/host_name.h"

namespace install::discovery {
namespace {

using base::core::Error;
using base::core::Result;
using base::net::ClientRequest;
using base::net::ClientResponse;
using base::net::TransportFailure;

// Of documents; archives go to files.
constexpr uint64_t kAnswerLimit = 64 << 20;
constexpr uint64_t kDiscoveryLimit = 1 << 20;
constexpr uint64_t kDownloadLimit = uint64_t{16} << 30;
constexpr int kDownloadTries = 5;
constexpr int kMaxRetries = 20;
constexpr std::string_view kVersion = "1.11.4";

int64_t NumberOf(const base::core::Environment& environment, std::string_view name, int64_t otherwise) {
  const auto number = base::core::ParseInt64(environment.Get(name));
  return number && *number > 0 ? *number : otherwise;
}

bool MayTryAgain(int status) { return status == 429 || status >= 500; }

// 0.25, 0.5, 1, 2, 2, ... seconds.
bool Pause(int attempt, std::stop_token stop) {
  return base::core::RealClock().Sleep(std::chrono::milliseconds(250 << std::min(attempt, 3)),
                                       std::move(stop));
}

std::string WithSlash(std::string url) {
  if (!url.ends_with('/')) url += '/';
  return url;
}

std::optional<std::string> UsableUrl(const std::string& base, const std::string& reference) {
  auto url = base::net::ResolveUrl(base, reference);
  if (!url || !base::net::ParseUrl(*url)) return std::nullopt;
  return url;
}

void TakeService(const std::string& base, const std::string& name, const settings::Node& node,
                 std::map<std::string, std::string>* urls, LoginOffer* login) {
  if (name.starts_with("login.v")) {
    TakeLogin(base, name, node, login);
  } else if (node.kind == settings::Node::Kind::kString) {
    if (auto usable = UsableUrl(base, node.text)) (*urls)[name] = *std::move(usable);
  }
}

}  // namespace

base::net::ClientOptions MakeClientOptions(const base::core::Environment& environment) {
  base::net::ClientOptions options;
  options.user_agent = fmt::format("Terraform/{} (compatible; parterre)", kVersion);
  const int64_t seconds = std::min<int64_t>(NumberOf(environment, "TF_REGISTRY_CLIENT_TIMEOUT", 10), 3600);
  options.connect_timeout = std::chrono::seconds(seconds);
  options.stall_timeout = std::chrono::seconds(std::max<int64_t>(seconds, 30));
  options.timeout = std::chrono::seconds(seconds);
  options.response_limit = kAnswerLimit;
  options.redirects = 10;
  options.environment = environment;
  return options;
}

Services::Services(const settings::Settings& settings, const base::core::Environment& environment)
    : settings_(settings),
      credentials_(settings, environment),
      retries_(static_cast<int>(
          std::min<int64_t>(NumberOf(environment, "TF_REGISTRY_DISCOVERY_RETRY", 1), kMaxRetries))),
      client_(MakeClientOptions(environment)) {}

Services::~Services() = default;

Result<ClientRequest> Services::MakeRequest(const std::string& url, const std::string& token_host,
                                            const std::string& authorization, std::stop_token stop) const {
  ClientRequest request;
  request.url = url;
  request.headers = {{"Accept", "application/json"}, {"X-Terraform-Version", std::string(kVersion)}};
  if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
  if (token_host.empty()) return request;
  ASSIGN_OR_RETURN(const auto token, credentials_.TokenFor(token_host, std::move(stop)));
  if (token) request.headers.emplace_back("Authorization", "Bearer " + *token);
  return request;
}

Result<Answer> Services::Get(const std::string& url, const std::string& token_host, std::stop_token stop,
                             const std::string& authorization) {
  ASSIGN_OR_RETURN(const ClientRequest request, MakeRequest(url, token_host, authorization, stop));
  for (int attempt = 0;; ++attempt) {
    auto outcome = client_.Send(request, stop);
    std::string problem;
    if (auto* failure = std::get_if<TransportFailure>(&outcome)) {
      if (!failure->MayPass()) return Error(std::move(failure->message));
      problem = std::move(failure->message);
    } else {
      auto& response = std::get<ClientResponse>(outcome);
      if (!MayTryAgain(response.status)) {
        Answer answer;
        answer.status = response.status;
        answer.url = response.url;
        answer.content_type = response.Header("Content-Type");
        answer.body = std::move(response.body);
        answer.response = std::move(response);
        return answer;
      }
      const auto parts = base::net::ParseUrl(url);
      problem = fmt::format("{} answered {} {}", parts->host, response.status, response.reason);
    }
    if (attempt >= retries_ || !Pause(attempt, stop)) {
      return Error(attempt == 0 ? problem : fmt::format("{} (tried {} times)", problem, attempt + 1));
    }
  }
}

Result<void> Services::Download(const DownloadRequest& download, std::stop_token stop) {
  ASSIGN_OR_RETURN(ClientRequest request,
                   MakeRequest(download.url, download.token_host, download.authorization, stop));
  request.timeout = std::chrono::hours(6);
  request.response_limit = kDownloadLimit;
  request.headers[0].second = "*/*";
  ASSIGN_OR_RETURN(const base::core::UniqueFd file,
                   base::core::OpenFile(download.path, O_WRONLY | O_CREAT | O_APPEND, 0600));
  const size_t plain_headers = request.headers.size();
  for (int attempt = 0;; ++attempt) {
    struct stat info;
    if (fstat(file.get(), &info) != 0) return base::core::ErrnoError(download.path, errno);
    uint64_t done = static_cast<uint64_t>(info.st_size);
    request.headers.resize(plain_headers);
    if (done > 0) request.headers.emplace_back("Range", fmt::format("bytes={}-", done));
    bool writing = true;
    bool begun = false;
    uint64_t total = 0;
    request.on_body = [&](int status, uint64_t length, std::string_view piece) {
      if (!std::exchange(begun, true)) {
        // A server that cannot go on sends all of it again.
        if (status != 206 && done > 0) {
          writing = ftruncate(file.get(), 0) == 0;
          done = 0;
        }
        total = length == 0 ? 0 : done + length;
      }
      writing = writing && base::core::WriteAll(file.get(), piece, download.path).ok();
      done += piece.size();
      if (download.on_progress) download.on_progress(done, total);
      return writing;
    };
    auto outcome = client_.Send(request, stop);
    std::string problem;
    if (!writing) return Error("cannot write " + download.path);
    if (auto* failure = std::get_if<TransportFailure>(&outcome)) {
      if (!failure->MayPass()) return Error(std::move(failure->message));
      problem = std::move(failure->message);
    } else {
      const auto& response = std::get<ClientResponse>(outcome);
      if (response.status >= 200 && response.status < 300) return {};
      // All of it is there already.
      if (response.status == 416 && done > 0) return {};
      problem = fmt::format("{} answered {} {}", base::net::ParseUrl(download.url)->host, response.status,
                            response.reason);
      if (!MayTryAgain(response.status)) return Error(problem);
    }
    if (attempt + 1 >= kDownloadTries || !Pause(attempt, stop)) return Error(problem);
  }
}

Result<Services::Offers> Services::Ask(const std::string& host, std::stop_token stop) {
  const std::string url = "https://" + settings::AsciiHost(host) + "/.well-known/terraform.json";
  ASSIGN_OR_RETURN(const Answer answer, Get(url, host, std::move(stop)));
  Offers offers;
  if (answer.status == 404) return offers;
  if (answer.body.size() > kDiscoveryLimit) return Error("its answer is too large");
  ASSIGN_OR_RETURN(const base::json::Document document, ParseAnswer(answer, "service discovery"));
  if (!document.root().IsObject()) return Error("its answer is not an object");
  ASSIGN_OR_RETURN(const settings::Node tree, settings::ParseJsonTree(answer.body));
  for (const settings::Item& item : tree.items)
    TakeService(answer.url, item.keys[0], item.value, &offers.urls, &offers.login);
  return offers;
}

Result<const Services::Offers*> Services::Discover(const std::string& host, std::stop_token stop) {
  std::lock_guard guard(mutex_);
  if (const auto found = known_.find(host); found != known_.end()) return &found->second;
  Offers offers;
  if (const auto block = settings_.hosts.find(host); block != settings_.hosts.end()) {
    for (const auto& [service, node] : block->second)
      TakeService("https://" + settings::AsciiHost(host) + "/", service, node, &offers.urls, &offers.login);
  } else {
    auto asked = Ask(host, std::move(stop));
    if (!asked.ok()) return Error(fmt::format("could not connect to {}: {}", host, asked.error().message()));
    offers = *std::move(asked);
  }
  return &known_.emplace(host, std::move(offers)).first->second;
}

Result<bool> Services::Has(const std::string& host, const std::string& service, std::stop_token stop) {
  ASSIGN_OR_RETURN(const Offers* offers, Discover(host, std::move(stop)));
  return offers->urls.contains(service);
}

Result<LoginOffer> Services::LoginOf(const std::string& host, std::stop_token stop) {
  ASSIGN_OR_RETURN(const Offers* offers, Discover(host, std::move(stop)));
  return offers->login;
}

Result<std::string> Services::ExactUrlOf(const std::string& host, const std::string& service,
                                         std::stop_token stop) {
  ASSIGN_OR_RETURN(const Offers* offers, Discover(host, std::move(stop)));
  const auto found = offers->urls.find(service);
  return found == offers->urls.end() ? std::string() : found->second;
}

Result<std::string> Services::UrlOf(const std::string& host, const std::string& service,
                                    std::stop_token stop) {
  ASSIGN_OR_RETURN(const std::string url, ExactUrlOf(host, service, std::move(stop)));
  if (!url.empty()) return WithSlash(url);
  const std::string_view what = service == "providers.v1" ? "provider registry"
                                : service == "modules.v1" ? "module registry"
                                                          : std::string_view(service);
  return Error(fmt::format("the host {} does not offer a {}", host, what));
}

Result<base::json::Document> ParseAnswer(const Answer& answer, std::string_view what) {
  const auto url = base::net::ParseUrl(answer.url);
  const std::string host = url ? url->host : "the host";
  if (answer.status == 401 || answer.status == 403) {
    return Error(
        fmt::format("{} refuses to give {}: sign in with `{} login {}`, or set its token in the CLI "
                    "configuration",
                    host, what, base::core::ProgramName(), host));
  }
  if (answer.status != 200) return Error(fmt::format("{} answered {} for {}", host, answer.status, what));
  const std::string type = base::core::AsciiLower(
      base::core::Trim(std::string_view(answer.content_type).substr(0, answer.content_type.find(';'))));
  if (type != "application/json") {
    return Error(fmt::format("{} gave {} as {} and not as JSON", host, what,
                             type.empty() ? "something without a type" : type));
  }
  auto document = base::json::Document::Parse(answer.body, {.max_depth = 64});
  if (!document.ok()) {
    return Error(fmt::format("{} gave {} as broken JSON: {}", host, what, document.error().message()));
  }
  return document;
}

}  // namespace install::discovery
