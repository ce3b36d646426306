#include <map>
#include <set>

#include "cli/commands/read_state.h"
#include "cli/session/provider_requirements.h"
#include "cli/view/diagnostics_view.h"

namespace cli::commands {
namespace {

using engine::config::ModuleNode;
using language::address::Provider;

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours and no boxes in the output."},
    {"test-directory", session::OptionKind::kText, "path", "Accepted for compatibility. Default: tests."},
};

// Constraints of this module alone, by provider.
std::map<Provider, std::string> OwnRequirements(const ModuleNode& node) {
  std::map<Provider, std::string> own;
  for (const auto& [name, required] : node.module->required_providers) {
    const auto constraints = install::lockfile::VersionConstraints::Parse(required.version);
    own[required.source] = constraints ? constraints->ToString() : required.version;
  }
  for (const auto& [name, resource] : node.module->resources) own[resource.provider.provider];
  return own;
}

// A line for each provider and each module call, with the branches of a tree in front.
void PrintModule(const ModuleNode& node, const std::string& indent, std::string* out) {
  const auto own = OwnRequirements(node);
  size_t left = own.size() + node.children.size();
  for (const auto& [provider, constraints] : own) {
    *out += fmt::format("{}{}provider[{}]{}{}\n", indent, --left == 0 ? "└── " : "├── ", provider.ToString(),
                        constraints.empty() ? "" : " ", constraints);
  }
  for (const auto& [name, child] : node.children) {
    const bool last = --left == 0;
    *out += fmt::format("{}{}module.{}\n", indent, last ? "└── " : "├── ", name);
    PrintModule(*child, indent + (last ? "    " : "│\u00a0\u00a0 "), out);
  }
}

int RunProviders(CommandContext& command) {
  base::diag::Diagnostics diagnostics;
  if (!command.options.operands().empty())
    diagnostics.Error("Too many command line arguments", "providers takes no arguments.");
  if (!diagnostics.HasErrors()) command.session.LoadConfiguration(diagnostics, {.check_references = false});
  if (!diagnostics.HasErrors() && command.session.configuration().root->module->files.empty())
    diagnostics.Error("No configuration files",
                      "This folder has no configuration, whose providers could be told.");
  std::string tree;
  if (!diagnostics.HasErrors()) PrintModule(*command.session.configuration().root, "", &tree);
  std::optional<engine::backend::Snapshot> snapshot;
  if (!diagnostics.HasErrors()) snapshot = ReadState(command, diagnostics);
  view::ShowDiagnostics(diagnostics, command.terminal);
  if (diagnostics.HasErrors()) return 1;
  command.terminal.Print("\nProviders required by configuration:\n.\n" + tree + "\n");
  std::set<std::string> of_state;
  if (snapshot)
    for (const auto& resource : snapshot->state->resources)
      of_state.insert(resource.provider.provider.ToString());
  if (of_state.empty()) return 0;
  std::string text = "Providers required by state:\n\n";
  for (const std::string& name : of_state) text += fmt::format("    provider[{}]\n\n", name);
  command.terminal.Print(text);
  return 0;
}

}  // namespace

const Command kProvidersCommand = {
    .name = "providers",
    .synopsis = "Show the providers required for this configuration",
    .usage = "parterre [global options] providers [options]",
    .help = "Shows which providers each module requires, and whose objects the state holds.",
    .options = kOptions,
    .run = RunProviders,
};

}  // namespace cli::commands
