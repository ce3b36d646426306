#include "org/api/errors.h"

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/crypto/digest.h"
#include "base/crypto/encoding.h"
#include "base/text/unicode.h"
#include "org/oauth/org_url.h"

namespace org::api {

base::net::ServerResponse RenderRefusal(const store::Refusal& refusal) {
  boost::json::array causes;
  for (const std::string& cause : refusal.causes)
    causes.push_back(boost::json::object{{"errorSummary", cause}});
  boost::json::object body{{"errorCode", refusal.code},
                           {"errorSummary", refusal.summary},
                           {"errorLink", refusal.code},
                           {"errorId", "oae" + base::crypto::Base64UrlEncode(base::crypto::RandomBytes(16))},
                           {"errorCauses", std::move(causes)}};
  base::net::ServerResponse response;
  response.status = refusal.status;
  response.Set("Content-Type", "application/json");
  response.body = base::text::ReplaceInvalidUtf8(boost::json::serialize(body));
  return response;
}

base::net::ServerResponse RenderNotAuthenticated(const oauth::NotAuthenticated& failure) {
  base::net::ServerResponse response = RenderRefusal({failure.status, failure.code, failure.summary, {}});
  if (!failure.challenge.empty()) response.Set("WWW-Authenticate", failure.challenge);
  return response;
}

base::net::ServerResponse InsufficientScope(const base::net::ServerRequest& request, std::string_view scope) {
  const std::string url = oauth::OrgUrl(request);
  base::net::ServerResponse response = RenderRefusal(store::NoPermission());
  response.Set(
      "WWW-Authenticate",
      fmt::format("Bearer authorization_uri=\"{}/oauth2/v1/authorize\", realm=\"{}\", scope=\"{}\", "
                  "error=\"insufficient_scope\", error_description=\"The access token provided does not "
                  "contain the required scopes.\", resource=\"{}\"",
                  url, url, scope, request.path));
  return response;
}

store::Refusal PathNotFound() { return {404, "E0000008", "The requested path was not found", {}}; }

store::Refusal MethodNotSupported() {
  return {405, "E0000022", "The endpoint does not support the provided HTTP method", {}};
}

store::Refusal RateLimitExceeded() {
  return {429, "E0000047", "API call exceeded rate limit due to too many requests.", {}};
}

}  // namespace org::api
