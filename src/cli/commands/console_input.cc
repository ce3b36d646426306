#include "cli/commands/console_input.h"

#include <unistd.h>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "cli/commands/line_editor.h"
#include "cli/view/diagnostics_view.h"
#include "language/hcl/open_brackets.h"

namespace cli::commands {

int ConverseWithPerson(const ConsoleSession& console, view::Terminal& terminal) {
  LineEditor editor;
  std::string text;  // the lines so far of an expression that goes on
  while (true) {
    terminal.Flush();
    LineEditor::Input input = editor.Read(text.empty() ? "> " : ": ");
    if (input.status == LineEditor::Status::kEnd) {
      terminal.Print("exit\n");
      return 0;
    }
    if (input.status == LineEditor::Status::kInterrupted) {
      terminal.Print(text.empty() ? "\n" : "\n(multi-line entry canceled)\n");
      if (text.empty() && input.line.empty()) return 0;
      text.clear();
      continue;
    }
    // A heredoc needs the line end behind its marker; a single line is evaluated as it is.
    const bool first = text.empty();
    text += input.line + "\n";
    if (language::hcl::HasOpenBrackets(text)) continue;
    if (first) text.pop_back();
    Diagnostics diagnostics;
    ConsoleSession::Reply reply = console.Handle(text, diagnostics);
    text.clear();
    if (reply.exit) return 0;
    view::ShowDiagnostics(diagnostics, terminal);
    if (!diagnostics.HasErrors()) terminal.Print(reply.text + "\n");
  }
}

int ConverseWithPipe(const ConsoleSession& console, view::Terminal& terminal) {
  const auto input = base::core::ReadAll(STDIN_FILENO, "standard input");
  if (!input.ok()) {
    terminal.PrintError(input.error().message() + "\n");
    return 1;
  }
  std::string last;
  for (std::string_view rest = *input; !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    Diagnostics diagnostics;
    ConsoleSession::Reply reply =
        console.Handle(std::string(base::core::Trim(rest.substr(0, end))), diagnostics);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    view::ShowDiagnostics(diagnostics, terminal);
    if (diagnostics.HasErrors()) return 1;
    if (reply.exit) return 0;
    last = std::move(reply.text);
  }
  terminal.Print(last + "\n");
  return 0;
}

}  // namespace cli::commands
