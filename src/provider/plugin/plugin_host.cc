#include "provider/plugin/plugin_host.h"

#include "provider/plugin/plugin_program.h"
#include "provider/plugin/plugin_provider.h"

namespace provider::plugin {

base::core::Result<std::shared_ptr<api::Provider>> PluginHost::Make(const std::string& address,
                                                                    const PluginSource& source) {
  std::shared_ptr<PluginProgram> program;
  {
    std::lock_guard lock(mutex_);
    std::shared_ptr<PluginProgram>& slot = programs_[address];
    if (!slot) slot = std::make_shared<PluginProgram>(source, environment_);
    program = slot;
  }
  return PluginProvider::Make(std::move(program), parallelism_);
}

}  // namespace provider::plugin
