// All that calls to AWS have in common: settings, HTTP client, shared files, and credentials found by the
// rules of AWS's SDKs. Not the services themselves. Made by the S3 backend once for a run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/aws/endpoints.h"
#include "base/aws/service.h"
#include "base/aws/shared_config.h"
#include "base/aws/sts.h"
#include "base/core/environment.h"

namespace base::aws {

// What a program's own configuration says; what is empty stands in the environment or in shared files.
struct Settings {
  core::Environment environment;
  std::string region;
  std::string access_key, secret_key, token;
  std::string profile;
  std::vector<std::string> shared_config_files, shared_credentials_files;
  std::optional<AssumeRole> assume_role;
  std::optional<AssumeRoleWithWebIdentity> web_identity;
  std::optional<bool> skip_metadata;  // of the EC2 instance; unset: AWS_EC2_METADATA_DISABLED decides
  std::string metadata_endpoint;
  std::string metadata_mode;  // IPv4, IPv6
  std::string sts_endpoint, sts_region, sso_endpoint;
  std::string custom_ca_bundle;  // a file
  std::optional<std::string> http_proxy, https_proxy;
  std::string no_proxy;
  bool insecure = false;  // without verifying certificates
  EndpointVariant variant;
  net::ClientOptions client;  // time-outs and limits; proxies and TLS are set by what stands above
  int max_attempts = 3;
};

// For the user: what failed, and what to do about it.
struct Problem {
  std::string summary, detail;
};

class Session {
 public:
  // Finds credentials and has them once: what is wrong with them shows here.
  static std::variant<std::unique_ptr<Session>, Problem> Open(Settings settings,
                                                              core::Clock& clock = core::RealClock());

  // `endpoint` of a configuration, else what the environment or the profile says, else AWS's own.
  std::unique_ptr<Service> MakeService(std::string title, std::string signing_name,
                                       const std::string& endpoint) const;
  std::unique_ptr<Service> MakeSts() const;

  // AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, or the profile's; "" when there is none. `service`: "s3".
  std::string ConfiguredEndpoint(std::string_view service) const;
  const Settings& settings() const { return settings_; }

 private:
  friend class CredentialChain;
  Session(Settings settings, core::Clock& clock) : settings_(std::move(settings)), clock_(clock) {}
  core::Result<void> ReadFiles();
  void MakeClient(std::string ca_pem);
  std::unique_ptr<Service> MakeStsWith(std::shared_ptr<CredentialCache> credentials) const;

  Settings settings_;
  core::Clock& clock_;
  SharedConfig config_;
  std::string profile_;
  std::shared_ptr<net::HttpClient> client_;
  std::shared_ptr<CredentialCache> credentials_;
};

}  // namespace base::aws
