#include "org/store/user_rows.h"

#include "base/core/check.h"
#include "org/store/profile.h"
#include "org/store/schema_rows.h"

namespace org::store {
namespace {

namespace json = boost::json;

std::string LoginKey(const User& user) { return Fold(user.Attribute("login")); }

// What InsertUserRow and SaveUserRow bind, in the order of the columns.
void BindUserRow(base::sql::Statement& statement, const UserRow& row) {
  const User& user = row.user;
  const std::string login = LoginKey(user);
  statement.Bind(UserStatusName(user.status))
      .Bind(user.type_id)
      .Bind(user.realm_id)
      .Bind(JsonText(user.profile))
      .Bind(login)
      .Bind(login.substr(0, login.find('@')))
      .Bind(Fold(user.Attribute("email")))
      .Bind(Fold(user.Attribute("firstName")))
      .Bind(Fold(user.Attribute("lastName")));
  if (row.password.empty())
    statement.Bind(nullptr);
  else
    statement.Bind(row.password);
  statement.Bind(user.recovery_question);
  if (row.recovery_answer.empty())
    statement.Bind(nullptr);
  else
    statement.Bind(row.recovery_answer);
  statement.Bind(user.provider_type)
      .Bind(user.provider_name)
      .Bind(ToMillis(user.created))
      .Bind(ToMillis(user.activated))
      .Bind(ToMillis(user.status_changed))
      .Bind(ToMillis(user.last_login))
      .Bind(ToMillis(user.last_updated))
      .Bind(ToMillis(user.password_changed));
}

template <typename Session>
std::optional<UserRow> FindBy(Session& session, std::string_view condition, std::string_view value) {
  auto row = session.Query(fmt::format("SELECT {} FROM users u WHERE {} LIMIT 2", kUserColumns, condition));
  if (!row.Bind(value).Step()) return std::nullopt;
  UserRow found = ReadUserRow(row);
  // A short name that several logins share names nobody.
  if (row.Step()) return std::nullopt;
  return found;
}

}  // namespace

UserRow ReadUserRow(const base::sql::Statement& row) {
  UserRow result;
  User& user = result.user;
  result.seq = row.Int(0);
  user.id = row.Text(1);
  user.status = ParseUserStatus(row.View(2)).value_or(UserStatus::kStaged);
  user.type_id = row.Text(3);
  user.realm_id = row.Text(4);
  user.profile = ParseObject(row.View(5));
  result.password = row.Text(6);
  user.has_password = !result.password.empty();
  user.recovery_question = row.Text(7);
  result.recovery_answer = row.Text(8);
  user.provider_type = row.Text(9);
  user.provider_name = row.Text(10);
  user.created = FromMillis(row.Int(11));
  user.activated = FromMillis(row.OptionalInt(12));
  user.status_changed = FromMillis(row.OptionalInt(13));
  user.last_login = FromMillis(row.OptionalInt(14));
  user.last_updated = FromMillis(row.Int(15));
  user.password_changed = FromMillis(row.OptionalInt(16));
  return result;
}

template <typename Session>
Outcome<UserRow> LoadUser(Session& session, std::string_view id_or_login) {
  if (auto found = FindBy(session, "u.id = ?", id_or_login)) return std::move(*found);
  const std::string folded = Fold(id_or_login);
  if (auto found = FindBy(session, "u.login_key = ?", folded)) return std::move(*found);
  if (auto found = FindBy(session, "u.short_key = ?", folded)) return std::move(*found);
  return NotFound(id_or_login, "User");
}
template Outcome<UserRow> LoadUser(Reading&, std::string_view);
template Outcome<UserRow> LoadUser(Writing&, std::string_view);

void InsertUserRow(Writing& writing, UserRow& row) {
  {
    auto statement = writing.Query(
        "INSERT INTO users VALUES(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    statement.Bind(row.user.id);
    BindUserRow(statement, row);
    statement.Run();
  }
  row.user.has_password = !row.password.empty();
  row.seq = writing.store().impl().database->last_insert_id();
}

void SaveUserRow(Writing& writing, UserRow& row) {
  auto statement = writing.Query(
      "UPDATE users SET status = ?, type_id = ?, realm_id = ?, profile = ?, login_key = ?, short_key = ?, "
      "email_key = ?, first_name_key = ?, last_name_key = ?, password = ?, recovery_question = ?, "
      "recovery_answer = ?, provider_type = ?, provider_name = ?, created = ?, activated = ?, status_changed "
      "= ?, last_login = ?, last_updated = ?, password_changed = ? WHERE seq = ?");
  BindUserRow(statement, row);
  statement.Bind(row.seq).Run();
  row.user.has_password = !row.password.empty();
}

std::optional<Refusal> CheckUserUnique(Writing& writing, const json::object& definitions, const User& user,
                                       int64_t own_seq) {
  constexpr std::string_view kTaken = "An object with this field already exists in the current organization";
  auto login = writing.Query("SELECT 1 FROM users WHERE login_key = ? AND seq <> ?");
  if (login.Bind(LoginKey(user)).Bind(own_seq).Step())
    return ValidationFailed("login", {fmt::format("login: {}", kTaken)});
  for (const std::string& name : UniqueProperties(definitions)) {
    const json::value* value = user.profile.if_contains(name);
    if (!value) continue;
    // Names of custom properties are identifiers: they need no quoting in a path.
    auto taken = writing.Query(fmt::format(
        "SELECT 1 FROM users WHERE json_extract(profile, '$.\"{}\"') = json_extract(?, '$[0]') AND seq <> ?",
        name));
    if (taken.Bind(JsonText(json::array{*value})).Bind(own_seq).Step())
      return ValidationFailed(name, {fmt::format("{}: {}", name, kTaken)});
  }
  return std::nullopt;
}

EventTarget UserTarget(const User& user) {
  return {user.id, "User", std::string(user.Attribute("login")),
          fmt::format("{} {}", user.Attribute("firstName"), user.Attribute("lastName"))};
}

template <typename Session>
Outcome<const json::object*> DefinitionsOfType(Session& session, std::string_view type_id) {
  auto row = session.Query("SELECT schema_id FROM user_types WHERE id = ?");
  if (!row.Bind(type_id).Step()) return NotFound(type_id, "UserType");
  const Schema* schema = CachedSchema(session, row.View(0));
  CHECK(schema != nullptr);
  return &schema->definitions;
}
template Outcome<const json::object*> DefinitionsOfType(Reading&, std::string_view);
template Outcome<const json::object*> DefinitionsOfType(Writing&, std::string_view);

}  // namespace org::store
