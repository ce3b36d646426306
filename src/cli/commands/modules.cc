#include "base/json/writer.h"
#include "cli/commands/operation.h"
#include "cli/view/diagnostics_view.h"

namespace cli::commands {
namespace {

using engine::config::InstalledModules;
using engine::config::ModuleNode;

constexpr session::OptionSpec kOptions[] = {
    {"json", session::OptionKind::kFlag, "", "Print the modules as JSON."},
    {"no-color", session::OptionKind::kFlag, "", "No colours and no boxes in the output."},
};

class ModuleList {
 public:
  explicit ModuleList(const InstalledModules& installed) : installed_(installed) {}

  std::string Tree(const ModuleNode& root) const {
    if (root.children.empty()) return "No modules found in configuration.\n";
    std::string text = "\nModules declared by configuration:\n.\n";
    AddBranches(root, "", "", &text);
    return text + "\n";
  }

  std::string Json(const ModuleNode& root) const {
    std::string text;
    base::json::Writer json(&text);
    json.BeginObject().Member("format_version", "1.0").Key("modules").BeginArray();
    AddMembers(root, "", json);
    json.EndArray().EndObject();
    return text + "\n";
  }

 private:
  static std::string KeyOf(const std::string& parent, const std::string& name) {
    return parent.empty() ? name : parent + "." + name;
  }

  std::string VersionOf(const std::string& key) const {
    const auto found = installed_.find(key);
    return found == installed_.end() ? "" : found->second.version;
  }

  void AddBranches(const ModuleNode& node, const std::string& key, const std::string& indent,
                   std::string* text) const {
    size_t left = node.children.size();
    for (const auto& [name, child] : node.children) {
      const bool last = --left == 0;
      const std::string child_key = KeyOf(key, name);
      const std::string version = VersionOf(child_key);
      *text += fmt::format("{}{}\"{}\"[{}]", indent, last ? "└── " : "├── ", name,
                           language::address::WithoutPassword(child->call->address.ToString()));
      if (!version.empty()) text->append(" ").append(version);
      if (!child->call->version.empty() && child->call->version != version)
        *text += fmt::format(" ({})", child->call->version);
      *text += '\n';
      AddBranches(*child, child_key, indent + (last ? "    " : "│\u00a0\u00a0 "), text);
    }
  }

  void AddMembers(const ModuleNode& node, const std::string& key, base::json::Writer& json) const {
    for (const auto& [name, child] : node.children) {
      const std::string child_key = KeyOf(key, name);
      json.BeginObject().Member("key", name);
      json.Member("source", language::address::WithoutPassword(child->call->address.ToString()));
      json.Member("version", VersionOf(child_key)).EndObject();
      AddMembers(*child, child_key, json);
    }
  }

  const InstalledModules& installed_;
};

int RunModules(CommandContext& command) {
  Diagnostics diagnostics;
  if (!command.options.operands().empty())
    diagnostics.Error("Too many command line arguments", "modules takes no arguments.");
  if (!diagnostics.HasErrors()) command.session.LoadConfiguration(diagnostics, {.check_references = false});
  if (!diagnostics.HasErrors() && command.session.configuration().root->module->files.empty())
    diagnostics.Error("No configuration files",
                      "This folder has no configuration, whose modules could be told.");
  view::ShowDiagnostics(diagnostics, command.terminal);
  if (diagnostics.HasErrors()) return 1;
  const ModuleList list(command.session.installed_modules());
  const ModuleNode& root = *command.session.configuration().root;
  command.terminal.Print(command.options.Flag("json") ? list.Json(root) : list.Tree(root));
  return 0;
}

}  // namespace

const Command kModulesCommand = {
    .name = "modules",
    .synopsis = "Show all declared modules in a working directory",
    .usage = "parterre [global options] modules [options]",
    .help =
        "Shows each module that the configuration calls, with its source and, for modules of registries, "
        "its version.",
    .options = kOptions,
    .run = RunModules,
};

}  // namespace cli::commands
