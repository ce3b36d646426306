// One provider plugin of a run: where it is, its schemas, and its processes. A process that nobody has
// configured serves everybody who needs none configured, and becomes the first configuration's own. Not the
// provider interface (plugin_provider.h). Used by PluginHost and PluginProvider.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "provider/plugin/catalog.h"
#include "provider/plugin/plugin_host.h"
#include "provider/plugin/plugin_process.h"
#include "provider/plugin/validation_memory.h"

namespace provider::plugin {

class PluginProgram {
 public:
  PluginProgram(PluginSource source, base::core::Environment environment);

  // From memory, the cache, or the plugin.
  base::core::Result<std::shared_ptr<const Catalog>> Schemas();
  // For calls that need no configuration.
  base::core::Result<std::shared_ptr<PluginProcess>> Unconfigured();
  // Whether Unconfigured would have to start one.
  bool IsIdle();
  // What it has found valid before.
  ValidationMemory& validations() { return validations_; }
  // The unconfigured one, which is then no longer given to others, or a new one.
  base::core::Result<std::shared_ptr<PluginProcess>> ToConfigure();

 private:
  base::core::Result<std::shared_ptr<PluginProcess>> Launch();
  base::core::Result<std::shared_ptr<PluginProcess>> UnconfiguredLocked();
  base::core::Result<std::shared_ptr<const Catalog>> AskForSchemas();

  const PluginSource source_;
  const base::core::Environment environment_;
  const std::string fingerprint_;  // of the executable; empty: nothing is kept on disk
  ValidationMemory validations_;
  std::mutex mutex_;  // of what follows
  std::shared_ptr<const Catalog> catalog_;
  std::shared_ptr<PluginProcess> unconfigured_;
};

}  // namespace provider::plugin
