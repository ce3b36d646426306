#include "engine/remote/s3_objects.h"

#include <algorithm>

#include "base/aws/endpoints.h"
#include "base/aws/xml.h"
#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "base/net/http_server.h"

namespace engine::remote {
namespace {

using base::aws::ServiceAnswer;
using base::aws::ServiceError;
using base::aws::ServiceRequest;
using base::core::Error;
using base::core::Result;
using base::net::ClientResponse;

constexpr size_t kMostKeys = 1000000;

constexpr std::pair<std::string_view, std::string_view> kAdvice[] = {
    {"AccessDenied",
     "the credentials lack the permission that the operation takes (with a KMS key, the key's too; S3 also "
     "answers so for an object that is not there yet when s3:ListBucket is lacking)."},
    {"ExpiredToken", "the credentials have run out: get new ones."},
    {"InvalidAccessKeyId",
     "the service does not know the access key: check the credentials, and whether the endpoint is the right "
     "one."},
    {"InvalidToken", "the session token is not valid: get new credentials."},
    {"SignatureDoesNotMatch",
     "the secret key does not belong to the access key, or something on the way changes requests."},
};

bool IsAddress(std::string_view host) {
  return host.find(':') != std::string_view::npos ||
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

// "https://host/p" with the bucket in front of the host, where names allow it.
std::string WithBucket(const std::string& endpoint, const S3ObjectSettings& settings) {
  const auto url = base::net::ParseUrl(endpoint);
  if (!url || settings.path_style || IsAddress(url->host) || !base::aws::IsHostLabel(settings.bucket))
    return endpoint;
  const size_t host = endpoint.find("://") + 3;
  return endpoint.substr(0, host) + settings.bucket + "." + endpoint.substr(host);
}

const ServiceError* ErrorOf(const ServiceAnswer& answer) { return std::get_if<ServiceError>(&answer); }

bool IsMissing(const ServiceError& error) { return error.status == 404 && error.code != "NoSuchBucket"; }

}  // namespace

S3Objects::S3Objects(std::unique_ptr<base::aws::Service> s3, S3ObjectSettings settings)
    : s3_(std::move(s3)),
      settings_(std::move(settings)),
      endpoint_(WithBucket(s3_->settings().endpoint, settings_)) {}

std::string S3Objects::BucketUrl() const {
  return endpoint_ == s3_->settings().endpoint ? endpoint_ + "/" + settings_.bucket : endpoint_;
}

ServiceAnswer S3Objects::Call(const std::string& key, ServiceRequest request) {
  request.path = endpoint_ == s3_->settings().endpoint ? "/" + settings_.bucket : "";
  if (!key.empty() || request.path.empty()) request.path += "/" + key;
  return s3_->CallAt(endpoint_, std::move(request));
}

void S3Objects::AddCustomerKey(base::aws::NameValues* headers) const {
  const S3Encryption& encryption = settings_.encryption;
  if (!encryption.encrypt || encryption.customer_key.empty()) return;
  constexpr std::string_view kPrefix = "x-amz-server-side-encryption-customer-";
  const auto add = [&](std::string_view name, std::string value) {
    headers->emplace_back(fmt::format("{}{}", kPrefix, name), std::move(value));
  };
  add("algorithm", "AES256");
  add("key", base::core::Base64Encode(encryption.customer_key));
  add("key-MD5", base::core::Base64Encode(base::crypto::Md5(encryption.customer_key)));
}

Result<std::optional<std::string>> S3Objects::Get(const std::string& key) {
  ServiceRequest request{.operation = "GetObject", .method = "GET"};
  if (!settings_.skip_checksum) request.headers.emplace_back("x-amz-checksum-mode", "ENABLED");
  AddCustomerKey(&request.headers);
  ServiceAnswer answer = Call(key, std::move(request));
  if (const ServiceError* error = ErrorOf(answer)) {
    if (IsMissing(*error)) return std::optional<std::string>();
    return Explain(*error, key);
  }
  auto& response = std::get<ClientResponse>(answer);
  // Objects that were uploaded in parts have a checksum of checksums, with a hyphen and their number.
  const std::string_view checksum = response.Header("x-amz-checksum-sha256");
  if (!checksum.empty() && checksum.find('-') == std::string_view::npos &&
      checksum != base::core::Base64Encode(base::crypto::Sha256(response.body)))
    return Error(
        fmt::format("the object {} of the S3 bucket {} has arrived damaged: its SHA-256 is not the one that "
                    "S3 has. Try again.",
                    base::core::GoQuote(key), base::core::GoQuote(settings_.bucket)));
  return std::optional(std::move(response.body));
}

ServiceRequest S3Objects::MakePut(std::string body) const {
  ServiceRequest request{.operation = "PutObject", .method = "PUT"};
  const std::string digest = base::crypto::Sha256(body);
  auto& headers = request.headers;
  headers.emplace_back("Content-Type", "application/json");
  if (!settings_.skip_checksum) {
    headers.emplace_back("x-amz-sdk-checksum-algorithm", "SHA256");
    headers.emplace_back("x-amz-checksum-sha256", base::core::Base64Encode(digest));
  }
  if (!settings_.acl.empty()) headers.emplace_back("x-amz-acl", settings_.acl);
  const S3Encryption& encryption = settings_.encryption;
  if (encryption.encrypt && encryption.customer_key.empty()) {
    const bool with_kms = !encryption.kms_key_id.empty();
    headers.emplace_back("x-amz-server-side-encryption", with_kms ? "aws:kms" : "AES256");
    if (with_kms) headers.emplace_back("x-amz-server-side-encryption-aws-kms-key-id", encryption.kms_key_id);
  }
  AddCustomerKey(&headers);
  request.payload_hash = base::core::HexEncode(digest);
  request.body = std::move(body);
  return request;
}

Result<void> S3Objects::Put(const std::string& key, std::string body) {
  const ServiceAnswer answer = Call(key, MakePut(std::move(body)));
  if (const ServiceError* error = ErrorOf(answer)) return Explain(*error, key);
  return {};
}

Result<std::optional<std::string>> S3Objects::PutIfNone(const std::string& key, std::string body) {
  ServiceRequest request = MakePut(std::move(body));
  request.headers.emplace_back("If-None-Match", "*");
  const ServiceAnswer answer = Call(key, std::move(request));
  const ServiceError* error = ErrorOf(answer);
  if (error == nullptr) return std::optional<std::string>();
  // 409: another writer is at the same key right now.
  if (error->status == 412 || error->status == 409) return std::optional(error->Describe());
  return Explain(*error, key);
}

Result<void> S3Objects::Delete(const std::string& key) {
  const ServiceAnswer answer = Call(key, {.operation = "DeleteObject", .method = "DELETE"});
  const ServiceError* error = ErrorOf(answer);
  if (error == nullptr || IsMissing(*error)) return {};
  return Explain(*error, key);
}

Result<std::optional<std::vector<std::string>>> S3Objects::List(const std::string& prefix) {
  std::vector<std::string> keys;
  std::string next;
  do {
    ServiceRequest request{.operation = "ListObjectsV2", .method = "GET"};
    request.query = {{"list-type", "2"}, {"encoding-type", "url"}, {"max-keys", "1000"}, {"prefix", prefix}};
    if (!next.empty()) request.query.emplace_back("continuation-token", next);
    const ServiceAnswer answer = Call("", std::move(request));
    if (const ServiceError* error = ErrorOf(answer)) {
      if (error->code == "AccessDenied") return std::optional<std::vector<std::string>>();
      return Explain(*error, "");
    }
    Result<S3Page> page = ReadS3Page(std::get<ClientResponse>(answer).body);
    if (!page.ok()) return std::move(page.error()).Wrap("S3 ListObjectsV2");
    if (page->next == next && !next.empty()) return Error("S3 ListObjectsV2: the list of objects never ends");
    next = std::move(page->next);
    keys.insert(keys.end(), std::make_move_iterator(page->keys.begin()),
                std::make_move_iterator(page->keys.end()));
    if (keys.size() > kMostKeys)
      return Error(
          fmt::format("more than {} objects of the S3 bucket {} begin with {}: give the states a "
                      "workspace_key_prefix of their own",
                      kMostKeys, base::core::GoQuote(settings_.bucket), base::core::GoQuote(prefix)));
  } while (!next.empty());
  std::ranges::sort(keys);
  return std::optional(std::move(keys));
}

Error S3Objects::Explain(const ServiceError& error, const std::string& key) const {
  const std::string bucket = base::core::GoQuote(settings_.bucket);
  const std::string& region = s3_->settings().region;
  if (error.code == "NoSuchBucket")
    return Error(
        fmt::format("S3 bucket {} does not exist.\n\nThe bucket must be there before it can keep a state: "
                    "create it, or correct its name. If it was created within the last minute, wait a "
                    "little and try again.\n\nError: {}",
                    bucket, error.Describe()));
  if (!error.bucket_region.empty() && error.bucket_region != region)
    return Error(
        fmt::format("requested bucket from {}, actual location {}: set the argument \"region\" to the "
                    "latter.\n\nError: {}",
                    base::core::GoQuote(region), base::core::GoQuote(error.bucket_region), error.Describe()));
  const std::string where = key.empty()
                                ? fmt::format("S3 bucket {}", bucket)
                                : fmt::format("object {} in S3 bucket {}", base::core::GoQuote(key), bucket);
  for (const auto& [code, advice] : kAdvice)
    if (error.code == code)
      return Error(fmt::format("Unable to access {}: {}\n\nError: {}", where, advice, error.Describe()));
  return Error(fmt::format("Unable to access {}: {}", where, error.Describe()));
}

Result<S3Page> ReadS3Page(std::string_view xml) {
  ASSIGN_OR_RETURN(const base::aws::XmlElement root, base::aws::ParseXml(xml));
  if (root.name != "ListBucketResult") return Error("the answer is no list of objects");
  // Only answers that say so have their keys encoded: servers may pass over the request for it.
  const bool is_encoded = root.Text("EncodingType") == "url";
  S3Page page;
  for (const base::aws::XmlElement& element : root.children) {
    if (element.name != "Contents") continue;
    const std::string key = element.Text("Key");
    page.keys.push_back(is_encoded ? base::net::PercentDecode(key, true) : key);
  }
  if (root.Text("IsTruncated") == "true") {
    page.next = root.Text("NextContinuationToken");
    if (page.next.empty()) return Error("the answer is cut off, but does not say where it goes on");
  }
  return page;
}

}  // namespace engine::remote
