#include "engine/remote/tfe_client.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/core/log.h"
#include "base/core/random.h"
#include "base/core/strings.h"
#include "engine/remote/client_options.h"

namespace engine::remote {
namespace {

using base::core::Duration;
using base::core::Error;
using base::core::Result;
using base::net::ClientRequest;
using base::net::ClientResponse;
using base::net::TransportFailure;

constexpr std::string_view kMediaType = "application/vnd.api+json";
constexpr std::string_view kVersion = "1.11.4";
constexpr uint64_t kLargestDocument = uint64_t{64} << 20;
constexpr uint64_t kLargestState = uint64_t{1} << 30;
// In network time-outs: how long tries go on, six minutes by default.
constexpr int kPatience = 3;
constexpr int kRateLimitTries = 100;
constexpr std::chrono::seconds kLongestPause{300};
constexpr size_t kLongestProblem = 4000;

base::net::ClientOptions MakeOptions(const TfeClientSettings& settings) {
  base::net::ClientOptions options = MakeClientOptions(settings.environment);
  options.allow_plain_http = false;
  options.user_agent = "go-tfe";
  options.response_limit = kLargestDocument;
  options.redirects = 10;
  return options;
}

// A share of `most`, evenly spread, so that many programs do not come back at once.
Duration Jitter(Duration most) {
  const auto byte = static_cast<unsigned char>(base::core::RandomBytes(1)[0]);
  return most * byte / 255;
}

Duration RateLimitPause(const ClientResponse& response) {
  const double seconds = std::strtod(std::string(response.Header("X-RateLimit-Reset")).c_str(), nullptr);
  const Duration asked(static_cast<int64_t>(std::clamp(seconds, 0.0, 300.0) * 1e9));
  return std::min<Duration>(asked + std::chrono::milliseconds(100) + Jitter(std::chrono::milliseconds(300)),
                            kLongestPause);
}

// The errors of a JSON:API document: "title\n\ndetail", one after the other.
std::string ProblemOf(const ClientResponse& response) {
  if (response.status == 401) return "unauthorized";
  if (response.status == 404) return "resource not found";
  std::string problem;
  if (auto document = base::json::Document::Parse(response.body, {.max_depth = 64}); document.ok()) {
    const base::json::Node errors = document->root().Find("errors");
    if (errors && errors.IsArray())
      for (const base::json::Node error : errors.Elements()) {
        const std::string title = error.FindString("title").value_or("");
        const std::string detail = error.FindString("detail").value_or("");
        if (!problem.empty()) problem += '\n';
        problem += detail.empty() ? title : title + "\n\n" + detail;
      }
  }
  if (problem.empty()) problem = fmt::format("the server answered {} {}", response.status, response.reason);
  if (problem.size() > kLongestProblem) problem.resize(kLongestProblem);
  return problem;
}

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_.~").find(c) != std::string_view::npos;
}

}  // namespace

std::string QueryEscape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (IsUnreserved(c))
      out += c;
    else if (c == ' ')
      out += '+';
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string PathEscape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (IsUnreserved(c))
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

base::json::Node TfeAnswer::data() const {
  return document ? document->root().Find("data") : base::json::Node();
}

TfeClient::TfeClient(TfeClientSettings settings)
    : settings_(std::move(settings)), http_(MakeOptions(settings_)) {}

Result<ClientResponse> TfeClient::Send(const ClientRequest& request) {
  const Duration end = settings_.clock->Monotonic() + NetworkTimeout(settings_.environment) * kPatience;
  int failures = 0, refusals = 0;
  for (;;) {
    auto outcome = http_.Send(request);
    std::string problem;
    if (auto* failure = std::get_if<TransportFailure>(&outcome)) {
      if (!failure->MayPass()) return Error(std::move(failure->message));
      problem = std::move(failure->message);
    } else {
      auto& response = std::get<ClientResponse>(outcome);
      if (response.status == 429 && ++refusals < kRateLimitTries) {
        const Duration pause = RateLimitPause(response);
        base::core::Log(base::core::LogLevel::kInfo, "tfe", "the rate limit is used up: going on in {} ms",
                        std::chrono::duration_cast<std::chrono::milliseconds>(pause).count());
        settings_.clock->Sleep(pause);
        continue;
      }
      if (response.status < 500) return std::move(response);
      problem = fmt::format("the server answered {} {}", response.status, response.reason);
    }
    ++failures;
    const Duration pause =
        (std::chrono::milliseconds(700) + Jitter(std::chrono::milliseconds(200))) * failures;
    if (settings_.clock->Monotonic() + pause >= end)
      return Error(fmt::format("{} (tried {} times)", problem, failures));
    base::core::Log(base::core::LogLevel::kWarn, "tfe", "{} {}: {}; trying again", request.method,
                    request.url.substr(0, request.url.find('?')), problem);
    settings_.clock->Sleep(pause);
  }
}

