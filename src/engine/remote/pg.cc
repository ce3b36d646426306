#include "engine/remote/pg.h"

#include <mutex>

#include "base/core/strings.h"
#include "base/sql/postgres.h"
#include "engine/remote/storage_support.h"

namespace engine::remote {

using base::core::Error;
using base::core::Result;
using base::sql::Postgres;
using state::LockConflict;
using state::LockInfo;

namespace {

// Whoever makes a row holds this lock for that moment.
constexpr std::string_view kCreationLock = "-1";

constexpr size_t kLargeState = 1 << 20;

bool IsTrue(const std::optional<std::string>& field) { return field == "t"; }

}  // namespace

// One connection for everything: an advisory lock belongs to the connection that took it.
struct PgBackend::Shared {
  PgSettings settings;
  std::string journal_directory;
  std::unique_ptr<Postgres> connection;
  std::string schema;  // quoted
  std::string place;   // host, port, database and schema: which table this is
  std::mutex mutex;
  bool compresses_fast = false;

  using Rows = std::vector<Postgres::Row>;
  Result<Rows> Query(const std::string& text, std::initializer_list<std::string_view> parameters = {},
                     Postgres::Format format = Postgres::Format::kText) {
    std::lock_guard guard(mutex);
    return connection->Query(text, parameters, format);
  }
  Result<void> Run(const std::string& text, std::initializer_list<std::string_view> parameters = {}) {
    ASSIGN_OR_RETURN(const Rows ignored, Query(text, parameters));
    return {};
  }
  Result<bool> Try(std::string_view lock) {
    ASSIGN_OR_RETURN(const Rows rows, Query("SELECT pg_try_advisory_lock($1)", {lock}));
    return !rows.empty() && IsTrue(rows[0][0]);
  }
  Result<void> Release(std::string_view lock) { return Run("SELECT pg_advisory_unlock($1)", {lock}); }

