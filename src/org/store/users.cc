#include "org/store/users.h"

#include "base/crypto/digest.h"
#include "base/crypto/encoding.h"
#include "org/store/credentials.h"
#include "org/store/filter_sql.h"
#include "org/store/member_rows.h"
#include "org/store/profile.h"
#include "org/store/schema_rows.h"
#include "org/store/user_rows.h"

namespace org::store {
namespace {

namespace json = boost::json;

constexpr size_t kMaxGroupsAtCreation = 20;
constexpr int kMaxPage = 200;

struct StatusName {
  std::string_view name, label;
};
constexpr StatusName kStatusNames[] = {
    {"STAGED", "Staged"},         {"PROVISIONED", "Pending user action"},
    {"ACTIVE", "Active"},         {"RECOVERY", "Password reset"},
    {"LOCKED_OUT", "Locked out"}, {"PASSWORD_EXPIRED", "Password expired"},
    {"SUSPENDED", "Suspended"},   {"DEPROVISIONED", "Deactivated"},
};

// What hashing makes slow happens before the store is locked.
Outcome<UserRow> PrepareNew(Store& store, const NewUser& input) {
  UserRow row;
  User& user = row.user;
  user.profile = input.profile;
  const CredentialsInput& credentials = input.credentials;
  if (credentials.password) {
    if (auto refusal = CheckPasswordPolicy(*credentials.password, user.Attribute("login"))) return *refusal;
    row.password = HashPassword(*credentials.password, store.impl().options.password_cost);
  } else if (credentials.password_hash) {
    ASSIGN_OR_REFUSE(row.password, ImportPasswordHash(*credentials.password_hash));
  } else if (credentials.password_hook) {
    // The password that nobody knows yet: the hook would check the first sign-in.
    row.password = HashPassword(base::crypto::RandomAlphanumeric(32), store.impl().options.password_cost);
  }
  if (credentials.recovery_question) {
    user.recovery_question = *credentials.recovery_question;
    row.recovery_answer = HashPassword(Fold(credentials.recovery_answer.value_or("")).substr(0, 72),
                                       store.impl().options.password_cost);
  }
  if (credentials.provider_type) user.provider_type = *credentials.provider_type;
  if (credentials.provider_name) user.provider_name = *credentials.provider_name;
  user.realm_id = input.realm_id;
  return row;
}

std::optional<Refusal> CheckOptions(const NewUser& input, const UserRow& row) {
  if (input.change_password_at_next_login && row.password.empty())
    return Refusal{400,
                   "E0000124",
                   "Could not create user. To create a user and expire their password immediately, a "
                   "password must be specified",
                   {}};
  if (input.change_password_at_next_login && !input.activate)
    return Refusal{400,
                   "E0000125",
                   "Could not create user. To create a user and expire their password immediately, "
                   "\"activate\" must be true",
                   {}};
  if (input.group_ids.size() > kMaxGroupsAtCreation)
    return ValidationFailed("groupIds", {"groupIds: No more than 20 groups can be given"});
  return std::nullopt;
}

UserStatus FirstStatus(const NewUser& input, const UserRow& row) {
  if (!input.activate) return UserStatus::kStaged;
  if (input.change_password_at_next_login) return UserStatus::kPasswordExpired;
  if (!row.password.empty() || input.provider) return UserStatus::kActive;
  return UserStatus::kProvisioned;
}

}  // namespace

std::string_view UserStatusName(UserStatus status) { return kStatusNames[static_cast<size_t>(status)].name; }
std::string_view UserStatusLabel(UserStatus status) {
  return kStatusNames[static_cast<size_t>(status)].label;
}

std::optional<UserStatus> ParseUserStatus(std::string_view name) {
  for (size_t i = 0; i < std::size(kStatusNames); ++i)
    if (kStatusNames[i].name == name) return static_cast<UserStatus>(i);
  return std::nullopt;
}

std::string_view User::Attribute(std::string_view name) const {
  const json::value* value = profile.if_contains(name);
  return value && value->is_string() ? std::string_view(value->as_string()) : std::string_view();
}

Outcome<User> CreateUser(Store& store, const Actor& actor, const NewUser& input) {
  ASSIGN_OR_REFUSE(UserRow row, PrepareNew(store, input));
  if (auto refusal = CheckOptions(input, row)) return *refusal;
  Writing writing(store, actor);
  User& user = row.user;
  user.type_id = input.type_id.empty() ? DefaultTypeId(writing) : input.type_id;
  ASSIGN_OR_REFUSE(const json::object* definitions, DefinitionsOfType(writing, user.type_id));
  if (auto refusal = CheckProfile(*definitions, "newUser", &user.profile)) return *refusal;
  if (auto refusal = CheckUserUnique(writing, *definitions, user, 0)) return *refusal;
  user.id = store.NewId("00u");
  user.status = FirstStatus(input, row);
  user.created = user.last_updated = writing.now();
  if (user.status != UserStatus::kStaged) user.activated = user.status_changed = writing.now();
  if (!row.password.empty()) user.password_changed = writing.now();
  InsertUserRow(writing, row);
  writing.Event(
      {.type = "user.lifecycle.create", .message = "Create okta user", .targets = {UserTarget(user)}});
  if (user.status != UserStatus::kStaged)
    writing.Event(
        {.type = "user.lifecycle.activate", .message = "Activate Okta user", .targets = {UserTarget(user)}});
  for (const std::string& group_id : input.group_ids) {
    ASSIGN_OR_REFUSE([[maybe_unused]] Done done, JoinGroup(writing, group_id, row));
  }
  return writing.Commit(std::move(user));
}

Outcome<User> FindUser(Store& store, std::string_view id_or_login) {
  Reading reading(store);
  ASSIGN_OR_REFUSE(UserRow row, LoadUser(reading, id_or_login));
  return reading.Finish(std::move(row.user));
}

Outcome<Page<User>> ListUsers(Store& store, const UserQuery& query) {
  SqlCondition condition;
  if (!query.filter.empty() && !query.search.empty())
    return Refusal{
        400, "E0000033", "Bad request. Can't specify a search query and filter in the same request.", {}};
  if (!query.search.empty()) {
    ASSIGN_OR_REFUSE(condition, CompileFilter(query.search, UserSearchAttributes()));
  } else if (!query.filter.empty()) {
    ASSIGN_OR_REFUSE(condition, CompileFilter(query.filter, UserFilterAttributes()));
  }
  std::string sort = "u.seq";
  if (!query.sort_by.empty()) {
    ASSIGN_OR_REFUSE(sort, SortExpression(query.sort_by, UserSearchAttributes()));
  }
  const bool sorted = !query.sort_by.empty();
  std::optional<Cursor> after;
  if (!query.page.after.empty()) {
    after = DecodeCursor(query.page.after);
    if (!after || after->key.has_value() != sorted) return InvalidCursor();
  }

  std::string sql = fmt::format("SELECT {}, {} FROM users u WHERE 1", kUserColumns, sort);
  if (!condition.sql.empty())
    sql += " AND " + condition.sql;
  else if (!query.include_deprovisioned && !query.status)
    sql += " AND status <> 'DEPROVISIONED'";
  if (query.status) sql += " AND status = ?";
  if (!query.q.empty())
    // U+10FFFF ends every range of texts with one prefix; three ranges are three index look-ups.
    sql +=
        " AND ((first_name_key >= ? AND first_name_key < ?) OR (last_name_key >= ? AND last_name_key < ?)"
        " OR (email_key >= ? AND email_key < ?))";
  const std::string_view beyond = query.descending ? "<" : ">";
  if (after && sorted)
    sql += fmt::format(" AND ({0} {1} ? OR ({0} = ? AND u.seq {1} ?))", sort, beyond);
  else if (after)
    sql += fmt::format(" AND u.seq {} ?", beyond);
  sql += fmt::format(" ORDER BY {0}{1}, u.seq{1} LIMIT ?", sort, query.descending ? " DESC" : "");

  const int limit = std::clamp(query.page.limit, 1, kMaxPage);
  Page<User> page;
  Reading reading(store);
  {
    auto row = reading.Query(sql);
    condition.BindTo(row);
    if (query.status) row.Bind(UserStatusName(*query.status));
    if (!query.q.empty()) {
      const std::string low = Fold(query.q), high = low + "\xF4\x8F\xBF\xBF";
      for (int i = 0; i < 3; ++i) row.Bind(low).Bind(high);
    }
    if (after && sorted) row.Bind(*after->key).Bind(*after->key);
    if (after) row.Bind(after->seq);
    row.Bind(limit + 1);
    page = ReadPage<User>(row, limit, [&](Cursor& last) {
      UserRow found = ReadUserRow(row);
      last = {.seq = found.seq, .key = sorted ? std::optional(row.Text(17)) : std::nullopt};
      return std::move(found.user);
    });
  }
  return reading.Finish(std::move(page));
}

Outcome<std::vector<int>> CountUsersByStatus(Store& store) {
  std::vector<int> counts(std::size(kStatusNames));
  Reading reading(store);
  {
    auto row = reading.Query("SELECT status, count(*) FROM users GROUP BY status");
    while (row.Step())
      if (auto status = ParseUserStatus(row.View(0)))
        counts[static_cast<size_t>(*status)] = static_cast<int>(row.Int(1));
  }
  return reading.Finish(std::move(counts));
}

std::string UserEtag(const User& user) {
  std::string text =
      fmt::format("{}|{}|{}|{}|{}|{}", user.id, UserStatusName(user.status), FormatTime(user.last_updated),
                  user.type_id, user.recovery_question, JsonText(user.profile));
  return fmt::format("W/\"{}\"", base::crypto::HexEncode(base::crypto::Sha256(text)));
}

}  // namespace org::store
