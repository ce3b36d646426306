// state pull and state push: a whole state, as text.
#include <unistd.h>

#include <future>

#include "base/core/files.h"
#include "cli/commands/read_state.h"
#include "cli/commands/state_access.h"
#include "cli/view/diagnostics_view.h"
#include "engine/encryption/envelope.h"
#include "engine/state/reader.h"
#include "engine/state/writer.h"

namespace cli::commands {
namespace {

using base::core::Error;
using base::core::Result;
using engine::state::State;

constexpr session::OptionSpec kPullOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
};
constexpr session::OptionSpec kPushOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
    PARTERRE_LOCK_OPTIONS,
    {"force", session::OptionKind::kFlag, "", "Replace also a newer or an unrelated state."},
    {"ignore-remote-version", session::OptionKind::kFlag, "",
     "Write the state also to a workspace whose runs have another version."},
};

int RunPull(CommandContext& command) {
  Diagnostics diagnostics;
  std::optional<engine::backend::Snapshot> snapshot = ReadState(command, diagnostics);
  if (snapshot && !(snapshot->state->lineage.empty() && snapshot->state->Empty())) {
    const auto written = engine::state::WriteStateInPieces(
        *snapshot->state, [&](std::string_view piece) { command.terminal.Print(piece); });
    if (written.ok()) {
      command.terminal.Print("\n");
    } else {
      diagnostics.Error("Failed to write the state", written.error().message());
    }
  }
  view::ShowDiagnostics(diagnostics, command.terminal);
  return diagnostics.HasErrors() ? 1 : 0;
}

Result<std::string> ReadPushed(const std::string& path) {
  if (path != "-" && !base::core::Exists(path)) return Error("open " + path + ": no such file or directory");
  auto read = path == "-" ? base::core::ReadAll(STDIN_FILENO, "standard input", UINT32_MAX)
                          : base::core::ReadFile(path, UINT32_MAX);
  // Nothing at all is more often a mistake in a pipe than the wish to have no state.
  if (read.ok() && read->empty()) return Error("Error reading source state \"" + path + "\": no state");
  return read;
}

int RunPush(CommandContext& command) {
  Diagnostics diagnostics;
  if (command.options.operands().size() != 1) {
    command.terminal.PrintMistake("Exactly one argument expected.\n\n");
    return kShowHelp;
  }
  const std::string& path = command.options.operands()[0];
  auto text = ReadPushed(path);
  if (!text.ok()) {
    command.terminal.PrintMistake(text.error().message() + "\n");
    return 1;
  }
  // What is pushed is parsed while the state that is there comes in. Encrypted, it waits: there is one
  // sealer.
  const bool plain = !engine::encryption::IsEnvelope(*text);
  std::future<Result<State>> parsing;
  if (plain)
    parsing = std::async(std::launch::async, [&] { return engine::state::ReadState(*std::move(text)); });
  auto session = OpenStateForChange(command, "state-push", diagnostics);
  auto pushed = plain ? parsing.get() : ParseStateFile(command, *std::move(text));
  // What opening the state has found is told beside: results of a dead run may have been recovered.
  auto fail = [&](const std::string& message) {
    command.terminal.PrintMistake(message + "\n");
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  };
  if (!pushed.ok()) return fail("Error reading source state \"" + path + "\": " + pushed.error().message());
  if (session) {
    auto written = session->Push(*std::move(pushed), command.options.Flag("force"));
    if (!written.ok()) return fail("Failed to write state: " + written.error().message());
  }
  view::ShowDiagnostics(diagnostics, command.terminal);
  return diagnostics.HasErrors() ? 1 : 0;
}

}  // namespace

const Command kStatePullCommand = {
    .name = "state pull",
    .synopsis = "Pull current state and output to stdout",
    .usage = "parterre [global options] state pull [options]",
    .help = "Prints the state of the workspace, as its file would hold it.",
    .options = kPullOptions,
    .run = RunPull,
};

const Command kStatePushCommand = {
    .name = "state push",
    .synopsis = "Update remote state from a local state file",
    .usage = "parterre [global options] state push [options] PATH",
    .help =
        "Replaces the state of the workspace by the one in a file, or on standard input where PATH is -.\nA "
        "state of another lineage or with an older serial is refused, unless forced.",
    .options = kPushOptions,
    .run = RunPush,
};

}  // namespace cli::commands
