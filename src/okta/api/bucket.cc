#include "okta/api/bucket.h"

#include "base/core/strings.h"

namespace okta::api {
namespace {

struct Row {
  std::string_view method;   // empty: any
  std::string_view pattern;  // "*" one segment, "**" any rest, also none
  Bucket bucket;
};

constexpr Row kRows[] = {
    {"", "/api/v1/apps/*", Bucket::kAppById},
    {"", "/api/v1/apps/**", Bucket::kApps},
    {"", "/api/v1/groups/rules", Bucket::kGroups},
    {"", "/api/v1/groups/*", Bucket::kGroupById},
    {"", "/api/v1/groups/**", Bucket::kGroups},
    {"GET", "/api/v1/users/*", Bucket::kUserByIdOrLogin},
    {"", "/api/v1/users/*", Bucket::kUserById},
    {"", "/api/v1/users/**", Bucket::kUsers},
    {"", "/api/v1/logs/**", Bucket::kLogs},
    {"", "/api/v1/devices/**", Bucket::kDevices},
    {"", "/api/v1/certificateAuthorities/**", Bucket::kCertificateAuthorities},
    {"", "/api/v1/**", Bucket::kManagement},
    {"", "/oauth2/v1/clients/**", Bucket::kOauthClients},
    {"", "/oauth2/v1/token", Bucket::kOauthToken},
    {"", "/oauth2/v1/authorize", Bucket::kOauthToken},
    {"", "/oauth2/v1/keys", Bucket::kUnlimited},
    {"", "/oauth2/v1/**", Bucket::kOauth},
    {"", "/oauth2/**", Bucket::kCustomServer},
    {"", "/.well-known/**", Bucket::kUnlimited},
};

constexpr std::string_view kNames[kBucketCount] = {"/api/v1/apps",
                                                   "/api/v1/apps/{id}",
                                                   "/api/v1/groups",
                                                   "/api/v1/groups/{id}",
                                                   "/api/v1/users",
                                                   "/api/v1/users/{idOrLogin}",
                                                   "/api/v1/users/{id}",
                                                   "/api/v1/logs",
                                                   "/api/v1/devices",
                                                   "/api/v1/certificateAuthorities",
                                                   "/api/v1",
                                                   "/oauth2/v1/clients",
                                                   "/oauth2/v1/token",
                                                   "/oauth2/v1",
                                                   "/oauth2/{server}",
                                                   "unlimited"};

bool Matches(std::string_view pattern, const std::vector<std::string_view>& segments) {
  std::vector<std::string_view> wanted = base::core::SplitNonEmpty(pattern, '/');
  size_t i = 0;
  for (; i < wanted.size(); ++i) {
    if (wanted[i] == "**") return true;
    if (i >= segments.size()) return false;
    if (wanted[i] != "*" && wanted[i] != segments[i]) return false;
  }
  return i == segments.size();
}

}  // namespace

std::string_view BucketName(Bucket bucket) { return kNames[static_cast<size_t>(bucket)]; }

Bucket BucketOf(std::string_view method, std::string_view path) {
  std::vector<std::string_view> segments = base::core::SplitNonEmpty(path.substr(0, path.find('?')), '/');
  for (const Row& row : kRows) {
    if ((row.method.empty() || row.method == method) && Matches(row.pattern, segments)) return row.bucket;
  }
  return Bucket::kUnlimited;
}

}  // namespace okta::api
