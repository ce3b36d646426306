#include "install/discovery/credentials.h"

#include "base/core/log.h"
#include "base/json/writer.h"
#include "install/discovery/credentials_file.h"
#include "install/settings/host_name.h"

namespace install::discovery {

using base::core::Result;

Credentials::Credentials(const settings::Settings& settings, base::core::Environment environment)
    : settings_(settings) {
  constexpr std::string_view kPrefix = "TF_TOKEN_";
  for (const auto& [name, token] : environment.variables()) {
    if (!name.starts_with(kPrefix)) continue;
    if (auto host = settings::HostOfVariable(std::string_view(name).substr(kPrefix.size())))
      from_environment_[*std::move(host)] = {name, token};
  }
  if (!settings_.credentials_helper) return;
  helper_ = HelperProgram::Find(*settings_.credentials_helper, environment);
  if (!helper_) {
    base::core::Log(base::core::LogLevel::kError, "credentials",
                    "the helper \"{}\" of the CLI configuration is not installed",
                    settings_.credentials_helper->name);
  }
}

Result<std::optional<std::string>> Credentials::TokenFor(const std::string& host,
                                                         std::stop_token stop) const {
  if (const auto found = from_environment_.find(host); found != from_environment_.end())
    return std::optional(found->second.token);
  if (const auto found = settings_.tokens.find(host); found != settings_.tokens.end())
    return std::optional(found->second);
  if (!helper_) return std::optional<std::string>();
  std::lock_guard guard(mutex_);
  if (const auto known = from_helper_.find(host); known != from_helper_.end()) return known->second;
  ASSIGN_OR_RETURN(std::optional<std::string> token, helper_->Get(host, std::move(stop)));
  from_helper_[host] = token;
  return token;
}

Result<Credentials::Location> Credentials::LocationOf(const std::string& host) const {
  ASSIGN_OR_RETURN(const bool stored, HasEntry(settings_.credentials_file, host));
  if (stored) return Location::kStored;
  if (settings_.tokens.contains(host)) return Location::kManual;
  return helper_ ? Location::kHelper : Location::kNone;
}

std::string Credentials::VariableOf(const std::string& host) const {
  const auto found = from_environment_.find(host);
  return found == from_environment_.end() ? "" : found->second.variable;
}

std::string Credentials::missing_helper() const {
  return settings_.credentials_helper && !helper_ ? settings_.credentials_helper->name : "";
}

Result<void> Credentials::CheckFile() const { return CheckWritable(settings_.credentials_file); }

Result<void> Credentials::Store(const std::string& host, const std::string& token,
                                std::stop_token stop) const {
  std::string object;
  base::json::Writer(&object).BeginObject().Member("token", token).EndObject();
  ASSIGN_OR_RETURN(const Location location, LocationOf(host));
  if (location == Location::kHelper) return helper_->Store(host, std::move(object), std::move(stop));
  return ReplaceEntry(settings_.credentials_file, host, object);
}

Result<void> Credentials::Forget(const std::string& host, std::stop_token stop) const {
  ASSIGN_OR_RETURN(const Location location, LocationOf(host));
  if (location == Location::kHelper) return helper_->Forget(host, std::move(stop));
  return ReplaceEntry(settings_.credentials_file, host, "");
}

}  // namespace install::discovery
