#include <unistd.h>

#include "base/core/files.h"
#include "cli/commands/console_eval.h"
#include "cli/commands/console_input.h"
#include "cli/commands/operation.h"
#include "cli/commands/read_state.h"
#include "cli/view/diagnostics_view.h"
#include "engine/run/console.h"

namespace cli::commands {
namespace {

constexpr session::OptionSpec kOptions[] = {
    {"no-color", session::OptionKind::kFlag, "", "No colours and no boxes in the output."},
    {"state", session::OptionKind::kText, "path", "Read the state at this path."},
    {"plan", session::OptionKind::kFlag, "",
     "Make a plan first, and evaluate against what it would lead to instead of the state."},
    {"var", session::OptionKind::kList, "'foo=bar'", "Set a root variable; may be given often."},
    {"var-file", session::OptionKind::kList, "filename",
     "Read root variables from a file; may be given often."},
    {"eval", session::OptionKind::kText, "path",
     "Evaluate all expressions of this file (- for standard input) and end. Takes no lock."},
    {"json", session::OptionKind::kFlag, "", "With -eval: one line of JSON for each expression."},
};

int RunFile(const ConsoleSession& console, const std::string& path, bool json, view::Terminal& terminal) {
  auto text = path == "-" ? base::core::ReadAll(STDIN_FILENO, "standard input") : base::core::ReadFile(path);
  if (!text.ok()) {
    Diagnostics diagnostics;
    diagnostics.Error("Failed to read expressions", text.error().message());
    view::ShowDiagnostics(diagnostics, terminal);
    return 1;
  }
  bool failed = false;
  for (const FileExpression& expression : SplitExpressions(*text)) {
    Diagnostics diagnostics;
    const auto answer = console.Evaluate(expression.text, diagnostics);
    if (json) {
      terminal.PrintSoon(EvaluationJson(expression, answer, diagnostics));
      continue;
    }
    failed = failed || diagnostics.HasErrors();
    view::ShowDiagnostics(diagnostics, terminal);
    if (answer) terminal.Print(answer->text + "\n");
  }
  terminal.Flush();
  return failed ? 1 : 0;
}

class ConsoleRun {
 public:
  explicit ConsoleRun(CommandContext& command)
      : command_(command), operation_(command, "OperationTypeInvalid", /*quiet=*/true) {}

  int Run() {
    if (!command_.options.operands().empty()) {
      command_.terminal.PrintError("Too many command line arguments. Did you mean to use -chdir?\n");
      return 1;
    }
    const bool plan = command_.options.Flag("plan");
    // References are checked where they are evaluated: mistakes elsewhere leave the rest usable.
    Diagnostics& diagnostics = operation_.diagnostics();
    if (!operation_.LoadConfiguration({.check_references = plan}) || !operation_.ReadVariables(true))
      return operation_.Fail();
    std::shared_ptr<const engine::state::State> state = State();
    if (!state) return operation_.Fail();
    operation_.MakeContext();
    if (!plan) {
      operation_.context().functions.apply_timestamp = operation_.context().functions.plan_timestamp;
      engine::run::Console console(operation_.context(), std::move(state), diagnostics);
      return Converse(console.scope());
    }
    int code = 1;
    engine::run::PlanOptions options;
    options.inspect = [&](const language::eval::Scope& scope) { code = Converse(scope); };
    engine::run::MakePlan(operation_.context(), std::move(state), options, diagnostics);
    return code;
  }

 private:
  std::shared_ptr<const engine::state::State> State() {
    if (!command_.options.Has("eval"))
      return operation_.OpenState(/*runs=*/false) ? operation_.state().initial() : nullptr;
    std::optional<engine::backend::Snapshot> snapshot = ReadState(command_, operation_.diagnostics());
    return snapshot ? snapshot->state : nullptr;
  }

  int Converse(const language::eval::Scope& scope) {
    const bool problems = operation_.diagnostics().HasErrors();
    operation_.ShowDiagnostics();
    if (problems) {
      operation_.diagnostics().Warning(
          "Due to the problems above, some expressions may produce unexpected results.", "");
      operation_.ShowDiagnostics();
    }
    const ConsoleSession console(*command_.session.configuration().root, scope);
    if (command_.options.Has("eval"))
      return RunFile(console, command_.options.Text("eval"), command_.options.Flag("json"),
                     command_.terminal);
    return isatty(STDIN_FILENO) ? ConverseWithPerson(console, command_.terminal)
                                : ConverseWithPipe(console, command_.terminal);
  }

  CommandContext& command_;
  Operation operation_;
};

int RunConsole(CommandContext& command) { return ConsoleRun(command).Run(); }

}  // namespace

const Command kConsoleCommand = {
    .name = "console",
    .synopsis = "Try expressions at an interactive command prompt",
    .usage = "parterre [global options] console [options]",
    .help =
        "Evaluates expressions of the configuration language, typed one by one or piped in. Names mean what\n"
        "they mean in the root module, with the variables and the state of the current folder. Changes "
        "nothing.\n\n"
        "When the input is a pipe, each of its lines is evaluated and the last value is printed; the first\n"
        "error ends with exit code 1.\n\n"
        "-eval FILE evaluates a file of expressions, which are separated by lines of three dashes (---) and\n"
        "may go over several lines. With -json each gives one line of JSON:\n"
        "  {\"line\":1,\"result\":\"[\\n  1,\\n]\",\"type\":[\"tuple\",[\"number\"]],\"diagnostics\":[]}\n"
        "where result is what the console would print, and null, as type, after errors. Diagnostics have\n"
        "severity, summary, detail and range; ranges count from the start of the expression. The exit code\n"
        "is then 0, whatever became of the expressions.",
    .options = kOptions,
    .run = RunConsole,
};

}  // namespace cli::commands
