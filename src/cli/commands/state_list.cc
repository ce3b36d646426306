#include "base/json/reader.h"
#include "cli/commands/read_state.h"
#include "cli/view/diagnostics_view.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
    {"state", session::OptionKind::kText, "path", "Read the state at this path."},
    {"id", session::OptionKind::kText, "ID", "Only objects whose attribute id is this."},
};

bool HasId(const engine::state::Object& object, const std::string& id) {
  std::string text = object.AttributesJson();
  auto document = base::json::Document::Parse(text);
  return document.ok() && document->root().FindString("id") == id;
}

bool HasAny(const engine::state::State& state, const language::address::Target& target) {
  for (const engine::state::ResourceState& resource : state.resources)
    for (const engine::state::Instance& instance : resource.instances)
      if (target.Contains({resource.module, resource.resource, instance.key})) return true;
  return false;
}

int RunStateList(CommandContext& command) {
  Diagnostics diagnostics;
  std::optional<engine::backend::Snapshot> snapshot = ReadState(command, diagnostics);
  std::vector<language::address::Target> targets;
  for (const std::string& text : command.options.operands()) {
    auto target = language::address::ParseTarget(text);
    if (target.ok())
      targets.push_back(std::move(*target));
    else
      diagnostics.Error("Invalid target address", target.error().message());
  }
  if (diagnostics.HasErrors()) {
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  }
  if (snapshot->state->lineage.empty()) {
    command.terminal.PrintError(
        "No state file was found!\n\nThere is no state in this folder and workspace yet. Apply something "
        "first, "
        "or name a state with -state.\n");
    return 1;
  }
  for (const language::address::Target& target : targets) {
    if (HasAny(*snapshot->state, target)) continue;
    diagnostics.Error(target.resource ? "Unknown resource" : "Unknown module",
                      fmt::format("The state has nothing at {}.", target.ToString()));
  }
  if (diagnostics.HasErrors()) {
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  }
  std::string out;
  std::string id = command.options.Text("id");
  for (const engine::state::ResourceState& resource : snapshot->state->resources)
    for (const engine::state::Instance& instance : resource.instances) {
      language::address::ResourceInstance address{resource.module, resource.resource, instance.key};
      bool wanted = targets.empty();
      for (const language::address::Target& target : targets) wanted = wanted || target.Contains(address);
      if (!wanted || (!id.empty() && !(instance.current && HasId(*instance.current, id)))) continue;
      out += address.ToString() + "\n";
    }
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
