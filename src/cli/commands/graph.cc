#include "base/core/files.h"
#include "cli/commands/graph_drawing.h"
#include "cli/view/graph_dot.h"
#include "cli/view/graph_svg.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
    {"type", session::OptionKind::kText, "type",
     "The graph of an operation instead of that of resources: plan, plan-refresh-only, plan-destroy, apply."},
    {"plan", session::OptionKind::kText, "path", "The order in which applying this saved plan goes."},
    {"svg", session::OptionKind::kFlag, "",
     "A picture instead of DOT; with -plan, coloured by what the plan does."},
    {"draw-cycles", session::OptionKind::kFlag, "", "Show cycles, in red, instead of failing for them."},
    {"module-depth", session::OptionKind::kNumber, "n", "Accepted for compatibility."},
};

int RunGraph(CommandContext& command) {
  GraphDrawing graph(command);
  if (!command.options.operands().empty())
    graph.diagnostics().Error("Too many command line arguments",
                              "graph takes no arguments but options. Did you mean to use -chdir?");
  std::optional<engine::graph::Drawing> drawing = graph.Draw();
  graph.ShowDiagnostics();
  if (!drawing) return 1;
  if (command.options.Flag("svg"))
    command.terminal.Print(view::GraphSvg(*drawing, graph.picture()));
  else
    command.terminal.Print(graph.of_resources()
                               ? view::ResourcesDot(*drawing)
                               : view::OperationDot(*drawing, command.options.Flag("draw-cycles")));
  return 0;
}

}  // namespace

const Command kGraphCommand = {
    .name = "graph",
    .synopsis = "Generate a graph of the steps in an operation",
    .usage = "parterre [global options] graph [options]",
    .help =
        "Prints what depends on what, in the DOT language or as a picture (-svg): resources alone, or with\n"
        "-type all that an operation evaluates.",
    .options = kOptions,
    .run = RunGraph,
};

}  // namespace cli::commands
