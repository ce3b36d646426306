#include "install/modules/installer.h"

#include <unistd.h>

#include <algorithm>
#include <deque>
#include <map>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "install/modules/fetcher.h"
#include "install/modules/resolver.h"

namespace install::modules {
namespace {

using base::core::Error;
using base::core::JoinPath;
using base::core::Result;
using base::diag::Severity;
using language::address::WithoutPassword;
using Kind = ModuleSource::Kind;

// As the loader of configurations has them.
constexpr size_t kMaxDepth = 100;
constexpr size_t kMaxModules = 20'000;
constexpr int kMaxLinks = 255;

// The path with its symbolic links resolved, relative where no link was absolute; nothing where it is not
// there.
std::optional<std::string> ResolveLinks(const std::string& path) {
  std::deque<std::string> rest;
  for (const std::string_view part : base::core::SplitNonEmpty(path, '/')) rest.emplace_back(part);
  std::string resolved = path.starts_with('/') ? "/" : "";
  int links = 0;
  while (!rest.empty()) {
    const std::string part = std::move(rest.front());
    rest.pop_front();
    const std::string next = JoinPath(resolved, part);
    std::string target(4096, '\0');
    const ssize_t length = readlink(next.c_str(), target.data(), target.size());
    if (length < 0 || part == "." || part == "..") {
      resolved = next;
      continue;
    }
    if (++links > kMaxLinks) return std::nullopt;
    target.resize(static_cast<size_t>(length));
    std::vector<std::string> parts;
    for (const std::string_view each : base::core::SplitNonEmpty(target, '/')) parts.emplace_back(each);
    rest.insert(rest.begin(), parts.begin(), parts.end());
    if (target.starts_with('/')) resolved = "/";
  }
  if (!base::core::IsDirectory(resolved.empty() ? "." : resolved)) return std::nullopt;
  return base::core::CleanPath(resolved);
}

// A module whose calls are being looked at, and those that led to it.
struct Parent {
  std::string key;
  std::string directory;
  std::string package;  // that it lies in; empty: the project itself
  const Call* call = nullptr;
  const Parent* parent = nullptr;
  size_t depth = 0;
};

class Installation {
 public:
  Installation(discovery::Services& services, const base::core::Environment& environment,
               const InstallOptions& options, base::diag::Diagnostics& diagnostics)
      : services_(services), environment_(environment), options_(options), diagnostics_(diagnostics) {}

  void Run(const std::vector<Call>& calls) {
    const std::string path = JoinPath(options_.modules_directory, "modules.json");
    auto read = ReadManifest(path);
    if (!read.ok()) {
      diagnostics_.Error("Failed to read modules manifest file",
                         fmt::format("{} cannot be used: {}. Remove it, and all modules are installed anew.",
                                     path, read.error().message()));
      return;
    }
    manifest_ = *std::move(read);
    manifest_[""] = {.directory = "."};
    resolver_.emplace(services_, environment_, options_, manifest_);
    resolver_->Prefetch(calls, "", ".");
    InstallCalls(calls, {.directory = "."});
    resolver_.reset();
    if (options_.stop.stop_requested()) {
      diagnostics_.Error("Module download was interrupted",
                         "What has been installed is kept. Run the command again to go on.");
    }
    if (auto written = WriteManifest(path, manifest_); !written.ok())
      diagnostics_.Error("Failed to update module manifest", written.error().message());
  }

 private:
  void Report(const Call& call, std::string summary, std::string detail,
              Severity severity = Severity::kError) {
    base::diag::Diagnostic diagnostic = call.place;
    diagnostic.severity = severity;
    diagnostic.summary = std::move(summary);
    diagnostic.detail = std::move(detail);
    diagnostics_.Add(std::move(diagnostic));
  }

  void InstallCalls(const std::vector<Call>& calls, const Parent& parent) {
    for (const Call& call : calls) {
      if (options_.stop.stop_requested()) return;
      Install(call, parent);
    }
  }

