// From a call to a fetched package: the version and address that a registry gives, and the package in a
// scratch folder, each had once. `Prefetch` does so ahead, on threads of its own, for all calls that can be
// seen. Not the places where packages end up, nor the manifest (installer.cc). Called by the installer.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <variant>

#include "base/core/files.h"
#include "base/core/thread_pool.h"
#include "install/modules/fetcher.h"
#include "install/modules/installer.h"
#include "install/modules/registry.h"

namespace install::modules {

// What a call comes to before anything is fetched.
struct Resolved {
  std::string package;       // for the fetcher
  std::string subdirectory;  // in it; may hold a pattern where the call's own source does
  std::string version;       // of registries
};

class Resolver {
 public:
  // `before`: what had been installed, for knowing what need not be fetched.
  Resolver(discovery::Services& services, const base::core::Environment& environment,
           const InstallOptions& options, const Manifest& before);
  // Ends what is under way.
  ~Resolver();

  // Only for calls that are not local. Warnings are told once for each module.
  std::variant<Resolved, Failure> Resolve(const Call& call, std::vector<Failure>* warnings = nullptr);
  // The version that will be installed: what `Resolve` does first.
  std::variant<std::string, Failure> ChooseVersionOf(const Call& call, std::vector<Failure>* warnings);

  // A fetched package, in the scratch folder until somebody puts it into its place.
  struct Package {
    base::core::Result<void> fetched;
    std::string directory;
  };
  const Package& Fetch(const std::string& package);

  // Begins to fetch what the calls of the module in `directory` need, and what these need.
  void Prefetch(const std::vector<Call>& calls, const std::string& key, const std::string& directory);

 private:
  // Makes the scratch folder, and removes those of runs that have died.
  base::core::Result<void> OpenScratch();
  void PrefetchCall(const Call& call, const std::string& key, const std::string& directory);
  void PrefetchFolder(const std::string& key, const std::string& directory);
  const Version* Choose(const Call& call, std::vector<Failure>* warnings, Failure* failure);

  const InstallOptions& options_;
  const Manifest before_;
  std::stop_source stop_;
  Registry registry_;
  PackageFetcher fetcher_;
  const std::string scratch_;
  base::core::UniqueFd scratch_lock_;  // held as long as this run is alive
  std::atomic<int> count_ = 0;
  OnceMap<Package> packages_;
  OnceMap<base::core::Result<void>> opened_;
  std::mutex mutex_;
  std::set<std::string> seen_;  // folders whose calls have been looked at
  std::stop_callback<std::function<void()>> forward_stop_;
  base::core::ThreadPool pool_;  // last: its tasks use the others
};

// Whether what is recorded is what the call wants.
bool IsCurrent(const Record& record, const Call& call);

std::string ChildKey(const std::string& parent, const std::string& name);

}  // namespace install::modules
