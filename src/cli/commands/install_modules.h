// Installs what the configuration calls: the bridge from module calls, as engine/config reads them, to
// install/modules. Not the loading of what is installed (cli/session). Used by init and get.
#pragma once

#include <string>

#include "cli/commands/operation.h"

namespace cli::commands {

struct ModuleInstallation {
  bool upgrade = false;
  std::string test_directory = "tests";
  bool with_title = false;   // "Initializing modules..."
  bool with_folders = true;  // tells where each module is
};

// Also what the runs of test files call. Prints a line for each step. False after errors.
bool InstallModules(CommandContext& command, const ModuleInstallation& installation,
                    Diagnostics& diagnostics);

// init -from-module: a copy of a module in the working folder, and the modules that it calls. False after
// errors.
bool CopyFromModule(CommandContext& command, const std::string& source, Diagnostics& diagnostics);

}  // namespace cli::commands
