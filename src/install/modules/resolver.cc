#include "install/modules/resolver.h"

#include <fcntl.h>
#include <sys/file.h>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/log.h"
#include "base/crypto/digest.h"

namespace install::modules {

using Kind = ModuleSource::Kind;

namespace {

constexpr std::string_view kScratch = ".fetching-";

}  // namespace

bool IsCurrent(const Record& record, const Call& call) {
  if (record.source != call.source.ToString()) return false;
  if (call.source.kind != Kind::kRegistry || call.version.empty()) return true;
  const auto version = Version::Parse(record.version);
  const auto constraints = language::address::VersionConstraints::Parse(call.version);
  return version && constraints && constraints->Allow(*version);
}

std::string ChildKey(const std::string& parent, const std::string& name) {
  return parent.empty() ? name : fmt::format("{}.{}", parent, name);
}

Resolver::Resolver(discovery::Services& services, const base::core::Environment& environment,
                   const InstallOptions& options, const Manifest& before)
    : options_(options),
      before_(before),
      registry_(services),
      fetcher_(services, environment),
      scratch_(base::core::JoinPath(options.modules_directory,
                                    std::string(kScratch) + base::crypto::RandomAlphanumeric(12))),
      forward_stop_(options.stop, [this] { stop_.request_stop(); }),
      pool_(options.downloads) {}

Resolver::~Resolver() {
  stop_.request_stop();
  pool_.RequestStop();
  pool_.Wait();
  [[maybe_unused]] auto removed = base::core::RemoveRecursively(scratch_);
}

base::core::Result<void> Resolver::OpenScratch() {
  const auto lock = [](const std::string& directory) -> base::core::Result<base::core::UniqueFd> {
    ASSIGN_OR_RETURN(base::core::UniqueFd opened, base::core::OpenFile(directory, O_RDONLY | O_DIRECTORY));
    if (flock(opened.get(), LOCK_EX | LOCK_NB) != 0)
      return base::core::ErrnoError("flock " + directory, errno);
    return opened;
  };
  RETURN_IF_ERROR(base::core::MakeDirectories(options_.modules_directory, 0755));
  ASSIGN_OR_RETURN(const auto names, base::core::ListDirectory(options_.modules_directory));
  for (const std::string& name : names) {
    if (!name.starts_with(kScratch)) continue;
    const std::string directory = base::core::JoinPath(options_.modules_directory, name);
    if (lock(directory).ok()) RETURN_IF_ERROR(base::core::RemoveRecursively(directory));
  }
  RETURN_IF_ERROR(base::core::MakeDirectories(scratch_, 0755));
  ASSIGN_OR_RETURN(scratch_lock_, lock(scratch_));
  return {};
}

const Version* Resolver::Choose(const Call& call, std::vector<Failure>* warnings, Failure* failure) {
  const ModuleSource& module = call.source;
  const auto& listed = registry_.ListVersions(module, stop_.get_token());
  if (const auto* failed = std::get_if<Failure>(&listed)) {
    *failure = *failed;
    return nullptr;
  }
  const auto& versions = std::get<Registry::Versions>(listed);
  if (warnings != nullptr) {
    for (const std::string& each : versions.unusable) {
      warnings->push_back(
          {"Invalid response from remote module registry",
           fmt::format("The registry {} lists \"{}\" as a version of {}, which is none. It is passed over.",
                       module.host, each, module.Package())});
    }
  }
  if (versions.usable.empty()) {
    *failure = {"Module has no versions", fmt::format("The registry {} has no versions of the module {}.",
                                                      module.host, module.Package())};
    return nullptr;
  }
  const Version* chosen = ChooseVersion(versions.usable, call.version);
  if (chosen != nullptr) {
    base::core::Log(base::core::LogLevel::kDebug, "modules", "{}: {} of {} versions satisfies \"{}\"",
                    module.Package(), chosen->ToString(), versions.usable.size(), call.version);
    return chosen;
  }
  const Version* newest = ChooseVersion(versions.usable, "");
  *failure = {"Unresolvable module version constraint",
              fmt::format("No version of the module {} satisfies \"{}\". {}", module.Package(), call.version,
                          newest == nullptr ? "All there are are pre-releases, which must be named exactly."
                                            : fmt::format("The newest is {}.", newest->ToString()))};
  return nullptr;
}

std::variant<std::string, Failure> Resolver::ChooseVersionOf(const Call& call,
                                                             std::vector<Failure>* warnings) {
  Failure failure;
  const Version* version = Choose(call, warnings, &failure);
  if (version == nullptr) return failure;
  return version->ToString();
}

std::variant<Resolved, Failure> Resolver::Resolve(const Call& call, std::vector<Failure>* warnings) {
  CHECK(call.source.kind != Kind::kLocal);
  if (call.source.kind == Kind::kRemote) return Resolved{call.source.package, call.source.subdirectory, ""};
  Failure failure;
  const Version* version = Choose(call, warnings, &failure);
  if (version == nullptr) return failure;
  const auto& found = registry_.FindPackage(call.source, *version, stop_.get_token());
  if (const auto* failed = std::get_if<Failure>(&found)) return *failed;
  const auto& package = std::get<ModuleSource>(found);
  return Resolved{package.package, base::core::JoinPath(package.subdirectory, call.source.subdirectory),
                  version->ToString()};
}

const Resolver::Package& Resolver::Fetch(const std::string& package) {
  return packages_.Get(package, [&] {
    std::string directory = base::core::JoinPath(scratch_, std::to_string(++count_));
    base::core::Result<void> fetched = opened_.Get("", [&] { return OpenScratch(); });
    if (fetched.ok()) fetched = fetcher_.Fetch(package, directory, stop_.get_token());
    return Package{std::move(fetched), std::move(directory)};
  });
}

void Resolver::Prefetch(const std::vector<Call>& calls, const std::string& key,
                        const std::string& directory) {
  for (const Call& call : calls)
    pool_.Submit([this, call, key, directory] { PrefetchCall(call, key, directory); });
}

void Resolver::PrefetchFolder(const std::string& key, const std::string& directory) {
  {
    std::lock_guard guard(mutex_);
    if (!seen_.insert(base::core::CleanPath(directory)).second) return;
  }
  base::diag::Diagnostics unheard;  // the installer reads it again
  if (const auto calls = options_.read_calls(directory, unheard)) Prefetch(*calls, key, directory);
}

void Resolver::PrefetchCall(const Call& call, const std::string& key, const std::string& directory) {
  if (stop_.stop_requested()) return;
  const std::string child = ChildKey(key, call.name);
  if (call.source.kind == Kind::kLocal)
    return PrefetchFolder(child, base::core::JoinPath(directory, call.source.path));
  if (!options_.upgrade) {
    const auto record = before_.find(child);
    if (record != before_.end() && IsCurrent(record->second, call) &&
        base::core::IsDirectory(record->second.directory))
      return PrefetchFolder(child, record->second.directory);
  }
  const auto resolved = Resolve(call);
  const auto* wanted = std::get_if<Resolved>(&resolved);
  if (wanted == nullptr) return;
  const Package& package = Fetch(wanted->package);
  if (!package.fetched.ok()) return;
  // Where it is a pattern, there is no such folder, and the installer will find it.
  PrefetchFolder(child, base::core::JoinPath(package.directory, wanted->subdirectory));
}

}  // namespace install::modules
