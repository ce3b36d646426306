#include "base/core/product.h"
#include "cli/commands/prompt.h"
#include "cli/commands/state_editing.h"
#include "cli/view/diagnostics_view.h"

namespace cli::commands {
namespace {

using language::address::Provider;

constexpr session::OptionSpec kOptions[] = {
    PARTERRE_STATE_EDITING_OPTIONS,
    {"auto-approve", session::OptionKind::kFlag, "", "Do not ask before replacing."},
};

std::optional<Provider> ReadProvider(std::string_view which, const std::string& text,
                                     Diagnostics& diagnostics) {
  auto provider = language::address::ParseProvider(text);
  if (provider.ok()) return *std::move(provider);
  diagnostics.Error(fmt::format("Invalid \"{}\" provider \"{}\"", which, text), provider.error().message());
  return std::nullopt;
}

void ShowReplacement(CommandContext& command, const Provider& from, const Provider& to,
                     const std::vector<std::string>& resources) {
  const view::Style& style = command.terminal.style();
  std::string out = base::core::Spoken("Parterre will perform the following actions:\n\n");
  out += fmt::format("  {}~{} Updating provider:{}\n", style.Yellow(), style.Reset(), style.Reset());
  out += fmt::format("    {}-{} {}{}\n", style.Red(), style.Reset(), from.ToString(), style.Reset());
  out += fmt::format("    {}+{} {}\n{}\n", style.Green(), style.Reset(), to.ToString(), style.Reset());
  out += fmt::format("{}Changing{} {} resources:\n{}\n", style.Bold(), style.Reset(), resources.size(),
                     style.Reset());
  for (const std::string& resource : resources) out += "  " + resource + "\n";
  command.terminal.Print(out);
}

enum class Answer { kYes, kNo, kFailed };

Answer AskToReplace(CommandContext& command) {
  const view::Style& style = command.terminal.style();
  command.terminal.Print(fmt::format(
      "\n{}Do you want to make these changes?{}\nOnly 'yes' will be accepted to continue.\n{}\n{}{}Enter a "
      "value:{}{} ",
      style.Bold(), style.Reset(), style.Reset(), style.Reset(), style.Bold(), style.Reset(), style.Reset()));
  auto line = ReadAnswer(command);
  if (!line.ok()) {
    command.terminal.PrintMistake("Error asking for approval: " + line.error().message() + "\n");
    return Answer::kFailed;
  }
  if (*line == "yes") return Answer::kYes;
  command.terminal.Print("Cancelled replacing providers.\n");
  return Answer::kNo;
}

int RunReplaceProvider(CommandContext& command) {
  Diagnostics diagnostics;
  auto fail = [&] {
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  };
  const session::Options& options = command.options;
  if (options.operands().size() != 2) {
    command.terminal.PrintMistake("Exactly two arguments expected.\n\n");
    return kShowHelp;
  }
  const auto from = ReadProvider("from", options.operands()[0], diagnostics);
  const auto to = ReadProvider("to", options.operands()[1], diagnostics);
  if (diagnostics.HasErrors()) return fail();
  auto session = OpenStateForEditing(command, options.Text("state"), options.Text("backup"),
                                     "state-replace-provider", diagnostics);
  if (!session) return fail();
  engine::state::State state = *session->initial();
  if (!HasState(command, state)) return 1;
  std::vector<std::string> replaced;
  for (engine::state::ResourceState& resource : state.resources) {
    if (resource.provider.provider != *from) continue;
    resource.provider.provider = *to;
    replaced.push_back(language::address::Target{resource.module, resource.resource, {}}.ToString());
  }
  if (replaced.empty()) {
    command.terminal.Print("No matching resources found.\n");
    return 0;
  }
  ShowReplacement(command, *from, *to, replaced);
  if (!options.Flag("auto-approve"))
    if (Answer answer = AskToReplace(command); answer != Answer::kYes) return answer == Answer::kNo ? 0 : 1;
  if (!SaveEdited(*session, std::move(state), diagnostics)) return fail();
  view::ShowDiagnostics(diagnostics, command.terminal);
  command.terminal.Print(
      fmt::format("\nSuccessfully replaced provider for {} resources.\n", replaced.size()));
  return 0;
}

}  // namespace

const Command kStateReplaceProviderCommand = {
    .name = "state replace-provider",
    .synopsis = "Replace provider in the state",
    .usage = "parterre [global options] state replace-provider [options] FROM_PROVIDER_FQN TO_PROVIDER_FQN",
    .help =
        "Says in the state that all resources of one provider belong to another. A copy of the state is kept "
        "first.",
    .options = kOptions,
    .run = RunReplaceProvider,
};

}  // namespace cli::commands
