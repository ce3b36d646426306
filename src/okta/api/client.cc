#include "okta/api/client.h"

#include "base/core/strings.h"
#include "base/crypto/jws.h"

namespace okta::api {
namespace {

namespace json = boost::json;
using base::net::ClientRequest;
using base::net::ClientResponse;

constexpr size_t kMaxDepth = 64;
constexpr int kMaxPages = 100000;
constexpr std::string_view kInvalidToken = "E0000011";

// <https://org/api/v1/users?after=x>; rel="next"  ->  /api/v1/users?after=x. Scheme and host are dropped:
// behind proxies they are not the address that we reach the org by, and a token must go nowhere else.
std::string NextPage(const ClientResponse& response) {
  for (std::string_view header : response.HeaderValues("Link")) {
    while (true) {
      size_t open = header.find('<');
      size_t close = header.find('>', open == std::string_view::npos ? 0 : open);
      if (open == std::string_view::npos || close == std::string_view::npos) break;
      std::string_view url = header.substr(open + 1, close - open - 1);
      header.remove_prefix(close + 1);
      size_t end = header.find('<');
      if (!base::core::Contains(header.substr(0, end), "rel=\"next\"")) continue;
      size_t scheme = url.find("://");
      size_t slash = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
      if (slash == std::string_view::npos) continue;
      return std::string(url.substr(slash));
    }
  }
  return {};
}

struct ScopeRow {
  std::string_view path;
  std::string_view family;
};
constexpr ScopeRow kScopes[] = {
    {"/api/v1/users", "okta.users"},
    {"/api/v1/groups", "okta.groups"},
    {"/api/v1/apps", "okta.apps"},
    {"/api/v1/policies", "okta.policies"},
    {"/api/v1/meta/schemas", "okta.schemas"},
    {"/api/v1/meta/types", "okta.userTypes"},
    {"/api/v1/authorizationServers", "okta.authorizationServers"},
    {"/api/v1/zones", "okta.networkZones"},
    {"/api/v1/trustedOrigins", "okta.trustedOrigins"},
    {"/api/v1/eventHooks", "okta.eventHooks"},
    {"/api/v1/inlineHooks", "okta.inlineHooks"},
    {"/api/v1/idps", "okta.idps"},
    {"/api/v1/iam", "okta.roles"},
    {"/api/v1/logs", "okta.logs"},
};

}  // namespace

std::string_view ScopeFamily(std::string_view path) {
  if (path.find("/roles") != std::string_view::npos) return "okta.roles";
  for (const ScopeRow& row : kScopes) {
    if (path.starts_with(row.path)) return row.family;
  }
  return {};
}

Client::Client(Settings settings, Clock& clock)
    : settings_(std::move(settings)), transport_(settings_, clock), tokens_(settings_, transport_) {}

Outcome Client::Send(const Call& call, std::stop_token stop) {
  std::string url = settings_.org_url + call.path;
  std::string body = call.body == nullptr ? std::string() : json::serialize(*call.body);
  bool repeatable =
      call.repeatable || call.method == "GET" || call.method == "PUT" || call.method == "DELETE";
  for (bool renewed = false;; renewed = true) {
    auto got = tokens_.Get(stop);
    if (auto* error = std::get_if<ApiError>(&got)) return std::move(*error);
    const Credential& credential = std::get<Credential>(got);
    auto build = [&]() -> std::variant<ClientRequest, ApiError> {
      ClientRequest request{call.method, url, {{"Accept", "application/json"}}, body, {}};
      if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
      auto headers = tokens_.HeadersFor(credential, call.method, url);
      if (!headers.ok()) {
        ApiError error;
        error.message = headers.error().message();
        return error;
      }
      request.headers.insert(request.headers.end(), headers->begin(), headers->end());
      return request;
    };
    auto outcome = transport_.Send(BucketOf(call.method, call.path), repeatable, build, stop);
    bool writing = call.method != "GET";  // reads leave nothing behind
    if (auto* error = std::get_if<ApiError>(&outcome)) {
      error->in_doubt = error->in_doubt && writing;
      return std::move(*error);
    }
    ClientResponse& response = std::get<ClientResponse>(outcome);
    if (response.status == 401 && tokens_.renewable() && !renewed) {
      tokens_.Discard(credential.token);
      continue;
    }
    if (response.status < 200 || response.status >= 300) {
      ApiError error = ErrorOfResponse(response);
      error.detail = ExplainRefusal(call, response, error, credential);
      error.in_doubt = error.in_doubt && writing;
      if (response.status == 401 && error.code == kInvalidToken && !tokens_.renewable())
        tokens_.Refuse(error);
      return error;
    }
    Reply reply;
    reply.status = response.status;
    reply.next = NextPage(response);
    if (base::core::Trim(response.body).empty()) return reply;
    base::core::Result<json::value> parsed = base::crypto::ParseJson(response.body, kMaxDepth);
    if (!parsed.ok()) {
      ApiError error;
      error.message = fmt::format("{} {}: the org's answer cannot be read: {}", call.method,
                                  call.path.substr(0, call.path.find('?')), parsed.error().message());
      error.in_doubt = writing;
      return error;
    }
    reply.body = std::move(*parsed);
    return reply;
  }
}

std::optional<ApiError> Client::ForEachPage(std::string path, const std::function<bool(json::array&)>& page,
                                            std::stop_token stop) {
  for (int count = 0; !path.empty(); ++count) {
    Outcome outcome = Send({"GET", path}, stop);
    if (auto* error = std::get_if<ApiError>(&outcome)) return std::move(*error);
    Reply& reply = std::get<Reply>(outcome);
    ApiError error;
    if (!reply.body.is_array()) {
      error.message = fmt::format("GET {}: the org's answer is not a list", path.substr(0, path.find('?')));
      return error;
    }
    if (!page(reply.body.get_array())) return std::nullopt;
    if (count >= kMaxPages || reply.next == path) {
      error.message = fmt::format("GET {}: the list of pages does not end", path.substr(0, path.find('?')));
      return error;
    }
    path = std::move(reply.next);
  }
  return std::nullopt;
}

std::string Client::ExplainRefusal(const Call& call, const ClientResponse& response, const ApiError& error,
                                   const Credential& credential) const {
  std::string_view path = std::string_view(call.path).substr(0, call.path.find('?'));
  if (error.code == "insufficient_scope") {
    std::string needed;
    for (std::string_view challenge : response.HeaderValues("WWW-Authenticate")) {
      needed = ChallengeParameter(challenge, "scope");
      if (!needed.empty()) break;
    }
    if (needed.empty() && !ScopeFamily(path).empty()) {
      needed = fmt::format("{}.{}", ScopeFamily(path), call.method == "GET" ? "read" : "manage");
    }
    std::string text =
        fmt::format("{} {} needs the scope {}.", call.method, path, needed.empty() ? "of its kind" : needed);
    if (settings_.auth != AuthKind::kPrivateKey) return text;
    text += fmt::format(" The provider asks for: {}. The org granted: {}.",
                        base::core::Join(settings_.scopes, ", "),
                        credential.scopes.empty() ? "(not told)" : base::core::Join(credential.scopes, ", "));
    text +=
        " A scope must be listed in the provider's scopes and be granted to the app on its \"Okta API "
        "Scopes\" tab.";
    return text;
  }
  if (response.status == 403 && error.code == "E0000006") {
    return fmt::format(
        "{} {} was refused by role, not by scope: the app (or the token's owner) needs an admin role "
        "that covers this object.",
        call.method, path);
  }
  if (response.status == 401 && error.code == kInvalidToken) {
    return "The org does not know this token, or it has expired or been revoked.";
  }
  return {};
}

std::shared_ptr<Client> Connections::Get(const Settings& settings) {
  std::lock_guard lock(mutex_);
  std::shared_ptr<Client>& client = clients_[settings.PrincipalKey()];
  if (client == nullptr) client = std::make_shared<Client>(settings, clock_);
  return client;
}

}  // namespace okta::api
