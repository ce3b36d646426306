// What the provider block and the environment say, resolved into how to reach the org and as whom.
// Not the schema of the block (okta/resources) and no I/O: keys are loaded when the first call needs them.
// Called once per provider configuration.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/core/environment.h"

namespace okta::api {

using base::core::Environment;

// The provider block as written. Unset, null and unknown are all "absent"; so are empty texts.
struct Arguments {
  std::optional<std::string> org_name, base_url, http_proxy;
  std::optional<std::string> api_token, access_token, client_id, private_key, private_key_id;
  std::optional<std::vector<std::string>> scopes;
  std::optional<bool> backoff;
  std::optional<int64_t> min_wait_seconds, max_wait_seconds, max_retries, parallelism, log_level,
      max_api_capacity, request_timeout;
};

// An argument that cannot be, in the words of the SDK that users know.
struct ArgumentProblem {
  std::string attribute;
  std::string summary;
  std::string detail;
};

// Conflicts between arguments of the block and numbers out of range. The environment is not looked at.
std::vector<ArgumentProblem> CheckArguments(const Arguments& arguments);

enum class AuthKind { kNone, kAccessToken, kApiToken, kPrivateKey };

struct Settings {
  std::string org_url;  // "https://dev-1.okta.com", no slash at the end
  bool allow_plain_http = false;
  AuthKind auth = AuthKind::kNone;
  std::string token;  // of kAccessToken and kApiToken
  std::string client_id;
  std::vector<std::string> scopes;  // sorted, unique
  std::string private_key;          // PEM text or the path of a file with it
  std::string private_key_id;
  bool backoff = true;
  std::chrono::seconds min_wait{30};
  std::chrono::seconds max_wait{300};
  int max_retries = 5;
  int max_api_capacity = 100;  // percent of each limit that we may use
  int concurrency = 0;         // from `parallelism` when above 1; 0: the governor decides
  std::chrono::seconds request_timeout{0};
  Environment environment;  // proxies and CAs
  // Why no call can work, as each call then says; empty when they may.
  std::string problem;

  // Equal for equal org and principal; carries no secret in the clear.
  std::string PrincipalKey() const;
};

// The block wins over the environment (OKTA_ORG_NAME, OKTA_BASE_URL, OKTA_API_TOKEN, OKTA_ACCESS_TOKEN,
// OKTA_API_CLIENT_ID, OKTA_API_PRIVATE_KEY, OKTA_API_PRIVATE_KEY_ID, OKTA_API_SCOPES, OKTA_HTTP_PROXY,
// MAX_API_CAPACITY). An access token goes before an API token, and that before a private key. A base_url of
// localhost or a loopback address, with or without port, is the whole address and is spoken to without TLS;
// http_proxy replaces the address altogether.
Settings ResolveSettings(const Arguments& arguments, const Environment& environment);

}  // namespace okta::api
