#include "cli/commands/load_plan.h"

namespace cli::commands {

std::optional<engine::changes::SavedPlan> LoadPlanFile(CommandContext& command, const std::string& path,
                                                       Diagnostics& diagnostics) {
  Diagnostics found;
  engine::state::Sealer* const sealer = command.session.PlanSealer(found);
  const bool failed = found.HasErrors();
  diagnostics.Append(std::move(found));
  if (failed) return std::nullopt;
  auto saved = engine::changes::ReadPlanFile(path, sealer);
  if (saved.ok()) return *std::move(saved);
  diagnostics.Error("Failed to load \"" + path + "\" as a plan file", saved.error().message());
  return std::nullopt;
}

}  // namespace cli::commands
