#include "org/console/person.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "org/console/frame.h"
#include "org/console/pages.h"
#include "org/console/widgets.h"
#include "org/store/groups.h"
#include "org/store/types_and_schemas.h"

namespace org::console {
namespace {

using store::UserOperation;
using store::UserStatus;

struct Operation {
  std::string_view name;  // in the address
  UserOperation operation;
  std::string_view label;
  std::string_view done;  // "<full name> <done>"
  std::string_view tone;
  bool confirm;
};

constexpr Operation kOperations[] = {
    {"activate", UserOperation::kActivate, "Activate", "was activated.", "primary", false},
    {"reactivate", UserOperation::kReactivate, "Resend activation", "can activate again.", "", false},
    {"unsuspend", UserOperation::kUnsuspend, "Unsuspend", "is active again.", "primary", false},
    {"unlock", UserOperation::kUnlock, "Unlock", "was unlocked.", "primary", false},
    {"reset_password", UserOperation::kResetPassword, "Reset password", "has to choose a new password.", "",
     false},
    {"expire_password", UserOperation::kExpirePassword, "Expire password", "has an expired password.", "",
     false},
    {"reset_factors", UserOperation::kResetFactors, "Reset authenticators", "has no authenticators any more.",
     "", false},
    {"suspend", UserOperation::kSuspend, "Suspend", "was suspended.", "", false},
    {"deactivate", UserOperation::kDeactivate, "Deactivate", "was deactivated.", "danger", true},
};

const Operation* FindOperation(std::string_view name) {
  auto found = std::ranges::find(kOperations, name, &Operation::name);
  return found == std::end(kOperations) ? nullptr : &*found;
}

Url ProfileUrl(std::string_view id) { return Url("/admin/user/profile/view") / id; }
Url OperationUrl(std::string_view id, std::string_view operation) {
  return Url("/admin/user") / id / "lifecycle" / operation;
}

Html Buttons(const Visit& visit, const store::User& user) {
  Html buttons;
  for (const Operation& item : kOperations) {
    if (!store::UserOperationAllowed(item.operation, user.status)) continue;
    Url url = OperationUrl(user.id, item.name);
    buttons.Add(item.confirm ? LinkButton(item.label, url, item.tone)
                             : ActionButton(visit, item.label, url, item.tone));
  }
  if (user.status == UserStatus::kDeprovisioned) {
    buttons.Add(LinkButton("Delete", OperationUrl(user.id, "delete"), "danger"));
  }
  return buttons;
}

std::string ValueText(const boost::json::value& value) {
  return value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value);
}

struct Property {
  std::string name;
  std::string title;
  bool is_text = true;
  bool required = false;
};

// The attributes of the user's type in the schema's order: base, then custom.
std::vector<Property> Properties(store::Store& store, const store::User& user) {
  std::vector<Property> result;
  std::string schema_id = "default";
  if (auto type = store::FindUserType(store, user.type_id); type && !type->is_default)
    schema_id = type->schema_id;
  auto schema = store::FindUserSchema(store, schema_id);
  if (!schema) return result;
  for (std::string_view part : {"base", "custom"}) {
    const auto* definition = schema->definitions.if_contains(part);
    const auto* properties =
        definition && definition->is_object() ? definition->as_object().if_contains("properties") : nullptr;
    if (!properties || !properties->is_object()) continue;
    const auto* required = definition->as_object().if_contains("required");
    for (const auto& [name, value] : properties->as_object()) {
      Property property{.name = name, .title = name};
      if (const auto* object = value.if_object()) {
        if (const auto* title = object->if_contains("title"); title && title->is_string()) {
          property.title = title->as_string();
        }
        const auto* type = object->if_contains("type");
        property.is_text = !type || !type->is_string() || type->as_string() == "string";
      }
      if (required && required->is_array()) {
        property.required = std::ranges::any_of(required->as_array(), [&](const auto& entry) {
          return entry.is_string() && std::string_view(entry.as_string()) == property.name;
        });
      }
      result.push_back(std::move(property));
    }
  }
  return result;
}

Html ProfileCard(const Visit& visit, const store::User& user) {
  std::vector<Definition> items;
  auto properties = Properties(visit.store, user);
  for (const Property& property : properties) {
    const auto* value = user.profile.if_contains(property.name);
    if (value == nullptr || value->is_null()) continue;
    items.push_back({property.title, Text(ValueText(*value))});
  }
  Html edit = user.status == UserStatus::kDeprovisioned
                  ? Html()
                  : LinkButton("Edit", Url("/admin/user/profile/edit") / user.id, "small");
  return Card("Profile", Definitions(items), edit);
}

Html AccountCard(const store::User& user) {
  return Card("Account",
              Definitions({{"User ID", Copyable("user-id", user.id)},
                           {"Status", StatusBadge(user.status)},
                           {"Created", TimeText(user.created)},
                           {"Activated", OptionalTime(user.activated)},
                           {"Status changed", OptionalTime(user.status_changed)},
                           {"Last updated", TimeText(user.last_updated)},
                           {"Password", user.password_changed
                                            ? Fragment({"changed ", TimeText(*user.password_changed)})
                                            : Text(user.has_password ? "set" : "not set")},
                           {"Last sign-in", OptionalTime(user.last_login)}}));
}

Html GroupsCard(Visit& visit, const store::User& user) {
  auto groups = store::ListGroupsOfUser(visit.store, user.id, {.limit = 200});
  Html rows;
  if (groups) {
    for (const store::Group& group : groups->items) {
      Html remove;
      if (group.type == store::GroupType::kOkta) {
        remove = ActionButton(visit, "Remove", Url("/admin/group") / group.id / "members" / "remove", "small",
                              {{"user", user.id}, {"back", "person"}});
      }
      rows.Add(Row({{"Group", Element("a", {Href(Url("/admin/group") / group.id), group.Attribute("name")})},
                    {"Description", Text(group.Attribute("description"))},
                    {"", remove, "end"}}));
    }
  }
  Html list = rows.empty() ? Element("p", {Class("muted none"), "In no group."})
                           : Table("Groups", {"Group", "Description", ""}, rows);
  return Card("Groups", list);
}

Html PasswordCard(const Visit& visit, const store::User& user) {
  Html form = InputField({.name = "password",
                          .label = "New password",
                          .type = "password",
                          .hint = "At least 8 characters, with upper and lower case letters and a digit.",
                          .required = true,
                          .autocomplete = "new-password",
                          .max_length = 72});
  form.Add(SubmitButton("Set password", ""));
  return Card("Password", PostForm(visit, Url("/admin/user") / user.id / "password", form));
}

// Values of the form where there is one, else of the user.
Response ShowEditForm(Visit& visit, const store::User& user, bool posted, const Html& alert, int status) {
  Html fields;
  for (const Property& property : Properties(visit.store, user)) {
    if (!property.is_text) continue;
    const auto* value = user.profile.if_contains(property.name);
    std::string field_name = "profile." + property.name;
    std::string text = posted ? visit.form[field_name]
                              : (value && value->is_string() ? std::string(value->as_string()) : "");
    fields.Add(InputField(
        {.name = field_name, .label = property.title, .value = text, .required = property.required}));
  }
  Html content = Element("div", {Class("two"), fields});
  content.Add(Element(
      "div", {Class("buttons"), SubmitButton("Save"), LinkButton("Cancel", ProfileUrl(user.id), "quiet")}));
  PageHead head{.section = Section::kPeople,
                .title = "Edit profile",
                .subtitle = FullName(user),
                .trail = {{"People", Url("/admin/users")}, {FullName(user), ProfileUrl(user.id)}}};
  return Page(
      visit, head,
      Card("", Fragment({alert, PostForm(visit, Url("/admin/user/profile/edit") / user.id, content)})),
      status);
}

}  // namespace

