#include "cli/commands/install_providers.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "base/core/product.h"
#include "base/core/strings.h"
#include "cli/commands/download_bar.h"
#include "cli/commands/init_output.h"
#include "cli/commands/read_state.h"
#include "cli/session/provider_factory.h"
#include "cli/session/provider_requirements.h"
#include "cli/session/provider_versions.h"
#include "install/discovery/services.h"
#include "install/providers/downloader.h"

namespace cli::commands {
namespace {

namespace providers = install::providers;
using base::diag::Diagnostics;
using install::lockfile::LockFile;
using language::address::Provider;
using providers::InstallEvent;
using Kind = InstallEvent::Kind;

// For people, and for programs that read -json; empty for what is no line.
struct EventText {
  std::string people, programs;
};

EventText Describe(const InstallEvent& event) {
  const std::string name = event.provider.ForDisplay();
  const std::string proof = event.authentication.ToString();
  switch (event.kind) {
    case Kind::kReusing:
      return {fmt::format("Reusing previous version of {} from the dependency lock file", name),
              fmt::format("{}: Reusing previous version from the dependency lock file", name)};
    case Kind::kFinding:
      if (event.constraints.empty())
        return {fmt::format("Finding latest version of {}...", name),
                fmt::format("{}: Finding latest version...", name)};
      return {fmt::format("Finding {} versions matching \"{}\"...", name, event.constraints),
              fmt::format("Finding matching versions for provider: {}, version_constraint: {}", name,
                          base::core::GoQuote(event.constraints))};
    case Kind::kInstalling:
      return {fmt::format("Installing {} v{}...", name, event.version),
              fmt::format("Installing provider version: {} v{}...", name, event.version)};
    case Kind::kInstalled:
      return {fmt::format("Installed {} v{} ({})", name, event.version, proof),
              fmt::format("Installed provider version: {} v{} ({})", name, event.version, proof)};
    case Kind::kUsingInstalled:
      return {fmt::format("Using previously-installed {} v{}", name, event.version),
              fmt::format("{} v{}: Using previously-installed provider version", name, event.version)};
    case Kind::kUsingCache:
      return {fmt::format("Using {} v{} from the shared cache directory", name, event.version),
              fmt::format("{} v{}: Using from the shared cache directory", name, event.version)};
    case Kind::kWarning:
      return {};
  }
  return {};
}

// What comes with the program leaves the requirements, and is named.
std::vector<std::string> TakeBuiltIn(const session::Plugins& plugins, providers::Requirements* requirements) {
  std::vector<std::string> lines;
  for (auto it = requirements->begin(); it != requirements->end();) {
    const Provider& provider = it->first;
    const auto builtin = session::BuiltInProviders();
    const auto known = std::ranges::find(builtin, provider.ToString(), &session::BuiltInProvider::source);
    if (plugins.IsUnderDevelopment(provider) || plugins.IsReattached(provider)) {
      lines.push_back(
          fmt::format("{} is {}: nothing to install", provider.ForDisplay(),
                      plugins.IsReattached(provider) ? "run by somebody else" : "under development"));
    } else if (!session::IsBuiltIn(provider, plugins)) {
      ++it;
      continue;
    } else if (known == builtin.end() || known->version.empty()) {
      lines.push_back(fmt::format("{} is built in to {}", provider.ToString(), base::core::ProductName()));
    } else {
      lines.push_back(fmt::format("{} v{} is built in to {}: nothing to download", provider.ForDisplay(),
                                  known->version, base::core::ProductName()));
    }
    it = requirements->erase(it);
  }
  return lines;
}

void TellOfLockFile(InitOutput& output, const view::Style& style, bool created) {
  if (!created) {
    const std::string changed = base::core::Spoken(
        "Parterre has made some changes to the provider dependency selections recorded\n"
        "in .terraform.lock.hcl. Look them over, and keep the file with the configuration.");
    output.Say(fmt::format("{}{}\n", changed, style.Reset()), changed, "dependencies_lock_changes_info");
    return;
  }
  const auto text = [](std::string_view before, std::string_view after) {
    return fmt::format(
        "{} has created a lock file {}.terraform.lock.hcl{}: it holds the versions chosen above\n"
        "and the checksums of their packages. Keep it with the configuration, so that others\n"
        "get the same.",
        base::core::ProductName(), before, after);
  };
  output.Say(fmt::format("{}{}\n", text(style.Bold(), style.Reset()), style.Reset()), text("", ""),
             "lock_info");
}

void WarnOfIncomplete(const std::vector<Provider>& incomplete, Diagnostics& diagnostics) {
  if (incomplete.empty()) return;
  std::string list;
  for (const Provider& provider : incomplete) list += "\n  - " + provider.ForDisplay();
  diagnostics.Warning(
      "Incomplete lock file information for providers",
      fmt::format(
          "The checksums of these providers are those of the packages found here, and cover {0} only:{1}\n\n"
          "On another platform, init will refuse them. To add the checksums of one, run:\n"
          "  {2} providers lock -platform=linux_amd64\n(where linux_amd64 is the platform to add)",
          providers::CurrentPlatform(), list, base::core::ProgramName()));
}

class ProviderInstallation {
 public:
  ProviderInstallation(CommandContext& command, Diagnostics& diagnostics)
      : command_(command), output_(command), plugins_(command.session.plugins()), diagnostics_(diagnostics) {}

