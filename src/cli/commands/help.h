// What -help prints: the overview of all commands, a family of them (state, workspace), one command with its
// options. Not how commands are found (program.h). Called by RunProgram.
#pragma once

#include <optional>
#include <string>

#include "cli/commands/command.h"

namespace cli::commands {

std::string Overview(const std::string& program);
std::string HelpOf(const Command& command);
// The commands that begin with this word; nothing where there are none.
std::optional<std::string> FamilyHelp(const std::string& program, std::string_view word);

}  // namespace cli::commands
