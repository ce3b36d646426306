// A backend: the workspaces of one configuration and the storage of each one's state.
// Not the session over a state (session.h). Implemented by LocalBackend and MemoryBackend; used by
// cli/session.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/result.h"
#include "base/diag/diagnostics.h"
#include "engine/state/storage.h"

namespace engine::backend {

inline constexpr std::string_view kDefaultWorkspace = "default";

// What a command is going to do with a workspace's state.
struct WorkspaceUse {
  bool runs = false;  // it plans, applies or imports; else it changes the state alone
  bool ignore_remote_version = false;
};

class Backend {
 public:
  virtual ~Backend() = default;
  // The backend itself, of one that is only something around it.
  virtual Backend& Innermost() { return *this; }
  virtual std::string_view type() const = 0;  // "local"
  // Where its server is; empty without one, and where that is always reached over TLS.
  virtual std::string Url() const { return ""; }
  // Whether there are others than "default". If not, only Storage("default") may be asked for.
  virtual bool SupportsWorkspaces() const { return true; }
  // Whether "default" is always there. If not, it never is.
  virtual bool HasDefaultWorkspace() const { return true; }
  // "default" first, the others sorted.
  virtual base::core::Result<std::vector<std::string>> Workspaces() = 0;
  // Existing ones are fine.
  virtual base::core::Result<void> CreateWorkspace(std::string_view name) = 0;
  // With its state. Whether it may go is the caller's question; "default" never may.
  virtual base::core::Result<void> DeleteWorkspace(std::string_view name) = 0;
  // The same where the user knows that resources are forgotten with it.
  virtual base::core::Result<void> DeleteWorkspaceByForce(std::string_view name) {
    return DeleteWorkspace(name);
  }
  virtual std::unique_ptr<state::StateStorage> Storage(std::string_view workspace) = 0;
  // Whether the backend lets this program do it. False after adding errors; those who only read do not ask.
  virtual bool AllowUse(std::string_view /*workspace*/, const WorkspaceUse&, base::diag::Diagnostics&) {
    return true;
  }
};

// A name that is its own URL path segment, not empty and no folder's "." or "..".
bool IsValidWorkspaceName(std::string_view name);

}  // namespace engine::backend
