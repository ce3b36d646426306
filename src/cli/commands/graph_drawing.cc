#include "cli/commands/graph_drawing.h"

#include "base/core/files.h"
#include "cli/commands/load_plan.h"
#include "cli/commands/read_state.h"
#include "cli/view/diagnostics_view.h"
#include "engine/run/apply_drawing.h"

namespace cli::commands {

using engine::graph::Drawing;
using engine::graph::Operation;

bool GraphDrawing::ReadType() {
  static constexpr std::pair<std::string_view, Operation> kTypes[] = {
      {"plan", Operation::kPlan},
      {"plan-refresh-only", Operation::kPlanRefreshOnly},
      {"plan-destroy", Operation::kPlanDestroy},
      {"apply", Operation::kApply},
  };
  const std::string type = command_.options.Text("type");
  for (const auto& [name, operation] : kTypes)
    if (type == name) operation_ = operation;
  if (!type.empty() && !operation_)
    diagnostics_.Error("Unsupported graph type",
                       "The -type=... argument must be either \"plan\", \"plan-refresh-only\", "
                       "\"plan-destroy\", or \"apply\".");
  return !diagnostics_.HasErrors();
}

std::optional<Drawing> GraphDrawing::Draw() {
  plan_path_ = command_.options.Text("plan");
  if (!plan_path_.empty()) return ReadType() ? DrawPlan() : std::nullopt;
  if (!command_.session.LoadConfiguration(diagnostics_)) return std::nullopt;
  // Warnings are shown beside an error only, and with whole paths, as the reference does.
  if (const auto here = base::core::CurrentDirectory(); here.ok())
    for (base::diag::Diagnostic& diagnostic : diagnostics_.mutable_items())
      if (diagnostic.subject)
        diagnostic.subject->filename = base::core::JoinPath(*here, diagnostic.subject->filename);
  if (!ReadType()) return std::nullopt;
  std::optional<engine::backend::Snapshot> snapshot = ReadState(command_, diagnostics_);
  if (!snapshot) return std::nullopt;
  const engine::config::Configuration& configuration = command_.session.configuration();
  if (!command_.options.Flag("draw-cycles")) engine::graph::ConfigGraph(configuration, {}, diagnostics_);
  if (diagnostics_.HasErrors()) return std::nullopt;
  return operation_ ? engine::graph::DrawOperation(configuration, *snapshot->state, *operation_)
                    : engine::graph::DrawResources(configuration, *snapshot->state);
}

std::optional<Drawing> GraphDrawing::DrawPlan() {
  std::optional<engine::changes::SavedPlan> saved = LoadPlanFile(command_, plan_path_, diagnostics_);
  if (!saved) return std::nullopt;
  command_.session.UseFiles(engine::config::MemoryFiles(saved->files));
  if (!command_.session.LoadConfiguration(diagnostics_)) return std::nullopt;
  if (command_.options.Flag("svg") && !operation_) {
    picture_ = view::PictureOfPlan(saved->plan);
    return engine::graph::DrawResources(command_.session.configuration(), *saved->plan.prior_state);
  }
  Drawing drawing = engine::run::DrawApply(command_.session.configuration(), saved->plan, diagnostics_);
  if (diagnostics_.HasErrors()) return std::nullopt;
  return drawing;
}

// Warnings would stand in what other programs read.
void GraphDrawing::ShowDiagnostics() {
  if (diagnostics_.HasErrors()) view::ShowDiagnostics(diagnostics_, command_.terminal);
}

}  // namespace cli::commands
