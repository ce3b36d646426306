// All provider configurations of a configuration in one table, with the keys by which resources name theirs.
// Not how a run finds them (engine/config/provider_resolution.h): this is the document's own view.
// Used by config_json.cc.
#pragma once

#include <map>
#include <string>

#include "cli/json/document.h"
#include "engine/config/module.h"

namespace cli::json {

class ProviderConfigs {
 public:
  explicit ProviderConfigs(const engine::config::Configuration& configuration);

  // The member "provider_config": those that stand by themselves, not those handed down.
  void Write(const Schemas& schemas, base::json::Writer& json) const;
  // Of a resource's provider, by the name that it has in the module.
  std::string KeyOf(const engine::config::ModuleNode& node,
                    const engine::config::LocalProviderName& name) const;

 private:
  struct Entry {
    std::string name;
    language::address::Provider provider;
    std::string alias;
    std::string module;
    std::string version;
    language::hcl::BodyRef body;  // empty: nothing is written for it
    std::string parent;           // the key of the configuration that it really is; empty: itself
  };
  void Visit(const engine::config::ModuleNode& node);
  void AddWritten(const engine::config::ModuleNode& node);
  void AddRequired(const engine::config::ModuleNode& node);
  void AddPassed(const engine::config::ModuleNode& child);
  std::string SourceKey(const std::string& start, const language::address::Provider& provider) const;

  std::map<std::string, Entry> entries_;
};

}  // namespace cli::json
