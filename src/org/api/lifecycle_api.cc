#include "org/api/errors.h"
#include "org/api/handlers.h"
#include "org/api/render.h"
#include "org/store/users.h"

namespace org::api {
namespace {

namespace json = boost::json;
using store::UserOperation;

store::Outcome<store::OperationResult> Run(const Call& call, UserOperation operation,
                                           bool temp_password = false) {
  return store::RunUserOperation(call.store, call.actor, call.Parameter("id"), operation, temp_password);
}

Reply RunQuietly(const Call& call, UserOperation operation) {
  return ObjectReply(Run(call, operation), [](const store::OperationResult&) { return json::object(); });
}

// What would have gone out by mail, where the caller asked for none. Someone with a password needs none.
json::object Activation(const Call& call, const store::OperationResult& result, bool send_email) {
  if (send_email || result.user.status != store::UserStatus::kProvisioned) return {};
  return {{"activationUrl", fmt::format("{}/welcome/{}", call.url, result.token)},
          {"activationToken", result.token}};
}

json::object Reset(const Call& call, const store::OperationResult& result, bool send_email) {
  if (send_email) return {};
  return {{"resetPasswordUrl", fmt::format("{}/reset_password/{}", call.url, result.token)}};
}

std::string ValueOf(const json::object& body, std::string_view name) {
  const json::object* object = FindObject(body, name);
  return object ? FindText(*object, "value") : std::string();
}

// The credentials alone, as these endpoints answer.
json::object RenderCredentials(const Call& call, const store::User& user) {
  return RenderUser(user, call.url, UserForm::kInList).at("credentials").as_object();
}

}  // namespace

Reply ActivateUser(const Call& call) {
  const bool send_email = call.QueryFlag("sendEmail", true);
  return ObjectReply(Run(call, UserOperation::kActivate), [&](const store::OperationResult& result) {
    return Activation(call, result, send_email);
  });
}

Reply ReactivateUser(const Call& call) {
  const bool send_email = call.QueryFlag("sendEmail", false);
  return ObjectReply(Run(call, UserOperation::kReactivate), [&](const store::OperationResult& result) {
    return Activation(call, result, send_email);
  });
}

Reply DeactivateUser(const Call& call) { return RunQuietly(call, UserOperation::kDeactivate); }
Reply SuspendUser(const Call& call) { return RunQuietly(call, UserOperation::kSuspend); }
Reply UnsuspendUser(const Call& call) { return RunQuietly(call, UserOperation::kUnsuspend); }
Reply UnlockUser(const Call& call) { return RunQuietly(call, UserOperation::kUnlock); }
Reply ResetFactors(const Call& call) { return RunQuietly(call, UserOperation::kResetFactors); }

Reply ExpirePassword(const Call& call) {
  const bool temporary = call.QueryFlag("tempPassword", false);
  return ObjectReply(Run(call, UserOperation::kExpirePassword, temporary),
                     [&](const store::OperationResult& result) {
                       if (temporary) return json::object{{"tempPassword", result.temp_password}};
                       return RenderUser(result.user, call.url, UserForm::kFull);
                     });
}

Reply ExpirePasswordWithTemporary(const Call& call) {
  return ObjectReply(Run(call, UserOperation::kExpirePassword, true),
                     [](const store::OperationResult& result) {
                       return json::object{{"tempPassword", result.temp_password}};
                     });
}

Reply ResetPassword(const Call& call) {
  const bool send_email = call.QueryFlag("sendEmail", true);
  return ObjectReply(Run(call, UserOperation::kResetPassword),
                     [&](const store::OperationResult& result) { return Reset(call, result, send_email); });
}

Reply ForgotPassword(const Call& call) {
  auto user = store::FindUser(call.store, call.Parameter("id"));
  if (!user) return RefusalReply(user.refusal());
  if (user->status != store::UserStatus::kActive || user->recovery_question.empty())
    return RefusalReply({403, "E0000034", "Forgot password not allowed on specified user.", {}});
  return ResetPassword(call);
}

Reply ChangePassword(const Call& call) {
  auto body = call.Body();
  if (!body) return RefusalReply(body.refusal());
  return ObjectReply(store::ChangePassword(call.store, call.actor, call.Parameter("id"),
                                           ValueOf(*body, "oldPassword"), ValueOf(*body, "newPassword")),
                     [&](const store::User& user) { return RenderCredentials(call, user); });
}

Reply ChangeRecoveryQuestion(const Call& call) {
  auto body = call.Body();
  if (!body) return RefusalReply(body.refusal());
  const json::object* recovery = FindObject(*body, "recovery_question");
  if (!recovery)
    return RefusalReply(
        store::ValidationFailed("recovery_question", {"recovery_question: The field cannot be left blank"}));
  return ObjectReply(
      store::ChangeRecoveryQuestion(call.store, call.actor, call.Parameter("id"), ValueOf(*body, "password"),
                                    FindText(*recovery, "question"), FindText(*recovery, "answer")),
      [&](const store::User& user) { return RenderCredentials(call, user); });
}

// Users of this org never sign in, so none has a session to end.
Reply EndUserSessions(const Call& call) {
  auto user = store::FindUser(call.store, call.Parameter("id"));
  return user ? EmptyReply() : RefusalReply(user.refusal());
}

}  // namespace org::api
