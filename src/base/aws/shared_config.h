// The files ~/.aws/config and ~/.aws/credentials: profiles, SSO sessions and endpoints per service.
// Not what a profile leads to (profile.cc). Called by credential_chain.cc and endpoints; takes hostile input.
// Source of rules: "Shared config and credentials files" in AWS's SDKs and tools guide.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/environment.h"
#include "base/core/result.h"

namespace base::aws {

// Keys in lower case. Of a nested section ("s3 =" followed by indented lines) "s3.endpoint_url".
using ConfigSection = std::map<std::string, std::string, std::less<>>;

struct SharedConfig {
  std::map<std::string, ConfigSection, std::less<>> profiles;
  std::map<std::string, ConfigSection, std::less<>> sso_sessions;
  std::map<std::string, ConfigSection, std::less<>> services;

  const ConfigSection* FindProfile(std::string_view name) const;
};

// Lays what the text says over `config`. In a credentials file every section is a profile; in a config file
// those named "default" and "profile NAME". Lines that mean nothing are passed over, as AWS's programs do.
void ReadConfigText(std::string_view text, bool is_credentials_file, SharedConfig* config);

struct SharedConfigPaths {
  std::vector<std::string> config_files, credentials_files;  // later ones win
};
// The files given, else those of AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else those in ~/.aws.
SharedConfigPaths ResolvePaths(const std::vector<std::string>& config_files,
                               const std::vector<std::string>& credentials_files,
                               const core::Environment& environment);

// All of the files; what is in credentials files wins. Missing files are fine, unreadable ones are not.
core::Result<SharedConfig> ReadSharedConfig(const SharedConfigPaths& paths);

// A path with "~/" and $NAME or ${NAME} replaced.
std::string ExpandPath(std::string_view path, const core::Environment& environment);

// The value of a key, "" when it is absent.
std::string Value(const ConfigSection& section, std::string_view key);

}  // namespace base::aws
