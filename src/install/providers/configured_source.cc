// Several sources by the rules of the CLI configuration: what there is comes from all of them together, a
// package from the first that has it.

#include <algorithm>
#include <map>
#include <mutex>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "install/providers/source.h"

namespace install::providers {
namespace {

using base::core::Environment;
using base::core::JoinPath;
using base::core::Result;
using settings::InstallationMethod;

struct Part {
  InstallationMethod method;
  std::unique_ptr<Source> source;
};

class ConfiguredSource : public Source {
 public:
  explicit ConfiguredSource(std::vector<Part> parts) : parts_(std::move(parts)) {}

  Result<std::optional<Available>> Versions(const Provider& provider, std::stop_token stop) override {
    std::optional<Available> all;
    for (const Part& part : parts_) {
      if (!part.method.Accepts(provider)) continue;
      ASSIGN_OR_RETURN(const auto some, VersionsOf(part, provider, stop));
      if (!some) continue;
      if (!all) all.emplace();
      std::ranges::copy(some->versions, std::back_inserter(all->versions));
      std::ranges::copy(some->warnings, std::back_inserter(all->warnings));
      all->no_registry = all->no_registry || some->no_registry;
    }
    return all;
  }

  Result<std::optional<Package>> Find(const Provider& provider, const Version& version,
                                      const std::string& platform, std::stop_token stop) override {
    for (const Part& part : parts_) {
      if (!part.method.Accepts(provider)) continue;
      // A method that does not know the version may not be asked for its package: some say so by an error.
      ASSIGN_OR_RETURN(const auto available, VersionsOf(part, provider, stop));
      if (!available || std::ranges::find(available->versions, version) == available->versions.end())
        continue;
      ASSIGN_OR_RETURN(auto package, part.source->Find(provider, version, platform, stop));
      if (package) return package;
    }
    return std::optional<Package>();
  }

  std::string ForDisplay(const Provider& provider) const override {
    std::vector<std::string> names;
    for (const Part& part : parts_) {
      if (part.method.Accepts(provider)) names.push_back(part.source->ForDisplay(provider));
    }
    return names.empty() ? "no installation method for this provider" : base::core::Join(names, "\n  - ");
  }

 private:
  // A part is asked once for the versions of a provider.
  Result<std::optional<Available>> VersionsOf(const Part& part, const Provider& provider,
                                              std::stop_token stop) {
    const std::pair key(&part, provider);
    {
      std::lock_guard lock(mutex_);
      if (const auto found = known_.find(key); found != known_.end()) return found->second;
    }
    ASSIGN_OR_RETURN(std::optional<Available> available, part.source->Versions(provider, std::move(stop)));
    std::lock_guard lock(mutex_);
    return known_.emplace(key, std::move(available)).first->second;
  }

  const std::vector<Part> parts_;
  std::mutex mutex_;
  std::map<std::pair<const Part*, Provider>, std::optional<Available>> known_;
};

// In the order in which they are asked.
std::vector<std::string> ImpliedFolders(const Environment& environment) {
  std::vector<std::string> folders{"terraform.d/plugins"};
  const std::string home = environment.HomeDirectory();
  if (!home.empty()) folders.push_back(JoinPath(home, ".terraform.d/plugins"));
  std::string data = environment.Get("XDG_DATA_HOME");
  if (data.empty() && !home.empty()) data = JoinPath(home, ".local/share");
  if (!data.empty()) folders.push_back(JoinPath(data, "terraform/plugins"));
  std::string shared = environment.Get("XDG_DATA_DIRS");
  if (shared.empty()) shared = "/usr/local/share:/usr/share";
  for (std::string_view each : base::core::SplitNonEmpty(shared, ':')) {
    folders.push_back(JoinPath(each, "terraform/plugins"));
  }
  std::erase_if(folders, [](const std::string& folder) { return !base::core::IsDirectory(folder); });
  return folders;
}

// What lies in a folder is taken from there alone.
std::vector<InstallationMethod> ImpliedMethods(const Environment& environment) {
  std::vector<InstallationMethod> methods;
  InstallationMethod direct;
  for (std::string& folder : ImpliedFolders(environment)) {
    for (const Provider& provider : ProvidersIn(folder)) {
      direct.exclude.push_back({provider.host, provider.space, provider.type});
    }
    methods.push_back({.kind = InstallationMethod::Kind::kFilesystemMirror, .location = std::move(folder)});
  }
  methods.push_back(std::move(direct));
  return methods;
}

}  // namespace

std::unique_ptr<Source> MakeConfiguredSource(const settings::Settings& settings,
                                             const Environment& environment, discovery::Services& services) {
  std::vector<Part> parts;
  for (InstallationMethod& method :
       settings.methods ? std::vector(*settings.methods) : ImpliedMethods(environment)) {
    std::unique_ptr<Source> source;
    switch (method.kind) {
      case InstallationMethod::Kind::kFilesystemMirror:
        source = MakeFilesystemMirror(method.location);
        break;
      case InstallationMethod::Kind::kNetworkMirror:
        source = MakeNetworkMirror(method.location, services);
        break;
      case InstallationMethod::Kind::kDirect:
        source = MakeDirectSource(services);
        break;
    }
    parts.push_back({std::move(method), std::move(source)});
  }
  return std::make_unique<ConfiguredSource>(std::move(parts));
}

std::unique_ptr<Source> MakeFolderSource(const std::vector<std::string>& directories) {
  std::vector<Part> parts;
  for (const std::string& directory : directories) {
    parts.push_back({{.kind = InstallationMethod::Kind::kFilesystemMirror, .location = directory},
                     MakeFilesystemMirror(directory)});
  }
  return std::make_unique<ConfiguredSource>(std::move(parts));
}

}  // namespace install::providers
