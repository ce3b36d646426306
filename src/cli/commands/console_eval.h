// `console -eval FILE`: a file of expressions, all of them evaluated, whatever becomes of each.
// Not a session with a person (console_input.h). Used by console.cc and, through it, by tests/conformance.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/commands/console_session.h"

namespace cli::commands {

struct FileExpression {
  std::string text;
  int line = 1;  // of the file, where it begins
};

// Expressions are separated by lines that are "---" and nothing else; each may go over several lines. The
// line end of an expression of one line is not part of it. Expressions of white space only are left out.
std::vector<FileExpression> SplitExpressions(std::string_view file);

// What became of one expression, as one line of JSON with its newline:
//   {"line":1,"result":"...","type":<type>,"diagnostics":[...]}
// "result" is the text that the console prints, "type" a type as JSON has it in schemas ("string",
// ["list","string"], ...); both are null after errors. Diagnostics have "severity", "summary", "detail" and,
// where they have a place, "range" with the keys of `validate -json`; places count from the expression's
// start.
std::string EvaluationJson(const FileExpression& expression,
                           const std::optional<language::eval::ConsoleAnswer>& answer,
                           const Diagnostics& diagnostics);

}  // namespace cli::commands
