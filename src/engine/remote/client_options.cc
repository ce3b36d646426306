#include "engine/remote/client_options.h"

#include "base/core/strings.h"

namespace engine::remote {
namespace {

constexpr uint64_t kLargestAnswer = uint64_t{1} << 30;
constexpr std::chrono::seconds kDefaultTimeout{120};

}  // namespace

std::chrono::seconds NetworkTimeout(const base::core::Environment& environment) {
  const auto seconds = base::core::ParseInt64(environment.Get("PARTERRE_NETWORK_TIMEOUT"));
  return seconds && *seconds >= 1 && *seconds <= 86400 ? std::chrono::seconds(*seconds) : kDefaultTimeout;
}

base::net::ClientOptions MakeClientOptions(const base::core::Environment& environment) {
  base::net::ClientOptions options;
  options.environment = environment;
  options.response_limit = kLargestAnswer;
  options.stall_timeout = NetworkTimeout(environment);
  options.allow_plain_http = true;
  return options;
}

}  // namespace engine::remote