  void Install(const Call& call, const Parent& parent) {
    Parent child{.key = ChildKey(parent.key, call.name),
                 .package = parent.package,
                 .call = &call,
                 .parent = &parent,
                 .depth = parent.depth + 1};
    if (!MayInstall(call, parent, child)) return;
    auto record = manifest_.find(child.key);
    const bool current = !options_.upgrade && record != manifest_.end() && IsCurrent(record->second, call) &&
                         base::core::IsDirectory(record->second.directory);
    if (current) {
      child.directory = record->second.directory;
      if (call.source.kind != Kind::kLocal) child.package = PackageDirectory(child.key);
    } else {
      Forget(child.key);
      const bool installed = call.source.kind == Kind::kLocal ? InstallLocal(call, parent, &child)
                                                              : InstallFetched(call, &child);
      if (!installed) return;
    }
    Descend(call, child);
  }

  void Descend(const Call& call, const Parent& child) {
    base::diag::Diagnostics found;
    const auto calls = options_.read_calls(child.directory, found);
    if (!calls) {
      return Report(
          call, "Unreadable module directory",
          fmt::format("The folder {} of module \"{}\" cannot be read.", child.directory, call.name));
    }
    // Warnings will be told by whoever reads the whole configuration.
    if (found.HasErrors()) return diagnostics_.Append(std::move(found));
    InstallCalls(*calls, child);
  }

  // Limits, and calls of a module by itself. Of folders, the loader of configurations tells.
  bool MayInstall(const Call& call, const Parent& parent, const Parent& child) {
    if (child.depth > kMaxDepth || ++count_ > kMaxModules) {
      Report(call, "Too many modules",
             fmt::format("Modules may be nested {} levels deep, and there may be {} calls in all.", kMaxDepth,
                         kMaxModules));
      return false;
    }
    if (child.key.find('/') != std::string::npos) {
      Report(call, "Invalid module name", fmt::format("\"{}\" cannot be the name of a folder.", child.key));
      return false;
    }
    for (const Parent* each = &parent; each != nullptr; each = each->parent) {
      if (call.source.kind == Kind::kLocal) {
        if (base::core::CleanPath(JoinPath(parent.directory, call.source.path)) == each->directory)
          return false;
      } else if (each->call != nullptr && each->call->source == call.source &&
                 each->call->version == call.version) {
        Report(call, "Module calls itself",
               fmt::format("The module {} would contain itself without end: {} calls it again.",
                           WithoutPassword(call.source.ToString()), parent.key));
        return false;
      }
    }
    return true;
  }

  // What was there by that name, and all below it.
  void Forget(const std::string& key) {
    manifest_.erase(key);
    const std::string prefix = key + ".";
    const auto first = manifest_.lower_bound(prefix);
    auto last = first;
    while (last != manifest_.end() && last->first.starts_with(prefix)) ++last;
    manifest_.erase(first, last);
  }

  bool InstallLocal(const Call& call, const Parent& parent, Parent* child) {
    const std::string path = base::core::CleanPath(JoinPath(parent.directory, call.source.path));
    const auto resolved = ResolveLinks(path);
    if (!resolved) {
      const auto is_inside = [&](const std::string& folder) {
        return (folder + "/").starts_with(parent.package + "/");
      };
      const bool escapes = !parent.package.empty() && is_inside(parent.directory) && !is_inside(path);
      if (escapes) {
        Report(call, "Local module path escapes module package",
               fmt::format(
                   "The folder \"{}\" of {} would lie outside of the package that the calling module came "
                   "with. Only that package was fetched.",
                   call.source.path, child->key));
      } else {
        Report(call, "Unreadable module directory",
               fmt::format("The folder {} of module \"{}\" does not exist.", path, call.name));
      }
      return false;
    }
    child->directory = *resolved;
    manifest_[child->key] = {.source = call.source.ToString(), .directory = *resolved};
    Tell({.kind = InstallEvent::Kind::kInstalled, .key = child->key, .directory = *resolved});
    return true;
  }

