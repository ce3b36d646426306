#include "base/crypto/digest.h"
#include "org/store/credentials.h"
#include "org/store/profile.h"
#include "org/store/user_rows.h"
#include "org/store/users.h"

namespace org::store {
namespace {

namespace json = boost::json;

// Hashes made before the lock is taken.
struct PreparedCredentials {
  std::string password;
  std::string recovery_answer;
};

Outcome<PreparedCredentials> Prepare(Store& store, const CredentialsInput& input) {
  PreparedCredentials prepared;
  const int cost = store.impl().options.password_cost;
  if (input.password && input.password->size() <= 72) prepared.password = HashPassword(*input.password, cost);
  if (input.password_hash) {
    ASSIGN_OR_REFUSE(prepared.password, ImportPasswordHash(*input.password_hash));
  }
  if (input.recovery_answer)
    prepared.recovery_answer = HashPassword(Fold(*input.recovery_answer).substr(0, 72), cost);
  return prepared;
}

void MergeProfile(const json::object& changes, json::object* profile) {
  for (const auto& [name, value] : changes) (*profile)[name] = value;
}

// A password that an administrator sets ends the states that wait for one.
UserStatus StatusAfterPassword(UserStatus status) {
  switch (status) {
    case UserStatus::kProvisioned:
    case UserStatus::kRecovery:
    case UserStatus::kPasswordExpired:
      return UserStatus::kActive;
    default:
      return status;
  }
}

void SetStatus(Writing& writing, UserStatus status, User* user) {
  if (user->status == status) return;
  user->status = status;
  user->status_changed = writing.now();
}

std::optional<Refusal> ApplyCredentials(Writing& writing, const CredentialsInput& input,
                                        PreparedCredentials prepared, UserRow* row) {
  User& user = row->user;
  if (input.password)
    if (auto refusal = CheckPasswordPolicy(*input.password, user.Attribute("login"))) return refusal;
  if (!prepared.password.empty()) {
    row->password = std::move(prepared.password);
    user.password_changed = writing.now();
    SetStatus(writing, StatusAfterPassword(user.status), &user);
    writing.Event({.type = "user.account.update_password",
                   .message = "User update password for Okta",
                   .targets = {UserTarget(user)}});
  }
  if (input.recovery_question) user.recovery_question = *input.recovery_question;
  if (!prepared.recovery_answer.empty()) row->recovery_answer = std::move(prepared.recovery_answer);
  if (input.provider_type) user.provider_type = *input.provider_type;
  if (input.provider_name) user.provider_name = *input.provider_name;
  return std::nullopt;
}

}  // namespace

Outcome<User> UpdateUser(Store& store, const Actor& actor, std::string_view id_or_login,
                         const UserUpdate& update) {
  ASSIGN_OR_REFUSE(PreparedCredentials prepared, Prepare(store, update.credentials));
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(UserRow row, LoadUser(writing, id_or_login));
  User& user = row.user;
  if (!update.if_match.empty() && update.if_match != UserEtag(user))
    return Refusal{
        412, "E0000231", "The ETag value in the If-Match header doesn't match the current version.", {}};
  if (user.status == UserStatus::kDeprovisioned) return WrongStatus();
  if (update.type_id && *update.type_id != user.type_id) {
    if (!update.replace_profile)
      return ValidationFailed("type",
                              {"type: The user type can only be changed by a full replacement (PUT)"});
    user.type_id = *update.type_id;
  }
  if (update.realm_id) user.realm_id = *update.realm_id;
  ASSIGN_OR_REFUSE(const json::object* definitions, DefinitionsOfType(writing, user.type_id));
  if (update.profile) {
    if (update.replace_profile)
      user.profile = *update.profile;
    else
      MergeProfile(*update.profile, &user.profile);
  }
  if (update.profile || update.type_id) {
    if (auto refusal = CheckProfile(*definitions, "user", &user.profile)) return *refusal;
    if (auto refusal = CheckUserUnique(writing, *definitions, user, row.seq)) return *refusal;
    writing.Event({.type = "user.account.update_profile",
                   .message = "Update user profile for Okta",
                   .targets = {UserTarget(user)}});
  }
  if (auto refusal = ApplyCredentials(writing, update.credentials, std::move(prepared), &row))
    return *refusal;
  user.last_updated = writing.now();
  SaveUserRow(writing, row);
  return writing.Commit(std::move(user));
}

Outcome<User> ChangePassword(Store& store, const Actor& actor, std::string_view id_or_login,
                             std::string_view old_password, std::string_view new_password) {
  // Checked against a first reading, hashed without the lock, and stored if nothing came between.
  std::string stored, login;
  {
    Reading reading(store);
    ASSIGN_OR_REFUSE(UserRow row, LoadUser(reading, id_or_login));
    if (row.user.status == UserStatus::kDeprovisioned || row.user.status == UserStatus::kSuspended)
      return WrongStatus();
    stored = row.password;
    login = row.user.Attribute("login");
  }
  if (stored.empty() || !VerifyPassword(old_password, stored))
    return Refusal{
        403, "E0000014", "Update of credentials failed", {"oldPassword: Old Password is not correct"}};
  if (auto refusal = CheckPasswordPolicy(new_password, login))
    return Refusal{403, "E0000014", "Update of credentials failed", refusal->causes};
  std::string hash = HashPassword(new_password, store.impl().options.password_cost);
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(UserRow row, LoadUser(writing, id_or_login));
  if (row.password != stored) return Refusal{409, "E0000112", "The user was changed at the same time.", {}};
  row.password = std::move(hash);
  row.user.password_changed = row.user.last_updated = writing.now();
  SetStatus(writing, StatusAfterPassword(row.user.status), &row.user);
  SaveUserRow(writing, row);
  writing.Event({.type = "user.account.update_password",
                 .message = "User update password for Okta",
                 .targets = {UserTarget(row.user)}});
  return writing.Commit(std::move(row.user));
}

Outcome<User> ChangeRecoveryQuestion(Store& store, const Actor& actor, std::string_view id_or_login,
                                     std::string_view password, std::string_view question,
                                     std::string_view answer) {
  if (question.empty() || answer.size() < 4)
    return ValidationFailed(
        "recovery_question",
        {"recovery_question: The question must not be empty, the answer has at least 4 characters"});
  std::string hash = HashPassword(Fold(answer).substr(0, 72), store.impl().options.password_cost);
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(UserRow row, LoadUser(writing, id_or_login));
  if (row.user.status == UserStatus::kDeprovisioned || row.user.status == UserStatus::kSuspended)
    return WrongStatus();
  if (row.password.empty() || !VerifyPassword(password, row.password))
    return Refusal{403, "E0000014", "Update of credentials failed", {"password: Password is not correct"}};
  row.user.recovery_question = question;
  row.recovery_answer = std::move(hash);
  row.user.last_updated = writing.now();
  SaveUserRow(writing, row);
  writing.Event({.type = "user.account.update_profile",
                 .message = "Update user profile for Okta",
                 .targets = {UserTarget(row.user)}});
  return writing.Commit(std::move(row.user));
}

}  // namespace org::store
