#include "engine/config/load.h"

namespace engine::config {

language::address::ProviderConfig ProviderForImport(const ModuleNode& module, const Import& import) {
  LocalProviderName name;
  if (import.provider_name)
    name = *import.provider_name;
  else
    name.name = import.to_resource.type.substr(0, import.to_resource.type.find('_'));
  if (auto passed = module.providers.find(name); passed != module.providers.end()) return passed->second;
  language::address::ProviderConfig config{.module = module.path, .alias = name.alias};
  auto required = module.module->required_providers.find(name.name);
  if (required != module.module->required_providers.end())
    config.provider = required->second.source;
  else if (name.name == "terraform")
    config.provider = {.host = "terraform.io", .space = "builtin", .type = "terraform"};
  else
    config.provider.type = name.name;
  return config;
}

}  // namespace engine::config
