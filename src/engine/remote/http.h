// The backend "http": one state behind an address, read by GET, written by POST, locked by LOCK and UNLOCK.
// Not a transport (base/net). Opened through kHttpType. Source of rules: the reference's wire protocol.
#pragma once

#include "base/core/environment.h"
#include "base/net/http_client.h"
#include "engine/remote/backend_type.h"

namespace engine::remote {

struct HttpSettings {
  std::string address, lock_address, unlock_address;  // no lock address: no locking
  std::string update_method = "POST", lock_method = "LOCK", unlock_method = "UNLOCK";
  std::string username, password;
  int64_t retry_max = 2;  // after connection failures, 429 and most 5xx
  std::chrono::seconds retry_wait_min{1}, retry_wait_max{30};
  base::net::TlsOptions tls;
};

class HttpBackend : public Backend {
 public:
  // journal_directory: where sessions over the state keep their journal.
  HttpBackend(HttpSettings settings, const base::core::Environment& environment,
              std::string journal_directory);
  std::string_view type() const override { return "http"; }
  std::string Url() const override;
  bool SupportsWorkspaces() const override { return false; }
  base::core::Result<std::vector<std::string>> Workspaces() override;
  base::core::Result<void> CreateWorkspace(std::string_view name) override;
  base::core::Result<void> DeleteWorkspace(std::string_view name) override;
  std::unique_ptr<state::StateStorage> Storage(std::string_view workspace) override;

  struct Shared;

 private:
  std::shared_ptr<Shared> shared_;
};

extern const BackendType kHttpType;

}  // namespace engine::remote