void TfeClient::Introduce(ClientRequest& request) const {
  request.headers.emplace_back("Terraform-Version", kVersion);
  if (settings_.from_cloud_block) request.headers.emplace_back("X-Terraform-Integration", "cloud");
}

Result<TfeAnswer> TfeClient::Call(std::string method, std::string_view path, std::string body) {
  ClientRequest request{.method = std::move(method), .url = settings_.base_url + std::string(path)};
  request.headers = {{"Authorization", "Bearer " + settings_.token}, {"Accept", std::string(kMediaType)}};
  Introduce(request);
  if (request.method != "GET") request.headers.emplace_back("Content-Type", kMediaType);
  if (!body.empty()) request.body = std::move(body) + "\n";
  ASSIGN_OR_RETURN(ClientResponse response, Send(request));
  TfeAnswer answer{.status = response.status};
  if (response.status < 200 || response.status >= 400) {
    answer.problem = ProblemOf(response);
  } else if (!response.body.empty() && response.status != 204) {
    auto document = base::json::Document::ParseOwned(std::move(response.body), {.max_depth = 100});
    if (!document.ok()) {
      return Error(fmt::format("the server's answer to {} {} is not JSON: {}", request.method,
                               path.substr(0, path.find('?')), document.error().message()));
    }
    answer.document = *std::move(document);
  }
  answer.response = std::move(response);
  return answer;
}

Result<std::vector<TfeAnswer>> TfeClient::GetPages(const std::string& path) {
  constexpr int64_t kMostPages = 10'000;
  std::vector<TfeAnswer> pages;
  std::string suffix;
  for (int64_t number = 1; number <= kMostPages;) {
    ASSIGN_OR_RETURN(TfeAnswer answer, Call("GET", path + suffix));
    const bool ok = answer.ok();
    pages.push_back(std::move(answer));
    if (!ok || !pages.back().document) break;
    const base::json::Node meta = pages.back().document->root().Find("meta");
    const base::json::Node pagination = meta ? meta.Find("pagination") : base::json::Node();
    const auto next = pagination ? pagination.FindInt64("next-page") : std::nullopt;
    if (!next || *next <= number) break;
    number = *next;
    suffix = fmt::format("{}page%5Bnumber%5D={}", path.find('?') == std::string::npos ? '?' : '&', number);
  }
  return pages;
}

std::string TfeClient::Absolute(const std::string& url) const {
  return base::net::ResolveUrl(settings_.base_url, url).value_or(url);
}

Result<TfeAnswer> TfeClient::Download(const std::string& url) {
  ClientRequest request{.url = Absolute(url)};
  request.headers = {{"Accept", "application/json"}};
  Introduce(request);
  request.response_limit = kLargestState;
  request.headers.emplace_back("Authorization", "Bearer " + settings_.token);
  ASSIGN_OR_RETURN(ClientResponse response, Send(request));
  TfeAnswer answer{.status = response.status};
  if (response.status < 200 || response.status >= 300)
    answer.problem = ProblemOf(response);
  else
    answer.text = std::move(response.body);
  answer.response = std::move(response);
  return answer;
}

Result<TfeAnswer> TfeClient::Upload(const std::string& url, std::string_view bytes) {
  ClientRequest request{.method = "PUT", .url = Absolute(url)};
  // The address is a permission of its own; the token is not for whoever stores the bytes.
  request.headers = {{"Accept", "application/json, */*"}, {"Content-Type", "application/octet-stream"}};
  Introduce(request);
  request.body = bytes;
  ASSIGN_OR_RETURN(ClientResponse response, Send(request));
  TfeAnswer answer{.status = response.status};
  if (response.status < 200 || response.status >= 300)
    answer.problem = fmt::format("the upload was refused: {} {}", response.status, response.reason);
  answer.response = std::move(response);
  return answer;
}

}  // namespace engine::remote
