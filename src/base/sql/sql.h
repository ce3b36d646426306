// SQLite 3 with owners: a connection, its prepared statements, transactions.
// Not an object mapper, and not thread-safe: one thread at a time per Database.
// Called by org/store and the server's store.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/core/result.h"
#include "base/core/strings.h"

struct sqlite3;
struct sqlite3_stmt;

namespace base::sql {

class Database;

// A prepared statement in use. Bind from 1 on, then Step() to each row; columns count from 0.
// Goes back to the cache of its Database at the end of its life, and must not outlive it.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& Bind(int64_t value);
  Statement& Bind(int value) { return Bind(static_cast<int64_t>(value)); }
  Statement& Bind(bool value) { return Bind(static_cast<int64_t>(value)); }
  Statement& Bind(double value);
  Statement& Bind(std::string_view value);  // copied
  Statement& Bind(const std::string& value) { return Bind(std::string_view(value)); }
  Statement& Bind(const char* value) { return Bind(std::string_view(value)); }
  Statement& Bind(std::nullptr_t);
  template <typename T>
  Statement& Bind(const std::optional<T>& value) {
    return value ? Bind(*value) : Bind(nullptr);
  }

  // True while there is a row. False at the end, and on failure (then the Database has failed()).
  bool Step();
  // For statements without rows: steps to the end; true when that went well.
  bool Run();

  bool IsNull(int column) const;
  int64_t Int(int column) const;
  double Double(int column) const;
  std::string Text(int column) const;
  // Valid until the next Step.
  std::string_view View(int column) const;
  std::optional<int64_t> OptionalInt(int column) const;

 private:
  friend class Database;
  Statement(Database* database, sqlite3_stmt* handle, std::string text);
  Database* database_;
  sqlite3_stmt* handle_;
  std::string text_;
  int next_ = 1;
};

struct DatabaseOptions {
  // A connection that waits this long for another process's lock before it fails.
  int busy_milliseconds = 5000;
  // fsync at each commit; otherwise at checkpoints only: a power cut may lose the last commits, never the
  // file.
  bool full_sync = false;
  // Hold the file for this process alone; a second one fails to open it.
  bool exclusive = false;
};

class Database {
 public:
  // `path` may be ":memory:". Creates the file with mode 0600 where it is missing.
  static core::Result<std::unique_ptr<Database>> Open(const std::string& path,
                                                      const DatabaseOptions& options = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // A statement for `text`, from the cache where it was used before.
  Statement Query(std::string_view text);
  // Several statements without parameters: schema, pragmas.
  core::Result<void> Execute(const std::string& text);

  int changes() const;
  int64_t last_insert_id() const;

  bool failed() const { return error_.has_value(); }
  // The first failure since the last call, if any; the connection works again afterwards.
  core::Result<void> TakeError();

  // PRAGMA user_version
  core::Result<int> Version();
  core::Result<void> SetVersion(int version);

  // Adds a deterministic SQL function of one text; NULL gives NULL.
  core::Result<void> AddTextFunction(const char* name, std::function<std::string(std::string_view)> function);

 private:
  friend class Statement;
  explicit Database(sqlite3* handle) : handle_(handle) {}
  void Fail(std::string_view doing);
  void Return(std::string text, sqlite3_stmt* handle);

  sqlite3* handle_;
  std::optional<core::Error> error_;
  std::unordered_multimap<std::string, sqlite3_stmt*, core::StringHash, std::equal_to<>> cache_;
};

// BEGIN IMMEDIATE at the start; rolled back at the end unless Commit() went well.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Fails, and rolls back, when any statement since the start has failed.
  core::Result<void> Commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace base::sql
