// AWS's Security Token Service: who the credentials are, and credentials for a role.
// Not the choice of the credentials that ask (credential_chain.h).
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "base/aws/service.h"

namespace base::aws {

struct AssumeRole {
  std::string role_arn;
  std::chrono::seconds duration{0};  // 0: an hour
  std::string external_id, policy;
  std::vector<std::string> policy_arns;
  std::string session_name;  // empty: one is made up
  std::string source_identity;
  std::map<std::string, std::string> tags;
  std::vector<std::string> transitive_tag_keys;
};

struct AssumeRoleWithWebIdentity {
  std::string role_arn;
  std::chrono::seconds duration{0};
  std::string policy;
  std::vector<std::string> policy_arns;
  std::string session_name;
  std::string token;       // or:
  std::string token_file;  // read anew for each renewal
};

struct CallerIdentity {
  std::string account_id, arn;
};

std::variant<CallerIdentity, ServiceError> GetCallerIdentity(Service& sts);
std::variant<Credentials, ServiceError> CallAssumeRole(Service& sts, const AssumeRole& role);
// `sts` must not sign.
std::variant<Credentials, ServiceError> CallAssumeRoleWithWebIdentity(Service& sts,
                                                                      const AssumeRoleWithWebIdentity& role);

// <AccessKeyId>, <SecretAccessKey>, <SessionToken> and <Expiration> in the element at `path` of an answer.
core::Result<Credentials> ReadCredentialsXml(std::string_view xml, std::string_view path, std::string source);

}  // namespace base::aws
