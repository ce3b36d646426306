#include "base/core/product.h"
#include "cli/commands/command.h"
#include "cli/commands/read_state.h"
#include "cli/json/schema_json.h"
#include "cli/view/diagnostics_view.h"
#include "engine/run/providers.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in messages."},
    {"json", session::OptionKind::kFlag, "", "Print as JSON, the only form there is: must be given."},
};

int RunProvidersSchema(CommandContext& command) {
  if (!command.options.Flag("json")) {
    command.terminal.PrintMistake(
        base::core::Spoken("The `parterre providers schema` command requires the `-json` flag.\n\n"
                           "Usage: parterre [global options] providers schema -json\n"));
    return 1;
  }
  Diagnostics diagnostics;
  std::optional<engine::backend::Snapshot> snapshot;
  if (command.session.LoadConfiguration(diagnostics)) snapshot = ReadState(command, diagnostics);
  engine::run::ProviderPool pool(command.session.providers());
  std::map<language::address::Provider, provider::api::Provider*> providers;
  if (snapshot) {
    for (const language::address::Provider& source : command.session.configuration().Providers())
      providers[source] = nullptr;
    for (const engine::state::ResourceState& resource : snapshot->state->resources)
      providers[resource.provider.provider] = nullptr;
    for (auto& [source, provider] : providers) provider = pool.Unconfigured(source, diagnostics);
  }
  if (diagnostics.HasErrors()) {
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  }
  json::PrintProviderSchemas(providers, [&](std::string_view text) { command.terminal.Print(text); });
  return 0;
}

}  // namespace

const Command kProvidersSchemaCommand = {
    .name = "providers schema",
    .synopsis = "Show schemas for the providers used in the configuration",
    .usage = "parterre [global options] providers schema -json",
    .help =
        "Prints the schemas of all providers that the configuration and the state use, as JSON: arguments "
        "of\n"
        "the provider itself, of resources, data sources and ephemeral resources, and functions.",
    .options = kOptions,
    .run = RunProvidersSchema,
};

}  // namespace cli::commands
