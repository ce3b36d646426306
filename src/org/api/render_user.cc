#include "base/core/strings.h"
#include "org/api/call.h"
#include "org/api/render.h"

namespace org::api {
namespace {

namespace json = boost::json;
using store::UserStatus;

json::value TimeOrNull(const std::optional<store::Time>& time) {
  if (!time) return nullptr;
  return json::value(store::FormatTime(*time));
}

// The links of a single user; credentials' links may be left out.
struct UserLink {
  std::string_view name, path;
  unsigned statuses;  // bits of UserStatus
  bool credentials;
};
constexpr unsigned Bit(UserStatus status) { return 1u << static_cast<unsigned>(status); }
constexpr unsigned kStaged = Bit(UserStatus::kStaged), kProvisioned = Bit(UserStatus::kProvisioned),
                   kActive = Bit(UserStatus::kActive), kRecovery = Bit(UserStatus::kRecovery),
                   kLockedOut = Bit(UserStatus::kLockedOut), kExpired = Bit(UserStatus::kPasswordExpired),
                   kSuspended = Bit(UserStatus::kSuspended), kDeprovisioned = Bit(UserStatus::kDeprovisioned);
constexpr UserLink kLinks[] = {
    {"activate", "/lifecycle/activate", kStaged | kDeprovisioned, false},
    {"suspend", "/lifecycle/suspend", kProvisioned | kActive | kExpired | kRecovery, false},
    {"unsuspend", "/lifecycle/unsuspend", kSuspended, false},
    {"unlock", "/lifecycle/unlock", kLockedOut, false},
    {"resetPassword", "/lifecycle/reset_password", kProvisioned | kActive | kRecovery | kExpired | kLockedOut,
     true},
    {"forgotPassword", "/credentials/forgot_password", kActive | kRecovery | kExpired, true},
    {"expirePassword", "/lifecycle/expire_password", kActive | kExpired, true},
    {"changeRecoveryQuestion", "/credentials/change_recovery_question", kActive, true},
    {"reactivate", "/lifecycle/reactivate", kProvisioned, false},
    {"resetFactors", "/lifecycle/reset_factors",
     kStaged | kProvisioned | kActive | kRecovery | kExpired | kLockedOut, false},
    {"changePassword", "/credentials/change_password", kActive | kExpired | kRecovery, true},
    {"deactivate", "/lifecycle/deactivate",
     kProvisioned | kActive | kRecovery | kExpired | kLockedOut | kSuspended, false},
};

json::object UserLinks(const store::User& user, const std::string& url, UserForm form,
                       std::string_view omit) {
  const std::string self = fmt::format("{}/api/v1/users/{}", url, user.id);
  json::object links;
  if (form == UserForm::kInList) {
    links["self"] = LinkTo(self);
    return links;
  }
  const bool no_credentials = omit.find("omitCredentialsLinks") != std::string_view::npos;
  for (const UserLink& link : kLinks)
    if ((link.statuses & Bit(user.status)) != 0 && !(link.credentials && no_credentials))
      links[link.name] = LinkTo(self + std::string(link.path), "POST");
  if (user.status == UserStatus::kDeprovisioned) links["delete"] = LinkTo(self, "DELETE");
  links["schema"] = LinkTo(fmt::format("{}/api/v1/meta/schemas/user/default", url));
  links["self"] = LinkTo(self);
  links["type"] = LinkTo(fmt::format("{}/api/v1/meta/types/user/{}", url, user.type_id));
  return links;
}

json::object Credentials(const store::User& user) {
  json::object credentials;
  if (user.has_password) credentials["password"] = json::object();
  if (!user.recovery_question.empty())
    credentials["recovery_question"] = json::object{{"question", user.recovery_question}};
  credentials["provider"] = json::object{{"type", user.provider_type}, {"name", user.provider_name}};
  return credentials;
}

// These two are shown even when unset.
json::object Profile(const store::User& user) {
  json::object profile = user.profile;
  for (std::string_view name : {"mobilePhone", "secondEmail"})
    if (!profile.contains(name)) profile[name] = nullptr;
  return profile;
}

}  // namespace

json::object RenderUser(const store::User& user, const std::string& url, UserForm form,
                        std::string_view omit) {
  json::object object{{"id", user.id},
                      {"status", store::UserStatusName(user.status)},
                      {"created", store::FormatTime(user.created)},
                      {"activated", TimeOrNull(user.activated)},
                      {"statusChanged", TimeOrNull(user.status_changed)},
                      {"lastLogin", TimeOrNull(user.last_login)},
                      {"lastUpdated", store::FormatTime(user.last_updated)},
                      {"passwordChanged", TimeOrNull(user.password_changed)}};
  if (!user.realm_id.empty()) object["realmId"] = user.realm_id;
  object["type"] = json::object{{"id", user.type_id}};
  object["profile"] = Profile(user);
  // "omitCredentialsLinks" begins with the same word.
  bool omit_credentials = false;
  for (std::string_view word : base::core::SplitNonEmpty(omit, ','))
    omit_credentials |= base::core::Trim(word) == "omitCredentials";
  if (!omit_credentials) object["credentials"] = Credentials(user);
  object["_links"] = UserLinks(user, url, form, omit);
  return object;
}

}  // namespace org::api
