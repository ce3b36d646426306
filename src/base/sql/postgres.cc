#include "base/sql/postgres.h"

#include <poll.h>

#include <cerrno>
#include <cstdlib>

#include "base/sql/libpq.h"

namespace base::sql {
namespace {

using core::Error;
using core::Result;

struct FreeResult {
  const Libpq& pq;
  void operator()(PGresult* result) const { pq.PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, FreeResult>;

std::string Trimmed(const char* message) {
  std::string text = message ? message : "";
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

bool IsGiven(const PQconninfoOption* options, std::string_view keyword) {
  for (const PQconninfoOption* option = options; option && option->keyword; ++option)
    if (keyword == option->keyword) return option->val && *option->val;
  return false;
}

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);  // where libpq looks, too
  return value && *value;
}

// What the connection's text leaves open, where libpq's own defaults are not what is wanted.
Result<std::vector<std::pair<const char*, const char*>>> Defaults(const Libpq& pq,
                                                                  const std::string& connection) {
  char* problem = nullptr;
  PQconninfoOption* given = pq.PQconninfoParse(connection.c_str(), &problem);
  // The problem's text quotes what may be a password.
  if (problem) pq.PQfreemem(problem);
  if (!given)
    return Error(
        "the connection string cannot be read: it must be a URL such as postgres://user@host/database, in "
        "which special characters of user and password are percent-encoded, or key=value pairs");
  std::vector<std::pair<const char*, const char*>> out;
  if (!IsGiven(given, "host") && !IsGiven(given, "hostaddr") && !IsGiven(given, "service") &&
      !IsSet("PGHOST") && !IsSet("PGHOSTADDR") && !IsSet("PGSERVICE"))
    out.emplace_back("host", "localhost");
  if (!IsGiven(given, "sslmode") && !IsSet("PGSSLMODE")) out.emplace_back("sslmode", "require");
  if (!IsGiven(given, "connect_timeout") && !IsSet("PGCONNECT_TIMEOUT"))
    out.emplace_back("connect_timeout", "30");
  // Looking for Kerberos tickets takes as long as all the rest of a connection.
  if (!IsGiven(given, "gssencmode") && !IsSet("PGGSSENCMODE")) out.emplace_back("gssencmode", "disable");
  pq.PQconninfoFree(given);
  return out;
}

}  // namespace

Result<std::unique_ptr<Postgres>> Postgres::Connect(const PostgresOptions& options) {
  ASSIGN_OR_RETURN(const Libpq* const pq, LoadedLibpq());
  ASSIGN_OR_RETURN(auto settings, Defaults(*pq, options.connection));
  settings.emplace_back("client_encoding", "UTF8");
  settings.emplace_back("fallback_application_name", "parterre");
  settings.emplace_back("dbname", options.connection.c_str());
  std::vector<const char*> names, values;
  for (const auto& [name, value] : settings) {
    if (std::string_view(name) == "dbname" && !*value) continue;
    names.push_back(name);
    values.push_back(value);
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  std::unique_ptr<Postgres> made(new Postgres(
      *pq, pq->PQconnectStartParams(names.data(), values.data(), /*expand_dbname=*/1), options.silence));
  if (!made->handle_) return Error("there is no memory for a connection");
  for (PostgresPollingStatusType status = PGRES_POLLING_WRITING; status != PGRES_POLLING_OK;) {
    if (status == PGRES_POLLING_FAILED || pq->PQstatus(made->handle_) == CONNECTION_BAD)
      return made->Failure();
    RETURN_IF_ERROR(made->Wait(status == PGRES_POLLING_READING ? POLLIN : POLLOUT));
    status = pq->PQconnectPoll(made->handle_);
  }
  pq->PQsetnonblocking(made->handle_, 1);
  pq->PQsetNoticeProcessor(made->handle_, [](void*, const char*) {}, nullptr);
  return made;
}

Postgres::~Postgres() { pq_.PQfinish(handle_); }

Error Postgres::Failure() const { return Error(Trimmed(pq_.PQerrorMessage(handle_))); }

Result<void> Postgres::Wait(short events) {
  pollfd waited{pq_.PQsocket(handle_), events, 0};
  const auto milliseconds = std::chrono::milliseconds(silence_).count();
  int ready;
  do {
    ready = poll(&waited, 1, static_cast<int>(milliseconds));
  } while (ready < 0 && errno == EINTR);
  if (ready > 0) return {};
  return Error(fmt::format("the database's server has not answered for {} s", silence_.count()));
}

Result<std::vector<Postgres::Row>> Postgres::Query(const std::string& text,
                                                   std::initializer_list<std::string_view> parameters,
                                                   Format format) {
  // Texts end with a zero byte. In the binary format, where a text is the same bytes, they do not: no copies
  // of what is large.
  constexpr size_t kLarge = 1 << 16;
  std::vector<std::string> owned;
  owned.reserve(parameters.size());
  std::vector<const char*> values;
  std::vector<int> lengths, formats;
  for (const std::string_view parameter : parameters) {
    const bool large = parameter.size() >= kLarge;
    if (!large) owned.emplace_back(parameter);
    values.push_back(large ? parameter.data() : owned.back().c_str());
    lengths.push_back(static_cast<int>(parameter.size()));
    formats.push_back(large);
  }
  if (!pq_.PQsendQueryParams(handle_, text.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                             lengths.data(), formats.data(), format == Format::kBinary))
    return Failure();
  for (int flushed; (flushed = pq_.PQflush(handle_)) != 0;) {
    if (flushed < 0) return Failure();
    RETURN_IF_ERROR(Wait(POLLIN | POLLOUT));
    if (!pq_.PQconsumeInput(handle_)) return Failure();
  }
  std::vector<Row> rows;
  std::optional<Error> failure;
  for (;;) {
    while (pq_.PQisBusy(handle_)) {
      RETURN_IF_ERROR(Wait(POLLIN));
      if (!pq_.PQconsumeInput(handle_)) return Failure();
    }
    const ResultPtr result(pq_.PQgetResult(handle_), FreeResult{pq_});
    if (!result) break;
    const ExecStatusType status = pq_.PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && !failure)
      failure = Error(Trimmed(pq_.PQresultErrorMessage(result.get())));
    for (int row = 0; row < pq_.PQntuples(result.get()); ++row) {
      Row& out = rows.emplace_back();
      for (int column = 0; column < pq_.PQnfields(result.get()); ++column) {
        if (pq_.PQgetisnull(result.get(), row, column))
          out.emplace_back();
        else
          out.emplace_back(std::in_place, pq_.PQgetvalue(result.get(), row, column),
                           static_cast<size_t>(pq_.PQgetlength(result.get(), row, column)));
      }
    }
  }
  if (failure) return *failure;
  return rows;
}

std::string QuoteIdentifier(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace base::sql
