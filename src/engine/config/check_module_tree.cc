#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text/suggest.h"
#include "engine/config/checks.h"

namespace engine::config {
namespace {

using language::hcl::AddError;

language::address::ResourceInstance AddressOf(const Import& import) {
  return {import.to_module, import.to_resource, import.to_instance_key};
}

void CheckArguments(const ModuleCall& call, const ModuleNode& child, base::diag::Diagnostics& diagnostics) {
  const language::hcl::File& file = *call.place.file;
  const auto& variables = child.module->variables;
  std::set<std::string_view> given;
  for (const auto& attribute : call.body.body->attributes) {
    if (!given.insert(attribute.name).second) {
      AddError(diagnostics, "Duplicate argument",
               fmt::format("The argument \"{}\" is set twice. Keep one.", attribute.name), file,
               attribute.name_span);
      continue;
    }
    if (variables.contains(std::string(attribute.name)) || call.own_arguments) continue;
    std::vector<std::string_view> names;
    for (const auto& [name, variable] : variables) names.push_back(name);
    const std::string suggestion = base::text::Suggest(attribute.name, names);
    AddError(
        diagnostics, file.is_json() ? "Extraneous JSON object property" : "Unsupported argument",
        suggestion.empty()
            ? fmt::format(
                  "An argument named \"{0}\" is not expected here. The module declares no variable \"{0}\".",
                  attribute.name)
            : fmt::format("An argument named \"{}\" is not expected here. Did you mean \"{}\"?",
                          attribute.name, suggestion),
        file, attribute.name_span);
  }
  for (const auto& [name, variable] : variables) {
    const bool set = call.own_arguments ? call.own_arguments->contains(name) : given.contains(name);
    if (variable.default_value || set) continue;
    AddError(diagnostics, "Missing required argument",
             fmt::format("The argument \"{}\" is required, but no definition was found.", name), file,
             call.open_span);
  }
}

void CheckNode(const ModuleNode& node, base::diag::Diagnostics& diagnostics) {
  for (const auto& [name, child] : node.children) {
    CheckArguments(*child->call, *child, diagnostics);
    CheckNode(*child, diagnostics);
  }
}

// Of modules below the root nothing is generated.
void CheckImportTargets(const Configuration& configuration, base::diag::Diagnostics& diagnostics) {
  for (const Import& import : configuration.root->module->imports) {
    if (import.to_module.IsRoot()) continue;
    const ModuleNode* module = configuration.Find(import.to_module);
    if (module != nullptr && module->module->resources.contains(import.to_resource.ToString())) continue;
    AddError(diagnostics, "Configuration for import target does not exist",
             fmt::format("There is no resource {}. Only for resources of the root module can configuration "
                         "be generated.",
                         AddressOf(import).ToString()),
             *import.place.file, import.to.expression->span);
  }
}

}  // namespace

void CheckImportBlocks(const Configuration& configuration, base::diag::Diagnostics& diagnostics) {
  std::map<std::string, const Import*> seen;
  for (const Import& import : configuration.root->module->imports) {
    const language::hcl::File& file = *import.place.file;
    if (import.provider_span) {
      const ModuleNode* module = configuration.Find(import.to_module);
      if (module != nullptr && module->module->resources.contains(import.to_resource.ToString()))
        AddError(diagnostics, "Invalid import provider argument",
                 "The resource block of the target says by itself which provider it uses. Remove this "
                 "argument: it serves imports that generate configuration.",
                 file, *import.provider_span);
    }
    const bool open = (import.to_key && import.to_instance_key.IsNone()) || !import.to_module_keys.empty();
    if (open) continue;  // told apart when it is evaluated
    const auto [first, added] = seen.emplace(AddressOf(import).ToString(), &import);
    if (added) continue;
    AddError(
        diagnostics, fmt::format("Duplicate import configuration for \"{}\"", first->first),
        fmt::format("The other import block for it is in {} line {}. A resource instance is imported once.",
                    first->second->place.file->name(),
                    first->second->place.file->RangeOf(first->second->place.span).start.line),
        file, import.to.expression->span);
  }
}

void CheckModuleTree(const Configuration& configuration, base::diag::Diagnostics& diagnostics) {
  CheckNode(*configuration.root, diagnostics);
  if (diagnostics.HasErrors()) return;
  for (const auto& [name, output] : configuration.root->module->outputs) {
    if (!output.ephemeral) continue;
    AddError(diagnostics, "Ephemeral output not allowed",
             "Outputs of the root module are stored in the state, so they cannot be ephemeral.",
             *output.place.file, output.place.span);
  }
  CheckImportTargets(configuration, diagnostics);
}

}  // namespace engine::config
