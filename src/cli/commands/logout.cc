#include <fmt/format.h>

#include "base/core/product.h"
#include "cli/commands/login.h"
#include "cli/view/diagnostics_view.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
};

void Remove(CommandContext& command, const Credentials& credentials, const LoginTarget& target,
            Diagnostics& diagnostics) {
  if (target.location == Credentials::Location::kNone) {
    command.terminal.Print(fmt::format("No credentials for {} are stored.\n\n", target.host));
    return;
  }
  command.terminal.Print(
      target.location == Credentials::Location::kHelper
          ? fmt::format("Removing the stored credentials for {} from the configured\n\"{}\" credentials "
                        "helper.\n\n",
                        target.host, credentials.helper_name())
          : fmt::format("Removing the stored credentials for {} from the following file:\n    {}\n\n",
                        target.host, credentials.file()));
  command.terminal.Flush();
  auto removed = credentials.Forget(target.host, command.session.stop());
  if (!removed.ok()) {
    diagnostics.Error("Failed to remove API token", fmt::format("The token of {} is still there: {}.",
                                                                target.host, removed.error().message()));
    return;
  }
  const view::Style& style = command.terminal.style();
  command.terminal.Print(fmt::format("{}{}Success!{} {}{} has removed the stored API token for {}.{}{}\n\n",
                                     style.Green(), style.Bold(), style.Reset(), style.Bold(),
                                     base::core::ProductName(), target.host, style.Reset(), style.Reset()));
}

int RunLogout(CommandContext& command) {
  if (command.options.operands().size() > 1) {
    command.terminal.PrintMistake(
        "The logout command expects at most one argument: the host to log out of.\n");
    return kShowHelpAsMistake;
  }
  Diagnostics diagnostics;
  const Credentials credentials(command.session.plugins().settings(), command.session.environment());
  const auto target = FindLoginTarget(command, credentials, diagnostics);
  if (target) Remove(command, credentials, *target, diagnostics);
  view::ShowDiagnostics(diagnostics, command.terminal);
  return diagnostics.HasErrors() ? 1 : 0;
}

}  // namespace

const Command kLogoutCommand = {
    .name = "logout",
    .synopsis = "Remove locally-stored credentials for a remote host",
    .usage = "parterre [global options] logout [hostname]",
    .help =
        "Removes the token of the host, app.terraform.io if none is named, from where login keeps it. The "
        "host goes on to\naccept that token until it is revoked there.",
    .options = kOptions,
    .run = RunLogout,
};

}  // namespace cli::commands
