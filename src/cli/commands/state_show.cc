#include "base/core/product.h"
#include "cli/commands/operation.h"
#include "cli/commands/read_state.h"
#include "cli/commands/state_editing.h"
#include "cli/view/diagnostics_view.h"
#include "cli/view/state_view.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
    {"state", session::OptionKind::kText, "path", "Read the state at this path."},
};

std::string NeedsOneInstance(std::string_view problem) {
  return fmt::format(
      "{}\n\nThis command needs the address of one instance. To see what the state has, run:\n  {} state "
      "list\n",
      problem, base::core::ProgramName());
}

int RunStateShow(CommandContext& command) {
  Diagnostics diagnostics;
  auto fail = [&](const std::string& text) {
    command.terminal.PrintMistake(text);
    return 1;
  };
  if (command.options.operands().size() != 1) {
    command.terminal.PrintMistake("Exactly one argument expected.\n");
    return kShowHelp;
  }
  const std::string& text = command.options.operands()[0];
  auto address = language::address::ParseResourceInstance(text);
  if (!address.ok()) return fail(NeedsOneInstance("Error parsing instance address: " + text));
  std::optional<engine::backend::Snapshot> snapshot = ReadState(command, diagnostics);
  if (!snapshot) {
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  }
  if (!HasState(command, *snapshot->state)) return 1;
  const engine::state::ResourceState* resource = snapshot->state->Find(address->module, address->resource);
  const engine::state::Instance* instance = resource ? resource->Find(address->key) : nullptr;
  if (!instance || !instance->current)
    return fail(NeedsOneInstance("No instance found for the given address!"));
  engine::run::ProviderPool pool(command.session.providers());
  const provider::api::ResourceSchema* schema =
      pool.FindSchema(resource->provider.provider, resource->resource, diagnostics);
  if (!schema) {
    diagnostics.Error("Missing provider schema", "Provider " + resource->provider.provider.ForDisplay() +
                                                     " is not available, so the object cannot be shown.");
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  }
  command.terminal.Print(view::RenderInstance(*resource, *instance, schema->block, command.terminal.style()));
  return 0;
}

}  // namespace

const Command kStateShowCommand = {
    .name = "state show",
    .synopsis = "Show a resource in the state",
    .usage = "parterre [global options] state show [options] ADDRESS",
    .help = "Shows the attributes of one resource instance as the state holds them.",
    .options = kOptions,
    .run = RunStateShow,
};

}  // namespace cli::commands
