#include "cli/commands/install_modules.h"

#include "base/core/files.h"
#include "cli/commands/init_output.h"
#include "engine/config/installed_modules.h"
#include "engine/config/test_file.h"
#include "install/discovery/services.h"
#include "install/modules/installer.h"
#include "install/modules/once_map.h"

namespace cli::commands {
namespace {

namespace modules = install::modules;
using engine::config::Module;
using engine::config::Place;
using modules::Call;
using modules::InstallEvent;

base::diag::Diagnostic At(const Place& place) {
  return language::hcl::MakeDiagnostic(base::diag::Severity::kError, "", "", *place.file, place.span);
}

std::vector<Call> CallsOf(const Module& module) {
  std::vector<Call> calls;
  for (const auto& [name, call] : module.module_calls)
    if (!call.source.empty()) calls.push_back({name, call.address, call.version, At(call.place)});
  return calls;
}

// Folders are read once, but for those of fetched modules, which may change meanwhile.
class ModuleReader {
 public:
  explicit ModuleReader(std::string modules_directory)
      : prefix_(base::core::CleanPath(modules_directory) + "/"), files_(engine::config::DiskFiles()) {}

  std::optional<std::vector<Call>> Read(const std::string& directory, Diagnostics& diagnostics) {
    const std::string clean = base::core::CleanPath(directory);
    const Folder folder =
        clean.starts_with(prefix_) ? ReadNow(clean) : known_.Get(clean, [&] { return ReadNow(clean); });
    diagnostics.Append(folder.diagnostics);
    return folder.calls;
  }

 private:
  struct Folder {
    std::optional<std::vector<Call>> calls;
    Diagnostics diagnostics;
  };
  Folder ReadNow(const std::string& directory) const {
    Folder folder;
    const auto module = engine::config::ReadModule(*files_, directory, folder.diagnostics);
    if (module != nullptr) folder.calls = CallsOf(*module);
    return folder;
  }

  const std::string prefix_;
  const std::unique_ptr<engine::config::FileSource> files_;
  modules::OnceMap<Folder> known_;
};

std::string Describe(const InstallEvent& event, bool with_folders) {
  if (event.kind == InstallEvent::Kind::kDownloading) {
    return fmt::format("Downloading {}{}{} for {}...", event.package, event.version.empty() ? "" : " ",
                       event.version, event.key);
  }
  return with_folders ? fmt::format("- {} in {}", event.key, event.directory)
                      : fmt::format("- {}", event.key);
}

// Of the root module and, behind them, of the runs of its test files.
std::optional<std::vector<Call>> RootCalls(CommandContext& command, const std::string& test_directory,
                                           Diagnostics& diagnostics) {
  const engine::config::FileSource& files = command.session.files();
  Diagnostics of_root;
  const auto root = engine::config::ReadModule(files, ".", of_root);
  // Its warnings are told by whoever reads the whole configuration.
  if (of_root.HasErrors()) diagnostics.Append(std::move(of_root));
  std::vector<Call> calls;
  if (root != nullptr) calls = CallsOf(*root);
  const engine::config::TestFiles tests =
      engine::config::ReadTestFiles(files, ".", test_directory, diagnostics);
  for (const auto& [name, file] : tests) {
    for (const engine::config::TestRun& run : file.runs) {
      if (!run.module) continue;
      calls.push_back({engine::config::TestModuleKey(file.name, run.name), run.module->address,
                       run.module->version, At(run.module->place)});
    }
  }
  if (diagnostics.HasErrors()) return std::nullopt;
  return calls;
}

}  // namespace

bool InstallModules(CommandContext& command, const ModuleInstallation& installation,
                    Diagnostics& diagnostics) {
  const auto calls = RootCalls(command, installation.test_directory, diagnostics);
  if (!calls) return false;
  InitOutput output(command);
  if (installation.with_title) {
    if (calls->empty()) return true;
    if (installation.upgrade)
      output.Step("upgrading_modules_message", "Upgrading modules...");
    else
      output.Step("initializing_modules_message", "Initializing modules...");
  }
  const session::Plugins& plugins = command.session.plugins();
  install::discovery::Services services(plugins.settings(), command.session.environment());
  modules::InstallOptions options;
  options.upgrade = installation.upgrade;
  options.modules_directory = modules::ModulesDirectory(command.session.data_directory());
  options.stop = command.session.stop();
  ModuleReader reader(options.modules_directory);
  options.read_calls = [&](const std::string& directory, Diagnostics& mistakes) {
    return reader.Read(directory, mistakes);
  };
  options.on_event = [&](const InstallEvent& event) {
    command.live.End();
    const std::string line = Describe(event, installation.with_folders);
    output.Say(line + "\n", line);
    if (event.kind == InstallEvent::Kind::kDownloading)
      command.live.Begin(fmt::format("Downloading {}", event.package));
  };
  modules::InstallModules(*calls, services, command.session.environment(), options, diagnostics);
  command.live.End();
  return !diagnostics.HasErrors();
}

bool CopyFromModule(CommandContext& command, const std::string& source, Diagnostics& diagnostics) {
  const view::Style& style = command.terminal.style();
  const std::string shown = language::address::WithoutPassword(source);
  InitOutput(command).Say(
      fmt::format("{}Copying configuration{} from \"{}\"...\n", style.Bold(), style.Reset(), shown),
      fmt::format("Copying configuration from \"{}\"...", shown), "copying_configuration_message");
  const auto address = language::address::ParseModuleSource(source);
  if (!address.ok()) {
    diagnostics.Error("Invalid module source address", address.error().message() + ".");
    return false;
  }
  install::discovery::Services services(command.session.plugins().settings(), command.session.environment());
  modules::InstallOptions options;
  options.modules_directory = modules::ModulesDirectory(command.session.data_directory());
  options.stop = command.session.stop();
  modules::CopyModule(*address, ".", services, command.session.environment(), options, diagnostics);
  if (diagnostics.HasErrors()) return false;
  if (!InstallModules(command, {.with_folders = false}, diagnostics)) return false;
  if (!command.options.Flag("json")) command.terminal.Print("\n");
  // Folders are told of once more, with their places.
  const std::string path = modules::ManifestPath(command.session.data_directory());
  auto manifest = modules::ReadManifest(path);
  if (manifest.ok()) {
    std::erase_if(*manifest, [](const auto& entry) {
      return language::address::IsLocalModuleSource(entry.second.source);
    });
    if (auto written = modules::WriteManifest(path, *manifest); !written.ok())
      diagnostics.Error("Failed to update module manifest", written.error().message());
  }
  return !diagnostics.HasErrors();
}

}  // namespace cli::commands
