#include "okta/api/settings.h"

#include <algorithm>

#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "base/crypto/encoding.h"
#include "base/net/http_client.h"

namespace okta::api {
namespace {

namespace core = base::core;

struct Conflict {
  const char* attribute;
  std::vector<const char*> others;
};

void CheckRange(const std::optional<int64_t>& value, const char* name, int64_t low, int64_t high,
                std::vector<ArgumentProblem>* problems) {
  if (!value || (*value >= low && *value <= high)) return;
  problems->push_back(
      {name, fmt::format("expected {} to be in the range ({} - {}), got {}", name, low, high, *value), ""});
}

std::string Pick(const std::optional<std::string>& argument, const Environment& environment,
                 const char* variable) {
  if (argument && !argument->empty()) return *argument;
  return environment.Get(variable);
}

std::string WithoutSlashes(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text;
}

// Parts of Okta addresses that people paste from the admin console (facts of the SDK's own check).
constexpr std::string_view kWrongParts[] = {"{yourOktaDomain}", "-admin.okta.com", "-admin.oktapreview.com",
                                            "-admin.okta-emea.com", ".com.com"};

void ResolveAddress(const Arguments& arguments, const Environment& environment, Settings* settings) {
  std::string proxy = WithoutSlashes(Pick(arguments.http_proxy, environment, "OKTA_HTTP_PROXY"));
  if (!proxy.empty()) {
    settings->org_url = proxy;
    settings->allow_plain_http = proxy.starts_with("http://");
  } else {
    std::string name = Pick(arguments.org_name, environment, "OKTA_ORG_NAME");
    std::string base = WithoutSlashes(Pick(arguments.base_url, environment, "OKTA_BASE_URL"));
    std::string_view bare = base;
    for (std::string_view scheme : {"https://", "http://"}) {
      if (bare.starts_with(scheme)) bare.remove_prefix(scheme.size());
    }
    std::optional<base::net::UrlParts> parts = base::net::ParseUrl("http://" + std::string(bare));
    if (parts && base::net::IsLoopbackHost(parts->host) && !base.starts_with("https://")) {
      settings->org_url = "http://" + std::string(bare);
    } else if (name.empty() || bare.empty()) {
      settings->problem = fmt::format(
          "the Okta provider does not know the organization: set {} in the provider block or in {}",
          name.empty() ? "org_name" : "base_url", name.empty() ? "OKTA_ORG_NAME" : "OKTA_BASE_URL");
      return;
    } else {
      settings->org_url = fmt::format("https://{}.{}", name, bare);
    }
  }
  if (!base::net::ParseUrl(settings->org_url)) {
    settings->problem = fmt::format("\"{}\" is not a usable organization URL", settings->org_url);
  }
  for (std::string_view part : kWrongParts) {
    if (settings->org_url.find(part) == std::string::npos) continue;
    settings->problem = fmt::format(
        "your Okta domain should not contain {}: current value is {}. The org_name is what stands between "
        "https:// and -admin in the address of the admin console",
        part, settings->org_url);
  }
}

void ResolveCredentials(const Arguments& arguments, const Environment& environment, Settings* settings) {
  settings->client_id = Pick(arguments.client_id, environment, "OKTA_API_CLIENT_ID");
  settings->private_key = Pick(arguments.private_key, environment, "OKTA_API_PRIVATE_KEY");
  settings->private_key_id = Pick(arguments.private_key_id, environment, "OKTA_API_PRIVATE_KEY_ID");
  if (arguments.scopes && !arguments.scopes->empty()) {
    settings->scopes = *arguments.scopes;
  } else {
    std::string list = environment.Get("OKTA_API_SCOPES");
    for (std::string_view scope : core::SplitNonEmpty(list, ',')) {
      settings->scopes.emplace_back(core::Trim(scope));
    }
  }
  std::sort(settings->scopes.begin(), settings->scopes.end());
  settings->scopes.erase(std::unique(settings->scopes.begin(), settings->scopes.end()),
                         settings->scopes.end());

  auto set = [](const std::optional<std::string>& argument) { return argument && !argument->empty(); };
  // A key written in the block is meant, whatever tokens the environment holds for other purposes.
  bool key_written = set(arguments.private_key) && !set(arguments.access_token) && !set(arguments.api_token);
  std::string access_token =
      key_written ? "" : Pick(arguments.access_token, environment, "OKTA_ACCESS_TOKEN");
  std::string api_token = key_written ? "" : Pick(arguments.api_token, environment, "OKTA_API_TOKEN");
  if (set(arguments.api_token) && !set(arguments.access_token)) access_token.clear();
  if (!access_token.empty()) {
    settings->auth = AuthKind::kAccessToken;
    settings->token = access_token;
  } else if (!api_token.empty()) {
    settings->auth = AuthKind::kApiToken;
    settings->token = api_token;
  } else if (!settings->private_key.empty()) {
    settings->auth = AuthKind::kPrivateKey;
    if (settings->problem.empty() && settings->client_id.empty()) {
      settings->problem = "the Okta provider needs client_id (or OKTA_API_CLIENT_ID) beside private_key";
    } else if (settings->problem.empty() && settings->scopes.empty()) {
      settings->problem = "the Okta provider needs scopes (or OKTA_API_SCOPES) beside private_key";
    }
  } else if (settings->problem.empty()) {
    settings->problem =
        "the Okta provider has no credentials: set client_id, scopes and private_key (recommended), "
        "access_token or api_token in the provider block, or OKTA_API_CLIENT_ID, OKTA_API_SCOPES and "
        "OKTA_API_PRIVATE_KEY, OKTA_ACCESS_TOKEN or OKTA_API_TOKEN in the environment";
  }
}

}  // namespace

std::vector<ArgumentProblem> CheckArguments(const Arguments& arguments) {
  const std::pair<const char*, bool> present[] = {{"access_token", arguments.access_token.has_value()},
                                                  {"api_token", arguments.api_token.has_value()},
                                                  {"client_id", arguments.client_id.has_value()},
                                                  {"private_key", arguments.private_key.has_value()},
                                                  {"private_key_id", arguments.private_key_id.has_value()},
                                                  {"scopes", arguments.scopes.has_value()}};
  static const Conflict kConflicts[] = {
      {"api_token", {"access_token", "client_id", "scopes", "private_key"}},
      {"access_token", {"api_token", "client_id", "scopes", "private_key"}},
      {"client_id", {"access_token", "api_token"}},
      {"private_key", {"access_token", "api_token"}},
      {"private_key_id", {"api_token"}},
      {"scopes", {"access_token", "api_token"}},
  };
  auto is_present = [&](std::string_view name) {
    return std::any_of(std::begin(present), std::end(present),
                       [&](const auto& entry) { return entry.first == name && entry.second; });
  };
  std::vector<ArgumentProblem> problems;
  for (const Conflict& conflict : kConflicts) {
    if (!is_present(conflict.attribute)) continue;
    for (const char* other : conflict.others) {
      if (!is_present(other)) continue;
      problems.push_back({conflict.attribute, "Conflicting configuration arguments",
                          fmt::format("\"{}\": conflicts with {}", conflict.attribute, other)});
      break;
    }
  }
  CheckRange(arguments.max_retries, "max_retries", 0, 100, &problems);
  CheckRange(arguments.log_level, "log_level", 1, 5, &problems);
  CheckRange(arguments.max_api_capacity, "max_api_capacity", 1, 100, &problems);
  CheckRange(arguments.request_timeout, "request_timeout", 0, 300, &problems);
  return problems;
}

Settings ResolveSettings(const Arguments& arguments, const Environment& environment) {
  Settings settings;
  settings.environment = environment;
  ResolveAddress(arguments, environment, &settings);
  ResolveCredentials(arguments, environment, &settings);
  settings.backoff = arguments.backoff.value_or(true);
  settings.min_wait =
      std::chrono::seconds(std::clamp<int64_t>(arguments.min_wait_seconds.value_or(30), 0, 3600));
  settings.max_wait =
      std::chrono::seconds(std::clamp<int64_t>(arguments.max_wait_seconds.value_or(300), 1, 3600));
  settings.max_retries = static_cast<int>(std::clamp<int64_t>(arguments.max_retries.value_or(5), 0, 100));
  int64_t capacity = 100;
  if (arguments.max_api_capacity) {
    capacity = *arguments.max_api_capacity;
  } else if (auto text = environment.Find("MAX_API_CAPACITY")) {
    capacity = core::ParseInt64(*text).value_or(100);
  }
  settings.max_api_capacity = static_cast<int>(std::clamp<int64_t>(capacity, 1, 100));
  int64_t parallelism = arguments.parallelism.value_or(1);
  settings.concurrency = parallelism > 1 ? static_cast<int>(std::min<int64_t>(parallelism, 64)) : 0;
  settings.request_timeout =
      std::chrono::seconds(std::clamp<int64_t>(arguments.request_timeout.value_or(0), 0, 300));
  return settings;
}

std::string Settings::PrincipalKey() const {
  std::string text = org_url;
  for (const std::string& part : {std::to_string(static_cast<int>(auth)), token, client_id, private_key,
                                  private_key_id, std::to_string(max_api_capacity)}) {
    text += '\0';
    text += part;
  }
  for (const std::string& scope : scopes) text += ' ' + scope;
  return base::crypto::HexEncode(base::crypto::Sha256(text));
}

}  // namespace okta::api
