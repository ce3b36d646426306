#include <array>

#include "base/core/strings.h"
#include "org/api/rate_limits.h"

namespace org::api {
namespace {

constexpr std::array<std::string_view, 4> kEditions = {"integrator", "one-app", "enterprise", "workforce"};

// Requests a minute by edition, as Okta documents them.
struct BucketRow {
  std::string_view name, pattern;
  std::array<int, 4> limits;
};
constexpr BucketRow kBuckets[] = {
    {"users", "/api/v1/users", {100, 600, 600, 600}},
    {"users/id", "GET /api/v1/users/{idOrLogin}", {100, 1000, 1000, 2000}},
    {"users/id/write", "POST|PUT|DELETE /api/v1/users/{id}", {100, 600, 600, 600}},
    {"groups", "/api/v1/groups", {100, 600, 600, 500}},
    {"groups/id", "/api/v1/groups/{id}", {100, 600, 600, 1000}},
    {"apps", "/api/v1/apps", {20, 100, 100, 100}},
    {"apps/id", "/api/v1/apps/{id}", {100, 600, 600, 500}},
    {"logs", "/api/v1/logs", {20, 50, 50, 120}},
    {"other", "/api/v1", {100, 600, 600, 1200}},
    {"clients", "/oauth2/v1/clients", {25, 100, 100, 100}},
    {"token", "/oauth2/v1/token", {300, 1200, 1200, 2000}},
    {"oauth2", "/oauth2/v1", {300, 1200, 1200, 2000}},
};

}  // namespace

std::vector<BucketLimit> EditionBuckets(std::string_view edition) {
  auto found = std::find(kEditions.begin(), kEditions.end(), edition);
  if (found == kEditions.end()) return {};
  std::vector<BucketLimit> buckets;
  for (const BucketRow& row : kBuckets)
    buckets.push_back(
        {std::string(row.name), std::string(row.pattern), row.limits[found - kEditions.begin()]});
  return buckets;
}

std::string_view BucketOf(std::string_view method, std::string_view path) {
  const std::vector<std::string_view> parts = base::core::SplitNonEmpty(path, '/');
  if (parts.size() >= 2 && parts[0] == "oauth2" && parts[1] == "v1") {
    if (parts.size() == 2 || parts[2] == "keys") return {};
    if (parts[2] == "token" || parts[2] == "authorize") return "token";
    return parts[2] == "clients" ? "clients" : "oauth2";
  }
  if (parts.size() < 3 || parts[0] != "api" || parts[1] != "v1") return {};
  const std::string_view family = parts[2];
  const bool one = parts.size() == 4;
  if (family == "users")
    return !one ? "users" : method == "GET" || method == "HEAD" ? "users/id" : "users/id/write";
  if (family == "groups") return one && parts[3] != "rules" ? "groups/id" : "groups";
  if (family == "apps") return one ? "apps/id" : "apps";
  return family == "logs" ? "logs" : "other";
}

base::core::Result<void> RateLimitOptions::SetLimit(std::string_view name, int limit) {
  bool known = false;
  for (BucketLimit& bucket : buckets) {
    if (bucket.name != name && !(name == "all" && bucket.pattern.find("/api/v1") != std::string::npos))
      continue;
    bucket.limit = limit;
    known = true;
  }
  if (known) return {};
  std::string names = "all";
  for (const BucketLimit& bucket : buckets) names += ", " + bucket.name;
  return base::core::Error(fmt::format("there is no bucket \"{}\"; the buckets are: {}", name, names));
}

void RateLimitOptions::Scale(double factor) {
  for (BucketLimit& bucket : buckets)
    if (bucket.limit > 0) bucket.limit = std::max(1, static_cast<int>(bucket.limit * factor));
}

}  // namespace org::api
