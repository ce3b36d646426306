#include "engine/remote/tfe_backend.h"

#include <algorithm>

#include "base/core/log.h"
#include "base/core/product.h"
#include "base/core/strings.h"
#include "engine/remote/tfe_state.h"
#include "engine/remote/tfe_version.h"
#include "engine/state/writer.h"

namespace engine::remote {
namespace {

using backend::kDefaultWorkspace;
using base::core::Error;
using base::core::Result;

Error NoWorkspaces() { return Error("workspaces not supported"); }
Error NoDefaultWorkspace() { return Error("default workspace not supported"); }

Result<std::string> ProjectId(TfeService& service, const std::string& project) {
  if (project.empty()) return std::string();
  ASSIGN_OR_RETURN(const auto found, service.FindProject(project));
  if (found) return *found;
  return service.CreateProject(project);
}

Result<TfeWorkspace> MakeWorkspace(TfeService& service, const TfeSettings& settings,
                                   const std::string& name) {
  const std::string version(state::kWriterVersion);
  if (settings.type != "cloud") return service.CreateWorkspace(name, version, "", {});
  ASSIGN_OR_RETURN(const std::string project, ProjectId(service, settings.mapping.project));
  ASSIGN_OR_RETURN(TfeWorkspace workspace, service.CreateWorkspace(name, "", project, settings.mapping.tags));
  if (const Result<void> set = service.SetTerraformVersion(workspace.id, version); set.ok())
    workspace.terraform_version = version;
  else  // the server may not have this version; it matters to runs there only
    base::core::Log(base::core::LogLevel::kWarn, "tfe", "setting the workspace's version: {}",
                    set.error().message());
  return workspace;
}

// A name without a value counts where it is both a tag and a tag binding.
Result<void> AddMissingTags(TfeService& service, const TfeTags& wanted, const TfeWorkspace& workspace) {
  if (wanted.empty()) return {};
  const auto& names = workspace.tag_names;
  const auto is_tag = [&](const std::string& name) { return std::ranges::find(names, name) != names.end(); };
  ASSIGN_OR_RETURN(const auto bindings, service.TagBindings(workspace.id));
  if (!bindings) {
    if (!wanted.values.empty())
      return Error("this server has no tags with values: write the block's tags as a list of names");
    if (std::ranges::all_of(wanted.names, is_tag)) return {};
    return service.AddTagNames(workspace.id, wanted.names).Wrap("adding the workspace's tags");
  }
  const bool all =
      std::ranges::all_of(
          wanted.names, [&](const std::string& name) { return is_tag(name) && bindings->contains(name); }) &&
      std::ranges::all_of(wanted.values, [&](const auto& tag) {
        const auto found = bindings->find(tag.first);
        return found != bindings->end() && found->second == tag.second;
      });
  if (all) return {};
  return service.AddTagBindings(workspace.id, wanted).Wrap("adding the workspace's tags");
}

}  // namespace

Result<std::string> TfeWorkspaceName(const TfeMapping& mapping, std::string_view workspace) {
  if (!mapping.name.empty()) {
    if (workspace == kDefaultWorkspace || workspace == mapping.name) return mapping.name;
    return NoWorkspaces();
  }
  if (workspace == kDefaultWorkspace) return NoDefaultWorkspace();
  return mapping.prefix + std::string(workspace);
}

Result<TfeWorkspace> EnsureTfeWorkspace(TfeService& service, const TfeSettings& settings,
                                        const std::string& name) {
  ASSIGN_OR_RETURN(auto found, service.FindWorkspace(name));
  TfeWorkspace workspace;
  if (found) {
    workspace = *std::move(found);
  } else {
    ASSIGN_OR_RETURN(workspace, MakeWorkspace(service, settings, name));
  }
  RETURN_IF_ERROR(AddMissingTags(service, settings.mapping.tags, workspace));
  return workspace;
}

TfeBackend::TfeBackend(std::shared_ptr<TfeService> service, TfeSettings settings)
    : service_(std::move(service)), settings_(std::make_shared<const TfeSettings>(std::move(settings))) {}

bool TfeBackend::SupportsWorkspaces() const {
  return settings_->type == "cloud" || settings_->mapping.name.empty();
}

bool TfeBackend::HasDefaultWorkspace() const { return !SupportsWorkspaces(); }

Result<std::vector<std::string>> TfeBackend::Workspaces() {
  const TfeMapping& mapping = settings_->mapping;
  if (!SupportsWorkspaces()) return NoWorkspaces();
  if (!mapping.name.empty()) return std::vector<std::string>{mapping.name};
  std::vector<std::string> names;
  if (!mapping.prefix.empty()) {
    ASSIGN_OR_RETURN(const auto found, service_->WorkspacesByName(mapping.prefix));
    // The server looks for the text anywhere in the name.
    for (const std::string& name : found)
      if (name.size() > mapping.prefix.size() && name.starts_with(mapping.prefix))
        names.push_back(name.substr(mapping.prefix.size()));
  } else {
    std::string project;
    if (!mapping.project.empty()) {
      ASSIGN_OR_RETURN(const auto id, service_->FindProject(mapping.project));
      project = id.value_or("");
    }
    ASSIGN_OR_RETURN(names, service_->WorkspacesByTags(mapping.tags, project));
  }
  std::ranges::sort(names);
  return names;
}

Result<void> TfeBackend::CreateWorkspace(std::string_view name) {
  ASSIGN_OR_RETURN(const std::string there, TfeWorkspaceName(settings_->mapping, name));
  ASSIGN_OR_RETURN(const TfeWorkspace made, EnsureTfeWorkspace(*service_, *settings_, there));
  return {};
}

Result<void> TfeBackend::DeleteWorkspace(std::string_view name) { return Delete(name, false); }

Result<void> TfeBackend::DeleteWorkspaceByForce(std::string_view name) { return Delete(name, true); }

Result<void> TfeBackend::Delete(std::string_view name, bool by_force) {
  ASSIGN_OR_RETURN(const std::string there, TfeWorkspaceName(settings_->mapping, name));
  if (settings_->type != "cloud") return service_->DeleteWorkspace(there);
  ASSIGN_OR_RETURN(const auto workspace, service_->FindWorkspace(there));
  if (!workspace) return {};
  return by_force || !workspace->can_force_delete ? service_->DeleteWorkspace(there)
                                                  : service_->DeleteWorkspaceSafely(there);
}

std::unique_ptr<state::StateStorage> TfeBackend::Storage(std::string_view workspace) {
  return std::make_unique<TfeState>(service_, settings_, std::string(workspace));
}

bool TfeBackend::AllowUse(std::string_view workspace, const backend::WorkspaceUse& use,
                          base::diag::Diagnostics& diagnostics) {
  const Result<std::string> name = TfeWorkspaceName(settings_->mapping, workspace);
  const auto found =
      name.ok() ? service_->FindWorkspace(*name) : Result<std::optional<TfeWorkspace>>(name.error());
  if (!found.ok()) {
    diagnostics.Error("Error reading workspace", found.error().message());
    return false;
  }
  if (!*found) {
    if (!use.runs) return true;  // it will be made, and is as we want it then
    diagnostics.Error("Error reading workspace",
                      fmt::format("There is no workspace \"{}\" in the organization \"{}\" any more, or the "
                                  "token may not see it. Run \"{} init\" to have it made anew.",
                                  *name, service_->organization(), base::core::ProgramName()));
    return false;
  }
  const TfeWorkspace& it = **found;
  if (!settings_->runs_remotely || it.RunsLocally()) return true;
  if (!use.runs) return CheckTerraformVersion(it, service_->organization(), use, diagnostics);
  diagnostics.Error(
      "Remote execution is not supported",
      fmt::format(
          "The workspace \"{0}\" of the organization \"{1}\" has its runs on {2} (execution mode \"{3}\"), "
          "and this program runs where it is started. Set the workspace's execution mode to \"local\" "
          "(Settings, General), so that {2} keeps states and locks only; or start the run there, in its user "
          "interface or by its API. Reading the state works as it is: output, show, state list, state pull.",
          it.name, service_->organization(), settings_->product, it.execution_mode));
  return false;
}

}  // namespace engine::remote
