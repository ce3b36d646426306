#include <fmt/format.h>

#include "base/core/strings.h"
#include "cli/commands/login.h"
#include "install/settings/host_name.h"

namespace cli::commands {
namespace {

constexpr std::string_view kDefaultHost = "app.terraform.io";

}  // namespace

std::optional<LoginTarget> FindLoginTarget(const CommandContext& command, const Credentials& credentials,
                                           Diagnostics& diagnostics) {
  const auto& operands = command.options.operands();
  const std::string given = operands.empty() ? std::string(kDefaultHost) : operands[0];
  auto host = install::settings::NormalHost(given);
  if (!host.ok()) {
    diagnostics.Error("Invalid hostname", fmt::format("The host name {} is not valid: {}.",
                                                      base::core::GoQuote(given), host.error().message()));
    return std::nullopt;
  }
  auto location = credentials.LocationOf(*host);
  if (!location.ok()) {
    diagnostics.Error("Failed to read stored API tokens",
                      fmt::format("Of {}: {}.", *host, location.error().message()));
    return std::nullopt;
  }
  if (*location == Credentials::Location::kManual) {
    diagnostics.Error(
        fmt::format("Credentials for {} are manually configured", *host),
        "A CLI configuration file that is written by hand has a credentials block for this host, which login "
        "and logout leave alone.\n\nRevoke that token at the host, remove the block, and try again.");
    return std::nullopt;
  }
  if (const std::string variable = credentials.VariableOf(*host); !variable.empty()) {
    diagnostics.Warning(
        "A token of the environment stands above the stored one",
        fmt::format("The environment variable {} has a token for {}, which every command uses as long as it "
                    "is set, whatever login stores and logout removes. Unset it to use stored tokens.",
                    variable, *host));
  }
  if (const std::string helper = credentials.missing_helper(); !helper.empty()) {
    diagnostics.Warning(
        "The credentials helper is not installed",
        fmt::format("The CLI configuration names the credentials helper \"{}\", but there is no program "
                    "terraform-credentials-{} in ~/.terraform.d/plugins. Tokens are kept in a file instead.",
                    helper, helper));
  }
  return LoginTarget{*std::move(host), *location};
}

}  // namespace cli::commands
