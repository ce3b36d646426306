#include "org/api/api.h"

#include <boost/json.hpp>

#include "base/core/log.h"
#include "base/crypto/digest.h"
#include "org/api/call.h"
#include "org/api/endpoints.h"
#include "org/api/errors.h"
#include "org/api/metrics.h"
#include "org/oauth/authorization_server.h"
#include "org/oauth/org_url.h"
#include "org/store/apps.h"
#include "org/store/events.h"
#include "org/store/roles.h"

namespace org::api {
namespace {

namespace json = boost::json;
using base::net::ServerRequest;
using base::net::ServerResponse;
using oauth::Principal;

// Beside the route's own parameters; no route has one of this name.
constexpr std::string_view kRequestId = "request id";

bool HasScope(const Principal& principal, std::string_view family, bool read) {
  const std::string manage = fmt::format("okta.{}.manage", family),
                    only_read = fmt::format("okta.{}.read", family);
  for (const std::string& scope : principal.scopes)
    if (scope == manage || (read && scope == only_read)) return true;
  return false;
}

// Made-up methods must not grow the metrics.
std::string_view KnownMethod(std::string_view method) {
  for (std::string_view known : {"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})
    if (method == known) return known;
  return "other";
}

void SetRateHeaders(const RateDecision& decision, ServerResponse* response) {
  if (decision.limit == 0) return;
  response->Set("X-Rate-Limit-Limit", std::to_string(decision.limit));
  response->Set("X-Rate-Limit-Remaining", std::to_string(decision.remaining));
  // The next full second: who waits until then finds a new window.
  auto reset = std::chrono::ceil<std::chrono::seconds>(decision.reset);
  response->Set("X-Rate-Limit-Reset", std::to_string(reset.time_since_epoch().count()));
}

// Leaves the limiter when the call is over.
class Running {
 public:
  explicit Running(RateLimiter& limiter) : limiter_(limiter), entered_(limiter.Enter()) {}
  ~Running() {
    if (entered_) limiter_.Leave();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  bool entered() const { return entered_; }

 private:
  RateLimiter& limiter_;
  const bool entered_;
};

}  // namespace

struct Api::Impl {
  Impl(store::Store& org_store, const ApiOptions& api_options)
      : store(org_store), options(api_options), limiter(options.rate_limits) {}

  void AddRoutes();
  ServerResponse Run(const Endpoint& endpoint, const ServerRequest& request);
  ServerResponse Authorized(const Endpoint& endpoint, const ServerRequest& request,
                            const Principal& principal);
  ServerResponse Token(const ServerRequest& request);
  ServerResponse Organization(const ServerRequest& request) const;
  ServerResponse Dispatch(ServerRequest& request, const std::string& request_id, std::string* endpoint);
  RateDecision Count(const ServerRequest& request, std::string_view principal, int percentage,
                     const store::Actor& actor);
  ServerResponse TooMany(const RateDecision& decision);

  store::Store& store;
  const ApiOptions options;
  std::unique_ptr<oauth::AuthorizationServer> authorization;
  RateLimiter limiter;
  TestHooks hooks;
  Metrics metrics;
  base::net::Router router;
};

void Api::Impl::AddRoutes() {
  for (const Endpoint& endpoint : Endpoints())
    router.Add(endpoint.method, endpoint.pattern,
               [this, &endpoint](ServerRequest& request) { return Run(endpoint, request); });
  router.Add("POST", "/oauth2/v1/token", [this](ServerRequest& request) { return Token(request); });
  router.Add("POST", "/oauth2/v1/introspect",
             [this](ServerRequest& request) { return authorization->Introspect(request); });
  router.Add("GET", "/oauth2/v1/keys", [this](ServerRequest&) { return authorization->Keys(); });
  for (std::string_view name : {"openid-configuration", "oauth-authorization-server"})
    router.Add("GET", fmt::format("/.well-known/{}", name),
               [this](ServerRequest& request) { return authorization->Metadata(request); });
  router.Add("GET", "/.well-known/okta-organization",
             [this](ServerRequest& request) { return Organization(request); });
  router.Add("GET", "/metrics", [this](ServerRequest&) {
    ServerResponse response;
    response.Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = metrics.Text();
    return response;
  });
}

ServerResponse Api::Impl::Organization(const ServerRequest& request) const {
  return JsonReply(json::object{{"id", store.org_id()},
                                {"_links", json::object{{"organization", LinkTo(oauth::OrgUrl(request))}}},
                                {"pipeline", "idx"},
                                {"settings", json::object{{"analyticsCollectionEnabled", false},
                                                          {"bugReportingEnabled", false},
                                                          {"omEnabled", false}}}});
}

RateDecision Api::Impl::Count(const ServerRequest& request, std::string_view principal, int percentage,
                              const store::Actor& actor) {
  RateDecision decision = limiter.Count(request.method, request.path, principal, percentage, store.Now());
  if (!decision.allowed) metrics.RateLimited(decision.bucket);
  if (decision.first_violation)
    (void)store::LogEvent(
        store, actor,
        {.type = "system.org.rate_limit.violation",
         .message = "Rate limit violation",
         .targets = {{std::string(decision.bucket), "Bucket", "", std::string(decision.bucket)}},
         .result = "DENY",
         .reason = "Too many requests",
         .severity = "WARN"});
  return decision;
}

ServerResponse Api::Impl::TooMany(const RateDecision& decision) {
  ServerResponse response = RenderRefusal(RateLimitExceeded());
  SetRateHeaders(decision, &response);
  return response;
}

// The token endpoint knows its client only when it has read the assertion; it counts for the org alone.
ServerResponse Api::Impl::Token(const ServerRequest& request) {
  RateDecision decision = Count(request, "", 100, {});
  if (!decision.allowed) return TooMany(decision);
  ServerResponse response = authorization->Token(request);
  SetRateHeaders(decision, &response);
  return response;
}

ServerResponse Api::Impl::Run(const Endpoint& endpoint, const ServerRequest& request) {
  auto authenticated = authorization->Authenticate(request);
  if (const auto* failure = std::get_if<oauth::NotAuthenticated>(&authenticated))
    return RenderNotAuthenticated(*failure);
  Principal& principal = std::get<Principal>(authenticated);
  principal.actor.request_id = request.Parameter(kRequestId);
  RateDecision decision = Count(request, principal.id, principal.rate_percentage, principal.actor);
  if (!decision.allowed) return TooMany(decision);
  Running running(limiter);
  if (!running.entered()) {
    // A limit of 0 tells this 429 from the other one.
    ServerResponse response = RenderRefusal(RateLimitExceeded());
    response.Set("X-Rate-Limit-Limit", "0");
    response.Set("X-Rate-Limit-Remaining", "0");
    auto reset = std::chrono::ceil<std::chrono::seconds>(store.Now() + limiter.window());
    response.Set("X-Rate-Limit-Reset", std::to_string(reset.time_since_epoch().count()));
    return response;
  }
  ServerResponse response = Authorized(endpoint, request, principal);
  SetRateHeaders(decision, &response);
  return response;
}

ServerResponse Api::Impl::Authorized(const Endpoint& endpoint, const ServerRequest& request,
                                     const Principal& principal) {
  const bool read = endpoint.method == "GET";
  if (principal.kind == Principal::Kind::kApp) {
    if (!HasScope(principal, endpoint.family, read))
      return InsufficientScope(request, fmt::format("okta.{}.{}", endpoint.family, read ? "read" : "manage"));
    // The second gate: scopes say what an app may ask for, roles what it may do.
    auto roles = store::ListRoles(store, store::RoleHolder::kClient, principal.id);
    if (!roles) return RenderRefusal(roles.refusal());
    if (roles->empty()) return RenderRefusal(store::NoPermission());
  }
  const Call call{store, request, principal, principal.actor, oauth::OrgUrl(request)};
  return endpoint.handler(call);
}

ServerResponse Api::Impl::Dispatch(ServerRequest& request, const std::string& request_id,
                                   std::string* endpoint) {
  auto match = router.Find(request);
  *endpoint = match.pattern.empty() ? "none" : std::string(match.pattern);
  if (!match.handler) return RenderRefusal(match.pattern.empty() ? PathNotFound() : MethodNotSupported());
  request.parameters.emplace_back(kRequestId, request_id);
  return (*match.handler)(request);
}

base::core::Result<std::unique_ptr<Api>> Api::Create(store::Store& store, const ApiOptions& options) {
  auto impl = std::make_unique<Impl>(store, options);
  ASSIGN_OR_RETURN(impl->authorization, oauth::AuthorizationServer::Create(store));
  impl->AddRoutes();
  return std::unique_ptr<Api>(new Api(std::move(impl)));
}

Api::Api(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Api::~Api() = default;

bool Api::Owns(std::string_view path) const {
  for (std::string_view prefix : {"/api/", "/oauth2/", "/.well-known/"})
    if (path.starts_with(prefix)) return true;
  return path == "/metrics" || (impl_->options.test_hooks && path.starts_with("/_test/"));
}

ServerResponse Api::Handle(ServerRequest& request) {
  if (impl_->options.test_hooks && request.path.starts_with("/_test/")) return impl_->hooks.Handle(request);
  const auto start = std::chrono::steady_clock::now();
  const std::string request_id = "req" + base::crypto::RandomAlphanumeric(22);
  std::string endpoint;
  ServerResponse response = impl_->Dispatch(request, request_id, &endpoint);
  response.Set("X-Okta-Request-Id", request_id);
  if (response.Header("Cache-Control").empty()) response.Set("Cache-Control", "no-cache, no-store");
  impl_->metrics.Call(KnownMethod(request.method), endpoint, response.status,
                      std::chrono::steady_clock::now() - start);
  base::core::Log(base::core::LogLevel::kDebug, "org", "{} {} -> {}", request.method, request.path,
                  response.status);
  if (impl_->options.test_hooks) impl_->hooks.BeforeAnswer(request);
  return response;
}

TestHooks& Api::hooks() { return impl_->hooks; }

std::vector<BucketState> Api::Buckets(std::string_view client_id) const {
  if (client_id.empty()) return impl_->limiter.Snapshot(impl_->store.Now());
  auto app = store::FindApp(impl_->store, client_id);
  return impl_->limiter.Snapshot(impl_->store.Now(), client_id, app ? app->rate_percentage : 100);
}

std::chrono::milliseconds Api::rate_window() const { return impl_->options.rate_limits.window; }

}  // namespace org::api
