// Credentials that the machine has at hand: a process, the container's agent, the EC2 instance, tokens of the
// AWS CLI's single sign-on. Not the choice among them (credential_chain.h). Called by credential_chain.cc
// only.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/aws/credentials.h"
#include "base/core/environment.h"
#include "base/net/http_client.h"

namespace base::aws {

// Runs the command in a shell, for a minute at most.
CredentialSource ProcessSource(std::string command, std::string profile, core::Environment environment);

// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI; nothing when neither is set.
std::optional<CredentialSource> ContainerSource(core::Environment environment);

struct MetadataSettings {
  std::string endpoint;  // "http://169.254.169.254"
  bool allow_v1 = true;  // without a session token, where the service has none
};
// Waits a second or two for an answer, since most machines are no instances.
CredentialSource MetadataSource(MetadataSettings settings);

struct SsoSettings {
  std::string profile;
  std::string session;  // the name of an sso-session; empty: the token is filed under the start URL
  std::string start_url, account_id, role_name;
  std::string endpoint;  // of the portal
  std::string home;
};
CredentialSource SsoSource(SsoSettings settings, std::shared_ptr<net::HttpClient> client, core::Clock& clock);

}  // namespace base::aws
