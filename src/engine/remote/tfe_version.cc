#include "engine/remote/tfe_version.h"

#include <fmt/format.h>

#include "engine/state/writer.h"
#include "language/address/version.h"

namespace engine::remote {
namespace {

using language::address::Version;
using language::address::VersionConstraints;

// Which versions here go with that one there: states of one minor version are the same, and before 1.3 all
// were.
std::string CompatibleVersions(const std::string& remote) {
  const auto version = Version::Parse(remote);
  if (!version || !version->prerelease.empty()) return remote;
  static const Version kFirst = *Version::Parse("0.14.0"), kLater = *Version::Parse("1.3.0");
  if (*version < kFirst) return remote;
  if (*version < kLater) return ">= 0.14.0, < 1.3.0";
  return fmt::format("~> {}.{}.0", version->segments[0], version->segments[1]);
}

}  // namespace

bool CheckTerraformVersion(const TfeWorkspace& workspace, const std::string& organization,
                           const backend::WorkspaceUse& use, base::diag::Diagnostics& diagnostics) {
  const std::string& remote = workspace.terraform_version;
  if (remote.empty() || remote == "latest") return true;
  const std::string compatible = CompatibleVersions(remote);
  const auto constraints = VersionConstraints::Parse(compatible);
  if (constraints && constraints->Allow(*Version::Parse(state::kWriterVersion))) return true;
  constexpr std::string_view kSummary = "Incompatible Terraform version";
  const std::string detail =
      constraints
          ? fmt::format(
                "The local Terraform version ({}) does not meet the version requirements for remote "
                "workspace {}/{} ({}).",
                state::kWriterVersion, organization, workspace.name, compatible)
          : fmt::format(
                "The workspace {}/{} asks for the Terraform version \"{}\", which is no version and no "
                "constraint.",
                organization, workspace.name, remote);
  if (use.ignore_remote_version) {
    diagnostics.Warning(std::string(kSummary), detail);
    return true;
  }
  diagnostics.Error(
      std::string(kSummary),
      detail +
          "\n\nRuns on the server may not be able to read the state that would be written. Change "
          "the workspace's version, or use -ignore-remote-version to go on all the same.");
  return false;
}

}  // namespace engine::remote
