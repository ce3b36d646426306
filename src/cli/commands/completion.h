// Words that a shell may offer behind what is typed, from the table of commands and their options, the files,
// workspaces and addresses at hand; and the lines in a shell's start-up files that make it ask.
// Not the parsing of a command line (cli/session/options.h). Called by program.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/core/environment.h"
#include "base/core/result.h"

namespace cli::commands {

// `line`: what is typed so far, from the program's name to the cursor. Reads only this folder and its local
// state, and never waits for anything. Sorted.
std::vector<std::string> CompleteLine(std::string_view line, const base::core::Environment& environment);

// Adds the line, or takes it away again, in the start-up files of bash, zsh and fish that are there; of bash
// one is made where none is. `program`: the name to complete; `path`: what to call. Returns what was changed.
base::core::Result<std::vector<std::string>> InstallCompletion(const std::string& program,
                                                               const std::string& path,
                                                               const std::string& home);
base::core::Result<std::vector<std::string>> UninstallCompletion(const std::string& program,
                                                                 const std::string& path,
                                                                 const std::string& home);

}  // namespace cli::commands
