#include "engine/config/provider_resolution.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "engine/config/decode.h"
#include "language/hcl/content.h"

namespace engine::config {
namespace {

using language::address::Provider;
using language::address::ProviderConfig;

std::string NameOf(const ModuleNode& node) {
  return node.path.IsRoot() ? "the root module" : node.path.ToString();
}

const Provider& SourceOf(Module& module, const std::string& local_name) {
  auto [entry, added] = module.required_providers.try_emplace(local_name);
  if (added) {
    entry->second.local_name = local_name;
    entry->second.source = ImpliedProvider(local_name);
    entry->second.implied = true;
  }
  return entry->second.source;
}

Provider SourceIn(const Module& module, const std::string& local_name) {
  const auto entry = module.required_providers.find(local_name);
  return entry == module.required_providers.end() ? ImpliedProvider(local_name) : entry->second.source;
}

// Declared in so many words, by required_providers or (with its alias) as one that callers must pass.
bool IsDeclared(const Module& module, const LocalProviderName& name) {
  const auto entry = module.required_providers.find(name.name);
  if (entry == module.required_providers.end() || entry->second.implied) return false;
  return name.alias.empty() || std::ranges::find(entry->second.configuration_aliases, name.ToString()) !=
                                   entry->second.configuration_aliases.end();
}

LocalProviderName ParseLocalName(std::string_view text) {
  const auto parts = base::core::SplitOnce(text, '.');
  if (!parts) return {std::string(text), ""};
  return {std::string(parts->first), std::string(parts->second)};
}

// A block without arguments in a child module only declares that a configuration is expected.
bool IsProxy(const ModuleNode& node, const ProviderBlock& block) {
  const language::hcl::LooseContent content(*block.body.file, *block.body.body);
  if (node.path.IsRoot() || !content.body().blocks.empty()) return false;
  return std::ranges::all_of(content.body().attributes,
                             [](const auto& each) { return each.name == "alias"; });
}

// The default configuration of a source as seen from a module: the nearest above, else the implied one of the
// root.
ProviderConfig DefaultConfig(const ModuleNode& node, const Provider& source) {
  for (const ModuleNode* each = &node; each != nullptr; each = each->parent) {
    for (const auto& [name, config] : each->providers) {
      if (name.alias.empty() && SourceIn(*each->module, name.name) == source) return config;
    }
  }
  return {{}, source, ""};
}

// What a name means in a resolved module; nothing for an alias that nobody declares.
std::optional<ProviderConfig> Lookup(const ModuleNode& node, const LocalProviderName& name) {
  if (const auto own = node.providers.find(name); own != node.providers.end()) return own->second;
  if (!name.alias.empty()) return std::nullopt;
  return DefaultConfig(node, SourceIn(*node.module, name.name));
}

void MissingConfiguration(const ModuleNode& node, const LocalProviderName& name, std::string_view user,
                          const Place& place, base::diag::Diagnostics& diagnostics) {
  language::hcl::AddError(diagnostics, "Provider configuration not present",
                          fmt::format("{} uses the provider configuration {}, which {} does not have. Add a "
                                      "provider \"{}\" block with alias = "
                                      "\"{}\", or use another configuration.",
                                      user, name.ToString(), NameOf(node), name.name, name.alias),
                          *place.file, place.span);
}

void ResolveNames(ModuleNode& node, Module& module, bool for_tests, base::diag::Diagnostics& diagnostics) {
  for (const auto& [name, block] : module.provider_blocks) {
    const Provider& source = SourceOf(module, name.name);
    if (!IsProxy(node, block)) node.providers[name] = {node.path, source, name.alias};
  }
  if (node.call != nullptr) {
    for (const auto& [text, ours] : node.call->providers) {
      const LocalProviderName child = ParseLocalName(text);
      SourceOf(module, child.name);
      if (auto config = Lookup(*node.parent, ours)) {
        node.providers.try_emplace(child, *std::move(config));
      } else {
        const Place place{node.call->providers_file, node.call->provider_spans.at(text).ours};
        MissingConfiguration(*node.parent, ours, "module." + node.call->name, place, diagnostics);
      }
    }
  }
  for (const auto& [local_name, required] : module.required_providers) {
    if (for_tests && node.parent == nullptr) {
      for (const std::string& alias : required.configuration_aliases) {
        const LocalProviderName name = ParseLocalName(alias);
        node.providers.try_emplace(name, ProviderConfig{{}, required.source, name.alias});
      }
    }
    const LocalProviderName name{local_name, ""};
    if (node.providers.contains(name)) continue;
    node.providers.emplace(name, node.parent == nullptr ? ProviderConfig{{}, required.source, ""}
                                                        : DefaultConfig(*node.parent, required.source));
  }
}

}  // namespace

void ResolveProviders(ModuleNode& node, Module& module, bool for_tests,
                      base::diag::Diagnostics& diagnostics) {
  const auto mention = [&](const std::optional<LocalProviderName>& name, std::string_view type) {
    if (name) {
      SourceOf(module, name->name);
    } else if (const auto local = ImpliedLocalName(type);
               !module.required_providers.contains(std::string(local))) {
      SourceOf(module, std::string(local));
    }
  };
  for (const auto& [key, resource] : module.resources) mention(resource.provider_name, resource.address.type);
  for (const auto& [key, list] : module.lists) mention(list.provider_name, list.type);
  for (const Import& import : module.imports) {
    if (import.provider_name) SourceOf(module, import.provider_name->name);
    SourceOf(module, std::string(ImpliedLocalName(import.to_resource.type)));
  }
  ResolveNames(node, module, for_tests, diagnostics);
  const auto resolve = [&](const std::optional<LocalProviderName>& given, std::string_view type,
                           std::string_view user, const Place& place) {
    const LocalProviderName name = given.value_or(LocalProviderName{std::string(ImpliedLocalName(type)), ""});
    auto config = Lookup(node, name);
    if (config) return *std::move(config);
    MissingConfiguration(node, name, user, place, diagnostics);
    return ProviderConfig{node.path, SourceIn(module, name.name), name.alias};
  };
  for (auto& [key, list] : module.lists)
    list.provider = resolve(list.provider_name, list.type, key, list.place);
  // Neighbours in the map mostly have the same type: their provider is looked up once.
  const ProviderConfig* last = nullptr;
  std::string_view last_type;
  for (auto& [key, resource] : module.resources) {
    if (!resource.provider_name && last != nullptr && resource.address.type == last_type) {
      resource.provider = *last;
      continue;
    }
    resource.provider = resolve(resource.provider_name, resource.address.type, key, resource.place);
    last = resource.provider_name ? nullptr : &resource.provider;
    last_type = resource.address.type;
  }
}

void CheckProviderPassing(const ModuleNode& parent, const ModuleCall& call, const ModuleNode& child,
                          base::diag::Diagnostics& diagnostics) {
  const language::hcl::File& file = *call.place.file;
  const auto warn = [&](std::string summary, std::string detail, const language::hcl::File& where,
                        Span span) {
    diagnostics.Add(language::hcl::MakeDiagnostic(base::diag::Severity::kWarning, std::move(summary),
                                                  std::move(detail), where, span));
  };
  const Module& module = *child.module;
  bool own_configuration = false;
  for (const auto& [name, block] : module.provider_blocks) {
    if (!IsProxy(child, block)) {
      own_configuration = true;
      continue;
    }
    if (IsDeclared(module, name)) continue;
    warn("Redundant empty provider block",
         fmt::format(
             "An empty provider block once declared that a module is to be passed a configuration. Replace "
             "it by an entry \"{}\" in the required_providers block of {}{}.",
             name.name, child.path.ToString(),
             name.alias.empty() ? "" : fmt::format(" with configuration_aliases = [{}]", name.ToString())),
         *block.place.file, block.place.span);
  }
  for (const ExpressionRef* each : {&call.count, &call.for_each}) {
    if (!own_configuration || !*each) continue;
    language::hcl::AddError(
        diagnostics, "Module is incompatible with count, for_each, and depends_on",
        fmt::format("The module in {} configures providers itself, and so cannot be repeated. Move its "
                    "provider blocks to the caller and pass the configurations in \"providers\".",
                    module.directory),
        *each->file, each->expression->span);
  }
  if (own_configuration && !call.depends_on.empty()) {
    language::hcl::AddError(
        diagnostics, "Module is incompatible with count, for_each, and depends_on",
        fmt::format("The module in {} configures providers itself, and so cannot wait for other objects. "
                    "Move its provider blocks to the caller and pass the configurations in \"providers\".",
                    module.directory),
        *call.depends_on[0].file, call.depends_on[0].traversal->span);
  }
  for (const auto& [text, ours] : call.providers) {
    const LocalProviderName name = ParseLocalName(text);
    const auto& spans = call.provider_spans.at(text);
    const Provider theirs = SourceIn(module, name.name), passed = SourceIn(*parent.module, ours.name);
    const auto block = module.provider_blocks.find(name);
    const bool has_block = block != module.provider_blocks.end();
    if (has_block && !IsProxy(child, block->second)) {
      language::hcl::AddError(
          diagnostics, "Cannot override provider configuration",
          fmt::format("{} has a provider block for {} of its own, so no other configuration can be passed "
                      "to it.",
                      child.path.ToString(), text),
          *call.providers_file, spans.child);
    }
    if (!IsDeclared(module, name) && !(has_block && IsProxy(child, block->second))) {
      warn("Reference to undefined provider",
           fmt::format("{0} does not declare a provider named \"{1}\", so it is taken to be {2}. Add an "
                       "entry \"{1}\" to its "
                       "required_providers.",
                       child.path.ToString(), text, theirs.ForDisplay()),
           *call.providers_file, spans.child);
    }
    if (theirs != passed) {
      language::hcl::AddError(
          diagnostics, "Provider type mismatch",
          fmt::format("\"{}\" is the provider {} in {}, but \"{}\" is {} in {}. Only a configuration of the "
                      "same provider can be passed.",
                      ours.ToString(), passed.ForDisplay(), NameOf(parent), text, theirs.ForDisplay(),
                      child.path.ToString()),
          *call.providers_file, spans.ours);
    }
    if (ours.alias.empty() && !IsDeclared(*parent.module, ours) && !passed.IsBuiltIn()) {
      warn("Reference to undefined provider",
           fmt::format("{0} does not declare a provider named \"{1}\", so it is taken to be {2}. Add an "
                       "entry \"{1}\" to its "
                       "required_providers.",
                       NameOf(parent), ours.name, passed.ForDisplay()),
           *call.providers_file, spans.ours);
    }
  }
  for (const auto& [local_name, required] : module.required_providers) {
    for (const std::string& alias : required.configuration_aliases) {
      if (call.providers.contains(alias) || module.provider_blocks.contains(ParseLocalName(alias))) continue;
      language::hcl::AddError(
          diagnostics, "Missing required provider configuration",
          fmt::format("{0} needs a configuration of {1} under the name {2}. Add {2} = ... to the "
                      "\"providers\" of this module block.",
                      child.path.ToString(), required.source.ForDisplay(), alias),
          file, call.place.span);
    }
  }
}

}  // namespace engine::config
