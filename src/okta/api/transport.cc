#include "okta/api/transport.h"

#include <ctime>

#include "base/core/log.h"
#include "base/core/random.h"
#include "base/core/strings.h"

namespace okta::api {
namespace {

using base::net::ClientOptions;
using base::net::ClientRequest;
using base::net::ClientResponse;
using base::net::TransportFailure;
using std::chrono::seconds;

// Half an hour of a limit that others use up before us, then the org's answer goes to the user.
constexpr int kMaxRateLimited = 30;
// Locks of policies, rules and types, which the org releases within a minute or so.
constexpr int kMaxLocked = 10;
// After all attempts to connect, other calls do not each go through as many: for so long they fail at once.
constexpr Duration kGivenUpFor = seconds(5);

ClientOptions OptionsOf(const Settings& settings) {
  ClientOptions options;
  options.user_agent = "parterre (okta provider)";
  options.timeout = settings.request_timeout;
  options.connections_per_host = 32;
  options.allow_plain_http = settings.allow_plain_http;
  options.environment = settings.environment;
  return options;
}

RateSample SampleOf(const ClientResponse& response) {
  RateSample sample;
  sample.limit = base::core::ParseInt64(response.Header("X-Rate-Limit-Limit"));
  sample.remaining = base::core::ParseInt64(response.Header("X-Rate-Limit-Remaining"));
  sample.reset = base::core::ParseInt64(response.Header("X-Rate-Limit-Reset"));
  sample.date = ParseHttpDate(response.Header("Date"));
  sample.rejected = response.status == 429;
  return sample;
}

bool HasReset(const RateSample& sample) {
  return sample.limit && *sample.limit > 0 && sample.remaining && sample.reset;
}

// The org says: not now, try again. It has not acted.
bool IsLocked(const ClientResponse& response) {
  if (response.status == 423) return true;
  if (response.status != 409) return false;
  return base::core::Contains(response.body, "E0000239") || base::core::Contains(response.body, "E0000249") ||
         base::core::Contains(response.body, "E0000253") || base::core::Contains(response.body, "E0000112");
}

bool IsServerTrouble(int status) { return status >= 500 && status != 501; }

}  // namespace

std::optional<int64_t> ParseHttpDate(std::string_view text) {
  std::tm parts{};
  std::string copy(text);
  const char* end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return static_cast<int64_t>(timegm(&parts));
}

Transport::Transport(const Settings& settings, Clock& clock)
    : backoff_(settings.backoff),
      min_wait_(settings.min_wait),
      max_wait_(settings.max_wait),
      max_retries_(settings.backoff ? settings.max_retries : 0),
      clock_(clock),
      governor_(clock, settings.max_api_capacity, settings.concurrency),
      http_(OptionsOf(settings)) {}

Duration Transport::Backoff(int attempt) const {
  Duration wait = seconds(1) * (int64_t{1} << std::min(attempt, 10));
  // Up to a quarter more, so that those who failed together do not return together.
  wait += wait / 1024 * static_cast<int64_t>(base::core::RandomUint64() % 256);
  return std::min(wait, max_wait_);
}

std::variant<ClientResponse, ApiError> Transport::Send(Bucket bucket, bool repeatable, const Build& build,
                                                       std::stop_token stop) {
  int retries = 0, limited = 0, locked = 0;
  ApiError stopped;
  stopped.message = "interrupted";
  stopped.stopped = true;
  while (true) {
    if (!governor_.Enter(bucket, stop)) return stopped;
    if (retries == 0) {
      std::lock_guard lock(mutex_);
      if (given_up_ && clock_.Now() < given_up_until_) {
        governor_.Leave(bucket, nullptr);
        return *given_up_;
      }
    }
    std::variant<ClientRequest, ApiError> request = build();
    if (auto* error = std::get_if<ApiError>(&request)) {
      governor_.Leave(bucket, nullptr);
      return std::move(*error);
    }
    // A write on its way runs to its end: only its answer tells what exists now.
    bool reading = std::get<ClientRequest>(request).method == "GET";
    auto outcome = http_.Send(std::get<ClientRequest>(request), reading ? stop : std::stop_token());
    Duration wait{0};
    if (auto* failure = std::get_if<TransportFailure>(&outcome)) {
      governor_.Leave(bucket, nullptr);
      using Kind = TransportFailure::Kind;
      bool hopeless = failure->kind == Kind::kStopped || failure->kind == Kind::kForbidden ||
                      failure->kind == Kind::kTooLarge || failure->kind == Kind::kTls;
      bool may_repeat = repeatable || !failure->may_have_arrived;
      if (hopeless || !may_repeat || retries >= max_retries_) {
        ApiError error = ErrorOfTransport(*failure);
        if (retries > 0) error.message += fmt::format(", giving up after {} attempt(s)", retries + 1);
        if (retries > 0 && !failure->may_have_arrived) {
          std::lock_guard lock(mutex_);
          given_up_ = error;
          given_up_until_ = clock_.Now() + kGivenUpFor;
        }
        return error;
      }
      wait = Backoff(retries++);
    } else {
      ClientResponse& response = std::get<ClientResponse>(outcome);
      RateSample sample = SampleOf(response);
      governor_.Leave(bucket, &sample);
      if (response.status == 429 && limited < kMaxRateLimited) {
        // With the headers the governor holds the next attempt back by itself.
        if (!HasReset(sample)) wait = std::min(min_wait_ * (int64_t{1} << std::min(limited, 6)), max_wait_);
        // A concurrency rejection has no window to wait for.
        if (sample.limit == 0) wait = Backoff(0);
        ++limited;
      } else if (IsLocked(response) && locked < kMaxLocked) {
        wait = Backoff(std::min(locked++, 4));
      } else if (IsServerTrouble(response.status) && (repeatable || response.status == 503) &&
                 retries < max_retries_) {
        wait = Backoff(retries++);
      } else {
        return std::move(response);
      }
      base::core::Log(base::core::LogLevel::kInfo, "okta", "{} answered {}, trying again", BucketName(bucket),
                      response.status);
    }
    if (wait > Duration(0) && !clock_.Sleep(wait, stop)) return stopped;
  }
}

}  // namespace okta::api
