// Users: creating, reading, listing, changing, and the status machine. Profile rules come from the user
// schema. Not rendering (org/api) and not memberships (groups.h). Called by org/api and org/console; every
// change writes System Log events.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "org/store/outcome.h"
#include "org/store/store.h"
#include "org/store/types.h"

namespace org::store {

enum class UserStatus {
  kStaged,
  kProvisioned,
  kActive,
  kRecovery,
  kLockedOut,
  kPasswordExpired,
  kSuspended,
  kDeprovisioned,
};

// "STAGED", "PROVISIONED", ...
std::string_view UserStatusName(UserStatus status);
std::optional<UserStatus> ParseUserStatus(std::string_view name);
// The console's words: "Staged", "Pending user action", "Active", "Password reset", "Locked out",
// "Password expired", "Suspended", "Deactivated".
std::string_view UserStatusLabel(UserStatus status);

struct User {
  std::string id;
  UserStatus status = UserStatus::kStaged;
  Time created;
  std::optional<Time> activated;
  std::optional<Time> status_changed;
  std::optional<Time> last_login;
  Time last_updated;
  std::optional<Time> password_changed;
  std::string type_id;
  std::string realm_id;         // empty when none
  boost::json::object profile;  // only set attributes
  bool has_password = false;
  std::string recovery_question;  // empty when none
  std::string provider_type = "OKTA";
  std::string provider_name = "OKTA";

  std::string_view Attribute(std::string_view name) const;  // a string attribute of the profile, or ""
};

// Credentials as the API takes them; absent means untouched.
struct CredentialsInput {
  std::optional<std::string> password;               // plain text, hashed before it is stored
  std::optional<boost::json::object> password_hash;  // {algorithm, workFactor, salt, saltOrder, value}
  bool password_hook = false;
  std::optional<std::string> recovery_question;
  std::optional<std::string> recovery_answer;
  std::optional<std::string> provider_type;
  std::optional<std::string> provider_name;
};

struct NewUser {
  boost::json::object profile;
  CredentialsInput credentials;
  std::vector<std::string> group_ids;
  std::string type_id;  // empty: the default type
  std::string realm_id;
  bool activate = true;
  bool provider = false;
  bool change_password_at_next_login = false;
};

// Status by facts of the API: no credentials -> PROVISIONED, with password -> ACTIVE, activate=false ->
// STAGED.
Outcome<User> CreateUser(Store& store, const Actor& actor, const NewUser& user);

// By id, by login, or by the short name before the login's "@" where only one user has it.
Outcome<User> FindUser(Store& store, std::string_view id_or_login);

struct UserQuery {
  PageRequest page;     // limit at most 200
  std::string q;        // prefix of first name, last name or email; no paging
  std::string filter;   // SCIM subset, few attributes
  std::string search;   // SCIM subset, any attribute
  std::string sort_by;  // with search only
  bool descending = false;
  std::optional<UserStatus> status;    // the console's status filter
  bool include_deprovisioned = false;  // a plain list leaves them out; filter and search include them
};

Outcome<Page<User>> ListUsers(Store& store, const UserQuery& query);
// Users per status, for the console's filter; index by static_cast<size_t>(UserStatus).
Outcome<std::vector<int>> CountUsersByStatus(Store& store);

struct UserUpdate {
  std::optional<boost::json::object> profile;
  bool replace_profile = false;  // PUT: missing attributes are cleared; POST: merged, null clears
  CredentialsInput credentials;
  std::optional<std::string> type_id;  // only with replace_profile
  std::optional<std::string> realm_id;
  std::string if_match;  // an ETag as UserEtag gives; empty: not checked
};

Outcome<User> UpdateUser(Store& store, const Actor& actor, std::string_view id_or_login,
                         const UserUpdate& update);

// W/"<sha256 hex>" of what a GET shows.
std::string UserEtag(const User& user);

enum class UserOperation {
  kActivate,
  kReactivate,
  kDeactivate,
  kSuspend,
  kUnsuspend,
  kUnlock,
  kExpirePassword,
  kResetPassword,
  kResetFactors,
};

// Whether the status machine lets `operation` start from `status`; the console shows buttons by it.
bool UserOperationAllowed(UserOperation operation, UserStatus status);

struct OperationResult {
  User user;
  std::string token;          // activation or recovery token
  std::string temp_password;  // with kExpirePassword and temp_password = true
};

Outcome<OperationResult> RunUserOperation(Store& store, const Actor& actor, std::string_view id_or_login,
                                          UserOperation operation, bool temp_password = false);

// The first call on a user that is not DEPROVISIONED deactivates it; the second removes it for good.
// `*removed` tells which it was.
Change DeleteUser(Store& store, const Actor& actor, std::string_view id_or_login, bool* removed = nullptr);

Outcome<User> ChangePassword(Store& store, const Actor& actor, std::string_view id_or_login,
                             std::string_view old_password, std::string_view new_password);
Outcome<User> ChangeRecoveryQuestion(Store& store, const Actor& actor, std::string_view id_or_login,
                                     std::string_view password, std::string_view question,
                                     std::string_view answer);
// As the user's own wrong attempts would: LOCKED_OUT. For tests and the console.
Outcome<User> LockUser(Store& store, const Actor& actor, std::string_view id_or_login);

}  // namespace org::store
