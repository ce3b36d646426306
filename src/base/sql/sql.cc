#include "base/sql/sql.h"

#include <fcntl.h>
#include <sqlite3.h>

#include "base/core/check.h"
#include "base/core/files.h"

namespace base::sql {
namespace {

using core::Error;
using core::Result;

constexpr size_t kCachedStatements = 256;

void CallTextFunction(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto* function =
      static_cast<const std::function<std::string(std::string_view)>*>(sqlite3_user_data(context));
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) {
    sqlite3_result_null(context);
    return;
  }
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
  std::string result = (*function)({text, static_cast<size_t>(sqlite3_value_bytes(arguments[0]))});
  sqlite3_result_text64(context, result.data(), result.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void DestroyTextFunction(void* function) {
  std::unique_ptr<std::function<std::string(std::string_view)>>(
      static_cast<std::function<std::string(std::string_view)>*>(function));
}

Error SqliteError(sqlite3* handle, std::string_view doing) {
  return Error(fmt::format("{}: {}", doing, sqlite3_errmsg(handle)));
}

}  // namespace

Statement::Statement(Database* database, sqlite3_stmt* handle, std::string text)
    : database_(database), handle_(handle), text_(std::move(text)) {}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      handle_(std::exchange(other.handle_, nullptr)),
      text_(std::move(other.text_)),
      next_(other.next_) {}

Statement::~Statement() {
  if (handle_) database_->Return(std::move(text_), handle_);
}

Statement& Statement::Bind(int64_t value) {
  if (handle_ && sqlite3_bind_int64(handle_, next_++, value) != SQLITE_OK) database_->Fail(text_);
  return *this;
}

Statement& Statement::Bind(double value) {
  if (handle_ && sqlite3_bind_double(handle_, next_++, value) != SQLITE_OK) database_->Fail(text_);
  return *this;
}

Statement& Statement::Bind(std::string_view value) {
  // A null data pointer would bind NULL instead of the empty text.
  const char* data = value.data() ? value.data() : "";
  if (handle_ &&
      sqlite3_bind_text64(handle_, next_++, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8) != SQLITE_OK)
    database_->Fail(text_);
  return *this;
}

Statement& Statement::Bind(std::nullptr_t) {
  if (handle_ && sqlite3_bind_null(handle_, next_++) != SQLITE_OK) database_->Fail(text_);
  return *this;
}

bool Statement::Step() {
  if (!handle_ || database_->failed()) return false;
  int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_->Fail(text_);
  return false;
}

bool Statement::Run() {
  while (Step()) {
  }
  return !database_->failed();
}

bool Statement::IsNull(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }
int64_t Statement::Int(int column) const { return sqlite3_column_int64(handle_, column); }
double Statement::Double(int column) const { return sqlite3_column_double(handle_, column); }
std::string Statement::Text(int column) const { return std::string(View(column)); }

std::string_view Statement::View(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (!text) return {};
  return {text, static_cast<size_t>(sqlite3_column_bytes(handle_, column))};
}

std::optional<int64_t> Statement::OptionalInt(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Int(column);
}

Result<std::unique_ptr<Database>> Database::Open(const std::string& path, const DatabaseOptions& options) {
  if (path != ":memory:") {
    // SQLite would create the file by the umask; it holds secrets, so it is made here, for its owner alone.
    ASSIGN_OR_RETURN(core::UniqueFd file, core::OpenFile(path, O_RDWR | O_CREAT, 0600));
  }
  sqlite3* handle = nullptr;
  int code = sqlite3_open_v2(path.c_str(), &handle,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Database> database(new Database(handle));
  if (code != SQLITE_OK) return SqliteError(handle, "opening " + path);
  sqlite3_busy_timeout(handle, options.busy_milliseconds);
  std::string pragmas = "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;";
  // Exclusive before WAL: then the index of the log lies in our memory, and the first write takes the lock.
  if (options.exclusive) pragmas += "PRAGMA locking_mode = EXCLUSIVE;";
  pragmas += "PRAGMA journal_mode = WAL;";
  pragmas += options.full_sync ? "PRAGMA synchronous = FULL;" : "PRAGMA synchronous = NORMAL;";
  RETURN_IF_ERROR(database->Execute(pragmas).Wrap(path));
  if (options.exclusive) RETURN_IF_ERROR(database->Execute("BEGIN IMMEDIATE; COMMIT;").Wrap(path));
  return database;
}

Database::~Database() {
  for (auto& [text, handle] : cache_) sqlite3_finalize(handle);
  sqlite3_close(handle_);
}

Statement Database::Query(std::string_view text) {
  if (auto found = cache_.find(text); found != cache_.end()) {
    auto node = cache_.extract(found);
    return Statement(this, node.mapped(), std::move(node.key()));
  }
  sqlite3_stmt* handle = nullptr;
  if (sqlite3_prepare_v3(handle_, text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT,
                         &handle, nullptr) != SQLITE_OK) {
    Fail(text);
    sqlite3_finalize(handle);
    return Statement(this, nullptr, {});
  }
  return Statement(this, handle, std::string(text));
}

void Database::Return(std::string text, sqlite3_stmt* handle) {
  sqlite3_reset(handle);
  sqlite3_clear_bindings(handle);
  if (cache_.size() >= kCachedStatements) {
    sqlite3_finalize(cache_.begin()->second);
    cache_.erase(cache_.begin());
  }
  cache_.emplace(std::move(text), handle);
}

Result<void> Database::Execute(const std::string& text) {
  if (sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return Error(sqlite3_errmsg(handle_));
  return {};
}

int Database::changes() const { return sqlite3_changes(handle_); }
int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }

void Database::Fail(std::string_view doing) {
  if (!error_) error_ = SqliteError(handle_, doing);
}

Result<void> Database::TakeError() {
  if (!error_) return {};
  Error error = std::move(*error_);
  error_.reset();
  return error;
}

Result<int> Database::Version() {
  int version = 0;
  {
    Statement statement = Query("PRAGMA user_version");
    if (statement.Step()) version = static_cast<int>(statement.Int(0));
  }
  RETURN_IF_ERROR(TakeError());
  return version;
}

Result<void> Database::SetVersion(int version) {
  return Execute(fmt::format("PRAGMA user_version = {}", version));
}

Result<void> Database::AddTextFunction(const char* name,
                                       std::function<std::string(std::string_view)> function) {
  auto owned = std::make_unique<std::function<std::string(std::string_view)>>(std::move(function));
  // SQLite calls the destroyer itself, on failure too.
  if (sqlite3_create_function_v2(handle_, name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, owned.release(),
                                 CallTextFunction, nullptr, nullptr, DestroyTextFunction) != SQLITE_OK)
    return SqliteError(handle_, name);
  return {};
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.Query("BEGIN IMMEDIATE").Run();
}

Transaction::~Transaction() {
  if (!open_) return;
  // Whatever failed is over with the transaction; the next one starts anew. An error of the rollback itself
  // only says that SQLite has rolled back already.
  (void)database_.TakeError();
  (void)database_.Execute("ROLLBACK");
}

Result<void> Transaction::Commit() {
  CHECK(open_);
  if (!database_.failed()) {
    database_.Query("COMMIT").Run();
    if (!database_.failed()) {
      open_ = false;
      return {};
    }
  }
  Result<void> error = database_.TakeError();
  open_ = false;
  (void)database_.Execute("ROLLBACK");
  return error;
}

}  // namespace base::sql
