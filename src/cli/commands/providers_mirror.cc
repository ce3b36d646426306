#include <algorithm>
#include <set>

#include "base/core/files.h"
#include "base/core/product.h"
#include "base/json/writer.h"
#include "cli/commands/provider_packages.h"
#include "cli/view/diagnostics_view.h"

namespace cli::commands {
namespace {

namespace providers = install::providers;
using base::core::JoinPath;
using base::core::Result;
using base::diag::Diagnostics;
using install::lockfile::LockFile;
using install::lockfile::Version;
using language::address::Provider;

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours and no boxes in the output."},
    {"platform", session::OptionKind::kList, "os_arch",
     "Mirror the packages of this platform; may be given often. Default: this machine's."},
    {"lock-file", session::OptionKind::kFlag, "",
     "Mirror the versions that the lock file selects, where it does. Default: true."},
};

struct Archive {
  std::string platform, filename, hash;
};

// VERSION.json and index.json, as a network mirror serves them.
std::string DescribeVersion(const std::vector<Archive>& archives) {
  std::string out;
  base::json::Writer json(&out, base::json::Writer::Style::kIndented);
  json.BeginObject().Key("archives").BeginObject();
  for (const Archive& archive : archives) {
    json.Key(archive.platform).BeginObject().Key("hashes").BeginArray().String(archive.hash).EndArray();
    json.Member("url", archive.filename).EndObject();
  }
  json.EndObject().EndObject();
  return out;
}

std::string DescribeIndex(const std::set<std::string>& versions) {
  std::string out;
  base::json::Writer json(&out, base::json::Writer::Style::kIndented);
  json.BeginObject().Key("versions").BeginObject();
  for (const std::string& version : versions) json.Key(version).BeginObject().EndObject();
  json.EndObject().EndObject();
  return out;
}

// Versions that a mirror's folder describes already; those stay in the index.
std::set<std::string> DescribedVersions(const std::string& folder) {
  std::set<std::string> found;
  auto names = base::core::ListDirectory(folder);
  if (!names.ok()) return found;
  constexpr std::string_view kSuffix = ".json";
  for (const std::string& name : *names) {
    const std::string version = name.ends_with(kSuffix) ? name.substr(0, name.size() - kSuffix.size()) : "";
    if (Version::Parse(version)) found.insert(version);
  }
  return found;
}

class Mirroring {
 public:
  Mirroring(CommandContext& command, std::string directory, std::vector<std::string> platforms)
      : command_(command),
        directory_(std::move(directory)),
        platforms_(std::move(platforms)),
        services_(command.session.plugins().settings(), command.session.environment()),
        source_(providers::MakeDirectSource(services_)),
        downloader_(providers::MakeDownloader(services_, command.session.environment())),
        store_(downloader_.get()) {}

  Result<void> Mirror(const Provider& provider, const install::lockfile::VersionConstraints& constraints,
                      const install::lockfile::ProviderLock* lock) {
    command_.terminal.Print(fmt::format("- Mirroring {}...\n", provider.ForDisplay()));
    ASSIGN_OR_RETURN(const Version version, Choose(provider, constraints, lock));
    const std::string folder = JoinPath(directory_, provider.ToString());
    RETURN_IF_ERROR(base::core::MakeDirectories(folder, 0755));
    std::vector<Archive> archives;
    for (const std::string& platform : platforms_) {
      ASSIGN_OR_RETURN(Archive archive, Fetch(provider, version, platform, folder));
      archives.push_back(std::move(archive));
    }
    std::ranges::sort(archives, {}, &Archive::platform);
    RETURN_IF_ERROR(
        base::core::ReplaceFile(JoinPath(folder, version.ToString() + ".json"), DescribeVersion(archives)));
    return base::core::ReplaceFile(JoinPath(folder, "index.json"), DescribeIndex(DescribedVersions(folder)));
  }

