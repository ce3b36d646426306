// A PostgreSQL connection with an owner: statements with parameters, rows of text, nothing that waits for
// ever. Not an object mapper, and not thread-safe: one thread at a time. Called by the backend "pg".
#pragma once

#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/result.h"

struct pg_conn;

namespace base::sql {

struct Libpq;

struct PostgresOptions {
  // A URL or "key=value ..."; may be empty. What it leaves out is libpq's to find (PGHOST, PGPASSWORD,
  // ~/.pgpass ...), but for the host, which is localhost then, and sslmode, which is "require": both as Go's
  // programs have them.
  std::string connection;
  // The server is given up when nothing arrives for this long.
  std::chrono::seconds silence{120};
};

class Postgres {
 public:
  using Row = std::vector<std::optional<std::string>>;

  // Errors name host and user, never a password.
  static core::Result<std::unique_ptr<Postgres>> Connect(const PostgresOptions& options);
  ~Postgres();
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;

  enum class Format {
    kText,
    kBinary,  // the same bytes for columns of text, and a copy less for the server
  };
  // One statement; $1, $2 ... are the parameters. Rows of at most a GiB in all.
  core::Result<std::vector<Row>> Query(const std::string& text,
                                       std::initializer_list<std::string_view> parameters = {},
                                       Format format = Format::kText);

 private:
  Postgres(const Libpq& pq, pg_conn* handle, std::chrono::seconds silence)
      : pq_(pq), handle_(handle), silence_(silence) {}
  core::Error Failure() const;
  core::Result<void> Wait(short events);

  const Libpq& pq_;
  pg_conn* handle_;
  const std::chrono::seconds silence_;
};

// "name" as an identifier in statements, quoted.
std::string QuoteIdentifier(std::string_view name);

}  // namespace base::sql
