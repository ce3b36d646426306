#include "base/json/reader.h"
#include "cli/commands/read_state.h"
#include "cli/commands/state_editing.h"
#include "cli/view/diagnostics_view.h"
#include "engine/state/selection.h"
#include "language/address/typed.h"

namespace cli::commands {
namespace {

using engine::state::State;
using language::address::ResourceInstance;
using language::address::Target;

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
    {"state", session::OptionKind::kText, "path", "Read the state at this path."},
    {"id", session::OptionKind::kText, "ID", "Only objects whose attribute id is this."},
};

bool HasId(const State& state, const ResourceInstance& address, const std::string& id) {
  const engine::state::ObjectPtr object = state.FindObject(address);
  if (!object) return false;
  std::string text = object->AttributesJson();
  auto document = base::json::Document::Parse(text);
  return document.ok() && document->root().FindString("id") == id;
}

void ReportUnknown(const Target& target, Diagnostics& diagnostics) {
  const char* kind = !target.resource ? "module" : target.key.IsNone() ? "resource" : "resource instance";
  diagnostics.Error(
      fmt::format("Unknown {}", kind),
      fmt::format("The state has no {} {}. If it is new in the configuration, apply that first.", kind,
                  target.ToString()));
}

// By operand, in the order of addresses each; all of them without operands.
std::vector<ResourceInstance> Selected(const CommandContext& command, const State& state,
                                       Diagnostics& diagnostics) {
  if (command.options.operands().empty()) return engine::state::AllInstances(state);
  std::vector<ResourceInstance> selected;
  for (const std::string& text : command.options.operands()) {
    const std::optional<Target> target = language::address::ParseTarget(text, diagnostics);
    if (!target) continue;
    std::vector<ResourceInstance> found = engine::state::InstancesAt(state, *target);
    if (found.empty()) ReportUnknown(*target, diagnostics);
    for (ResourceInstance& address : found) selected.push_back(std::move(address));
  }
  return selected;
}

int RunStateList(CommandContext& command) {
  Diagnostics diagnostics;
  std::optional<engine::backend::Snapshot> snapshot = ReadState(command, diagnostics);
  if (!snapshot) {
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  }
  const State& state = *snapshot->state;
  if (!HasState(command, state)) return 1;
  const std::vector<ResourceInstance> selected = Selected(command, state, diagnostics);
  view::ShowDiagnostics(diagnostics, command.terminal);
  if (diagnostics.HasErrors()) return 1;
  const std::string id = command.options.Text("id");
  std::string out;
  for (const ResourceInstance& address : selected)
    if (id.empty() || HasId(state, address, id)) out += address.ToString() + "\n";
  command.terminal.Print(out);
  return 0;
}

}  // namespace

const Command kStateListCommand = {
    .name = "state list",
    .synopsis = "List resources in the state",
    .usage = "parterre [global options] state list [options] [address...]",
    .help = "Lists the addresses of the instances in the state; with addresses, only those inside them.",
    .options = kOptions,
    .run = RunStateList,
};

}  // namespace cli::commands
