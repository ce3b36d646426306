#include "base/aws/service.h"

#include <time.h>

#include <algorithm>
#include <random>

#include "base/aws/xml.h"
#include "base/core/log.h"
#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "base/json/reader.h"

namespace base::aws {
namespace {

using net::ClientResponse;

constexpr std::chrono::seconds kLongestPause{20};
constexpr int64_t kToleratedSkew = 240;  // seconds; services accept 300
constexpr int kMaxAttemptsToRefusedHosts = 9;

// What services answer when they want to be asked less, or are not at their best.
constexpr std::string_view kPassingCodes[] = {"BandwidthLimitExceeded",
                                              "EC2ThrottledException",
                                              "IDPCommunicationError",
                                              "InternalError",
                                              "InternalServerError",
                                              "LimitExceededException",
                                              "PriorRequestNotComplete",
                                              "ProvisionedThroughputExceededException",
                                              "RequestLimitExceeded",
                                              "RequestThrottled",
                                              "RequestThrottledException",
                                              "RequestTimeout",
                                              "RequestTimeoutException",
                                              "ServiceUnavailable",
                                              "SlowDown",
                                              "ThrottledException",
                                              "Throttling",
                                              "ThrottlingException",
                                              "TooManyRequestsException",
                                              "TransactionInProgressException"};

// What a wrong clock of ours leads to.
constexpr std::string_view kClockCodes[] = {"AuthFailure",          "InvalidSignatureException",
                                            "RequestExpired",       "RequestInTheFuture",
                                            "RequestTimeTooSkewed", "SignatureDoesNotMatch"};

template <size_t N>
bool Contains(const std::string_view (&list)[N], std::string_view text) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

// "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException:http://..." -> "ResourceNotFoundException"
std::string ShortCode(std::string_view code) {
  if (const size_t hash = code.rfind('#'); hash != std::string_view::npos) code.remove_prefix(hash + 1);
  return std::string(code.substr(0, code.find(':')));
}

void ReadXmlError(std::string_view body, ServiceError* error) {
  const core::Result<XmlElement> parsed = ParseXml(body);
  if (!parsed.ok()) return;
  const XmlElement* inner = parsed->name == "Error" ? &*parsed : parsed->Find("Error");
  if (inner == nullptr) return;
  error->code = inner->Text("Code");
  error->message = inner->Text("Message");
  if (error->request_id.empty()) error->request_id = inner->Text("RequestId");
  if (error->request_id.empty()) error->request_id = parsed->Text("RequestId");
  if (error->bucket_region.empty()) error->bucket_region = inner->Text("Region");
}

void ReadJsonError(std::string_view body, ServiceError* error) {
  const core::Result<json::Document> document = json::Document::Parse(body, {.max_depth = 16});
  if (!document.ok()) return;
  const json::Node root = document->root();
  error->code =
      ShortCode(root.FindString("__type").value_or(root.FindString("code").value_or(std::string())));
  error->message = root.FindString("message").value_or(root.FindString("Message").value_or(std::string()));
}

// Tue, 29 Apr 2014 18:30:38 GMT, in seconds since 1970.
std::optional<int64_t> ParseHttpDate(const std::string& text) {
  tm parts{};
  const char* end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return timegm(&parts);
}

// Up to 2, 4, 8... seconds, at random so that many clients do not come back together.
core::Duration Pause(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto longest =
      std::min<std::chrono::milliseconds>(std::chrono::seconds(int64_t{1} << attempt), kLongestPause);
  return std::chrono::milliseconds(std::uniform_int_distribution<int64_t>(0, longest.count())(random));
}

std::string Hex(std::string_view text) { return core::HexEncode(crypto::Sha256(text)); }

// The host as the HTTP client sends it: without the scheme's own port.
std::string HostHeader(const net::UrlParts& url) {
  const std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  const uint16_t usual = url.scheme == "https" ? 443 : 80;
  return url.port == usual ? host : fmt::format("{}:{}", host, url.port);
}

}  // namespace

std::string ServiceError::Describe() const {
  std::string out = operation + ": ";
  if (status != 0) out += fmt::format("{} ", status);
  if (!code.empty()) out += code + ": ";
  out += !message.empty() ? message : std::string(net::StatusText(status));
  if (!request_id.empty()) out += fmt::format(" (request {})", request_id);
  return out;
}

ServiceError ReadServiceError(const ClientResponse& response) {
  ServiceError error;
  error.status = response.status;
  error.date = response.Header("Date");
  error.bucket_region = response.Header("x-amz-bucket-region");
  for (const char* name : {"x-amz-request-id", "x-amzn-requestid"})
    if (error.request_id.empty()) error.request_id = response.Header(name);
  const std::string_view body = core::Trim(response.body);
  if (body.starts_with('<')) ReadXmlError(body, &error);
  if (body.starts_with('{')) ReadJsonError(body, &error);
  if (error.code.empty()) error.code = ShortCode(response.Header("x-amzn-errortype"));
  return error;
}

bool IsPassing(const ServiceError& error) {
  if (error.is_transport) return true;
  return error.status == 429 || error.status == 500 || error.status == 502 || error.status == 503 ||
         error.status == 504 || Contains(kPassingCodes, error.code);
}

Service::Service(ServiceSettings settings, std::shared_ptr<net::HttpClient> client,
                 std::shared_ptr<CredentialCache> credentials, core::Clock& clock)
    : settings_(std::move(settings)),
      client_(std::move(client)),
      credentials_(std::move(credentials)),
      clock_(clock) {}

ServiceAnswer Service::Call(ServiceRequest request) { return CallAt(settings_.endpoint, std::move(request)); }

ServiceAnswer Service::CallAt(const std::string& endpoint, ServiceRequest request) {
  if (request.payload_hash.empty()) request.payload_hash = Hex(request.body);
  bool clock_was_learnt = false;
  for (int attempt = 1;; ++attempt) {
    ServiceAnswer answer = Once(endpoint, request);
    auto* error = std::get_if<ServiceError>(&answer);
    if (error == nullptr) return answer;
    error->operation = settings_.title + " " + request.operation;
    if (!clock_was_learnt && LearnClock(*error)) {
      clock_was_learnt = true;
      continue;
    }
    const int attempts = error->is_transport ? std::min(settings_.max_attempts, kMaxAttemptsToRefusedHosts)
                                             : settings_.max_attempts;
    if (attempt >= attempts || !IsPassing(*error)) return answer;
    core::Log(core::LogLevel::kDebug, "aws", "attempt {} of {}: {}", attempt, attempts, error->Describe());
    clock_.Sleep(Pause(attempt));
  }
}

ServiceAnswer Service::Once(const std::string& endpoint, ServiceRequest& request) {
  ServiceError failure;
  const std::optional<net::UrlParts> url = net::ParseUrl(endpoint);
  if (!url) {
    failure.message = fmt::format("the endpoint {} is no http or https URL", core::GoQuote(endpoint));
    return failure;
  }
  std::string base = url->path;
  while (base.ends_with('/')) base.pop_back();
  std::string path = base + UriEncode(request.path, true);
  if (path.empty()) path = "/";
  net::ClientRequest out{.method = request.method, .headers = request.headers};
  out.url = fmt::format("{}://{}{}", url->scheme, HostHeader(*url), path);
  for (size_t i = 0; i < request.query.size(); ++i)
    out.url += fmt::format("{}{}={}", i == 0 ? '?' : '&', UriEncode(request.query[i].first),
                           UriEncode(request.query[i].second));
  out.headers.emplace_back("Host", HostHeader(*url));
  if (credentials_ != nullptr) {
    const core::Result<Credentials> credentials = credentials_->Get();
    if (!credentials.ok()) {
      failure.message = credentials.error().message();
      return failure;
    }
    Sign(request, path, *credentials, &out);
  }
  // Lent: bodies are whole states.
  out.body = std::move(request.body);
  auto sent = client_->Send(out);
  request.body = std::move(out.body);
  if (auto* broken = std::get_if<net::TransportFailure>(&sent)) {
    using Kind = net::TransportFailure::Kind;
    failure.message = std::move(broken->message);
    failure.is_transport = broken->kind != Kind::kForbidden && broken->kind != Kind::kTls &&
                           broken->kind != Kind::kTooLarge && broken->kind != Kind::kStopped;
    return failure;
  }
  auto& response = std::get<ClientResponse>(sent);
  if (response.status >= 200 && response.status < 300) return std::move(response);
  return ReadServiceError(response);
}

void Service::Sign(const ServiceRequest& request, const std::string& path, const Credentials& credentials,
                   net::ClientRequest* out) const {
  const std::string date = FormatAmzDate(clock_.Now() + std::chrono::seconds(clock_offset_.load()));
  const bool is_s3 = settings_.signing_name == "s3";
  out->headers.emplace_back("X-Amz-Date", date);
  if (is_s3) out->headers.emplace_back("X-Amz-Content-Sha256", request.payload_hash);
  if (!credentials.session_token.empty())
    out->headers.emplace_back("X-Amz-Security-Token", credentials.session_token);
  const RequestToSign to_sign{.method = request.method,
                              .canonical_path = is_s3 ? path : UriEncode(path, true),
                              .query = request.query,
                              .headers = out->headers,
                              .payload_hash = request.payload_hash};
  out->headers.emplace_back(
      "Authorization", Authorization(to_sign, credentials, settings_.region, settings_.signing_name, date));
}

bool Service::LearnClock(const ServiceError& error) {
  if (!Contains(kClockCodes, error.code)) return false;
  const std::optional<int64_t> theirs = ParseHttpDate(error.date);
  if (!theirs) return false;
  const auto ours = std::chrono::duration_cast<std::chrono::seconds>(clock_.Now().time_since_epoch()).count();
  if (std::abs(*theirs - ours - clock_offset_.load()) < kToleratedSkew) return false;
  clock_offset_ = *theirs - ours;
  return true;
}

}  // namespace base::aws
