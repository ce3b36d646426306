// One service of AWS at one endpoint: signs a request, sends it, repeats it where that may help, and reads
// errors. Not the operations of any service (sts.h, the S3 backend). Any number of threads.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "base/aws/credentials.h"
#include "base/aws/signature.h"
#include "base/net/http_client.h"

namespace base::aws {

struct ServiceRequest {
  std::string operation;  // "PutObject", for messages
  std::string method = "POST";
  std::string path;  // behind the endpoint's, "/" first, not encoded
  NameValues query;  // not encoded
  NameValues headers;
  std::string body;
  std::string payload_hash;  // hex; computed when empty
};

// What a service, or the way to it, answered instead of success.
struct ServiceError {
  int status = 0;             // 0: no answer came
  std::string code;           // "NoSuchBucket"; empty when the answer names none
  std::string message;        // the service's, or why no answer came
  std::string request_id;     // for AWS's support
  std::string bucket_region;  // where S3 says that the bucket lies
  std::string operation;      // "S3 PutObject"
  std::string date;           // when the service says it is: the header Date
  bool is_transport = false;  // no answer came, but another attempt may get one

  // "S3 PutObject: 403 AccessDenied: Access Denied (request 4442587FB7D0A2F9)". No secrets.
  std::string Describe() const;
};

using ServiceAnswer = std::variant<net::ClientResponse, ServiceError>;

struct ServiceSettings {
  std::string title;         // "S3"
  std::string signing_name;  // "s3"
  std::string region;
  std::string endpoint;  // "https://host:port/path"
  int max_attempts = 3;  // 1 or more
};

class Service {
 public:
  // No credentials: requests are not signed.
  Service(ServiceSettings settings, std::shared_ptr<net::HttpClient> client,
          std::shared_ptr<CredentialCache> credentials, core::Clock& clock = core::RealClock());

  // A 2xx answer, or what went wrong after the last attempt.
  ServiceAnswer Call(ServiceRequest request);
  // The same at another host: "https://bucket.s3.eu-west-1.amazonaws.com".
  ServiceAnswer CallAt(const std::string& endpoint, ServiceRequest request);

  const ServiceSettings& settings() const { return settings_; }

 private:
  ServiceAnswer Once(const std::string& endpoint, ServiceRequest& request);
  void Sign(const ServiceRequest& request, const std::string& path, const Credentials& credentials,
            net::ClientRequest* out) const;
  bool LearnClock(const ServiceError& error);

  const ServiceSettings settings_;
  const std::shared_ptr<net::HttpClient> client_;
  const std::shared_ptr<CredentialCache> credentials_;
  core::Clock& clock_;
  std::atomic<int64_t> clock_offset_{0};  // seconds that the service's clock is ahead of ours
};

// How the answer's body (XML or JSON) and headers explain themselves.
ServiceError ReadServiceError(const net::ClientResponse& response);
// Whether the same request may succeed a little later.
bool IsPassing(const ServiceError& error);

}  // namespace base::aws
