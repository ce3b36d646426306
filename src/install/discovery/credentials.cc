#include "install/discovery/credentials.h"

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/process.h"
#include "base/core/strings.h"
#include "base/json/reader.h"

namespace install::discovery {
namespace {

using base::core::Error;
using base::core::Result;

constexpr std::chrono::seconds kHelperTimeout{60};

// TF_TOKEN_app_example_com: "_" stands for a dot and "__" for a dash.
std::string HostOfVariable(std::string_view name) {
  std::string host;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '_') {
      host += name[i];
    } else if (i + 1 < name.size() && name[i + 1] == '_') {
      host += '-';
      ++i;
    } else {
      host += '.';
    }
  }
  return base::core::AsciiLower(host);
}

// Below the user's plugin folders first, then wherever programs are.
std::optional<std::string> FindHelper(const std::string& name, const base::core::Environment& environment) {
  const std::string program = "terraform-credentials-" + name;
  if (const std::string home = environment.HomeDirectory(); !home.empty()) {
    for (std::string_view folder : {".terraform.d/plugins", ".terraform.d"}) {
      std::string path = base::core::JoinPath(base::core::JoinPath(home, folder), program);
      if (base::core::IsRegularFile(path)) return path;
    }
  }
  return base::core::FindProgram(program, environment.Get("PATH"));
}

}  // namespace

Credentials::Credentials(const settings::Settings& settings, base::core::Environment environment)
    : settings_(settings), environment_(std::move(environment)) {
  constexpr std::string_view kPrefix = "TF_TOKEN_";
  for (const auto& [name, token] : environment_.variables()) {
    if (name.starts_with(kPrefix)) from_environment_[HostOfVariable(name.substr(kPrefix.size()))] = token;
  }
}

Result<std::optional<std::string>> Credentials::TokenFor(const std::string& host,
                                                         std::stop_token stop) const {
  if (const auto found = from_environment_.find(host); found != from_environment_.end()) {
    return std::optional(found->second);
  }
  if (const auto found = settings_.tokens.find(host); found != settings_.tokens.end()) {
    return std::optional(found->second);
  }
  if (!settings_.credentials_helper) return std::optional<std::string>();
  std::lock_guard guard(mutex_);
  if (const auto known = from_helper_.find(host); known != from_helper_.end()) return known->second;
  ASSIGN_OR_RETURN(std::optional<std::string> token, AskHelper(host, std::move(stop)));
  from_helper_[host] = token;
  return token;
}

Result<std::optional<std::string>> Credentials::AskHelper(const std::string& host,
                                                          std::stop_token stop) const {
  const settings::CredentialsHelper& helper = *settings_.credentials_helper;
  const auto program = FindHelper(helper.name, environment_);
  if (!program) {
    return Error(
        fmt::format("the credentials helper \"{}\" of the CLI configuration is not installed: there is no "
                    "program terraform-credentials-{}",
                    helper.name, helper.name));
  }
  base::core::ProcessSpec spec{.argv = {*program}, .environment = environment_.ToStrings()};
  spec.argv.insert(spec.argv.end(), helper.arguments.begin(), helper.arguments.end());
  spec.argv.push_back("get");
  spec.argv.push_back(host);
  ASSIGN_OR_RETURN(const base::core::RunResult run,
                   base::core::RunProcess(
                       spec, {.output_limit = 1 << 20, .timeout = kHelperTimeout, .stop = std::move(stop)}));
  if (run.status.code != 0) {
    return Error(fmt::format("the credentials helper \"{}\" failed for {}: {}", helper.name, host,
                             run.err.empty() ? "it gave no reason" : base::core::Trim(run.err)));
  }
  const auto answer = base::json::Document::Parse(run.out, {.max_depth = 20});
  if (!answer.ok() || !answer->root().IsObject()) {
    return Error(fmt::format("the credentials helper \"{}\" did not answer with a JSON object", helper.name));
  }
  return answer->root().FindString("token");
}

}  // namespace install::discovery
