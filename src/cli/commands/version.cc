#include "engine/config/version.h"
#include "base/core/product.h"
#include "base/json/writer.h"
#include "cli/commands/command.h"
#include "cli/session/provider_factory.h"
#include "install/lockfile/lock_file.h"

namespace cli::commands {
namespace {

constexpr std::string_view kParterreVersion = "0.1.0";

constexpr session::OptionSpec kOptions[] = {
    {"json", session::OptionKind::kFlag, "", "Print the versions as JSON."},
    {"no-color", session::OptionKind::kFlag, "", "Accepted for compatibility."},
};

struct Selection {
  std::string source;
  std::string version;
  std::string_view note;
};

// What comes with the program, or, for who takes it for the stock program, what the lock file selects.
std::vector<Selection> Selections() {
  std::vector<Selection> selections;
  if (base::core::SpeaksAsTerraform()) {
    base::diag::Diagnostics ignored;
    const install::lockfile::LockFile locks = install::lockfile::ReadLockFile(ignored);
    if (ignored.HasErrors()) return selections;
    for (const auto& [provider, lock] : locks)
      selections.push_back({provider.ToString(), lock.version.ToString(), ""});
    return selections;
  }
  for (const session::BuiltInProvider& provider : session::BuiltInProviders())
    if (provider.shown && !provider.version.empty())
      selections.push_back({std::string(provider.source), std::string(provider.version), " (built in)"});
  return selections;
}

int RunVersion(CommandContext& command) {
  if (command.options.Flag("json")) {
    std::string providers;
    for (const Selection& selection : Selections())
      providers += fmt::format("{}\n    {}: {}", providers.empty() ? "" : ",",
                               base::json::Quote(selection.source), base::json::Quote(selection.version));
    command.terminal.Print(fmt::format(
        "{{\n  \"terraform_version\": \"{}\",\n  \"platform\": \"linux_amd64\",\n"
        "  \"provider_selections\": {{{}{}}},\n  \"terraform_outdated\": false,\n  \"parterre_version\": "
        "\"{}\"\n}}\n",
        engine::config::kCompatibilityVersion, providers, providers.empty() ? "" : "\n  ", kParterreVersion));
    return 0;
  }
  std::string text = base::core::SpeaksAsTerraform()
                         ? fmt::format("Terraform v{}\n", engine::config::kCompatibilityVersion)
                         : fmt::format("Parterre v{} (compatible with Terraform v{})\n", kParterreVersion,
                                       engine::config::kCompatibilityVersion);
  text += "on linux_amd64\n";
  for (const Selection& selection : Selections())
    text += fmt::format("+ provider {} v{}{}\n", selection.source, selection.version, selection.note);
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
