#include "engine/remote/client_options.h"

#include "base/core/strings.h"

namespace engine::remote {
namespace {

constexpr uint64_t kLargestAnswer = uint64_t{1} << 30;
constexpr std::chrono::seconds kDefaultTimeout{120};
constexpr std::string_view kAllowPlainHttp = "PARTERRE_ALLOW_PLAIN_HTTP";

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
  options.allow_plain_http = !environment.Get(kAllowPlainHttp).empty();
  return options;
}

std::optional<ArgumentProblem> PlainHttpProblem(std::string_view url,
                                                const base::core::Environment& environment) {
  const auto parts = base::net::ParseUrl(url);
  if (!parts || parts->scheme != "http" || base::net::IsLoopbackHost(parts->host)) return std::nullopt;
  if (!environment.Get(kAllowPlainHttp).empty()) return std::nullopt;
  return ArgumentProblem{fmt::format("Refusing to talk to {} without TLS", parts->host),
                         fmt::format("State and credentials would cross the network for all to read. Let the "
                                     "server offer https; where the "
                                     "network is to be trusted, set {}=1.",
                                     kAllowPlainHttp),
                         ""};
}

}  // namespace engine::remote
