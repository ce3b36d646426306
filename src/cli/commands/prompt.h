// Questions to the person at the terminal; also answered from a pipe. An interrupt ends the waiting.
// Not what is asked, nor whether asking is allowed.
// Used by operation.cc and by commands that ask.
#pragma once

#include <optional>
#include <string>

#include "cli/commands/command.h"

namespace cli::commands {

struct Question {
  std::string title;    // begins with a line feed where a blank line goes before
  std::string text;     // may be empty
  bool hidden = false;  // a secret: the terminal does not show what is typed
  bool always = false;  // -input=false does not keep it from being asked
};

inline constexpr std::string_view kEndOfInput = "EOF";
// The line typed, without its end. Errors: kEndOfInput, "interrupted".
base::core::Result<std::string> Ask(CommandContext& command, const Question& question);

// The same after a question that has been printed.
base::core::Result<std::string> ReadAnswer(CommandContext& command);

// A value for a root variable; nothing when no answer could be had.
std::optional<std::string> AskForVariable(CommandContext& command, const engine::config::Variable& variable);

}  // namespace cli::commands
