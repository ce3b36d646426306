// Keys to AWS with the time until which they hold, and a cache that renews them before that.
// Not where they come from (credential_chain.h). Held by every client of a service.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/core/clock.h"
#include "base/core/result.h"

namespace base::aws {

struct Credentials {
  std::string access_key_id, secret_access_key;
  std::string session_token;  // empty: none
  std::optional<core::TimePoint> expires;
  std::string source;  // for messages: "profile \"ci\"", "EC2 instance metadata"
};

using CredentialSource = std::function<core::Result<Credentials>()>;

// Any number of threads. Asks the source once at a time, and again when a quarter of the time, but at most
// five minutes, are left. What is still valid outlives a failing source.
class CredentialCache {
 public:
  explicit CredentialCache(CredentialSource source, core::Clock& clock = core::RealClock())
      : source_(std::move(source)), clock_(clock) {}
  core::Result<Credentials> Get();

 private:
  const CredentialSource source_;
  core::Clock& clock_;
  std::mutex mutex_;
  std::optional<Credentials> current_;
  core::TimePoint renew_at_{};
};

// {"AccessKeyId", "SecretAccessKey", "SessionToken" or "Token", "Expiration"} as processes, containers and
// instances write it. Errors name no values.
core::Result<Credentials> ReadCredentialsJson(std::string_view json, std::string source);

}  // namespace base::aws
