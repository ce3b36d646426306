// Okta's rate-limit buckets: which one a call draws on.
// Not their limits, which the org tells with every answer (governor.h).
// Called by the governor, and by forecasts.
#pragma once

#include <cstdint>
#include <string_view>

namespace okta::api {

enum class Bucket : uint8_t {
  kApps,
  kAppById,
  kGroups,
  kGroupById,
  kUsers,
  kUserByIdOrLogin,
  kUserById,
  kLogs,
  kDevices,
  kCertificateAuthorities,
  kManagement,
  kOauthClients,
  kOauthToken,
  kOauth,
  kCustomServer,
  kUnlimited,
};
inline constexpr size_t kBucketCount = static_cast<size_t>(Bucket::kUnlimited) + 1;

std::string_view BucketName(Bucket bucket);

// `path` with or without query. Source: Okta's table of org-wide rate limits; the most specific row wins.
Bucket BucketOf(std::string_view method, std::string_view path);

}  // namespace okta::api