std::string FullName(const store::User& user) {
  std::string_view first = user.Attribute("firstName");
  std::string_view last = user.Attribute("lastName");
  if (first.empty() && last.empty()) return std::string(user.Attribute("login"));
  return fmt::format("{}{}{}", first, first.empty() || last.empty() ? "" : " ", last);
}

Response PersonPage(Visit& visit) {
  auto user = store::FindUser(visit.store, visit.Parameter("id"));
  if (!user) return ErrorPage(visit, user.refusal(), Url("/admin/users"));
  PageHead head{.section = Section::kPeople,
                .title = FullName(*user),
                .subtitle = std::string(user->Attribute("login")),
                .before = Avatar(FullName(*user), user->id),
                .badges = StatusBadge(user->status),
                .actions = Buttons(visit, *user),
                .trail = {{"People", Url("/admin/users")}}};
  Html log =
      LinkButton("View in System Log",
                 Url("/report/system_log_2").Query("search", fmt::format("target.id eq \"{}\"", user->id)),
                 "quiet small");
  Html left = Fragment({ProfileCard(visit, *user), GroupsCard(visit, *user)});
  Html right = Fragment({AccountCard(*user),
                         user->status == UserStatus::kDeprovisioned ? Html() : PasswordCard(visit, *user),
                         Element("p", {log})});
  return Page(visit, head,
              Element("div", {Class("columns"), Element("div", {left}), Element("div", {right})}));
}

