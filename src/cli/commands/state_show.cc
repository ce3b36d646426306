#include "cli/commands/operation.h"
#include "cli/commands/read_state.h"
#include "cli/view/diagnostics_view.h"
#include "cli/view/state_view.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
    {"state", session::OptionKind::kText, "path", "Read the state at this path."},
};

int RunStateShow(CommandContext& command) {
  Diagnostics diagnostics;
  auto fail = [&](std::string_view summary, std::string_view detail) {
    diagnostics.Error(summary, detail);
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  };
  if (command.options.operands().size() != 1)
    return fail("Exactly one argument expected", "state show takes the address of one resource instance.");
  auto address = language::address::ParseResourceInstance(command.options.operands()[0]);
  if (!address.ok())
    return fail("Error parsing instance address: " + command.options.operands()[0],
                address.error().message());
  std::optional<engine::backend::Snapshot> snapshot = ReadState(command, diagnostics);
  if (!snapshot) {
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  }
  const engine::state::ResourceState* resource = snapshot->state->Find(address->module, address->resource);
  const engine::state::Instance* instance = resource ? resource->Find(address->key) : nullptr;
  if (!instance || !instance->current)
    return fail("No instance found for the given address!",
                "The state has no " + address->ToString() + ". To see what it has, run: parterre state list");
  engine::run::ProviderPool pool(command.session.providers());
  const provider::api::ResourceSchema* schema =
      pool.FindSchema(resource->provider.provider, resource->resource, diagnostics);
  if (!schema)
    return fail("Missing provider schema", "Provider " + resource->provider.provider.ForDisplay() +
                                               " is not available, so the object cannot be shown.");
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
