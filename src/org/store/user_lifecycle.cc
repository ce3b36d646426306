#include "base/core/check.h"
#include "base/crypto/digest.h"
#include "org/store/credentials.h"
#include "org/store/member_rows.h"
#include "org/store/user_rows.h"
#include "org/store/users.h"

namespace org::store {
namespace {

constexpr unsigned Bit(UserStatus status) { return 1u << static_cast<unsigned>(status); }

constexpr unsigned kStaged = Bit(UserStatus::kStaged), kProvisioned = Bit(UserStatus::kProvisioned),
                   kActive = Bit(UserStatus::kActive), kRecovery = Bit(UserStatus::kRecovery),
                   kLockedOut = Bit(UserStatus::kLockedOut), kExpired = Bit(UserStatus::kPasswordExpired),
                   kSuspended = Bit(UserStatus::kSuspended), kDeprovisioned = Bit(UserStatus::kDeprovisioned);

// The status machine: from which states an operation starts, and to which it leads. kActivate leads to ACTIVE
// only with a password. `suspend` also takes users who have not finished their activation, as the links of
// the API show.
struct Transition {
  UserOperation operation;
  unsigned from;
  UserStatus to;
  std::string_view event, message;
};
constexpr Transition kTransitions[] = {
    {UserOperation::kActivate, kStaged | kDeprovisioned, UserStatus::kProvisioned, "user.lifecycle.activate",
     "Activate Okta user"},
    {UserOperation::kReactivate, kProvisioned, UserStatus::kProvisioned, "user.lifecycle.reactivate",
     "Reactivate Okta user"},
    {UserOperation::kDeactivate,
     kStaged | kProvisioned | kActive | kRecovery | kLockedOut | kExpired | kSuspended,
     UserStatus::kDeprovisioned, "user.lifecycle.deactivate", "Deactivate Okta user"},
    {UserOperation::kSuspend, kActive | kProvisioned | kExpired | kRecovery, UserStatus::kSuspended,
     "user.lifecycle.suspend", "Suspend Okta user"},
    {UserOperation::kUnsuspend, kSuspended, UserStatus::kActive, "user.lifecycle.unsuspend",
     "Unsuspend Okta user"},
    {UserOperation::kUnlock, kLockedOut, UserStatus::kActive, "user.account.unlock_by_admin",
     "Unlock Okta user by admin"},
    {UserOperation::kExpirePassword, kActive | kExpired, UserStatus::kPasswordExpired,
     "user.account.expire_password", "Expire password of Okta user"},
    {UserOperation::kResetPassword, kActive | kProvisioned | kRecovery | kExpired | kLockedOut,
     UserStatus::kRecovery, "user.account.reset_password", "User reset password for Okta"},
    {UserOperation::kResetFactors, kStaged | kProvisioned | kActive | kRecovery | kLockedOut | kExpired,
     UserStatus::kActive, "user.mfa.factor.reset_all", "Reset all factors for user"},
};

const Transition& TransitionOf(UserOperation operation) {
  for (const Transition& transition : kTransitions)
    if (transition.operation == operation) return transition;
  CHECK(false);
  return kTransitions[0];
}

Refusal RefusalOf(UserOperation operation) {
  switch (operation) {
    case UserOperation::kActivate:
      return {403, "E0000016", "Activation failed because the user is already active", {}};
    case UserOperation::kSuspend:
      return ValidationFailed("suspendUser", {"Cannot suspend a user that is not active"});
    case UserOperation::kUnsuspend:
      return ValidationFailed("unsuspendUser", {"Cannot unsuspend a user that is not suspended"});
    case UserOperation::kUnlock:
      return {403, "E0000032", "Unlock is not allowed for this user.", {}};
    default:
      return WrongStatus();
  }
}

// What deactivation takes away for good: the password, and the memberships.
void Deprovision(Writing& writing, UserRow* row) {
  row->password.clear();
  row->user.password_changed.reset();
  LeaveAllGroups(writing, *row);
}

UserStatus StatusAfter(const Transition& transition, const UserRow& row) {
  if (transition.operation == UserOperation::kResetFactors) return row.user.status;
  if (transition.operation == UserOperation::kActivate && !row.password.empty()) return UserStatus::kActive;
  return transition.to;
}

void Apply(Writing& writing, const Transition& transition, UserRow* row) {
  User& user = row->user;
  if (transition.operation == UserOperation::kDeactivate) Deprovision(writing, row);
  UserStatus status = StatusAfter(transition, *row);
  if (status != user.status) user.status_changed = writing.now();
  if (transition.operation == UserOperation::kActivate) user.activated = writing.now();
  user.status = status;
  user.last_updated = writing.now();
  SaveUserRow(writing, *row);
  writing.Event({.type = std::string(transition.event),
                 .message = std::string(transition.message),
                 .targets = {UserTarget(user)}});
}

// Eight characters that the default policy takes.
std::string TemporaryPassword() { return base::crypto::RandomAlphanumeric(9) + "aZ7"; }

}  // namespace

bool UserOperationAllowed(UserOperation operation, UserStatus status) {
  return (TransitionOf(operation).from & Bit(status)) != 0;
}

Outcome<OperationResult> RunUserOperation(Store& store, const Actor& actor, std::string_view id_or_login,
                                          UserOperation operation, bool temp_password) {
  const Transition& transition = TransitionOf(operation);
  OperationResult result;
  std::string temporary_hash;
  if (operation == UserOperation::kExpirePassword && temp_password) {
    result.temp_password = TemporaryPassword();
    temporary_hash = HashPassword(result.temp_password, store.impl().options.password_cost);
  }
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(UserRow row, LoadUser(writing, id_or_login));
  if (!UserOperationAllowed(operation, row.user.status)) return RefusalOf(operation);
  if (!temporary_hash.empty()) {
    row.password = std::move(temporary_hash);
    row.user.password_changed = writing.now();
  }
  Apply(writing, transition, &row);
  if (operation == UserOperation::kActivate || operation == UserOperation::kReactivate ||
      operation == UserOperation::kResetPassword)
    result.token = base::crypto::RandomAlphanumeric(20);
  result.user = std::move(row.user);
  return writing.Commit(std::move(result));
}

Change DeleteUser(Store& store, const Actor& actor, std::string_view id_or_login, bool* removed) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(UserRow row, LoadUser(writing, id_or_login));
  const bool remove = row.user.status == UserStatus::kDeprovisioned;
  if (removed) *removed = remove;
  if (remove) {
    writing.Event({.type = "user.lifecycle.delete.initiated",
                   .message = "Delete Okta user initiated",
                   .targets = {UserTarget(row.user)}});
    writing.Query("DELETE FROM roles WHERE holder = 0 AND holder_id = ?").Bind(row.user.id).Run();
    writing.Query("DELETE FROM users WHERE seq = ?").Bind(row.seq).Run();
    writing.Event({.type = "user.lifecycle.delete.completed",
                   .message = "Delete Okta user completed",
                   .targets = {UserTarget(row.user)}});
  } else {
    Apply(writing, TransitionOf(UserOperation::kDeactivate), &row);
  }
  return writing.Commit(Done());
}

Outcome<User> LockUser(Store& store, const Actor& actor, std::string_view id_or_login) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(UserRow row, LoadUser(writing, id_or_login));
  if (row.user.status != UserStatus::kActive) return WrongStatus();
  row.user.status = UserStatus::kLockedOut;
  row.user.status_changed = row.user.last_updated = writing.now();
  SaveUserRow(writing, row);
  writing.Event({.type = "user.account.lock",
                 .message = "Max sign in attempts exceeded",
                 .targets = {UserTarget(row.user)},
                 .result = "FAILURE",
                 .reason = "LOCKED_OUT",
                 .severity = "DEBUG"});
  return writing.Commit(std::move(row.user));
}

}  // namespace org::store
