// A program that keeps tokens for us (`credentials_helper` of the CLI configuration), and how it is spoken
// to: get, store and forget. Not which tokens count when (credentials.h, which calls this).
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "install/settings/settings.h"

namespace install::discovery {

class HelperProgram {
 public:
  // Looked for in ~/.terraform.d/plugins and its folder for this platform, as terraform-credentials-NAME, or
  // with a version behind that, of which the newest is taken. Nothing where there is none.
  static std::optional<HelperProgram> Find(const settings::CredentialsHelper& helper,
                                           const base::core::Environment& environment);

  // Errors have what it wrote to stderr. Each call has a minute; then it is ended.
  base::core::Result<std::optional<std::string>> Get(const std::string& host, std::stop_token stop) const;
  // `object`: {"token":"..."}, which goes to its standard input.
  base::core::Result<void> Store(const std::string& host, std::string object, std::stop_token stop) const;
  base::core::Result<void> Forget(const std::string& host, std::stop_token stop) const;

 private:
  HelperProgram() = default;
  base::core::Result<std::string> Run(std::string_view verb, const std::string& host, std::string input,
                                      std::stop_token stop) const;

  std::string path_;
  settings::CredentialsHelper helper_;
  base::core::Environment environment_;
};

}  // namespace install::discovery
