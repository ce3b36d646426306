// What HCP Terraform and Terraform Enterprise keep: organizations, projects, workspaces, tags, state
// versions, outputs; one call of their API each. Not the HTTP (tfe_client.h) nor what commands make of it
// (tfe_backend.h, tfe_state.h), which call this.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/remote/tfe_client.h"

namespace engine::remote {

// The reference keeps tags with values apart from names without.
struct TfeTags {
  std::vector<std::string> names;
  std::map<std::string, std::string> values;

  bool empty() const { return names.empty() && values.empty(); }
};

struct TfeWorkspace {
  std::string id, name;
  bool locked = false;
  std::string execution_mode;  // "local", "remote", "agent"
  bool operations = false;     // what servers without execution modes say of that
  std::string terraform_version;
  std::vector<std::string> tag_names;
  bool can_force_delete = false;

  bool RunsLocally() const { return execution_mode == "local" || (execution_mode.empty() && !operations); }
};

// What servers say of themselves.
struct TfeServer {
  std::string api_version;  // "2.6"; "" for old ones
  std::string product = "HCP Terraform";
};

struct TfeEntitlements {
  bool operations = false;
};

struct TfeStateVersion {
  std::string id;
  std::string download_url;
  std::string upload_url, json_upload_url;       // "" when the server takes states otherwise
  std::optional<std::chrono::seconds> interval;  // how often it wants states of runs that go on
};

struct TfeNewState {
  uint64_t serial = 0;
  std::string lineage, md5, outputs_json;
  bool force = false;
  std::string run_id;
  // Whole, for servers that have no uploads; else empty.
  std::string_view inline_state, inline_json_state;
};

struct TfeOutput {
  std::string id, name;
  bool sensitive = false;
  std::string value_json;  // null for sensitive ones in lists
  std::string type_json;   // "" when the server does not say
};

class TfeService {
 public:
  // `describe`: "organization acme at app.terraform.io", for messages.
  TfeService(TfeClientSettings settings, std::string organization)
      : client_(std::move(settings)), organization_(std::move(organization)) {}

  const std::string& organization() const { return organization_; }

  base::core::Result<TfeServer> Ping();
  // Nothing when the organization is not there, or not to be seen.
  base::core::Result<std::optional<TfeEntitlements>> Entitlements();

  base::core::Result<std::optional<std::string>> FindProject(const std::string& name);  // its id
  base::core::Result<std::string> CreateProject(const std::string& name);

  base::core::Result<std::vector<std::string>> WorkspacesByName(const std::string& prefix);
  base::core::Result<std::vector<std::string>> WorkspacesByTags(const TfeTags& tags,
                                                                const std::string& project_id);
  base::core::Result<std::optional<TfeWorkspace>> FindWorkspace(const std::string& name);
  // Empty texts are left out.
  base::core::Result<TfeWorkspace> CreateWorkspace(const std::string& name, const std::string& version,
                                                   const std::string& project_id, const TfeTags& tags);
  base::core::Result<void> SetTerraformVersion(const std::string& workspace_id, const std::string& version);
  base::core::Result<void> DeleteWorkspace(const std::string& name);
  base::core::Result<void> DeleteWorkspaceSafely(const std::string& name);
  // Nothing where the server has no tag bindings.
  base::core::Result<std::optional<std::map<std::string, std::string>>> TagBindings(
      const std::string& workspace_id);
  base::core::Result<void> AddTagBindings(const std::string& workspace_id, const TfeTags& tags);
  base::core::Result<void> AddTagNames(const std::string& workspace_id,
                                       const std::vector<std::string>& names);

  enum class LockOutcome { kDone, kConflict };
  base::core::Result<LockOutcome> Lock(const std::string& workspace_id);
  base::core::Result<void> Unlock(const std::string& workspace_id);  // waits while a state is being taken in
  base::core::Result<void> ForceUnlock(const std::string& workspace_id);

  // Without an id where there is no state yet.
  base::core::Result<TfeStateVersion> CurrentState(const std::string& workspace_id);
  base::core::Result<std::string> DownloadState(const TfeStateVersion& version);  // empty: none
  struct Created {
    TfeStateVersion version;
    bool wants_inline = false;  // nothing has been made: the state is to come with the call
  };
  base::core::Result<Created> CreateState(const std::string& workspace_id, const TfeNewState& state);
  base::core::Result<void> Upload(const std::string& url, std::string_view bytes);
  base::core::Result<void> ConfirmState(const std::string& state_version_id);

  // Those of the newest state; nothing when there is none. Sensitive values are fetched.
  base::core::Result<std::optional<std::vector<TfeOutput>>> CurrentOutputs(const std::string& workspace_id);

 private:
  base::core::Result<std::vector<std::string>> ListWorkspaces(const std::string& query);
  std::string OrganizationPath() const { return "organizations/" + PathEscape(organization_); }
  std::string WorkspacePath(const std::string& name) const {
    return OrganizationPath() + "/workspaces/" + PathEscape(name);
  }

  TfeClient client_;
  const std::string organization_;
  base::core::Clock& clock_ = base::core::RealClock();
};

}  // namespace engine::remote
