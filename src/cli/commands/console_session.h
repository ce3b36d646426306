// Console: evaluates what is typed, line by line or file by file, against one scope.
// Not where the lines come from (console_input.h, console_eval.h). Used by console.cc.
#pragma once

#include <optional>
#include <string>

#include "base/diag/diagnostics.h"
#include "engine/config/module.h"
#include "language/eval/render.h"

namespace cli::commands {

using base::diag::Diagnostics;

class ConsoleSession {
 public:
  // Both must outlive the session. `root`: the module whose names expressions may use.
  ConsoleSession(const engine::config::ModuleNode& root, const language::eval::Scope& scope)
      : root_(root), scope_(scope) {}

  // The value of an expression; nothing after errors. Warnings may come with a value.
  std::optional<language::eval::ConsoleAnswer> Evaluate(const std::string& expression,
                                                        Diagnostics& diagnostics) const;

  struct Reply {
    std::string text;  // without the final newline
    bool exit = false;
  };
  // A line as typed: an expression, nothing, `help` or `exit`. After errors the text is empty.
  Reply Handle(const std::string& line, Diagnostics& diagnostics) const;

 private:
  const engine::config::ModuleNode& root_;
  const language::eval::Scope& scope_;
};

}  // namespace cli::commands
