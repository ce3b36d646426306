#include "cli/session/plugins.h"

#include <algorithm>
#include <mutex>

#include "base/core/files.h"
#include "base/core/product.h"
#include "install/providers/installed.h"
#include "provider/plugin/reattach.h"

namespace cli::session {

using language::address::Provider;

struct Plugins::State {
  std::once_flag once;
  base::diag::Diagnostics reattach_diagnostics;
  install::lockfile::LockFile locks;
  base::diag::Diagnostics lock_diagnostics;
  std::map<Provider, provider::plugin::Handshake> reattached;
};

namespace {

// By address; what is malformed is an error for everything that wants a provider.
std::map<Provider, provider::plugin::Handshake> ReadReattached(const std::string& text,
                                                               base::diag::Diagnostics& diagnostics) {
  std::map<Provider, provider::plugin::Handshake> found;
  auto plugins = provider::plugin::ParseReattach(text);
  if (!plugins.ok()) {
    diagnostics.Error("Invalid format for TF_REATTACH_PROVIDERS", plugins.error().message());
    return found;
  }
  for (const auto& [source, handshake] : *plugins) {
    auto provider = language::address::ParseProvider(source);
    if (provider.ok())
      found.emplace(*std::move(provider), handshake);
    else
      diagnostics.Error("Invalid format for TF_REATTACH_PROVIDERS", provider.error().message());
  }
  return found;
}

}  // namespace

base::core::Result<void> CheckReattach(const base::core::Environment& environment) {
  const std::string text = environment.Get("TF_REATTACH_PROVIDERS");
  if (text.empty()) return {};
  base::diag::Diagnostics diagnostics;
  ReadReattached(text, diagnostics);
  if (!diagnostics.HasErrors()) return {};
  const base::diag::Diagnostic& first = diagnostics.items().front();
  return base::core::Error(first.summary + ": " + first.detail);
}

Plugins::Plugins(base::core::Environment environment,
                 std::shared_ptr<const install::settings::Settings> settings, std::string data_directory)
    : environment_(std::move(environment)),
      settings_(std::move(settings)),
      data_directory_(std::move(data_directory)),
      state_(std::make_unique<State>()) {}

Plugins::~Plugins() = default;

Plugins::State& Plugins::state() const {
  std::call_once(state_->once, [&] {
    state_->locks = install::lockfile::ReadLockFile(state_->lock_diagnostics);
    state_->reattached =
        ReadReattached(environment_.Get("TF_REATTACH_PROVIDERS"), state_->reattach_diagnostics);
  });
  return *state_;
}

const install::lockfile::LockFile& Plugins::locks() const { return state().locks; }
const base::diag::Diagnostics& Plugins::lock_diagnostics() const { return state().lock_diagnostics; }

std::string Plugins::ProblemOf(const Provider& provider, const install::lockfile::ProviderLock& lock) const {
  const install::providers::PackageHashes hashes(environment_);
  return install::providers::PackageProblem(packages_directory(), provider, lock, hashes);
}

const base::diag::Diagnostics& Plugins::reattach_diagnostics() const { return state().reattach_diagnostics; }
std::string Plugins::packages_directory() const { return base::core::JoinPath(data_directory_, "providers"); }

std::string Plugins::SchemaCache(const Provider& provider) const {
  if (!base::core::IsDirectory(data_directory_)) return "";
  return base::core::JoinPath(data_directory_, "schemas/" + provider.ToString());
}

bool Plugins::IsReattached(const Provider& provider) const { return state().reattached.contains(provider); }

bool Plugins::IsUnderDevelopment(const Provider& provider) const {
  return settings().dev_overrides.contains(provider);
}

void Plugins::WarnOfDevelopment(base::diag::Diagnostics& diagnostics) const {
  if (settings().dev_overrides.empty()) return;
  std::string list;
  for (const auto& [provider, directory] : settings().dev_overrides)
    list += fmt::format(" - {} in {}\n", provider.ForDisplay(), directory);
  diagnostics.Warning(
      "Provider development overrides are in effect",
      fmt::format("The following provider development overrides are set in the CLI configuration:\n{}\n"
                  "The behavior may therefore not match any released version of the provider and applying "
                  "changes may cause the state to become incompatible with published releases.",
                  list));
}

bool Plugins::IsChosen(const Provider& provider) const {
  if (IsReattached(provider) || IsUnderDevelopment(provider)) return true;
  const auto& methods = settings().methods;
  return methods && std::ranges::any_of(*methods, [&](const auto& method) { return method.Names(provider); });
}

base::core::Result<Plugin> Plugins::Find(const Provider& provider) const {
  const State& known = state();
  if (const auto found = known.reattached.find(provider); found != known.reattached.end())
    return Plugin{.reattach = found->second};
  if (const auto found = settings().dev_overrides.find(provider); found != settings().dev_overrides.end()) {
    ASSIGN_OR_RETURN(std::string executable, install::providers::FindExecutable(found->second, provider));
    return Plugin{std::move(executable), ""};
  }
  const auto lock = known.locks.find(provider);
  if (lock == known.locks.end()) {
    return base::core::Error(base::core::Spoken(
        "no version of it is selected in the lock file. To install it, run: parterre init"));
  }
  if (std::string problem = ProblemOf(provider, lock->second); !problem.empty())
    return base::core::Error(problem + base::core::Spoken(". To install it, run: parterre init"));
  ASSIGN_OR_RETURN(std::string executable, install::providers::FindExecutable(
                                               install::providers::PackageDirectory(
                                                   packages_directory(), provider, lock->second.version,
                                                   install::providers::CurrentPlatform()),
                                               provider));
  return Plugin{std::move(executable), lock->second.version.ToString()};
}

}  // namespace cli::session
