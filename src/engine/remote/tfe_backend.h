// The workspaces of an organization on HCP Terraform or Terraform Enterprise as a backend: one by its name,
// those of a prefix, or those with tags. Runs happen here; the server keeps states and locks.
// Not the blocks that configure it (remote.h, cloud.h), which make it, nor a state's bytes (tfe_state.h).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/backend/backend.h"
#include "engine/remote/tfe_service.h"

namespace engine::remote {

// Which workspaces are meant: exactly one of name, prefix and tags is not empty.
struct TfeMapping {
  std::string name;
  std::string prefix;  // the workspace "dev" here is "<prefix>dev" there
  TfeTags tags;
  std::string project;  // of the cloud block; empty: wherever they are
};

// Turns a state, as its file holds it, into the document of `show -json`; nothing where that cannot be.
using StateDocument = std::function<std::optional<std::string>(std::string_view state)>;

struct TfeSettings {
  std::string type;  // "remote" or "cloud"
  std::string host;
  TfeMapping mapping;
  std::string run_id;             // TFE_RUN_ID: states are of this run
  std::string journal_directory;  // empty: no journals
  StateDocument state_document;   // may be empty
  std::string product = "HCP Terraform";
  bool runs_remotely = true;  // whether the organization may have its runs on the server at all
};

class TfeBackend : public backend::Backend {
 public:
  TfeBackend(std::shared_ptr<TfeService> service, TfeSettings settings);

  std::string_view type() const override { return settings_->type; }
  bool SupportsWorkspaces() const override;
  bool HasDefaultWorkspace() const override;
  base::core::Result<std::vector<std::string>> Workspaces() override;
  base::core::Result<void> CreateWorkspace(std::string_view name) override;
  base::core::Result<void> DeleteWorkspace(std::string_view name) override;
  base::core::Result<void> DeleteWorkspaceByForce(std::string_view name) override;
  std::unique_ptr<state::StateStorage> Storage(std::string_view workspace) override;
  bool AllowUse(std::string_view workspace, const backend::WorkspaceUse& use,
                base::diag::Diagnostics& diagnostics) override;

  const TfeSettings& settings() const { return *settings_; }
  TfeService& service() { return *service_; }

 private:
  base::core::Result<void> Delete(std::string_view name, bool by_force);

  const std::shared_ptr<TfeService> service_;
  const std::shared_ptr<const TfeSettings> settings_;
};

// The name on the server; an error when the mapping has no such workspace.
base::core::Result<std::string> TfeWorkspaceName(const TfeMapping& mapping, std::string_view workspace);

// The workspace of this name on the server; made when it is missing, with the mapping's tags and project, and
// given those tags that it lacks.
base::core::Result<TfeWorkspace> EnsureTfeWorkspace(TfeService& service, const TfeSettings& settings,
                                                    const std::string& name);

}  // namespace engine::remote
