// Ephemerals: the ephemeral resources that a run holds open. Opens them, renews them in the background when
// their time comes, closes them in the end. Not their values in scopes, which stay. Used by planner and
// applier.
#pragma once

#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "engine/run/check_results.h"
#include "engine/run/provider_diagnostics.h"
#include "engine/run/scope.h"

namespace engine::run {

class Ephemerals {
 public:
  Ephemerals(Hooks& hooks, std::stop_token stop) : hooks_(hooks), stop_(std::move(stop)) {}
  Ephemerals(const Ephemerals&) = delete;

  // `config` is unmarked and wholly known. Nothing after errors.
  std::optional<Value> Open(const ResourceInstance& address, Provider& provider, const Value& config,
                            const BlockSource& source, Diagnostics& diagnostics);
  // The instances of this resource block; the last opened first. What renewals had to say comes with it.
  void Close(const config::Resource& resource, Diagnostics& diagnostics);
  // Those that are left. To be called before the providers end.
  void CloseAll(Diagnostics& diagnostics);

 private:
  struct Live {
    ResourceInstance address;
    Provider* provider;
    BlockSource source;
    std::string private_data;
    provider::api::RenewAt renew_at;
    provider::api::ProviderDiagnostics problems;  // of renewals
  };
  void RenewInTime(const std::stop_token& stop);
  Live* NextToRenew();
  void CloseOne(const Live& live, Diagnostics& diagnostics);

  Hooks& hooks_;
  const std::stop_token stop_;
  std::mutex mutex_;  // of what follows
  std::condition_variable_any opened_;
  std::list<Live> live_;
  const Live* renewing_ = nullptr;  // by the provider, at this time
  std::jthread renewer_;            // last: ends before what it uses goes. Started when first needed
};

// How one drive opens them.
struct EphemeralOptions {
  Phase phase = Phase::kPlan;
  base::diag::Severity condition_severity = base::diag::Severity::kError;
  Hooks* hooks = nullptr;
  CheckResults* checks = nullptr;
};

// Expands the resource in the module instance and opens all its instances; the values go into the scope. What
// depends on values that are not known yet is not opened, and its values are unknown. False after errors.
bool OpenEphemeral(const config::Resource& resource, ModuleScope& scope, Provider& provider,
                   const EphemeralOptions& options, Ephemerals& open, Diagnostics& diagnostics);

}  // namespace engine::run
