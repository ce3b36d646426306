// The arguments of the backend "pg".
#include "engine/remote/arguments.h"
#include "engine/remote/client_options.h"
#include "engine/remote/pg.h"

namespace engine::remote {
namespace {

using base::core::Environment;
using language::schema::Block;
using language::value::Type;
using language::value::Value;

const Block& Schema() {
  static const Block schema = [] {
    Block block;
    for (std::string_view name : {"conn_str", "schema_name"})
      block.attributes.push_back(Optional(name, Type::String()));
    for (std::string_view name : {"skip_index_creation", "skip_schema_creation", "skip_table_creation"})
      block.attributes.push_back(Optional(name, Type::Bool()));
    block.Finish();
    return block;
  }();
  return schema;
}

bool Flag(const Value& arguments, std::string_view name, const Environment& environment,
          std::string_view variable) {
  const std::string text = TextOrVariable(arguments, name, environment, {variable}).value_or("");
  return text == "true" || text == "1" || text == "t" || text == "T" || text == "TRUE" || text == "True";
}

std::optional<ArgumentProblem> Check(const Value&, const Environment&) { return std::nullopt; }

std::unique_ptr<Backend> Open(const Value& arguments, const Surroundings& surroundings,
                              base::diag::Diagnostics& diagnostics) {
  const Environment& environment = *surroundings.environment;
  PgSettings settings{.connection =
                          TextOrVariable(arguments, "conn_str", environment, {"PG_CONN_STR"}).value_or("")};
  if (auto name = TextOrVariable(arguments, "schema_name", environment, {"PG_SCHEMA_NAME"}))
    settings.schema_name = *name;
  settings.skip_schema_creation =
      Flag(arguments, "skip_schema_creation", environment, "PG_SKIP_SCHEMA_CREATION");
  settings.skip_table_creation =
      Flag(arguments, "skip_table_creation", environment, "PG_SKIP_TABLE_CREATION");
  settings.skip_index_creation =
      Flag(arguments, "skip_index_creation", environment, "PG_SKIP_INDEX_CREATION");
  settings.silence = NetworkTimeout(environment);
  auto opened = PgBackend::Open(std::move(settings), surroundings.data_directory);
  if (opened.ok()) return *std::move(opened);
  diagnostics.Error(
      "Failed to open the PostgreSQL backend",
      opened.error().message() +
          "\n\nThe argument \"conn_str\", PG_CONN_STR or libpq's variables (PGHOST, PGUSER, PGPASSWORD ...) "
          "say where the database is and who asks. A server without TLS needs sslmode=disable.");
  return nullptr;
}

}  // namespace

const BackendType kPgType = {.name = "pg", .schema = Schema, .check = Check, .open = Open};

}  // namespace engine::remote