 private:
  Result<Version> Choose(const Provider& provider, const install::lockfile::VersionConstraints& constraints,
                         const install::lockfile::ProviderLock* lock) {
    if (lock != nullptr) {
      command_.terminal.Print(
          fmt::format("  - Selected v{} to match dependency lock file\n", lock->version.ToString()));
      return lock->version;
    }
    std::vector<std::string> warnings;
    ASSIGN_OR_RETURN(Version version, providers::ChooseVersion(provider, constraints, *source_,
                                                               command_.session.stop(), &warnings));
    command_.terminal.Print(constraints.empty()
                                ? fmt::format("  - Selected v{} with no constraints\n", version.ToString())
                                : fmt::format("  - Selected v{} to meet constraints {}\n", version.ToString(),
                                              constraints.ToString()));
    return version;
  }

  Result<Archive> Fetch(const Provider& provider, const Version& version, const std::string& platform,
                        const std::string& folder) {
    command_.terminal.Print(fmt::format("  - Downloading package for {}...\n", platform));
    ASSIGN_OR_RETURN(const auto package, source_->Find(provider, version, platform, command_.session.stop()));
    if (!package || !package->incompatible.empty()) {
      return base::core::Error(fmt::format("{} has no package of {} {} for {} that can be used",
                                           source_->ForDisplay(provider), provider.ForDisplay(),
                                           version.ToString(), platform));
    }
    ASSIGN_OR_RETURN(const base::core::TempDirectory scratch, base::core::TempDirectory::Create());
    ASSIGN_OR_RETURN(const std::string path, FetchArchive(command_, store_, *package, scratch.path()));
    command_.terminal.Print(
        fmt::format("  - Package authenticated: {}\n", package->authentication.ToString()));
    Archive archive{
        platform, fmt::format("terraform-provider-{}_{}_{}.zip", provider.type, version.ToString(), platform),
        ""};
    ASSIGN_OR_RETURN(archive.hash, providers::HashArchiveContent(path));
    ASSIGN_OR_RETURN(const std::string bytes, base::core::ReadFile(path, uint64_t{4} << 30));
    RETURN_IF_ERROR(base::core::ReplaceFile(JoinPath(folder, archive.filename), bytes));
    RETURN_IF_ERROR(base::core::RemoveFile(path));
    return archive;
  }

  CommandContext& command_;
  const std::string directory_;
  const std::vector<std::string> platforms_;
  install::discovery::Services services_;
  const std::unique_ptr<providers::Source> source_;
  const std::unique_ptr<providers::Downloader> downloader_;
  const providers::PackageStore store_;
};

int RunProvidersMirror(CommandContext& command) {
  Diagnostics diagnostics;
  const std::vector<std::string>& operands = command.options.operands();
  if (operands.size() != 1)
    diagnostics.Error("No output directory specified", "providers mirror takes the folder to write to.");
  const std::vector<std::string> platforms = ReadPlatforms(command.options, diagnostics);
  providers::Requirements requirements;
  std::vector<Provider> built_in;
  if (!diagnostics.HasErrors()) requirements = ReadRequirements(command, diagnostics, &built_in);
  LockFile locks;
  if (!diagnostics.HasErrors() && command.options.Flag("lock-file", true))
    locks = install::lockfile::ReadLockFile(diagnostics);
  if (!diagnostics.HasErrors()) {
    for (const Provider& provider : built_in)
      command.terminal.Print(fmt::format("- Skipping {} because it is built in to {} CLI\n",
                                         provider.ForDisplay(), base::core::ProductName()));
    Mirroring mirroring(command, operands[0], platforms);
    for (const auto& [provider, constraints] : requirements) {
      const auto lock = locks.find(provider);
      auto done = mirroring.Mirror(provider, constraints, lock == locks.end() ? nullptr : &lock->second);
      if (!done.ok())
        diagnostics.Error("Failed to fetch package", provider.ForDisplay() + ": " + done.error().message());
    }
  }
  view::ShowDiagnostics(diagnostics, command.terminal);
  return diagnostics.HasErrors() ? 1 : 0;
}

}  // namespace

const Command kProvidersMirrorCommand = {
    .name = "providers mirror",
    .synopsis = "Save local copies of all required provider plugins",
    .usage = "parterre [global options] providers mirror [options] <target-dir>",
    .help =
        "Downloads the packages of all required providers into a folder, which can then be used as a\n"
        "filesystem mirror, or be served as a network mirror.",
    .options = kOptions,
    .run = RunProvidersMirror,
};

}  // namespace cli::commands
