// taint and untaint: whether the next plan is to replace an instance.
#include "base/core/product.h"
#include "cli/commands/state_access.h"
#include "cli/commands/state_editing.h"
#include "cli/view/diagnostics_view.h"
#include "language/address/typed.h"

namespace cli::commands {
namespace {

using language::address::ResourceInstance;

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
    PARTERRE_LOCK_OPTIONS,
    PARTERRE_STATE_PATH_OPTIONS,
    {"allow-missing", session::OptionKind::kFlag, "", "It is no error when the state has no such instance."},
    {"ignore-remote-version", session::OptionKind::kFlag, "",
     "Write the state also to a workspace whose runs have another version."},
};

// Why the instance's mark cannot be changed.
void ReportMissing(CommandContext& command, const engine::state::State& state,
                   const ResourceInstance& address, Diagnostics& diagnostics) {
  constexpr std::string_view kSummary = "No such resource instance";
  if (command.options.Flag("allow-missing")) {
    diagnostics.Warning(kSummary,
                        fmt::format("There is no instance {}, which is no error because of -allow-missing.",
                                    address.ToString()));
    return;
  }
  const engine::state::ResourceState* resource = state.Find(address.module, address.resource);
  const engine::state::Instance* instance = resource ? resource->Find(address.key) : nullptr;
  if (state.resources.empty())
    diagnostics.Error(
        kSummary, "The state holds no instances at all: nothing has been applied yet, or all was destroyed.");
  else if (instance)
    diagnostics.Error(kSummary,
                      fmt::format("{} is in the middle of its replacement. Run \"{} apply\" to end that "
                                  "first.",
                                  address.ToString(), base::core::ProgramName()));
  else
    diagnostics.Error(kSummary,
                      fmt::format("The state has no instance {}. To see what it has, run: {} state list",
                                  address.ToString(), base::core::ProgramName()));
}

int SetTainted(CommandContext& command, bool tainted) {
  Diagnostics diagnostics;
  const char* name = tainted ? "taint" : "untaint";
  auto end = [&] {
    view::ShowDiagnostics(diagnostics, command.terminal);
    return diagnostics.HasErrors() ? 1 : 0;
  };
  if (command.options.operands().size() != 1) {
    command.terminal.PrintMistake(fmt::format("The {} command expects exactly one argument.\n", name));
    return kShowHelpAsMistake;
  }
  const auto address = language::address::ParseResourceInstance(command.options.operands()[0], diagnostics);
  if (!address) return end();
  if (tainted && address->resource.mode != language::address::ResourceMode::kManaged) {
    command.terminal.PrintMistake(
        fmt::format("Resource instance {} cannot be tainted\n", address->ToString()));
    return 1;
  }
  auto session = OpenStateForChange(command, name, diagnostics);
  if (!session) return end();
  const engine::state::ObjectPtr object = session->initial()->FindObject(*address);
  if (!object) {
    ReportMissing(command, *session->initial(), *address, diagnostics);
    return end();
  }
  if (!tainted && !object->tainted) {
    diagnostics.Error(
        "Resource instance is not tainted",
        fmt::format("{} is not tainted, so that there is nothing to undo.", address->ToString()));
    return end();
  }
  auto changed = std::make_shared<engine::state::Object>(*object);
  changed->tainted = tainted;
  engine::state::StateEditor editor(*session->initial());
  editor.SetCurrent(*address, session->initial()->Find(address->module, address->resource)->provider,
                    std::move(changed));
  if (SaveEdited(*session, editor.Snapshot(), diagnostics))
    command.terminal.Print(fmt::format("Resource instance {} has been {}.\n", address->ToString(),
                                       tainted ? "marked as tainted" : "successfully untainted"));
  return end();
}

}  // namespace

const Command kTaintCommand = {
    .name = "taint",
    .synopsis = "Mark a resource instance as not fully functional",
    .usage = "parterre [global options] taint [options] ADDRESS",
    .help =
        "Marks an instance in the state, so that the next plan replaces it. \"parterre apply -replace\" "
        "does\nthe same "
        "in one step, and shows first what it means.",
    .options = kOptions,
    .run = [](CommandContext& command) { return SetTainted(command, true); },
};

const Command kUntaintCommand = {
    .name = "untaint",
    .synopsis = "Remove the 'tainted' state from a resource instance",
    .usage = "parterre [global options] untaint [options] ADDRESS",
    .help =
        "Takes the mark of \"taint\", or of a creation that failed, from an instance: it will not be "
        "replaced.",
    .options = kOptions,
    .run = [](CommandContext& command) { return SetTainted(command, false); },
};

}  // namespace cli::commands
