#include "cli/session/provider_versions.h"

#include <map>

#include "cli/session/provider_factory.h"
#include "engine/config/version.h"
#include "language/hcl/parser.h"

namespace cli::session {
namespace {

constexpr std::string_view kLockFile = ".terraform.lock.hcl";

void CheckRequired(const engine::config::ModuleNode& node, const BuiltInProvider& provider,
                   base::diag::Diagnostics& diagnostics) {
  auto built_in = engine::config::Version::Parse(provider.version);
  for (const auto& [name, required] : node.module->required_providers) {
    if (required.source.ToString() != provider.source || required.version.empty()) continue;
    auto constraints = engine::config::VersionConstraints::Parse(required.version);
    if (!constraints || !built_in || constraints->Allow(*built_in)) continue;
    language::hcl::AddError(
        diagnostics, "Unsuitable provider version",
        fmt::format(
            "The configuration requires {} in version {}, and the provider that is built in stands for "
            "version {}. Change the constraint so that it admits {}, or have the plugin installed: name its "
            "address by an include in a provider_installation block of the CLI configuration.",
            required.source.ForDisplay(), required.version, provider.version, provider.version),
        *required.place.file, required.place.span);
  }
  for (const auto& [name, child] : node.children) CheckRequired(*child, provider, diagnostics);
}

std::map<std::string, std::string> LockedVersions(const engine::config::FileSource& files) {
  std::map<std::string, std::string> locked;
  auto text = files.Read(std::string(kLockFile));
  if (!text.ok()) return locked;
  base::diag::Diagnostics ignored;
  language::hcl::FilePtr file = language::hcl::ParseConfig(std::string(kLockFile), std::move(*text), ignored);
  for (const language::hcl::Block& block : file->body().blocks) {
    if (block.type != "provider" || block.labels.size() != 1) continue;
    const language::hcl::Attribute* version = block.body->FindAttribute("version");
    std::optional<std::string> value =
        version ? language::hcl::AsLiteralString(*version->expression) : std::nullopt;
    if (value) locked[std::string(block.labels[0].text)] = *value;
  }
  return locked;
}

}  // namespace

void CheckProviderVersions(const engine::config::Configuration& configuration,
                           const engine::config::FileSource& files, const Plugins& plugins,
                           base::diag::Diagnostics& diagnostics) {
  std::vector<language::address::Provider> used = configuration.Providers();
  std::map<std::string, std::string> locked = LockedVersions(files);
  for (const BuiltInProvider& provider : BuiltInProviders()) {
    if (provider.version.empty()) continue;
    bool is_used = false;
    for (const language::address::Provider& source : used)
      is_used = is_used || (source.ToString() == provider.source && !plugins.IsChosen(source));
    if (!is_used) continue;
    CheckRequired(*configuration.root, provider, diagnostics);
    auto lock = locked.find(std::string(provider.source));
    if (lock != locked.end() && lock->second != provider.version)
      diagnostics.Error(
          "Locked provider version is not built in",
          fmt::format(
              "{} locks {} at version {}, and the provider that is built in stands for version {}. Use the "
              "version that is locked with the stock program, or lock {}.",
              kLockFile, provider.source, lock->second, provider.version, provider.version));
  }
}

}  // namespace cli::session
