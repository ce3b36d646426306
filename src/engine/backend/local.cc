#include "engine/backend/local.h"

#include <algorithm>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "engine/state/writer.h"

namespace engine::backend {
namespace {

using base::core::Error;
using base::core::JoinPath;
using base::core::Result;

constexpr std::string_view kStateFile = "terraform.tfstate";
constexpr std::string_view kEnvironmentFile = "environment";

}  // namespace

bool IsValidWorkspaceName(std::string_view name) {
  if (name.empty() || name == "." || name == "..") return false;
  // What Go's url.PathEscape leaves alone.
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.~$&+:=@").find(c) != std::string_view::npos;
  });
}

Result<std::vector<std::string>> LocalBackend::Workspaces() {
  std::vector<std::string> names = {std::string(kDefaultWorkspace)};
  if (!base::core::Exists(options_.workspace_dir)) return names;
  ASSIGN_OR_RETURN(const std::vector<std::string> entries, base::core::ListDirectory(options_.workspace_dir));
  for (const std::string& entry : entries) {
    if (base::core::IsDirectory(JoinPath(options_.workspace_dir, entry))) names.push_back(entry);
  }
  return names;
}

Result<void> LocalBackend::CreateWorkspace(std::string_view name) {
  if (!IsValidWorkspaceName(name))
    return Error("the workspace name " + base::core::GoQuote(name) + " is not allowed");
  if (name == kDefaultWorkspace) return {};
  return base::core::MakeDirectories(JoinPath(options_.workspace_dir, name), 0755);
}

Result<void> LocalBackend::DeleteWorkspace(std::string_view name) {
  if (name == kDefaultWorkspace) return Error("cannot delete default state");
  if (!IsValidWorkspaceName(name))
    return Error("the workspace name " + base::core::GoQuote(name) + " is not allowed");
  return base::core::RemoveRecursively(JoinPath(options_.workspace_dir, name));
}

state::StateFilePaths LocalBackend::Paths(std::string_view workspace) const {
  std::string read = options_.state_override;
  if (read.empty()) {
    read = workspace == kDefaultWorkspace ? options_.path
                                          : JoinPath(JoinPath(options_.workspace_dir, workspace), kStateFile);
  }
  std::string write = options_.state_out_override.empty() ? read : options_.state_out_override;
  std::string backup = options_.backup_override.empty() ? write + ".backup" : options_.backup_override;
  if (backup == "-") backup.clear();
  return {.path = std::move(write), .read_path = std::move(read), .backup = std::move(backup)};
}

std::unique_ptr<state::StateStorage> LocalBackend::Storage(std::string_view workspace) {
  return std::make_unique<state::StateFile>(Paths(workspace));
}

std::string TimestampedBackupPath(std::string_view state_path, base::core::TimePoint now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  return std::string(state_path) + "." + std::to_string(seconds) + ".backup";
}

Result<std::string> SelectedWorkspace(std::string_view tf_workspace, const std::string& data_directory) {
  if (!tf_workspace.empty()) return std::string(tf_workspace);
  const std::string path = JoinPath(data_directory, kEnvironmentFile);
  if (!base::core::Exists(path)) return std::string(kDefaultWorkspace);
  ASSIGN_OR_RETURN(const std::string text, base::core::ReadFile(path, 4096));
  const std::string_view name = base::core::Trim(text);
  return std::string(name.empty() ? kDefaultWorkspace : name);
}

Result<void> SelectWorkspace(std::string_view name, const std::string& data_directory) {
  RETURN_IF_ERROR(base::core::MakeDirectories(data_directory, 0755));
  return base::core::WriteFile(JoinPath(data_directory, kEnvironmentFile), name, 0644);
}

Result<void> WriteErroredState(const state::State& state, const std::string& path, state::Sealer* sealer) {
  ASSIGN_OR_RETURN(std::string text, state::WriteState(state));
  if (sealer != nullptr) {
    ASSIGN_OR_RETURN(text, sealer->Seal(text));
  }
  return base::core::ReplaceFile(path, text, 0600);
}

}  // namespace engine::backend
