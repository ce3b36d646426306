#include "base/core/files.h"
#include "cli/commands/operation.h"
#include "cli/session/provider_factory.h"
#include "cli/session/provider_versions.h"
#include "cli/view/diagnostics_view.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    PARTERRE_COMMON_OPTIONS,
    {"backend", session::OptionKind::kFlag, "", "Prepare the backend. Default: true."},
    {"get", session::OptionKind::kFlag, "", "Accepted for compatibility: local modules need no download."},
    {"upgrade", session::OptionKind::kFlag, "",
     "Accepted for compatibility: built-in providers come with the program."},
    {"reconfigure", session::OptionKind::kFlag, "", "Accepted for compatibility."},
    {"lockfile", session::OptionKind::kText, "MODE",
     "Accepted for compatibility: the lock file is left as it is."},
    {"lock", session::OptionKind::kFlag, "", "Accepted for compatibility."},
    {"lock-timeout", session::OptionKind::kText, "0s", "Accepted for compatibility."},
};

// Which providers the configuration uses, and that they are built in.
std::string DescribeProviders(const engine::config::Configuration& configuration,
                              const engine::run::ProviderFactory& factory, Diagnostics& diagnostics) {
  std::string out;
  for (const language::address::Provider& source : configuration.Providers()) {
    auto made = factory(source);
    if (!made.ok()) {
      diagnostics.Error("Failed to query available provider packages", made.error().message());
      continue;
    }
    std::string_view version;
    for (const session::BuiltInProvider& provider : session::BuiltInProviders())
      if (provider.source == source.ToString()) version = provider.version;
    out += version.empty()
               ? fmt::format("- {} is built in\n", source.ToString())
               : fmt::format("- {} v{} is built in: nothing to download\n", source.ForDisplay(), version);
  }
  return out;
}

int RunInit(CommandContext& command) {
  Diagnostics diagnostics;
  const view::Style& style = command.terminal.style();
  bool loaded = command.session.LoadConfiguration(diagnostics);
  const engine::config::Module& root = *command.session.configuration().root->module;
  if (loaded && root.files.empty()) {
    command.terminal.Print(
        "Parterre initialized in an empty directory!\n\nThe directory has no Terraform configuration files. "
        "You may begin working\n"
        "with Parterre immediately by creating Terraform configuration files.\n");
    return 0;
  }
  if (loaded) {
    command.terminal.Print(fmt::format("{}Initializing the backend...{}\n", style.Bold(), style.Reset()));
    command.session.OpenBackend(command.options, diagnostics);
  }
  std::string providers;
  if (!diagnostics.HasErrors()) {
    command.terminal.Print(
        fmt::format("{}Initializing provider plugins...{}\n", style.Bold(), style.Reset()));
    session::CheckProviderVersions(command.session.configuration(), command.session.files(), diagnostics);
    providers = DescribeProviders(command.session.configuration(), command.session.providers(), diagnostics);
    command.terminal.Print(providers);
  }
  if (!diagnostics.HasErrors()) {
    auto made = base::core::MakeDirectories(command.session.data_directory(), 0755);
    if (!made.ok()) diagnostics.Error("Failed to make the data directory", made.error().message());
  }
  view::ShowDiagnostics(diagnostics, command.terminal);
  if (diagnostics.HasErrors()) return 1;
  command.terminal.Print(
      fmt::format("{}{}{}\nParterre has been successfully initialized!{}\n\n"
                  "You may now begin working with Parterre. Try running \"parterre plan\" to see\n"
                  "any changes that are required for your infrastructure. All commands that work\n"
                  "with \"terraform\" work here.\n",
                  style.Reset(), style.Bold(), style.Green(), style.Reset()));
  return 0;
}

}  // namespace

const Command kInitCommand = {
    .name = "init",
    .synopsis = "Prepare your working directory for other commands",
    .usage = "parterre [global options] init [options]",
    .help =
        "Checks that everything the configuration needs is there: backend, providers (and which are\nbuilt "
        "in), modules.",
    .options = kOptions,
    .run = RunInit,
    .main = true,
};

}  // namespace cli::commands
