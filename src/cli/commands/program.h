// The whole program `parterre`: global options, the choice of a command, its options, exit code.
// Not a command by itself, and no signal handling (cli/session/interrupt.h).
// Called by main.
#pragma once

#include <string>
#include <vector>

namespace cli::commands {

// arguments: without the program's name. `called`: as it was called, with a path or without.
int RunProgram(const std::string& called, std::vector<std::string> arguments);

}  // namespace cli::commands
