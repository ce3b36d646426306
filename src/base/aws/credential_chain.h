// Which credentials a run uses: arguments, environment, profiles, roles, containers, the instance, in the
// order of AWS's SDKs. Not the reading of files (shared_config.h). Called by session.cc only.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/aws/credentials.h"
#include "base/aws/session.h"

namespace base::aws {

class CredentialChain {
 public:
  explicit CredentialChain(const Session& session) : session_(session) {}
  // Fills in the cache, from which the credentials have been had once, or says why there are none.
  std::optional<Problem> Resolve(std::shared_ptr<CredentialCache>* out);

 private:
  core::Result<CredentialSource> Choose();
  core::Result<CredentialSource> OfProfile(const std::string& name, std::set<std::string>* visited);
  core::Result<CredentialSource> OfRoleProfile(const std::string& name, const ConfigSection& profile,
                                               std::set<std::string>* visited);
  core::Result<CredentialSource> OfCredentialSource(const std::string& kind);
  core::Result<CredentialSource> OfSso(const std::string& name, const ConfigSection& profile);
  core::Result<CredentialSource> OfMachine();
  CredentialSource OfMetadata();
  std::optional<CredentialSource> OfEnvironment();
  CredentialSource OfWebIdentity(AssumeRoleWithWebIdentity role);
  std::shared_ptr<CredentialCache> Cache(CredentialSource source);

  const Session& session_;
};

}  // namespace base::aws
