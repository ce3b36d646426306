// The whole program `parterre`: global options, the choice of a command, its options, exit code.
// Called by main.
#pragma once

#include <string>
#include <vector>

namespace cli::commands {

// arguments: without the program's name. `name`: how it was called, for usage texts.
int RunProgram(const std::string& name, std::vector<std::string> arguments);

}  // namespace cli::commands
