// What `providers lock` and `providers mirror` have in common: requirements and lock file of the working
// folder, and where packages may be asked for. Not init (install_providers.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diag/diagnostics.h"
#include "cli/commands/command.h"
#include "install/discovery/services.h"
#include "install/providers/downloader.h"
#include "install/providers/installer.h"

namespace cli::commands {

// The options -platform, or this machine's. Mistakes: "Invalid target platform".
std::vector<std::string> ReadPlatforms(const session::Options& options, base::diag::Diagnostics& diagnostics);

// What the configuration requires, without what comes with the program, which is named in `built_in`.
install::providers::Requirements ReadRequirements(
    CommandContext& command, base::diag::Diagnostics& diagnostics,
    std::vector<language::address::Provider>* built_in = nullptr);

// The package's archive, fetched into `scratch` where it is not here already; a terminal sees how far it is.
base::core::Result<std::string> FetchArchive(CommandContext& command,
                                             const install::providers::PackageStore& store,
                                             const install::providers::Package& package,
                                             const std::string& scratch);

}  // namespace cli::commands
