// The providers of one run: one unconfigured instance for each source (schemas, validation), and one
// configured instance for each provider configuration of a walk. Not the evaluation of provider blocks
// (planner, applier). Used by engine/run only.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/diag/diagnostics.h"
#include "engine/run/context.h"

namespace engine::run {

using language::address::ProviderConfig;
using provider::api::Provider;
using provider::api::ResourceSchema;

// By the address's mode; null where the type is unknown, and for what is ephemeral.
const ResourceSchema* FindSchema(const Provider& provider, const language::address::Resource& resource);

// The same without the version, for every mode.
const language::schema::Block* FindBlock(const Provider& provider,
                                         const language::address::Resource& resource);

class ProviderPool {
 public:
  explicit ProviderPool(const ProviderFactory& factory, const Substitutes* substitutes = nullptr)
      : factory_(factory), substitutes_(substitutes) {}
  ~ProviderPool();

  // Null after an error ("Missing required provider"), which is reported once for each source.
  Provider* Unconfigured(const language::address::Provider& source, base::diag::Diagnostics& diagnostics);
  // The same as the provider block of this configuration is to see it: a mock has no arguments.
  Provider* UnconfiguredFor(const ProviderConfig& config, base::diag::Diagnostics& diagnostics);
  // Null where the type is unknown; an error is added once for each type.
  const ResourceSchema* FindSchema(const language::address::Provider& source,
                                   const language::address::Resource& resource,
                                   base::diag::Diagnostics& diagnostics);
  // The instance for this configuration, made by Configure; null when there is none.
  Provider* Configured(const ProviderConfig& config) const;
  // Makes and configures; null after errors.
  Provider* Configure(const ProviderConfig& config, const Value& value,
                      provider::api::ProviderDiagnostics& provider_diagnostics,
                      base::diag::Diagnostics& diagnostics);
  provider::api::Usage TotalUsage() const;
  void EndWalk();
  void Stop();

 private:
  const ProviderFactory& factory_;
  const Substitutes* const substitutes_;
  std::map<ProviderConfig, std::shared_ptr<Provider>> substituted_;
  std::map<language::address::Provider, std::shared_ptr<Provider>> unconfigured_;
  std::map<ProviderConfig, std::shared_ptr<Provider>> configured_;
};

}  // namespace engine::run
