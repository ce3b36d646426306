#include "okta/resources/user.h"

#include "okta/resources/codec.h"

namespace okta::resources {
namespace {

namespace json = boost::json;
using api::ApiError;
using std::chrono::seconds;

constexpr std::string_view kUsers = "/api/v1/users";
// Transitions take seconds; ten minutes later something is wrong.
constexpr int kMaxTransitionPolls = 120;
constexpr auto kTransitionPoll = seconds(5);

std::string UserPath(std::string_view id) { return ObjectPath(kUsers, id); }

json::value Text(const Value& value) { return json::value(json::string(TextOf(value))); }

// The hash and the hook also change with an update, the plain password has its own call then.
json::object PasswordOf(const Value& planned, bool with_plain) {
  json::object password;
  if (with_plain && IsSetText(planned.Get("password"))) password["value"] = Text(planned.Get("password"));
  const Value& hashes = planned.Get("password_hash");
  if (hashes.IsKnownNotNull() && hashes.Length() > 0) {
    const Value& hash = hashes.ElementAt(0);
    json::object object;
    object["algorithm"] = Text(hash.Get("algorithm"));
    object["value"] = Text(hash.Get("value"));
    if (IsSetText(hash.Get("salt"))) object["salt"] = Text(hash.Get("salt"));
    if (IsSetText(hash.Get("salt_order"))) object["saltOrder"] = Text(hash.Get("salt_order"));
    if (!IsZero(hash.Get("work_factor")))
      object["workFactor"] = hash.Get("work_factor").AsInt64().value_or(0);
    password = json::object{{"hash", std::move(object)}};
  }
  if (IsSetText(planned.Get("password_inline_hook"))) {
    password = json::object{{"hook", json::object{{"type", Text(planned.Get("password_inline_hook"))}}}};
  }
  return password;
}

json::object RecoveryOf(const Value& planned) {
  return json::object{{"question", Text(planned.Get("recovery_question"))},
                      {"answer", Text(planned.Get("recovery_answer"))}};
}

std::string_view StatusOperation(std::string_view wanted, std::string_view current) {
  if (wanted == current) return {};
  if (wanted == "SUSPENDED") return "suspend";
  if (wanted == "DEPROVISIONED") return "deactivate";
  if (wanted != "ACTIVE" || current == "PASSWORD_EXPIRED") return {};
  if (current == "SUSPENDED") return "unsuspend";
  return current == "LOCKED_OUT" ? "unlock" : "activate";
}

// GETs the user until the org is done with it. False with the problem added.
bool AwaitTransition(const std::string& id, const Session& session, json::object* object,
                     ProviderDiagnostics* diagnostics) {
  for (int poll = 0;; ++poll) {
    auto got = GetObject(session, UserPath(id));
    if (auto* error = std::get_if<ApiError>(&got)) {
      diagnostics->push_back(ErrorDiagnostic("failed to get user", *error));
      return false;
    }
    *object = std::move(std::get<json::object>(got));
    if (MemberText(*object, "transitioningToStatus").empty()) return true;
    if (poll >= kMaxTransitionPolls || !session.client->clock().Sleep(kTransitionPoll, session.stop)) {
      diagnostics->push_back(
          ErrorDiagnostic("failed to update user status: the user is still in transition",
                          "The organization has not finished the change of status. Plan again when it has."));
      return false;
    }
  }
}

bool SetStatus(const std::string& id, const std::string& wanted, const std::string& current,
               const Session& session, json::object* object, ProviderDiagnostics* diagnostics) {
  std::string_view operation = StatusOperation(wanted, current);
  if (!operation.empty()) {
    std::optional<ApiError> error =
        SendPlain(session, "POST", fmt::format("{}/lifecycle/{}", UserPath(id), operation), nullptr, true);
    if (error) {
      diagnostics->push_back(ErrorDiagnostic("failed to update user status", *error));
      return false;
    }
  }
  return AwaitTransition(id, session, object, diagnostics);
}

bool Differs(const Value& prior, const Value& planned, std::string_view name) {
  return !prior.Get(name).RawEquals(planned.Get(name)) &&
         !(IsZero(prior.Get(name)) && IsZero(planned.Get(name)));
}

// What goes with PUT /users/{id}.
bool BodyDiffers(const ResourceSpec& spec, const Value& prior, const Value& planned) {
  for (const Field& field : spec.fields) {
    bool sent = field.send != Send::kNever || field.name == spec.objects->custom ||
                field.name == "password_inline_hook";
    if (sent && Differs(prior, planned, field.name)) return true;
  }
  return Differs(prior, planned, "type") || Differs(prior, planned, "password_hash");
}

std::optional<ApiError> ChangePassword(const std::string& id, const Value& planned, const Session& session) {
  json::object fresh{{"value", Text(planned.Get("password"))}};
  if (IsSetText(planned.Get("old_password"))) {
    json::value body =
        json::object{{"oldPassword", json::object{{"value", Text(planned.Get("old_password"))}}},
                     {"newPassword", std::move(fresh)}};
    return SendPlain(session, "POST", UserPath(id) + "/credentials/change_password", &body);
  }
  // POST is the partial update: PUT would clear the profile that it does not name.
  json::value body = json::object{{"credentials", json::object{{"password", std::move(fresh)}}}};
  return SendPlain(session, "POST", UserPath(id), &body, true);
}

}  // namespace

std::string PrepareUserCreate(const Value& planned, json::object* body) {
  json::object credentials;
  credentials["password"] = PasswordOf(planned, true);
  if (IsSetText(planned.Get("recovery_question"))) credentials["recovery_question"] = RecoveryOf(planned);
  (*body)["credentials"] = std::move(credentials);
  return TextOf(planned.Get("status")) == "STAGED" ? "?activate=false" : "";
}

void FinishUserCreate(const Value& planned, const Session& session, json::object* object,
                      ProviderDiagnostics* diagnostics) {
  std::string id = MemberText(*object, "id");
  std::string wanted = TextOf(planned.Get("status"));
  if (wanted == "SUSPENDED" || wanted == "DEPROVISIONED") {
    if (!SetStatus(id, wanted, MemberText(*object, "status"), session, object, diagnostics)) return;
  } else if (!MemberText(*object, "transitioningToStatus").empty()) {
    if (!AwaitTransition(id, session, object, diagnostics)) return;
  }
  if (!IsTrue(planned.Get("expire_password_on_create"))) return;
  std::optional<ApiError> error = SendPlain(
      session, "POST", UserPath(id) + "/lifecycle/expire_password?tempPassword=false", nullptr, true);
  if (error) {
    diagnostics->push_back(ErrorDiagnostic("failed to expire the user's password", *error));
    return;
  }
  AwaitTransition(id, session, object, diagnostics);
}

Written UpdateUser(const ResourceSpec& spec, const Value& prior, const Value& planned,
                   const Session& session) {
  std::string id = TextOf(prior.Get("id"));
  std::string wanted = TextOf(planned.Get("status"));
  bool status_differs = Differs(prior, planned, "status");
  bool body_differs = BodyDiffers(spec, prior, planned);
  bool password_differs = Differs(prior, planned, "password") && IsSetText(planned.Get("password"));
  bool recovery_differs =
      (Differs(prior, planned, "recovery_question") || Differs(prior, planned, "recovery_answer")) &&
      IsSetText(planned.Get("recovery_question"));
  Written written{prior, {}};
  auto fail = [&](std::string summary, std::string detail = {}) {
    written.diagnostics.push_back(ErrorDiagnostic(std::move(summary), std::move(detail)));
    return written;
  };
  if (status_differs && wanted == "STAGED") {
    return fail(
        "Okta will not allow a user to be updated to STAGED. Can set to STAGED on user creation only");
  }
  if (wanted == "DEPROVISIONED" && (body_differs || password_differs || recovery_differs)) {
    return fail(
        "Only the status of a DEPROVISIONED user can be updated, we detected other change",
        "Change the user's other attributes while it is still active, or together with another status.");
  }

  json::object object;
  bool current = false;  // `object` is the user as it is now
  if (status_differs || password_differs) {
    auto got = GetObject(session, UserPath(id));
    if (auto* error = std::get_if<ApiError>(&got)) {
      written.diagnostics.push_back(ErrorDiagnostic("failed to get user", *error));
      return written;
    }
    object = std::move(std::get<json::object>(got));
    current = true;
    if (password_differs && MemberText(object, "status") == "PROVISIONED") {
      return fail(
          "Can not change password for provisioned user",
          "The user has not been activated by its owner yet and has no password that could be changed.");
    }
  }
  if (status_differs &&
      !SetStatus(id, wanted, MemberText(object, "status"), session, &object, &written.diagnostics)) {
    return written;
  }
  // From here on something may have changed; a failure leaves the user as it is now in state.
  auto stop_with = [&](std::string_view action, const ApiError& error) {
    written.diagnostics.push_back(ErrorDiagnostic(action, error));
    if (current) written.state = DecodeObject(spec, object, prior);
    return written;
  };
  if (body_differs) {
    json::value body = EncodeObject(spec, planned);
    json::object password = PasswordOf(planned, false);
    if (!password.empty() &&
        (Differs(prior, planned, "password_hash") || Differs(prior, planned, "password_inline_hook"))) {
      body.get_object()["credentials"] = json::object{{"password", std::move(password)}};
    }
    auto made = SendObject(session, "PUT", UserPath(id), &body);
    if (auto* error = std::get_if<ApiError>(&made)) return stop_with("failed to update user", *error);
    object = std::move(std::get<json::object>(made));
    current = true;
  }
  if (password_differs) {
    if (auto error = ChangePassword(id, planned, session))
      return stop_with("failed to update user's password", *error);
    current = false;
  }
  if (recovery_differs) {
    json::value body = json::object{{"password", json::object{{"value", Text(planned.Get("password"))}}},
                                    {"recovery_question", RecoveryOf(planned)}};
    if (auto error =
            SendPlain(session, "POST", UserPath(id) + "/credentials/change_recovery_question", &body, true)) {
      return stop_with("failed to change user's password recovery question", *error);
    }
    current = false;
  }
  if (!current) {
    auto got = GetObject(session, UserPath(id));
    if (auto* error = std::get_if<ApiError>(&got)) return stop_with("failed to get user", *error);
    object = std::move(std::get<json::object>(got));
  }
  written.state = DecodeObject(spec, object, planned);
  return written;
}

Written DeleteUser(const Value& prior, const Session& session) {
  std::string path = UserPath(TextOf(prior.Get("id")));
  int calls = TextOf(prior.Get("status")) == "DEPROVISIONED" ? 1 : 2;
  for (int call = 0; call < calls; ++call) {
    std::optional<ApiError> error = SendPlain(session, "DELETE", path);
    if (!error) continue;
    if (error->IsNotFound()) break;
    return {prior, {ErrorDiagnostic("failed to delete user", *error)}};
  }
  return {Value::Null(prior.type()), {}};
}

}  // namespace okta::resources
