#include <fmt/format.h>

#include "engine/config/decode.h"
#include "engine/config/test_file.h"

namespace engine::config {
namespace {

// The children stay as they are, but for where they are called from.
std::unique_ptr<ModuleNode> CopyTree(const ModuleNode& from, ModuleNode* parent) {
  auto node = std::make_unique<ModuleNode>();
  node->path = from.path;
  node->module = from.module;
  node->call = from.call;
  node->parent = parent;
  node->providers = from.providers;
  for (const auto& [name, child] : from.children) node->children[name] = CopyTree(*child, node.get());
  return node;
}

void Missing(std::string_view user, const LocalProviderName& name, const Place& place,
             base::diag::Diagnostics& diagnostics) {
  language::hcl::AddError(
      diagnostics, "Provider configuration not present",
      fmt::format(
          "{} uses the provider configuration {}, and neither the configuration nor the test file has it. "
          "Add a provider or mock_provider \"{}\" block with alias = \"{}\" to the test file.",
          user, name.ToString(), name.name, name.alias),
      *place.file, place.span);
}

// Configurations that the root expects from its callers: in tests the test file is the caller.
void CheckExpected(const Module& root, base::diag::Diagnostics& diagnostics) {
  bool expects = false;
  for (const auto& [name, required] : root.required_providers)
    expects = expects || !required.configuration_aliases.empty();
  if (!expects) return;
  const auto lacks = [&](const LocalProviderName& name) {
    return !name.alias.empty() && !root.provider_blocks.contains(name);
  };
  for (const auto& [key, resource] : root.resources)
    if (resource.provider_name && lacks(*resource.provider_name))
      Missing(key, *resource.provider_name, resource.place, diagnostics);
  for (const auto& [name, call] : root.module_calls)
    for (const auto& [child, ours] : call.providers)
      if (lacks(ours)) Missing("module." + name, ours, call.place, diagnostics);
}

}  // namespace

std::unique_ptr<Configuration> WithProviders(const Configuration& configuration,
                                             const std::vector<ProviderBlock>& blocks,
                                             base::diag::Diagnostics& diagnostics) {
  auto result = std::make_unique<Configuration>();
  result->root = CopyTree(*configuration.root, nullptr);
  auto root = std::make_shared<Module>(*configuration.root->module);
  for (const ProviderBlock& block : blocks) {
    const auto [required, added] = root->required_providers.try_emplace(block.name.name);
    if (added) {
      required->second.local_name = block.name.name;
      required->second.source = ImpliedProvider(block.name.name);
      required->second.implied = true;
    }
    root->provider_blocks.insert_or_assign(block.name, block);
    result->root->providers[block.name] = {{}, required->second.source, block.name.alias};
  }
  for (auto& [name, child] : result->root->children) child->call = &root->module_calls.at(name);
  CheckExpected(*root, diagnostics);
  result->root->module = std::move(root);
  return result;
}

std::vector<LocalProviderName> ProviderNames(const Module& root) {
  std::set<LocalProviderName> names;
  const auto add_text = [&](const std::string& text) {
    const size_t dot = text.find('.');
    names.insert({text.substr(0, dot), dot == text.npos ? "" : text.substr(dot + 1)});
  };
  for (const auto& [name, required] : root.required_providers) {
    names.insert({name, ""});
    for (const std::string& alias : required.configuration_aliases) add_text(alias);
  }
  for (const auto& [name, block] : root.provider_blocks) names.insert(name);
  for (const auto& [key, resource] : root.resources)
    names.insert(resource.provider_name.value_or(
        LocalProviderName{std::string(ImpliedLocalName(resource.address.type)), ""}));
  for (const auto& [name, call] : root.module_calls)
    for (const auto& [child, ours] : call.providers) names.insert(ours);
  return {names.begin(), names.end()};
}

}  // namespace engine::config
