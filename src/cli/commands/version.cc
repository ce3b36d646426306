#include "engine/config/version.h"
#include "base/json/writer.h"
#include "cli/commands/command.h"
#include "cli/session/provider_factory.h"

namespace cli::commands {
namespace {

constexpr std::string_view kParterreVersion = "0.1.0";

constexpr session::OptionSpec kOptions[] = {
    {"json", session::OptionKind::kFlag, "", "Print the versions as JSON."},
    {"no-color", session::OptionKind::kFlag, "", "Accepted for compatibility."},
};

int RunVersion(CommandContext& command) {
  if (command.options.Flag("json")) {
    std::string providers;
    for (const session::BuiltInProvider& provider : session::BuiltInProviders())
      if (provider.shown && !provider.version.empty())
        providers += fmt::format("{}\n    \"{}\": \"{}\"", providers.empty() ? "" : ",", provider.source,
                                 provider.version);
    command.terminal.Print(fmt::format(
        "{{\n  \"terraform_version\": \"{}\",\n  \"platform\": \"linux_amd64\",\n"
        "  \"provider_selections\": {{{}{}}},\n  \"terraform_outdated\": false,\n  \"parterre_version\": "
        "\"{}\"\n}}\n",
        engine::config::kCompatibilityVersion, providers, providers.empty() ? "" : "\n  ", kParterreVersion));
    return 0;
  }
  std::string text = fmt::format("Parterre v{} (compatible with Terraform v{})\non linux_amd64\n",
                                 kParterreVersion, engine::config::kCompatibilityVersion);
  for (const session::BuiltInProvider& provider : session::BuiltInProviders())
    if (provider.shown && !provider.version.empty())
      text += fmt::format("+ provider {} v{} (built in)\n", provider.source, provider.version);
  command.terminal.Print(text);
  return 0;
}

}  // namespace

const Command kVersionCommand = {
    .name = "version",
    .synopsis = "Show the current Parterre version",
    .usage = "parterre [global options] version [options]",
    .help =
        "Shows the version of Parterre, the version of Terraform that it is compatible with, and "
        "the\nproviders that are built in.",
    .options = kOptions,
    .run = RunVersion,
};

}  // namespace cli::commands