  bool InstallFetched(const Call& call, Parent* child) {
    std::string version;
    if (call.source.kind == Kind::kRegistry) {
      std::vector<Failure> warnings;
      auto chosen = resolver_->ChooseVersionOf(call, &warnings);
      for (Failure& each : warnings)
        Report(call, std::move(each.summary), std::move(each.detail), Severity::kWarning);
      if (auto* failure = std::get_if<Failure>(&chosen)) return Fail(call, std::move(*failure));
      version = std::get<std::string>(chosen);
    }
    Tell({.kind = InstallEvent::Kind::kDownloading,
          .key = child->key,
          .package = WithoutPassword(call.source.Package()),
          .version = version});
    auto resolved = resolver_->Resolve(call);
    if (auto* failure = std::get_if<Failure>(&resolved)) return Fail(call, std::move(*failure));
    const auto& wanted = std::get<Resolved>(resolved);
    child->package = PackageDirectory(child->key);
    if (auto placed = Place(wanted.package, child->package); !placed.ok()) {
      return Fail(call, {"Failed to download module",
                         fmt::format("The package \"{}\" of module \"{}\" could not be downloaded: {}",
                                     WithoutPassword(wanted.package), call.name, placed.error().message())});
    }
    auto subdirectory = wanted.subdirectory.empty() ? Result<std::string>(std::string())
                                                    : ExpandSubdirectory(child->package, wanted.subdirectory);
    if (!subdirectory.ok()) {
      return Fail(call, {call.source.kind == Kind::kRegistry ? "Unreadable module subdirectory"
                                                             : "Failed to expand subdir globs",
                         fmt::format("The module \"{}\" cannot be found in what was downloaded: {}.",
                                     call.name, subdirectory.error().message())});
    }
    child->directory = JoinPath(child->package, *subdirectory);
    manifest_[child->key] = {
        .source = call.source.ToString(), .version = version, .directory = child->directory};
    Tell({.kind = InstallEvent::Kind::kInstalled, .key = child->key, .directory = child->directory});
    return true;
  }

  bool Fail(const Call& call, Failure failure) {
    // An interrupt is told once, and not as the failure of what it has ended.
    if (!options_.stop.stop_requested()) Report(call, std::move(failure.summary), std::move(failure.detail));
    return false;
  }

  std::string PackageDirectory(const std::string& key) const {
    return JoinPath(options_.modules_directory, key);
  }

  // The first call gets what was fetched, the others copies.
  Result<void> Place(const std::string& package, const std::string& directory) {
    const Resolver::Package& fetched = resolver_->Fetch(package);
    if (!fetched.fetched.ok()) return Error(fetched.fetched.error().message());
    RETURN_IF_ERROR(base::core::MakeDirectories(options_.modules_directory, 0755));
    RETURN_IF_ERROR(base::core::RemoveRecursively(directory));
    const auto [first, added] = placed_.emplace(package, directory);
    return added ? base::core::RenameFile(fetched.directory, directory)
                 : CopyPackage(first->second, directory);
  }

  void Tell(const InstallEvent& event) {
    if (options_.on_event) options_.on_event(event);
  }

  discovery::Services& services_;
  const base::core::Environment& environment_;
  const InstallOptions& options_;
  base::diag::Diagnostics& diagnostics_;
  Manifest manifest_;
  std::optional<Resolver> resolver_;
  std::map<std::string, std::string> placed_;  // folder by package
  size_t count_ = 0;
};

}  // namespace

void InstallModules(const std::vector<Call>& calls, discovery::Services& services,
                    const base::core::Environment& environment, const InstallOptions& options,
                    base::diag::Diagnostics& diagnostics) {
  Installation(services, environment, options, diagnostics).Run(calls);
}

void CopyModule(const ModuleSource& source, const std::string& directory, discovery::Services& services,
                const base::core::Environment& environment, const InstallOptions& options,
                base::diag::Diagnostics& diagnostics) {
  Call call{.name = "root", .source = source};
  if (source.kind == Kind::kLocal) {
    const auto here = base::core::CurrentDirectory();
    if (!here.ok()) return diagnostics.Error("Failed to download module", here.error().message());
    call.source = {.kind = Kind::kRemote,
                   .package = "file://" + base::core::CleanPath(JoinPath(*here, source.path))};
  }
  Resolver resolver(services, environment, options, {});
  const auto resolved = resolver.Resolve(call);
  if (const auto* failure = std::get_if<Failure>(&resolved))
    return diagnostics.Error(failure->summary, failure->detail);
  const auto& wanted = std::get<Resolved>(resolved);
  const Resolver::Package& package = resolver.Fetch(wanted.package);
  auto copied = [&]() -> Result<void> {
    if (!package.fetched.ok()) return Error(package.fetched.error().message());
    ASSIGN_OR_RETURN(const std::string part, ExpandSubdirectory(package.directory, wanted.subdirectory));
    return CopyPackage(JoinPath(package.directory, part), directory);
  }();
  if (copied.ok()) return;
  diagnostics.Error("Failed to download module",
                    fmt::format("The package \"{}\" could not be copied: {}", WithoutPassword(wanted.package),
                                copied.error().message()));
}

}  // namespace install::modules
