#include "cli/commands/provider_packages.h"

#include <algorithm>

#include "base/core/strings.h"
#include "cli/commands/download_bar.h"
#include "cli/session/provider_requirements.h"

namespace cli::commands {

std::vector<std::string> ReadPlatforms(const session::Options& options,
                                       base::diag::Diagnostics& diagnostics) {
  std::vector<std::string> platforms;
  for (const auto& [name, text] : options.given()) {
    if (name != "platform") continue;
    const auto parts = base::core::Split(text, '_');
    const bool plain = std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) || c == '_'; });
    if (parts.size() != 2 || parts[0].empty() || parts[1].empty() || !plain)
      diagnostics.Error(
          "Invalid target platform",
          fmt::format("A platform is an operating system, an underscore and an architecture, such as "
                      "linux_amd64; \"{}\" is not.",
                      text));
    platforms.push_back(text);
  }
  if (platforms.empty()) platforms.push_back(install::providers::CurrentPlatform());
  return platforms;
}

install::providers::Requirements ReadRequirements(CommandContext& command,
                                                  base::diag::Diagnostics& diagnostics,
                                                  std::vector<language::address::Provider>* built_in) {
  const session::Plugins& plugins = command.session.plugins();
  diagnostics.Append(plugins.reattach_diagnostics());
  if (!command.session.LoadConfiguration(diagnostics, {.check_references = false})) return {};
  auto requirements = session::CollectRequirements(command.session.configuration(), nullptr, diagnostics);
  std::erase_if(requirements, [&](const auto& each) {
    const bool is_built_in = session::IsBuiltIn(each.first, plugins);
    if (is_built_in && built_in != nullptr) built_in->push_back(each.first);
    return is_built_in;
  });
  return requirements;
}

base::core::Result<std::string> FetchArchive(CommandContext& command,
                                             const install::providers::PackageStore& store,
                                             const install::providers::Package& package,
                                             const std::string& scratch) {
  DownloadBar bar(command.live);
  return store.FetchArchive(
      package, {}, scratch, [&](uint64_t done, uint64_t total) { bar.Count(done, total); },
      command.session.stop());
}

}  // namespace cli::commands