  Result<void> Prepare();
  Result<void> MakeTable();
  // From now on the server compresses what this connection writes with lz4, where it can: that takes a tenth
  // of the time, and whoever reads sees no difference.
  void CompressFast();
  // False when somebody else is making a row.
  Result<bool> MakeRow(std::string_view workspace);
};

Result<void> PgBackend::Shared::Prepare() {
  ASSIGN_OR_RETURN(const Rows there,
                   Query("SELECT current_database(), inet_server_addr(), inet_server_port(), "
                         "to_regclass($1) IS NOT NULL AND to_regclass($2) IS NOT NULL",
                         {schema + ".states", schema + ".states_by_name"}));
  for (size_t i = 0; i < 3; ++i) place += there.at(0).at(i).value_or("") + "/";
  place += settings.schema_name;
  return IsTrue(there.at(0).at(3)) ? Result<void>() : MakeTable();
}

Result<void> PgBackend::Shared::MakeTable() {
  if (!settings.skip_schema_creation) {
    // A user without the right to make schemas may use one that is there.
    ASSIGN_OR_RETURN(
        const Rows found,
        Query("SELECT 1 FROM information_schema.schemata WHERE schema_name = $1", {settings.schema_name}));
    if (found.empty())
      RETURN_IF_ERROR(Run("CREATE SCHEMA IF NOT EXISTS " + schema).Wrap("making the schema"));
  }
  if (!settings.skip_table_creation) {
    RETURN_IF_ERROR(Run("CREATE SEQUENCE IF NOT EXISTS public.global_states_id_seq AS bigint")
                        .Wrap("making the sequence"));
    RETURN_IF_ERROR(
        Run("CREATE TABLE IF NOT EXISTS " + schema +
            ".states (id bigint NOT NULL DEFAULT nextval('public.global_states_id_seq') PRIMARY KEY, "
            "name text UNIQUE, data text)")
            .Wrap("making the table"));
  }
  if (!settings.skip_index_creation)
    RETURN_IF_ERROR(Run("CREATE UNIQUE INDEX IF NOT EXISTS states_by_name ON " + schema + ".states (name)")
                        .Wrap("making the index"));
  return {};
}

Result<bool> PgBackend::Shared::MakeRow(std::string_view workspace) {
  ASSIGN_OR_RETURN(const bool ours, Try(kCreationLock));
  if (!ours) return false;
  auto text = EmptyStateText();
  Result<void> made = text.ok()
                          ? Run("INSERT INTO " + schema +
                                    ".states (name, data) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                                {workspace, *text})
                          : Result<void>(text.error());
  RETURN_IF_ERROR(Release(kCreationLock));
  RETURN_IF_ERROR(std::move(made));
  return true;
}

void PgBackend::Shared::CompressFast() {
  if (!compresses_fast)
    (void)Run("SET default_toast_compression = lz4");  // servers before 14 know nothing of it
  compresses_fast = true;
}

namespace {

class PgStorage : public state::StateStorage {
 public:
  PgStorage(std::shared_ptr<PgBackend::Shared> shared, std::string workspace)
      : shared_(std::move(shared)), workspace_(std::move(workspace)) {}
  ~PgStorage() override { (void)Unlock(); }

  Result<std::optional<LockConflict>> TryLock(LockInfo* info) override {
    const std::string query =
        "SELECT id, pg_try_advisory_lock(id) FROM " + shared_->schema + ".states WHERE name = $1";
    ASSIGN_OR_RETURN(auto rows, shared_->Query(query, {workspace_}));
    if (rows.empty()) {
      ASSIGN_OR_RETURN(const bool made, shared_->MakeRow(workspace_));
      if (!made) return Busy("Already locked for workspace creation: ");
      ASSIGN_OR_RETURN(rows, shared_->Query(query, {workspace_}));
      if (rows.empty()) return Error("the workspace was deleted while it was being locked");
    }
    if (!IsTrue(rows[0][1])) return Busy("Workspace is already locked: ");
    lock_ = rows[0][0].value_or("");
    info->path = lock_;
    return std::optional<LockConflict>();
  }

  Result<void> Unlock() override {
    if (lock_.empty()) return {};
    return shared_->Release(std::exchange(lock_, ""));
  }
  bool locked() const override { return !lock_.empty(); }
  // The database lets go of a lock when its holder's connection ends; nobody else can.
  Result<void> ForceUnlock(const std::string&) override {
    return Error(
        "PostgreSQL holds the lock for as long as the connection of its holder lasts. End that process, or "
        "its connection in the database (pg_locks says which, pg_terminate_backend ends it).");
  }

  Result<std::string> Read() override {
    ASSIGN_OR_RETURN(auto rows,
                     shared_->Query("SELECT data FROM " + shared_->schema + ".states WHERE name = $1",
                                    {workspace_}, Postgres::Format::kBinary));
    return rows.empty() ? std::string() : std::move(rows[0][0]).value_or("");
  }
  Result<void> Write(std::string_view text) override {
    if (text.size() >= kLargeState) shared_->CompressFast();
    return shared_->Run(
        "INSERT INTO " + shared_->schema +
            ".states (name, data) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET data = excluded.data",
        {workspace_, text});
  }
  std::string JournalPath() const override {
    return JournalPathFor(shared_->journal_directory, "pg", shared_->place + "/" + workspace_);
  }
  std::string Identity() const override { return "pg " + shared_->place + "/" + workspace_; }
  bool IsRemote() const override { return true; }

 private:
  Result<std::optional<LockConflict>> Busy(std::string_view reason) const {
    return std::optional(LockConflict{.reason = std::string(reason) + workspace_, .passes = true});
  }

  const std::shared_ptr<PgBackend::Shared> shared_;
  const std::string workspace_;
  std::string lock_;  // the row's id while it is locked
};

}  // namespace

Result<std::unique_ptr<PgBackend>> PgBackend::Open(PgSettings settings, std::string journal_directory) {
  auto shared = std::make_shared<Shared>();
  ASSIGN_OR_RETURN(shared->connection,
                   Postgres::Connect({.connection = settings.connection, .silence = settings.silence}));
  shared->schema = base::sql::QuoteIdentifier(settings.schema_name);
  shared->settings = std::move(settings);
  shared->journal_directory = std::move(journal_directory);
  RETURN_IF_ERROR(shared->Prepare());
  return std::unique_ptr<PgBackend>(new PgBackend(std::move(shared)));
}

Result<std::vector<std::string>> PgBackend::Workspaces() {
  ASSIGN_OR_RETURN(auto rows, shared_->Query("SELECT name FROM " + shared_->schema +
                                             ".states WHERE name != 'default' ORDER BY name"));
  std::vector<std::string> names = {std::string(backend::kDefaultWorkspace)};
  for (auto& row : rows)
    if (row[0]) names.push_back(*std::move(row[0]));
  return names;
}

Result<void> PgBackend::CreateWorkspace(std::string_view name) {
  ASSIGN_OR_RETURN(const bool made, shared_->MakeRow(name));
  if (made) return {};
  return Error(
      fmt::format("Already locked for workspace creation: {}. Another run is making a workspace in this "
                  "database; try again.",
                  name));
}

Result<void> PgBackend::DeleteWorkspace(std::string_view name) {
  if (name == backend::kDefaultWorkspace) return Error("can't delete default state");
  return shared_->Run("DELETE FROM " + shared_->schema + ".states WHERE name = $1", {name});
}

std::unique_ptr<state::StateStorage> PgBackend::Storage(std::string_view workspace) {
  return std::make_unique<PgStorage>(shared_, std::string(workspace));
}

}  // namespace engine::remote
