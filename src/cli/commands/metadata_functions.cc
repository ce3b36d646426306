#include "base/core/product.h"
#include "cli/commands/command.h"
#include "language/functions/functions.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in messages."},
    {"json", session::OptionKind::kFlag, "", "Print as JSON, the only form there is: must be given."},
};

int RunMetadataFunctions(CommandContext& command) {
  if (!command.options.Flag("json")) {
    command.terminal.PrintError(
        base::core::Spoken("The `parterre metadata functions` command requires the `-json` flag.\n\n"
                           "Usage: parterre [global options] metadata functions -json\n"));
    return 1;
  }
  // type() is the console's alone.
  std::vector<const language::functions::Function*> functions;
  for (const language::functions::Function* function : language::functions::All())
    if (function->special != language::functions::Special::kType) functions.push_back(function);
  command.terminal.Print(language::functions::MetadataJson(functions));
  return 0;
}

}  // namespace

const Command kMetadataFunctionsCommand = {
    .name = "metadata functions",
    .synopsis = "Show signatures and descriptions for the available functions",
    .usage = "parterre [global options] metadata functions -json",
    .help = "Prints the functions of the language as JSON: parameters, results and descriptions.",
    .options = kOptions,
    .run = RunMetadataFunctions,
};

}  // namespace cli::commands
