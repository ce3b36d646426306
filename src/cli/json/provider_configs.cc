#include "cli/json/provider_configs.h"

#include "cli/json/expression_json.h"
#include "engine/config/version.h"

namespace cli::json {
namespace {

using engine::config::LocalProviderName;
using engine::config::ModuleNode;
using engine::config::RequiredProvider;

std::string Key(const ModuleNode& node, std::string_view name) {
  const std::string module = node.path.ToString();
  return module.empty() ? std::string(name) : module + ":" + std::string(name);
}

// The source that a local name stands for in the module.
language::address::Provider SourceOf(const ModuleNode& node, const std::string& name) {
  auto required = node.module->required_providers.find(name);
  return required == node.module->required_providers.end() ? language::address::Provider{.type = name}
                                                           : required->second.source;
}

// All constraints of the module on a source, in the canonical form.
std::string VersionOf(const ModuleNode& node, const language::address::Provider& source) {
  std::string all;
  auto add = [&](const std::string& text) {
    if (!text.empty()) all += (all.empty() ? "" : ", ") + text;
  };
  for (const auto& [name, required] : node.module->required_providers)
    if (required.source == source) add(required.version);
  for (const auto& [name, block] : node.module->provider_blocks)
    if (SourceOf(node, name.name) == source) add(block.version);
  const auto constraints = engine::config::VersionConstraints::Parse(all);
  return constraints ? constraints->ToString() : all;
}

}  // namespace

ProviderConfigs::ProviderConfigs(const engine::config::Configuration& configuration) {
  Visit(*configuration.root);
}

// Up the calls to the configuration that is handed down: as long as it is one of the same provider.
std::string ProviderConfigs::SourceKey(const std::string& start,
                                       const language::address::Provider& provider) const {
  std::string source;
  for (std::string key = start; !key.empty();) {
    auto found = entries_.find(key);
    if (found == entries_.end() || found->second.provider != provider) break;
    source = key;
    key = found->second.parent;
  }
  return source;
}

void ProviderConfigs::Visit(const ModuleNode& node) {
  AddWritten(node);
  AddRequired(node);
  for (const auto& [name, child] : node.children) {
    AddPassed(*child);
    Visit(*child);
  }
}

void ProviderConfigs::AddWritten(const ModuleNode& node) {
  for (const auto& [name, block] : node.module->provider_blocks) {
    const language::address::Provider source = SourceOf(node, name.name);
    entries_.insert_or_assign(Key(node, name.ToString()), Entry{.name = name.name,
                                                                .provider = source,
                                                                .alias = name.alias,
                                                                .module = node.path.ToString(),
                                                                .version = VersionOf(node, source),
                                                                .body = block.body});
  }
}

// Required ones by their names; and all sources in use by their types, as if those were the names.
void ProviderConfigs::AddRequired(const ModuleNode& node) {
  auto add = [&](const std::string& name, const RequiredProvider& required) {
    Entry entry{.name = name,
                .provider = required.source,
                .module = node.path.ToString(),
                .version = VersionOf(node, required.source)};
    for (const std::string& alias : required.configuration_aliases)
      entries_.try_emplace(Key(node, alias), entry);
    if (node.parent != nullptr) entry.parent = SourceKey(Key(*node.parent, name), required.source);
    entries_.try_emplace(Key(node, name), std::move(entry));
  };
  for (const auto& [name, required] : node.module->required_providers)
    if (!required.implied) add(name, required);
  for (const auto& [name, required] : node.module->required_providers) add(required.source.type, required);
}

void ProviderConfigs::AddPassed(const ModuleNode& child) {
  for (const auto& [in_child, in_parent] : child.call->providers) {
    const language::address::Provider source = SourceOf(child, in_child.substr(0, in_child.find('.')));
    entries_.insert_or_assign(Key(child, in_child),
                              Entry{.name = in_child,
                                    .provider = source,
                                    .module = child.path.ToString(),
                                    .parent = SourceKey(Key(*child.parent, in_parent.ToString()), source)});
  }
}

void ProviderConfigs::Write(const Schemas& schemas, base::json::Writer& json) const {
  bool any = false;
  for (const auto& [key, entry] : entries_) {
    if (!entry.parent.empty()) continue;
    if (!any) json.Key("provider_config").BeginObject();
    any = true;
    json.Key(key).BeginObject().Member("name", entry.name).Member("full_name", entry.provider.ToString());
    if (!entry.alias.empty()) json.Member("alias", entry.alias);
    if (!entry.version.empty()) json.Member("version_constraint", entry.version);
    if (!entry.module.empty()) json.Member("module_address", entry.module);
    const language::schema::Block* schema =
        entry.body.body != nullptr ? schemas.provider(entry.provider) : nullptr;
    if (schema != nullptr) WriteExpressions("expressions", entry.body, *schema, json);
    json.EndObject();
  }
  if (any) json.EndObject();
}

std::string ProviderConfigs::KeyOf(const ModuleNode& node, const LocalProviderName& name) const {
  std::string key = Key(node, name.ToString());
  auto found = entries_.find(key);
  return found == entries_.end() || found->second.parent.empty() ? key : found->second.parent;
}

}  // namespace cli::json
