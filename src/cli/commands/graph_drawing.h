// The drawing that the options of `graph` ask for, from the configuration, the state or a saved plan.
// Not how it is shown (cli/view). Used by graph.cc.
#pragma once

#include <optional>

#include "cli/commands/command.h"
#include "cli/view/graph_svg.h"
#include "engine/graph/drawing.h"

namespace cli::commands {

using base::diag::Diagnostics;

class GraphDrawing {
 public:
  explicit GraphDrawing(CommandContext& command) : command_(command) {}
  // Nothing after errors.
  std::optional<engine::graph::Drawing> Draw();
  bool of_resources() const { return !operation_ && plan_path_.empty(); }
  const view::PictureOptions& picture() const { return picture_; }
  Diagnostics& diagnostics() { return diagnostics_; }
  void ShowDiagnostics();

 private:
  bool ReadType();
  std::optional<engine::graph::Drawing> DrawPlan();

  CommandContext& command_;
  Diagnostics diagnostics_;
  std::optional<engine::graph::Operation> operation_;
  std::string plan_path_;
  view::PictureOptions picture_;
};

}  // namespace cli::commands
