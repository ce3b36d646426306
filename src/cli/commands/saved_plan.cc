#include "cli/commands/saved_plan.h"

#include "base/core/files.h"
#include "engine/changes/plan_file.h"
#include "engine/run/check_plan.h"
#include "install/modules/manifest.h"

namespace cli::commands {
namespace {

void CollectFiles(const engine::config::ModuleNode& node, std::map<std::string, std::string>& files) {
  for (const language::hcl::FilePtr& file : node.module->files)
    files.emplace(file->name(), std::string(file->source().text()));
  // A folder without a file would not be there.
  if (node.module->files.empty()) files.emplace(base::core::JoinPath(node.module->directory, ".empty"), "");
  for (const auto& [name, child] : node.children) CollectFiles(*child, files);
}

}  // namespace

void SavePlan(CommandContext& command, Operation& operation, const std::string& path) {
  engine::changes::SavedPlan saved{.plan = operation.plan(), .workspace = operation.context().workspace};
  CollectFiles(*command.session.configuration().root, saved.files);
  if (!command.session.installed_modules().empty()) {
    install::modules::Manifest manifest;
    for (const auto& [key, module] : command.session.installed_modules())
      manifest[key] = {module.source, module.version, module.directory};
    saved.files.emplace(session::Session::kPlannedManifest, install::modules::FormatManifest(manifest));
  }
  auto written =
      engine::changes::WritePlanFile(path, saved, command.session.PlanSealer(operation.diagnostics()));
  if (!written.ok()) operation.diagnostics().Error("Failed to write plan file", written.error().message());
}

base::core::Result<void> CheckSavedPlan(const engine::changes::Plan& plan,
                                        const view::SchemaLookup& schemas) {
  return engine::run::CheckPlan(plan, schemas).Wrap("the plan file is damaged");
}

bool WriteGeneratedConfig(const engine::changes::Plan& plan, const std::string& path,
                          Diagnostics& diagnostics) {
  std::string text;
  for (const engine::changes::ResourceChange& change : plan.resources) {
    if (!change.importing || change.importing->generated_config.empty()) continue;
    if (text.empty())
      text =
          "# __generated__ by Terraform\n# Please review these resources and move them into your main "
          "configuration files.\n";
    std::string id;
    for (char c : change.importing->id) id += c == '\n' || c == '\r' ? ' ' : c;
    text +=
        fmt::format("\n# __generated__ by Terraform from \"{}\"\n{}", id, change.importing->generated_config);
  }
  if (text.empty()) return false;
  diagnostics.Warning("Config generation is experimental",
                      "Generating configuration is marked as experimental by Terraform 1.11: its format may "
                      "change.");
  auto written = base::core::ReplaceFile(path, text);
  if (written.ok()) return true;
  diagnostics.Error("Failed to write generated configuration", written.error().message());
  return false;
}

}  // namespace cli::commands
