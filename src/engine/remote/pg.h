// The backend "pg": states are rows of a table, locks are advisory locks of PostgreSQL.
// Not the connection (base/sql/postgres.h). Opened through kPgType. Source of rules: the reference's wire
// protocol.
#pragma once

#include <chrono>
#include <string>

#include "engine/remote/backend_type.h"

namespace engine::remote {

struct PgSettings {
  std::string connection;  // secret: it may hold a password
  std::string schema_name = "terraform_remote_state";
  bool skip_schema_creation = false, skip_table_creation = false, skip_index_creation = false;
  std::chrono::seconds silence{120};
};

class PgBackend : public Backend {
 public:
  struct Shared;

  // Connects, and makes schema, table and index where they are missing.
  static base::core::Result<std::unique_ptr<PgBackend>> Open(PgSettings settings,
                                                             std::string journal_directory);

  std::string_view type() const override { return "pg"; }
  base::core::Result<std::vector<std::string>> Workspaces() override;
  base::core::Result<void> CreateWorkspace(std::string_view name) override;
  base::core::Result<void> DeleteWorkspace(std::string_view name) override;
  std::unique_ptr<state::StateStorage> Storage(std::string_view workspace) override;

 private:
  explicit PgBackend(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  const std::shared_ptr<Shared> shared_;
};

extern const BackendType kPgType;

}  // namespace engine::remote
