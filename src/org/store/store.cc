#include "org/store/store.h"

#include "base/core/check.h"
#include "base/crypto/digest.h"
#include "base/crypto/encoding.h"
#include "base/crypto/jws.h"
#include "base/crypto/key.h"
#include "base/text/unicode.h"
#include "org/store/base_schema.h"
#include "org/store/store_impl.h"

namespace org::store {
namespace {

using base::core::Error;
using base::core::Result;

constexpr int kVersion = 1;
// "PaOr": tells our files from other programs' databases.
constexpr int kApplicationId = 0x50614f72;

constexpr const char* kTables = R"sql(
CREATE TABLE settings(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE users(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,
  type_id TEXT NOT NULL,
  realm_id TEXT NOT NULL DEFAULT '',
  profile TEXT NOT NULL,
  login_key TEXT NOT NULL UNIQUE,
  short_key TEXT NOT NULL,
  email_key TEXT NOT NULL,
  first_name_key TEXT NOT NULL,
  last_name_key TEXT NOT NULL,
  password TEXT,
  recovery_question TEXT NOT NULL DEFAULT '',
  recovery_answer TEXT,
  provider_type TEXT NOT NULL,
  provider_name TEXT NOT NULL,
  created INTEGER NOT NULL,
  activated INTEGER,
  status_changed INTEGER,
  last_login INTEGER,
  last_updated INTEGER NOT NULL,
  password_changed INTEGER);
CREATE INDEX users_short ON users(short_key);
CREATE INDEX users_email ON users(email_key);
CREATE INDEX users_first_name ON users(first_name_key);
CREATE INDEX users_last_name ON users(last_name_key);
CREATE INDEX users_status ON users(status);

CREATE TABLE groups(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  name_key TEXT NOT NULL,
  profile TEXT NOT NULL,
  created INTEGER NOT NULL,
  last_updated INTEGER NOT NULL,
  last_membership_updated INTEGER NOT NULL,
  UNIQUE(type, name_key));
CREATE INDEX groups_name ON groups(name_key);

CREATE TABLE memberships(
  group_seq INTEGER NOT NULL REFERENCES groups(seq) ON DELETE CASCADE,
  user_seq INTEGER NOT NULL REFERENCES users(seq) ON DELETE CASCADE,
  PRIMARY KEY(group_seq, user_seq)) WITHOUT ROWID;
CREATE INDEX memberships_user ON memberships(user_seq, group_seq);

CREATE TABLE apps(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  label_key TEXT NOT NULL,
  active INTEGER NOT NULL,
  sign_on_mode TEXT NOT NULL,
  application_type TEXT NOT NULL,
  auth_method TEXT NOT NULL,
  dpop_bound INTEGER NOT NULL,
  rate_percentage INTEGER NOT NULL,
  settings TEXT NOT NULL,
  created INTEGER NOT NULL,
  last_updated INTEGER NOT NULL);

CREATE TABLE app_keys(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  app_id TEXT NOT NULL REFERENCES apps(id) ON DELETE CASCADE,
  kid TEXT NOT NULL,
  jwk TEXT NOT NULL,
  active INTEGER NOT NULL,
  created INTEGER NOT NULL,
  last_updated INTEGER NOT NULL,
  UNIQUE(app_id, kid));

CREATE TABLE grants(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  app_id TEXT NOT NULL REFERENCES apps(id) ON DELETE CASCADE,
  scope TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created INTEGER NOT NULL,
  last_updated INTEGER NOT NULL,
  UNIQUE(app_id, scope));

CREATE TABLE used_ids(
  app_id TEXT NOT NULL,
  jti TEXT NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY(app_id, jti)) WITHOUT ROWID;
CREATE INDEX used_ids_expires ON used_ids(expires);

CREATE TABLE api_tokens(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  admin_id TEXT NOT NULL,
  digest TEXT NOT NULL UNIQUE,
  rate_percentage INTEGER NOT NULL,
  created INTEGER NOT NULL);

CREATE TABLE roles(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  holder INTEGER NOT NULL,
  holder_id TEXT NOT NULL,
  type TEXT NOT NULL,
  created INTEGER NOT NULL,
  last_updated INTEGER NOT NULL,
  UNIQUE(holder, holder_id, type));

CREATE TABLE user_types(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  schema_id TEXT NOT NULL,
  name TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  description TEXT NOT NULL,
  is_default INTEGER NOT NULL,
  created INTEGER NOT NULL,
  last_updated INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  last_updated_by TEXT NOT NULL);

CREATE TABLE schemas(
  id TEXT PRIMARY KEY,
  type_id TEXT NOT NULL,
  is_default INTEGER NOT NULL,
  definitions TEXT NOT NULL,
  created INTEGER NOT NULL,
  last_updated INTEGER NOT NULL);

CREATE TABLE events(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  published INTEGER NOT NULL,
  event TEXT NOT NULL);
CREATE INDEX events_published ON events(published);

CREATE TABLE admins(
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  created INTEGER NOT NULL);

CREATE TABLE sessions(
  digest TEXT PRIMARY KEY,
  admin_id TEXT NOT NULL REFERENCES admins(id) ON DELETE CASCADE,
  csrf_token TEXT NOT NULL,
  expires INTEGER NOT NULL) WITHOUT ROWID;
)sql";

std::string MakeId(std::string_view prefix, std::string_view ending) {
  return fmt::format("{}{}{}", prefix, base::crypto::RandomAlphanumeric(20 - prefix.size() - ending.size()),
                     ending);
}

// "5d7": the cell's ending that all ids of one org share.
std::string MakeIdEnding() {
  std::string random = base::crypto::RandomBytes(3);
  auto pick = [&](size_t index, std::string_view from) {
    return from[static_cast<unsigned char>(random[index]) % from.size()];
  };
  return {pick(0, "123456789"), pick(1, "abcdefghijklmnopqrstuvwxyz"), pick(2, "123456789")};
}

Result<void> CreateOrg(base::sql::Database& database, const OpenOptions& options, Time now) {
  RETURN_IF_ERROR(database.Execute(kTables));
  RETURN_IF_ERROR(database.Execute(fmt::format("PRAGMA application_id = {}", kApplicationId)));
  RETURN_IF_ERROR(database.SetVersion(kVersion));
  const std::string ending = MakeIdEnding();
  auto set = [&](std::string_view key, std::string_view value) {
    database.Query("INSERT INTO settings VALUES(?, ?)").Bind(key).Bind(value).Run();
  };
  set("id_ending", ending);
  set("org_id", MakeId("00o", ending));
  set("org_name", options.org_name);
  set("signing_key", options.signing_key_pem.empty() ? base::crypto::PrivateKey::GenerateRsa().ToPkcs8Pem()
                                                     : options.signing_key_pem);
  set("signing_key_id", base::crypto::RandomAlphanumeric(43));
  const int64_t millis = ToMillis(now);
  const std::string everyone = MakeId("00g", ending);
  set("everyone_id", everyone);
  boost::json::object profile{{"name", "Everyone"}, {"description", "All users in your organization"}};
  database.Query("INSERT INTO groups VALUES(NULL, ?, 'BUILT_IN', 'everyone', ?, ?, ?, ?)")
      .Bind(everyone)
      .Bind(JsonText(profile))
      .Bind(millis)
      .Bind(millis)
      .Bind(millis)
      .Run();
  const std::string type = MakeId("oty", ending), schema = MakeId("osc", ending);
  database
      .Query(
          "INSERT INTO user_types VALUES(NULL, ?, ?, 'user', 'User', ?, 1, ?, ?, 'sprCreator', 'sprCreator')")
      .Bind(type)
      .Bind(schema)
      .Bind("Okta user profile template with default permission settings")
      .Bind(millis)
      .Bind(millis)
      .Run();
  auto add_schema = [&](std::string_view id, std::string_view type_id,
                        const boost::json::object& definitions) {
    database.Query("INSERT INTO schemas VALUES(?, ?, 1, ?, ?, ?)")
        .Bind(id)
        .Bind(type_id)
        .Bind(JsonText(definitions))
        .Bind(millis)
        .Bind(millis)
        .Run();
  };
  add_schema(schema, type, UserBaseDefinitions());
  add_schema("group", "", GroupBaseDefinitions());
  return {};
}

Result<void> LoadOrg(Store::Impl& impl) {
  auto get = [&](std::string_view key) {
    auto row = impl.database->Query("SELECT value FROM settings WHERE key = ?");
    return row.Bind(key).Step() ? row.Text(0) : std::string();
  };
  impl.id_ending = get("id_ending");
  impl.org_id = get("org_id");
  impl.org_name = get("org_name");
  impl.signing_key_pem = get("signing_key");
  impl.signing_key_id = get("signing_key_id");
  impl.everyone_id = get("everyone_id");
  RETURN_IF_ERROR(impl.database->TakeError());
  if (impl.org_id.empty() || impl.signing_key_pem.empty())
    return Error("the org's settings are missing from it");
  return {};
}

Result<int> ApplicationId(base::sql::Database& database) {
  int id = 0;
  {
    auto row = database.Query("PRAGMA application_id");
    if (row.Step()) id = static_cast<int>(row.Int(0));
  }
  RETURN_IF_ERROR(database.TakeError());
  return id;
}

Result<bool> IsEmpty(base::sql::Database& database) {
  bool empty = false;
  {
    auto row = database.Query("SELECT count(*) FROM sqlite_master");
    if (row.Step()) empty = row.Int(0) == 0;
  }
  RETURN_IF_ERROR(database.TakeError());
  return empty;
}

Result<void> Prepare(Store::Impl& impl) {
  ASSIGN_OR_RETURN(bool empty, IsEmpty(*impl.database));
  if (empty) {
    base::sql::Transaction transaction(*impl.database);
    RETURN_IF_ERROR(CreateOrg(*impl.database, impl.options, impl.options.now()));
    RETURN_IF_ERROR(transaction.Commit());
  }
  ASSIGN_OR_RETURN(int application, ApplicationId(*impl.database));
  if (application != kApplicationId) return Error("this is a database, but not one of parterre-org");
  ASSIGN_OR_RETURN(int version, impl.database->Version());
  if (version != kVersion)
    return Error(
        fmt::format("written by another parterre-org (format {}, this one reads {})", version, kVersion));
  RETURN_IF_ERROR(impl.database->AddTextFunction("fold", [](std::string_view text) { return Fold(text); }));
  return LoadOrg(impl);
}

}  // namespace

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::Open(const OpenOptions& options) {
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  if (!impl->options.now)
    impl->options.now = [] {
      return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    };
  auto database = base::sql::Database::Open(options.path, {.busy_milliseconds = 0, .exclusive = true});
  if (!database.ok()) return std::move(database.error()).Wrap("opening the org's data");
  impl->database = std::move(*database);
  RETURN_IF_ERROR(Prepare(*impl).Wrap(options.path).Wrap("opening the org's data"));
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

const std::string& Store::org_id() const { return impl_->org_id; }
const std::string& Store::org_name() const { return impl_->org_name; }
Time Store::Now() const { return impl_->options.now(); }
std::string Store::NewId(std::string_view prefix) const { return MakeId(prefix, impl_->id_ending); }
const std::string& Store::signing_key_pem() const { return impl_->signing_key_pem; }
const std::string& Store::signing_key_id() const { return impl_->signing_key_id; }

std::string Fold(std::string_view text) { return base::text::ToLower(text); }

std::string JsonText(const boost::json::value& value) {
  return base::text::ReplaceInvalidUtf8(boost::json::serialize(value));
}

boost::json::object ParseObject(std::string_view text) {
  auto value = base::crypto::ParseJson(text, 64);
  // Only the store itself writes these texts.
  CHECK(value.ok() && value->is_object());
  return std::move(value->as_object());
}

std::string EncodeCursor(const Cursor& cursor) {
  boost::json::array parts{cursor.seq};
  if (cursor.key) parts.emplace_back(*cursor.key);
  return base::crypto::Base64UrlEncode(JsonText(parts));
}

std::optional<Cursor> DecodeCursor(std::string_view text) {
  auto decoded = base::crypto::Base64UrlDecode(text);
  if (!decoded) return std::nullopt;
  auto value = base::crypto::ParseJson(*decoded, 4);
  if (!value.ok() || !value->is_array() || value->as_array().empty()) return std::nullopt;
  const auto& parts = value->as_array();
  if (!parts[0].is_int64()) return std::nullopt;
  Cursor cursor{.seq = parts[0].as_int64()};
  if (parts.size() > 1) {
    if (!parts[1].is_string()) return std::nullopt;
    cursor.key = std::string(parts[1].as_string());
  }
  return cursor;
}

Refusal InvalidCursor() {
  return {400, "E0000054", "Invalid paging request.", {"The 'after' cursor is not valid."}};
}

}  // namespace org::store
