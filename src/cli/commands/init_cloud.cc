#include "cli/commands/init_cloud.h"

#include "base/core/product.h"
#include "cli/commands/init_output.h"

namespace cli::commands {

bool CheckCloudOptions(CommandContext& command, bool changes, base::diag::Diagnostics& diagnostics) {
  constexpr const char* kSummary = "Invalid command-line option";
  const session::Options& options = command.options;
  if (options.Has("backend-config")) {
    diagnostics.Error(
        kSummary,
        "The -backend-config=... command line option is only for state backends, and is not "
        "applicable to HCP Terraform-based configurations.\n\nWrite what you want to change into the "
        "cloud block of the root module.");
    return false;
  }
  if (options.Flag("reconfigure")) {
    diagnostics.Error(
        kSummary,
        "The -reconfigure option is for in-place reconfiguration of state backends only, and is not "
        "needed when changing HCP Terraform settings.\n\nLeave it out: init uses the cloud block as "
        "it is.");
    return false;
  }
  for (const char* name : {"force-copy", "migrate-state"}) {
    if (!changes || !options.Flag(name)) continue;
    diagnostics.Error(
        kSummary, fmt::format("The -{} option is for migration between state backends only, and is not "
                              "applicable when using HCP Terraform.\n\nLeave it out: init asks what it needs "
                              "to know.",
                              name));
    return false;
  }
  return true;
}

bool CheckAliases(CommandContext& command, base::diag::Diagnostics& diagnostics) {
  if (!command.options.Has("backend") || !command.options.Has("cloud")) return true;
  diagnostics.Error(
      "Invalid init options",
      "The -backend and -cloud options are aliases of one another and mutually-exclusive in their "
      "use: keep one of them.");
  return false;
}

bool SkipsBackend(const session::Options& options) {
  return !options.Flag("backend", true) || !options.Flag("cloud", true);
}

void SayCloudInitialised(CommandContext& command) {
  const view::Style& style = command.terminal.style();
  InitOutput output(command);
  constexpr std::string_view kDone = "HCP Terraform has been successfully initialized!";
  const std::string next = base::core::Spoken(
      "You may now begin working with HCP Terraform. \"parterre plan\" shows what there is\n"
      "to do.\n\n"
      "Whenever modules, providers or the cloud block of the configuration change, run\n"
      "init again; other commands say so where it is needed.");
  output.Say(fmt::format("{}{}{}{}{}\n", style.Reset(), style.Bold(), style.Green(), kDone, style.Reset()),
             kDone, "output_init_success_cloud_message");
  if (command.session.environment().Get("TF_IN_AUTOMATION").empty())
    output.Say(fmt::format("\n{}\n", next), next, "output_init_success_cli_cloud_message");
}

}  // namespace cli::commands
