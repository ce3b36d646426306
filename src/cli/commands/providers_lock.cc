#include <algorithm>

#include "base/core/files.h"
#include "base/core/product.h"
#include "cli/commands/provider_packages.h"
#include "cli/view/diagnostics_view.h"
#include "install/lockfile/package_hash.h"

namespace cli::commands {
namespace {

namespace providers = install::providers;
using base::diag::Diagnostics;
using install::lockfile::LockFile;
using install::lockfile::ProviderLock;
using language::address::Provider;

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours and no boxes in the output."},
    {"fs-mirror", session::OptionKind::kText, "dir",
     "Ask this folder for packages instead of the registries."},
    {"net-mirror", session::OptionKind::kText, "url",
     "Ask this mirror for packages instead of the registries."},
    {"platform", session::OptionKind::kList, "os_arch",
     "Lock the packages of this platform; may be given often. Default: this machine's."},
    {"enable-plugin-cache", session::OptionKind::kFlag, "", "Accepted for compatibility."},
};

// Only those that were named, if any were.
void KeepNamed(const std::vector<std::string>& names, providers::Requirements* requirements,
               Diagnostics& diagnostics) {
  if (names.empty()) return;
  providers::Requirements kept;
  for (const std::string& name : names) {
    const auto provider = language::address::ParseProvider(name);
    if (!provider.ok()) {
      diagnostics.Error("Invalid provider argument", provider.error().message());
    } else if (const auto found = requirements->find(*provider); found != requirements->end()) {
      kept.insert(*found);
    } else {
      diagnostics.Error("Invalid provider argument",
                        fmt::format("The provider {} is not required by the current configuration.",
                                    provider->ForDisplay()));
    }
  }
  *requirements = std::move(kept);
}

// Archives of a release do not change: where both sides know some, they have some in common.
bool IsAnotherRelease(const std::vector<std::string>& released, const std::vector<std::string>& locked) {
  const auto of_archive = [](const std::string& hash) { return hash.starts_with("zh:"); };
  return !released.empty() && std::ranges::any_of(locked, of_archive) &&
         std::ranges::none_of(locked, [&](const std::string& hash) {
           return of_archive(hash) && std::ranges::count(released, hash) > 0;
         });
}

class Locking {
 public:
  Locking(CommandContext& command, providers::Source& source, const providers::PackageStore& store,
          Diagnostics& diagnostics)
      : command_(command), source_(source), store_(store), diagnostics_(diagnostics) {}

  // False after an error, which is told.
  bool Lock(const Provider& provider, const install::lockfile::VersionConstraints& constraints,
            const std::vector<std::string>& platforms, LockFile* locks) {
    const auto before = locks->find(provider);
    ProviderLock lock;
    if (before != locks->end()) lock = before->second;
    if (before == locks->end() || !constraints.Allow(lock.version)) {
      std::vector<std::string> warnings;
      auto version =
          providers::ChooseVersion(provider, constraints, source_, command_.session.stop(), &warnings);
      if (!version.ok()) return Fail(platforms.front(), version.error().message());
      lock = {*std::move(version), constraints, {}};
    }
    lock.constraints = constraints;
    const std::vector<std::string> known = lock.hashes;
    for (const std::string& platform : platforms) {
      if (!AddPlatform(provider, platform, known, &lock)) return false;
    }
    (*locks)[provider] = std::move(lock);
    return true;
  }

 private:
  bool AddPlatform(const Provider& provider, const std::string& platform,
                   const std::vector<std::string>& known, ProviderLock* lock) {
    const std::string name =
        fmt::format("{} {} for {}", provider.ForDisplay(), lock->version.ToString(), platform);
    command_.terminal.Print(fmt::format("- Fetching {}...\n", name));
    auto package = source_.Find(provider, lock->version, platform, command_.session.stop());
    if (!package.ok()) return Fail(platform, name + ": " + package.error().message());
    if (!*package)
      return Fail(platform, fmt::format("{} has no package of {}", source_.ForDisplay(provider), name));
    if (IsAnotherRelease((*package)->release_hashes, known))
      return Fail(
          platform,
          fmt::format("{}: the signed checksums of the release are others than those that the lock file "
                      "has for this very version. Whoever published it has changed it since; if that is "
                      "meant, remove its entry from .terraform.lock.hcl first",
                      name));
    auto hash = Fetch(**package);
    if (!hash.ok()) return Fail(platform, name + ": " + hash.error().message());
    command_.terminal.Print(
        fmt::format("- Retrieved {} ({})\n", name, (*package)->authentication.ToString()));
    const std::vector<std::string> before = lock->hashes;
    lock->AddHashes((*package)->release_hashes);
    lock->AddHashes(std::vector{*hash});
    const std::string_view note = known.empty() ? "This was a new provider and the checksums for this "
                                                  "platform are now tracked in the lock file"
                                  : lock->hashes == before
                                      ? "All checksums for this platform were already tracked "
                                        "in the lock file"
                                      : "Additional checksums for this platform are now "
                                        "tracked in the lock file";
    command_.terminal.Print(
        fmt::format("- Obtained {} checksums for {}; {}\n", provider.ForDisplay(), platform, note));
    return true;
  }

