#include "org/oauth/oauth_error.h"

#include <boost/json.hpp>

namespace org::oauth {

OauthError InvalidClient(std::string_view description) {
  return {401, "invalid_client", std::string(description), {}};
}

OauthError InvalidRequest(std::string_view description) {
  return {400, "invalid_request", std::string(description), {}};
}

base::net::ServerResponse RenderOauthError(const OauthError& error) {
  base::net::ServerResponse response;
  response.status = error.status;
  response.Set("Content-Type", "application/json");
  response.Set("Cache-Control", "no-cache, no-store");
  response.Set("Pragma", "no-cache");
  if (!error.dpop_nonce.empty()) response.Set("dpop-nonce", error.dpop_nonce);
  boost::json::object body{{"error", error.error}, {"error_description", error.description}};
  response.body = boost::json::serialize(body);
  return response;
}

}  // namespace org::oauth