  bool Run() {
    diagnostics_.Append(plugins_.reattach_diagnostics());
    const bool readonly = command_.options.Text("lockfile") == "readonly";
    const LockFile locks = install::lockfile::ReadLockFile(diagnostics_);
    providers::Requirements requirements = Collect();
    if (diagnostics_.HasErrors()) return false;
    const std::vector<std::string> built_in = TakeBuiltIn(plugins_, &requirements);
    for (const std::string& line : built_in) output_.Say(fmt::format("- {}\n", line), line);
    if (requirements.empty() && locks.empty()) return true;
    const providers::InstallResult result = Install(requirements, locks);
    if (!diagnostics_.HasErrors()) Record(locks, result, readonly);
    return !diagnostics_.HasErrors();
  }

 private:
  providers::Requirements Collect() {
    // With -backend=false there may be no way to the state yet; what it needs is installed by the next init.
    Diagnostics unheard;
    const bool with_backend = command_.options.Flag("backend", true);
    auto snapshot = ReadState(command_, with_backend ? diagnostics_ : unheard);
    const engine::state::State* state = snapshot ? snapshot->state.get() : nullptr;
    return session::CollectRequirements(command_.session.configuration(), state, diagnostics_);
  }

  providers::InstallResult Install(const providers::Requirements& requirements, const LockFile& locks) {
    const base::core::Environment& environment = command_.session.environment();
    install::discovery::Services services(plugins_.settings(), environment);
    std::vector<std::string> folders;
    for (const auto& [name, text] : command_.options.given())
      if (name == "plugin-dir") folders.push_back(text);
    const auto source = folders.empty()
                            ? providers::MakeConfiguredSource(plugins_.settings(), environment, services)
                            : providers::MakeFolderSource(folders);
    const auto downloader = providers::MakeDownloader(services, environment);
    const providers::PackageStore store(downloader.get());
    const providers::PackageHashes hashes(environment);
    providers::InstallOptions options;
    options.upgrade = command_.options.Flag("upgrade");
    options.packages_directory = plugins_.packages_directory();
    options.cache_directory = plugins_.settings().plugin_cache_directory;
    options.cache_may_break_lock_file = plugins_.settings().cache_may_break_lock_file;
    options.stop = command_.session.stop();
    options.on_event = [&](const InstallEvent& event) {
      if (const EventText text = Describe(event); !text.people.empty())
        output_.Say(fmt::format("- {}\n", text.people), text.programs);
      if (event.kind == Kind::kWarning) warnings_[event.provider.ForDisplay()] += "\n- " + event.text;
    };
    DownloadBar bar(command_.live);
    options.on_progress = [&](uint64_t done, uint64_t total) { bar.Count(done, total); };
    providers::InstallResult result =
        providers::InstallProviders(requirements, locks, *source, store, hashes, options, diagnostics_);
    for (const auto& [name, text] : warnings_)
      diagnostics_.Warning("Additional provider information from registry",
                           "The registry has this to say of " + name + ":" + text);
    return result;
  }

  // Entries of built-in providers are other programs' affair and stay as they are.
  void Record(const LockFile& before, const providers::InstallResult& result, bool readonly) {
    LockFile after = result.locks;
    for (const auto& [provider, lock] : before)
      if (session::IsBuiltIn(provider, plugins_)) after.insert({provider, lock});
    const bool same = std::ranges::equal(before, after, [](const auto& a, const auto& b) {
      return a.first == b.first && a.second.SelectsSame(b.second);
    });
    // Constraints are only a note, and do not make a change by themselves.
    if (same) return;
    if (readonly) {
      diagnostics_.Error(
          "Provider dependency changes detected",
          base::core::Spoken(
              "The configuration needs other providers than the lock file selects, and the lock file is "
              "read-only. Run \"parterre init\" without -lockfile=readonly to record them."));
      return;
    }
    if (auto written = install::lockfile::WriteLockFile(after); !written.ok()) {
      diagnostics_.Error("Failed to save dependency lock file", written.error().message());
      return;
    }
    TellOfLockFile(output_, command_.terminal.style(), before.empty());
    WarnOfIncomplete(result.only_this_platform, diagnostics_);
  }

  CommandContext& command_;
  InitOutput output_;
  const session::Plugins& plugins_;
  Diagnostics& diagnostics_;
  std::map<std::string, std::string> warnings_;  // by provider
};

}  // namespace

bool InstallProviders(CommandContext& command, Diagnostics& diagnostics) {
  return ProviderInstallation(command, diagnostics).Run();
}

}  // namespace cli::commands
