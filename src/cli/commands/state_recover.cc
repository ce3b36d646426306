#include "cli/commands/operation.h"
#include "cli/view/diagnostics_view.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
    {"state", session::OptionKind::kText, "path", "The state at this path."},
    {"keep-journal", session::OptionKind::kFlag, "",
     "Where the journal contradicts the state, the journal is right."},
    {"discard-journal", session::OptionKind::kFlag, "",
     "Where the journal contradicts the state, the state is right; the journal is removed."},
};

int RunStateRecover(CommandContext& command) {
  Diagnostics diagnostics;
  Diagnostics ignored;
  command.session.LoadConfiguration(ignored);
  bool keep = command.options.Flag("keep-journal"), discard = command.options.Flag("discard-journal");
  if (keep && discard)
    diagnostics.Error("Incompatible options", "-keep-journal and -discard-journal exclude each other.");
  auto backend =
      diagnostics.HasErrors() ? nullptr : command.session.OpenBackend(command.options, diagnostics);
  std::unique_ptr<engine::backend::Session> state;
  if (backend) {
    engine::backend::SessionOptions options{.operation = "state-recover"};
    options.journal = keep      ? engine::backend::JournalChoice::kKeep
                      : discard ? engine::backend::JournalChoice::kDiscard
                                : engine::backend::JournalChoice::kRefuse;
    state = engine::backend::OpenSession(backend->Storage(command.session.Workspace(diagnostics)), options,
                                         diagnostics);
  }
  if (!state) {
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  }
  const engine::state::Recovery& recovery = state->recovery();
  std::string out;
  for (const auto& address : recovery.recovered) out += "Recovered " + address.ToString() + "\n";
  for (const engine::state::Intent& intent : recovery.in_doubt)
    out += fmt::format("In doubt: {} ({})\n", intent.address.ToString(),
                       intent.action == 'c'   ? "creation begun; the next plan looks for the object"
                       : intent.action == 'u' ? "update begun"
                                              : "destruction begun");
  auto finished = state->Finish();
  if (!finished.ok()) diagnostics.Error("Failed to save state", finished.error().message());
  command.terminal.Print(out.empty() ? "There is nothing to recover.\n" : out);
  view::ShowDiagnostics(diagnostics, command.terminal);
  return diagnostics.HasErrors() ? 1 : 0;
}

}  // namespace

const Command kStateRecoverCommand = {
    .name = "state recover",
    .synopsis = "Take over what an interrupted run left in its journal",
    .usage = "parterre [global options] state recover [options]",
    .help =
        "An apply that ends in the middle leaves a journal beside the state. The next run takes it over\nby "
        "itself; this command does it alone, and decides where the state has changed since.",
    .options = kOptions,
    .run = RunStateRecover,
};

}  // namespace cli::commands
