// Questions to the person at the terminal; also answered from a pipe. An interrupt ends the waiting.
// Used by operation.cc.
#pragma once

#include <optional>
#include <string>

#include "cli/commands/command.h"

namespace cli::commands {

struct Question {
  std::string title;
  std::string text;
};

// The line typed, without its end. Errors: "EOF", "interrupted".
base::core::Result<std::string> Ask(CommandContext& command, const Question& question);

// A value for a root variable; nothing when no answer could be had.
std::optional<std::string> AskForVariable(CommandContext& command, const engine::config::Variable& variable);

}  // namespace cli::commands
