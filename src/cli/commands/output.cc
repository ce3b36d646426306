#include "base/core/product.h"
#include "cli/commands/read_state.h"
#include "cli/view/diagnostics_view.h"
#include "cli/view/state_view.h"
#include "language/eval/render.h"
#include "language/value/codec.h"
#include "language/value/convert.h"

namespace cli::commands {
namespace {

using language::value::Type;
using language::value::Value;

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours in the output."},
    {"state", session::OptionKind::kText, "path", "Read the state at this path."},
    {"json", session::OptionKind::kFlag, "", "Print as JSON."},
    {"raw", session::OptionKind::kFlag, "", "Print a string, number or bool as it is, without a line end."},
};

int PrintAll(CommandContext& command, const engine::state::StateOutputs& outputs) {
  if (command.options.Flag("json")) {
    command.terminal.Print(view::OutputsJson(outputs));
    return 0;
  }
  if (outputs.empty()) {
    Diagnostics diagnostics;
    diagnostics.Warning(
        "No outputs found",
        base::core::Spoken("The state file either has no outputs defined, or all the defined "
                           "outputs are empty. Please define an output in your configuration with the "
                           "`output` keyword and run `parterre refresh` for it to become available. If you "
                           "are using interpolation, please verify the interpolated value is not empty. You "
                           "can use the `parterre console` command to assist."));
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 0;
  }
  std::vector<std::pair<std::string, Value>> values;
  for (const auto& [name, output] : outputs)
    values.emplace_back(
        name, output.sensitive ? output.value.WithMarks(language::value::kSensitive) : output.value);
  command.terminal.Print(view::RenderOutputs(values));
  return 0;
}

int PrintOne(CommandContext& command, const std::string& name, const Value& value, Diagnostics& diagnostics) {
  if (command.options.Flag("raw")) {
    language::value::Conversion text = language::value::Convert(value, Type::String());
    if (text.ok() && text.value.IsKnownNotNull()) {
      command.terminal.Print(text.value.AsString());
      return 0;
    }
    diagnostics.Error("Unsupported value for raw output",
                      fmt::format("The -raw option only supports strings, numbers, and boolean values, but "
                                  "output value \"{}\" is {}."
                                  "\n\nUse the -json option for machine-readable representations of output "
                                  "values that have complex types.",
                                  name, value.IsNull() ? "null" : value.type().FriendlyName()));
    view::ShowDiagnostics(diagnostics, command.terminal);
    return 1;
  }
  if (command.options.Flag("json")) {
    auto json = language::value::ToJson(value, value.type());
    command.terminal.Print((json.ok() ? *json : "null") + "\n");
    return 0;
  }
  command.terminal.Print(language::eval::RenderValue(value) + "\n");
  return 0;
}

int RunOutput(CommandContext& command) {
  Diagnostics diagnostics;
  std::optional<engine::state::StateOutputs> outputs = ReadOutputs(command, diagnostics);
  const std::vector<std::string>& names = command.options.operands();
  if (outputs && names.size() > 1)
    diagnostics.Error(
        "Unexpected argument",
        "The output command expects exactly one argument with the name of an output, or none for all.");
  if (outputs && names.empty() && command.options.Flag("raw"))
    diagnostics.Error("Output name required",
                      "You must give the name of a single output value when using the -raw option.");
  if (outputs && command.options.Flag("raw") && command.options.Flag("json"))
    diagnostics.Error("Invalid output format", "The options -raw and -json exclude each other.");
  if (diagnostics.HasErrors()) {
    view::ShowDiagnostics(diagnostics, command.terminal);
    return outputs ? kPointToHelp : 1;
  }
  // Where there are no outputs at all, it is no mistake to ask for one of them.
  const bool none = outputs->empty() && !command.options.Flag("json");
  if (names.empty() || none) return PrintAll(command, *outputs);
  auto found = outputs->find(names[0]);
  if (found != outputs->end()) return PrintOne(command, names[0], found->second.value, diagnostics);
  diagnostics.Error(
      fmt::format("Output \"{}\" not found", names[0]),
      base::core::Spoken("The output variable requested could not be found in the state file. If you "
                         "recently added this to your configuration, be sure to run `parterre apply`, since "
                         "the state won't be updated with new output variables until that command is run."));
  view::ShowDiagnostics(diagnostics, command.terminal);
  return 1;
}

}  // namespace

const Command kOutputCommand = {
    .name = "output",
    .synopsis = "Show output values from your root module",
    .usage = "parterre [global options] output [options] [NAME]",
    .help = "Reads an output value from the state and prints it. With no NAME, prints all of them.",
    .options = kOptions,
    .run = RunOutput,
};

}  // namespace cli::commands
