#include "cli/session/provider_requirements.h"

#include <algorithm>

#include "base/core/product.h"
#include "cli/session/provider_factory.h"
#include "language/hcl/parser.h"

namespace cli::session {
namespace {

using install::lockfile::VersionConstraints;
using install::providers::Requirements;
using language::address::Provider;

void CollectConstraints(const engine::config::ModuleNode& node, Requirements* requirements,
                        base::diag::Diagnostics& diagnostics) {
  for (const auto& [name, required] : node.module->required_providers) {
    VersionConstraints& all = (*requirements)[required.source];
    if (required.version.empty()) continue;
    if (auto constraints = VersionConstraints::Parse(required.version)) {
      all.Add(*constraints);
      continue;
    }
    language::hcl::AddError(
        diagnostics, "Invalid version constraint",
        fmt::format(
            "Versions of providers have three numbers at most and no \"v\" in front; \"{}\" is no constraint "
            "on them. Write conditions such as \">= 4.1.0, < 5.0.0\" or \"~> 4.8\".",
            required.version),
        *required.place.file, required.place.span);
  }
  for (const auto& [name, child] : node.children) CollectConstraints(*child, requirements, diagnostics);
}

std::string List(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "\n  - " + line;
  return text;
}

}  // namespace

Requirements CollectRequirements(const engine::config::Configuration& configuration,
                                 const engine::state::State* state, base::diag::Diagnostics& diagnostics) {
  Requirements requirements;
  CollectConstraints(*configuration.root, &requirements, diagnostics);
  for (const Provider& provider : configuration.Providers()) requirements[provider];
  if (state != nullptr)
    for (const engine::state::ResourceState& resource : state->resources)
      requirements[resource.provider.provider];
  return requirements;
}

bool IsBuiltIn(const Provider& provider, const Plugins& plugins) {
  if (provider.IsBuiltIn()) return true;
  const auto known = BuiltInProviders();
  const std::string source = provider.ToString();
  return std::ranges::find(known, source, &BuiltInProvider::source) != known.end() &&
         !plugins.IsChosen(provider);
}

void CheckPlugins(const engine::config::Configuration& configuration, const Plugins& plugins,
                  base::diag::Diagnostics& diagnostics) {
  const Requirements requirements = CollectRequirements(configuration, nullptr, diagnostics);
  if (diagnostics.HasErrors()) return;
  std::vector<std::string> unfit, missing;
  bool any_locked = false;
  for (const auto& [provider, constraints] : requirements) {
    if (IsBuiltIn(provider, plugins) || plugins.IsUnderDevelopment(provider) ||
        plugins.IsReattached(provider))
      continue;
    if (plugins.lock_diagnostics().HasErrors()) {
      diagnostics.Append(plugins.lock_diagnostics());
      return;
    }
    const auto lock = plugins.locks().find(provider);
    if (lock == plugins.locks().end()) {
      unfit.push_back("provider " + provider.ForDisplay() +
                      ": required by this configuration but no version is selected");
      continue;
    }
    any_locked = true;
    if (!constraints.Allow(lock->second.version))
      unfit.push_back(fmt::format(
          "provider {}: locked version selection {} doesn't match the updated version constraints \"{}\"",
          provider.ForDisplay(), lock->second.version.ToString(), constraints.ToString()));
    else if (std::string problem = plugins.ProblemOf(provider, lock->second); !problem.empty())
      missing.push_back(provider.ForDisplay() + ": " + problem);
  }
  if (!unfit.empty())
    diagnostics.Error(
        "Inconsistent dependency lock file",
        fmt::format(
            "The versions that the lock file selects do not fit this configuration:{}\n\nTo select others, "
            "run:\n  {} init{}",
            List(unfit), base::core::ProgramName(), any_locked ? " -upgrade" : ""));
  else if (!missing.empty())
    diagnostics.Error(
        "Required plugins are not installed",
        fmt::format("What is installed is not what the lock file selects:{}\n\nTo install it, run:\n  "
                    "{} init",
                    List(missing), base::core::ProgramName()));
}

}  // namespace cli::session