Response EditPersonPage(Visit& visit) {
  auto user = store::FindUser(visit.store, visit.Parameter("id"));
  if (!user) return ErrorPage(visit, user.refusal(), Url("/admin/users"));
  return ShowEditForm(visit, *user, false, {}, 200);
}

Response UpdatePerson(Visit& visit) {
  auto user = store::FindUser(visit.store, visit.Parameter("id"));
  if (!user) return ErrorPage(visit, user.refusal(), Url("/admin/users"));
  boost::json::object profile;
  for (const Property& property : Properties(visit.store, *user)) {
    if (!property.is_text) continue;
    std::string text = visit.form.Trimmed("profile." + property.name);
    const auto* old = user->profile.if_contains(property.name);
    std::string_view old_text = old && old->is_string() ? std::string_view(old->as_string()) : "";
    if (text == old_text) continue;
    if (text.empty()) {
      profile[property.name] = nullptr;
    } else {
      profile[property.name] = text;
    }
  }
  if (profile.empty()) return Redirect(visit, ProfileUrl(user->id), "Nothing was changed.");
  auto updated = store::UpdateUser(visit.store, visit.actor, user->id, {.profile = profile});
  if (!updated) {
    return ShowEditForm(visit, *user, true, RefusalAlert(updated.refusal()), updated.refusal().status);
  }
  return Redirect(visit, ProfileUrl(user->id),
                  fmt::format("The profile of {} was saved.", FullName(*updated)));
}

Response RunPersonOperation(Visit& visit) {
  auto user = store::FindUser(visit.store, visit.Parameter("id"));
  if (!user) return ErrorPage(visit, user.refusal(), Url("/admin/users"));
  if (visit.Parameter("operation") == "delete") {
    // Deactivated and removed in one go would be a surprise: the page offers it only once deactivated.
    if (user->status != UserStatus::kDeprovisioned)
      return RedirectWithError(visit, ProfileUrl(user->id), store::WrongStatus());
    return Finish(visit, Url("/admin/users"), store::DeleteUser(visit.store, visit.actor, user->id),
                  fmt::format("{} was deleted.", FullName(*user)));
  }
  const Operation* operation = FindOperation(visit.Parameter("operation"));
  if (operation == nullptr) return NotFoundPage(visit);
  auto result = store::RunUserOperation(visit.store, visit.actor, user->id, operation->operation);
  return Finish(visit, ProfileUrl(user->id), result, fmt::format("{} {}", FullName(*user), operation->done));
}

Response ConfirmPersonPage(Visit& visit) {
  auto user = store::FindUser(visit.store, visit.Parameter("id"));
  if (!user) return ErrorPage(visit, user.refusal(), Url("/admin/users"));
  bool is_delete = visit.Parameter("operation") == "delete";
  if (!is_delete && visit.Parameter("operation") != "deactivate") return Redirect(ProfileUrl(user->id));
  std::string verb = is_delete ? "Delete" : "Deactivate";
  std::string_view text = is_delete ? "The person, their profile and their memberships are removed for good."
                                    : "The person loses access at once. Their profile stays and can be "
                                      "activated again, or deleted.";
  Html content = Element("p", {text});
  content.Add(Element(
      "div", {Class("buttons"),
              ActionButton(visit, verb, OperationUrl(user->id, visit.Parameter("operation")), "danger"),
              LinkButton("Cancel", ProfileUrl(user->id), "quiet")}));
  PageHead head{.section = Section::kPeople,
                .title = fmt::format("{} {}?", verb, FullName(*user)),
                .trail = {{"People", Url("/admin/users")}, {FullName(*user), ProfileUrl(user->id)}}};
  return Page(visit, head, Card("", content));
}

Response SetPersonPassword(Visit& visit) {
  auto user = store::FindUser(visit.store, visit.Parameter("id"));
  if (!user) return ErrorPage(visit, user.refusal(), Url("/admin/users"));
  store::UserUpdate update;
  update.credentials.password = visit.form["password"];
  return Finish(visit, ProfileUrl(user->id), store::UpdateUser(visit.store, visit.actor, user->id, update),
                fmt::format("{} has a new password.", FullName(*user)));
}

}  // namespace org::console
