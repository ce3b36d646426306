#include "base/json/reader.h"
#include "base/json/writer.h"
#include "cli/commands/read_state.h"
#include "cli/commands/state_editing.h"
#include "cli/view/diagnostics_view.h"
#include "engine/state/selection.h"
#include "language/address/typed.h"

namespace cli::commands {
namespace {

using language::address::ResourceInstance;

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
    {"state", session::OptionKind::kText, "path", "Read the state at this path."},
    {"id", session::OptionKind::kText, "ID", "Only objects whose attribute id is this."},
    {"json", session::OptionKind::kFlag, "", "Print as JSON: an object from addresses to identities."},
};

bool HasId(const engine::state::Object& object, const std::string& id) {
  const std::string text = object.AttributesJson();
  const auto document = base::json::Document::Parse(text);
  return document.ok() && document->root().FindString("id") == id;
}

int RunStateIdentities(CommandContext& command) {
  Diagnostics diagnostics;
  std::vector<language::address::Target> targets;
  for (const std::string& text : command.options.operands())
    if (auto target = language::address::ParseTarget(text, diagnostics))
      targets.push_back(*std::move(target));
  std::optional<engine::backend::Snapshot> snapshot;
  if (!diagnostics.HasErrors()) snapshot = ReadState(command, diagnostics);
  view::ShowDiagnostics(diagnostics, command.terminal);
  if (!snapshot || !HasState(command, *snapshot->state)) return 1;
  if (targets.empty()) targets.emplace_back();
  std::map<std::string, std::string> identities;
  const std::string id = command.options.Text("id");
  for (const language::address::Target& target : targets)
    for (const ResourceInstance& address : engine::state::InstancesAt(*snapshot->state, target)) {
      const engine::state::ObjectPtr object = snapshot->state->FindObject(address);
      if (!object || (!id.empty() && !HasId(*object, id))) continue;
      if (!object->identity_json.empty()) identities.emplace(address.ToString(), object->identity_json);
    }
  std::string out;
  if (command.options.Flag("json")) {
    base::json::Writer writer(&out);
    writer.BeginObject();
    for (const auto& [address, identity] : identities) writer.Key(address).Raw(identity);
    writer.EndObject();
    out += "\n";
  } else {
    for (const auto& [address, identity] : identities) out += fmt::format("{} = {}\n", address, identity);
  }
  command.terminal.Print(out);
  return 0;
}

}  // namespace

const Command kStateIdentitiesCommand = {
    .name = "state identities",
    .synopsis = "List the identities of resources in the state",
    .usage = "parterre [global options] state identities [options] [address...]",
    .help =
        "Lists the identities that providers have given to the objects in the state: what an import block "
        "can\nname an "
        "object by. With addresses, only those inside them.",
    .options = kOptions,
    .run = RunStateIdentities,
};

}  // namespace cli::commands
