// Pictures of graphs as SVG, without other programs: boxes in columns, modules as frames, colours by provider
// or by what a plan does. Not where things go (layered_layout.h). Used by graph -svg and by the page of a
// plan.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "cli/view/markup.h"
#include "engine/changes/plan.h"
#include "engine/graph/drawing.h"

namespace cli::view {

struct PictureOptions {
  // Of resources by address ("module.a.t.n", without keys): what happens to them, and to how many instances.
  struct Change {
    engine::changes::Action action = engine::changes::Action::kNoOp;
    size_t instances = 0;
  };
  std::map<std::string, Change> changes;
  bool of_plan = false;      // colours tell of changes instead of providers
  bool within_page = false;  // colours come from the page around it
};

// What a plan does to each resource of its configuration.
PictureOptions PictureOfPlan(const engine::changes::Plan& plan);

// A whole document that stands alone.
std::string GraphSvg(const engine::graph::Drawing& drawing, const PictureOptions& options);
// Its colours and fonts; those of a page must set the variables that begin there.
std::string_view GraphStyle();
// The element only.
void AppendGraphSvg(const engine::graph::Drawing& drawing, const PictureOptions& options, Markup& markup);

}  // namespace cli::view
