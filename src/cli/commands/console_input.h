// The console's two ways of being spoken to: by a person, line by line with editing, and by a pipe.
// Not evaluation (console_session.h). Used by console.cc.
#pragma once

#include "cli/commands/console_session.h"
#include "cli/view/style.h"

namespace cli::commands {

// Until `exit`, Ctrl-D, or Ctrl-C on an empty line. Exit code: 0.
int ConverseWithPerson(const ConsoleSession& console, view::Terminal& terminal);

// The lines of standard input, each an expression of its own. Only the last result is printed, and the first
// error ends with exit code 1, as the reference does.
int ConverseWithPipe(const ConsoleSession& console, view::Terminal& terminal);

}  // namespace cli::commands
