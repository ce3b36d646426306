#include <algorithm>

#include "base/core/files.h"
#include "base/core/product.h"
#include "cli/commands/init_backend.h"
#include "cli/commands/init_cloud.h"
#include "cli/commands/init_output.h"
#include "cli/commands/install_modules.h"
#include "cli/commands/install_providers.h"
#include "cli/commands/operation.h"
#include "cli/session/provider_versions.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    PARTERRE_COMMON_OPTIONS,
    PARTERRE_BACKEND_OPTIONS,
    PARTERRE_LOCK_OPTIONS,
    {"get", session::OptionKind::kFlag, "", "Bring the modules that the configuration calls. Default: true."},
    {"from-module", session::OptionKind::kText, "SOURCE",
     "Copy this module into the folder, which must not have a configuration yet, and go on with it."},
    {"test-directory", session::OptionKind::kText, "path",
     "Where test files are beside this folder. Default: tests."},
    {"upgrade", session::OptionKind::kFlag, "",
     "Select the newest modules and providers that the constraints admit, whatever the lock file selects."},
    {"json", session::OptionKind::kFlag, "", "Tell what happens as lines of JSON."},
    {"lockfile", session::OptionKind::kText, "MODE",
     "readonly: fail where the lock file would have to change."},
    {"plugin-dir", session::OptionKind::kList, "path",
     "Take providers from this folder and from nowhere else; may be given often."},
};

// Mistakes of the command line that nothing else need be done about.
void CheckOptions(const session::Options& options, Diagnostics& diagnostics) {
  if (!options.operands().empty())
    diagnostics.Error("Too many command line arguments. Did you mean to use -chdir?",
                      "init takes no arguments but options.");
  const std::string mode = options.Text("lockfile");
  if (mode == "readonly" && options.Flag("upgrade"))
    diagnostics.Error("The -upgrade flag conflicts with -lockfile=readonly.",
                      "To select other versions, the lock file must be written.");
  if (!mode.empty() && mode != "readonly")
    diagnostics.Error("Invalid option", "The only mode of -lockfile is readonly, not \"" + mode + "\".");
}

bool HasConfiguration(const CommandContext& command) {
  Diagnostics ignored;
  const auto root = engine::config::ReadModule(command.session.files(), ".", ignored);
  return root != nullptr && (ignored.HasErrors() || !root->files.empty());
}

bool CopyModule(CommandContext& command, Diagnostics& diagnostics) {
  const std::string source = command.options.Text("from-module");
  if (source.empty()) return true;
  if (HasConfiguration(command)) {
    diagnostics.Error("The working directory already contains files",
                      "-from-module copies a module into an empty folder. To initialise the configuration "
                      "that is here, leave the option out.");
    return false;
  }
  const auto names = base::core::ListDirectory(".");
  const bool empty = names.ok() && std::ranges::all_of(
                                       *names, [](const std::string& name) { return name.starts_with('.'); });
  if (empty) return CopyFromModule(command, source, diagnostics);
  diagnostics.Error("Can't populate non-empty directory",
                    "-from-module copies a module into an empty folder, and there are files in this one.");
  return false;
}

// The root module alone, which has the backend's block; then the modules that it calls; then all of it.
bool InitModules(CommandContext& command, Diagnostics& diagnostics) {
  Diagnostics of_root;
  if (!command.session.LoadConfiguration(of_root, {.check_references = false, .follow_calls = false})) {
    diagnostics.Append(std::move(of_root));
    return false;
  }
  InitBackend(command, diagnostics);
  if (diagnostics.HasErrors()) return false;
  if (command.options.Flag("get", true) &&
      !InstallModules(command,
                      {.upgrade = command.options.Flag("upgrade"),
                       .test_directory = command.options.Text("test-directory", "tests"),
                       .with_title = true},
                      diagnostics))
    return false;
  return command.session.LoadConfiguration(diagnostics, {.check_references = false});
}

int RunInit(CommandContext& command) {
  Diagnostics diagnostics;
  InitOutput output(command);
  const view::Style& style = command.terminal.style();
  output.Begin();
  CheckOptions(command.options, diagnostics);
  const bool ready = !diagnostics.HasErrors() && CheckBackendOptions(command, diagnostics) &&
                     CopyModule(command, diagnostics);
  if (ready && !HasConfiguration(command)) {
    const std::string empty = base::core::Spoken(
        "Parterre initialized in an empty directory!\n\nThe directory has no Terraform configuration files. "
        "You may begin working\n"
        "with Parterre immediately by creating Terraform configuration files.");
    output.Say(fmt::format("{}\n", empty), empty, "output_init_empty_message");
    return 0;
  }
  if (ready) InitModules(command, diagnostics);
  if (!diagnostics.HasErrors()) {
    output.Step("initializing_provider_plugin_message", "Initializing provider plugins...");
    session::CheckProviderVersions(command.session.configuration(), command.session.files(),
                                   command.session.plugins(), diagnostics);
    command.session.plugins().WarnOfDevelopment(diagnostics);
    if (!diagnostics.HasErrors() && InstallProviders(command, diagnostics) && !output.json())
      command.terminal.Print("\n");
  }
  if (!diagnostics.HasErrors()) {
    auto made = base::core::MakeDirectories(command.session.data_directory(), 0755);
    if (!made.ok()) diagnostics.Error("Failed to make the data directory", made.error().message());
  }
  output.Diagnostics(diagnostics);
  if (diagnostics.HasErrors()) return 1;
  if (command.session.configuration().root->module->cloud) {
    SayCloudInitialised(command);
    return 0;
  }
  const std::string done = base::core::Spoken("Parterre has been successfully initialized!");
  const std::string next = base::core::Spoken(
      "You may now begin working with Parterre. \"parterre plan\" shows what there is to\n"
      "do. All commands that work with \"terraform\" work here.\n\n"
      "Whenever modules, providers or the backend of the configuration change, run init\n"
      "again; other commands say so where it is needed.");
  output.Say(fmt::format("{}{}{}{}{}\n", style.Reset(), style.Bold(), style.Green(), done, style.Reset()),
             done, "output_init_success_message");
  if (command.session.environment().Get("TF_IN_AUTOMATION").empty())
    output.Say(fmt::format("\n{}\n", next), next, "output_init_success_cli_message");
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
    .logs_json = true,
};

}  // namespace cli::commands