  // The package's "h1:".
  base::core::Result<std::string> Fetch(const providers::Package& package) {
    if (!package.incompatible.empty()) return base::core::Error(package.incompatible);
    if (package.kind == providers::Package::Kind::kDirectory)
      return install::lockfile::HashDirectory(package.location);
    ASSIGN_OR_RETURN(const base::core::TempDirectory scratch, base::core::TempDirectory::Create());
    ASSIGN_OR_RETURN(const std::string archive, FetchArchive(command_, store_, package, scratch.path()));
    auto hash = providers::HashArchiveContent(archive);
    if (package.kind == providers::Package::Kind::kUrl) RETURN_IF_ERROR(base::core::RemoveFile(archive));
    return hash;
  }

  bool Fail(const std::string& platform, const std::string& why) {
    diagnostics_.Error("Could not retrieve providers for locking",
                       fmt::format("The packages for {} could not be had to calculate their checksums:\n- {}",
                                   platform, why));
    return false;
  }

  CommandContext& command_;
  providers::Source& source_;
  const providers::PackageStore& store_;
  Diagnostics& diagnostics_;
};

std::unique_ptr<providers::Source> MakeSource(const session::Options& options,
                                              install::discovery::Services& services,
                                              Diagnostics& diagnostics) {
  const std::string folder = options.Text("fs-mirror");
  std::string url = options.Text("net-mirror");
  if (!folder.empty() && !url.empty())
    diagnostics.Error("Invalid installation method options",
                      "The options -fs-mirror and -net-mirror exclude each other.");
  if (!folder.empty()) return providers::MakeFolderSource({folder});
  if (url.empty()) return providers::MakeDirectSource(services);
  if (!url.starts_with("https://"))
    diagnostics.Error("Invalid network mirror URL",
                      fmt::format("A mirror is asked over https only; \"{}\" begins otherwise.", url));
  if (!url.ends_with('/')) url += '/';
  return providers::MakeNetworkMirror(url, services);
}

int RunProvidersLock(CommandContext& command) {
  Diagnostics diagnostics;
  install::discovery::Services services(command.session.plugins().settings(), command.session.environment());
  const auto source = MakeSource(command.options, services, diagnostics);
  const std::vector<std::string> platforms = ReadPlatforms(command.options, diagnostics);
  providers::Requirements requirements;
  if (!diagnostics.HasErrors()) requirements = ReadRequirements(command, diagnostics);
  if (!diagnostics.HasErrors()) KeepNamed(command.options.operands(), &requirements, diagnostics);
  LockFile locks;
  if (!diagnostics.HasErrors()) locks = install::lockfile::ReadLockFile(diagnostics);
  const LockFile before = locks;
  const auto downloader = providers::MakeDownloader(services, command.session.environment());
  const providers::PackageStore store(downloader.get());
  if (!diagnostics.HasErrors()) {
    Locking locking(command, *source, store, diagnostics);
    for (const auto& [provider, constraints] : requirements)
      if (!locking.Lock(provider, constraints, platforms, &locks)) break;
  }
  const bool changed = FormatLockFile(before) != FormatLockFile(locks);
  // A file without providers, too: wrappers ask for locks until there is one.
  if (!diagnostics.HasErrors() &&
      (changed || !base::core::Exists(std::string(install::lockfile::kLockFileName))))
    if (auto written = install::lockfile::WriteLockFile(locks); !written.ok())
      diagnostics.Error("Failed to save dependency lock file", written.error().message());
  view::ShowDiagnostics(diagnostics, command.terminal);
  if (diagnostics.HasErrors()) return 1;
  const view::Style& style = command.terminal.style();
  command.terminal.Print(
      fmt::format("\n{}{}Success!{} {}{} has {}.{}\n", style.Bold(), style.Green(), style.Reset(),
                  style.Bold(), base::core::ProductName(),
                  changed ? "updated the lock file" : "validated the lock file and found no need for changes",
                  style.Reset()));
  if (changed)
    command.terminal.Print("\nLook over .terraform.lock.hcl, and keep it with the configuration.\n");
  return 0;
}

}  // namespace

const Command kProvidersLockCommand = {
    .name = "providers lock",
    .synopsis = "Write out dependency locks for the configured providers",
    .usage = "parterre [global options] providers lock [options] [provider...]",
    .help =
        "Adds checksums of provider packages to the lock file, also those of other platforms: what init\n"
        "can only do for the packages that it sees itself.",
    .options = kOptions,
    .run = RunProvidersLock,
};

}  // namespace cli::commands
