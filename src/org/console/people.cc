#include <fmt/format.h>

#include "org/console/frame.h"
#include "org/console/pages.h"
#include "org/console/person.h"
#include "org/console/widgets.h"
#include "org/store/groups.h"
#include "org/store/users.h"

namespace org::console {
namespace {

using store::UserStatus;

constexpr int kPageSize = 50;

constexpr UserStatus kStatuses[] = {UserStatus::kStaged,          UserStatus::kProvisioned,
                                    UserStatus::kActive,          UserStatus::kRecovery,
                                    UserStatus::kPasswordExpired, UserStatus::kLockedOut,
                                    UserStatus::kSuspended,       UserStatus::kDeprovisioned};

Url ListUrl(std::string_view status, std::string_view q, std::string_view after) {
  Url url("/admin/users");
  if (!status.empty()) url = std::move(url).Query("status", status);
  if (!q.empty()) url = std::move(url).Query("q", q);
  if (!after.empty()) url = std::move(url).Query("after", after);
  return url;
}

// How the people spread over the statuses: a bar to look at, and links that filter.
Html StatusFilter(const std::vector<int>& counts, std::string_view chosen, std::string_view q) {
  std::vector<Slice> slices;
  int whole = 0;
  for (UserStatus status : kStatuses) {
    int count = counts[static_cast<size_t>(status)];
    slices.push_back({static_cast<double>(count), StatusTone(status)});
    whole += count;
  }
  auto link = [&](std::string_view value, std::string_view label, std::string_view tone, int count) {
    return Element("li", {Element("a", {Class(fmt::format("filter {}", tone)), Href(ListUrl(value, q, "")),
                                        If(value == chosen, Attribute("aria-current", "true")), label,
                                        Element("span", {Class("count"), fmt::format("{}", count)})})});
  };
  Html items = link("", "All", "", whole);
  for (UserStatus status : kStatuses) {
    int count = counts[static_cast<size_t>(status)];
    if (count == 0 && store::UserStatusName(status) != chosen) continue;
    items.Add(link(store::UserStatusName(status), store::UserStatusLabel(status), StatusTone(status), count));
  }
  return Element("div",
                 {Class("status-filter"), StackedBar(slices),
                  Element("ul", {Class("filters"), Attribute("aria-label", "Filter by status"), items})});
}

Html PersonForm(const Visit& visit, const std::vector<store::Group>& groups, const Form& form) {
  auto field = [&](std::string_view name, std::string_view label, bool required,
                   std::string_view type = "text", std::string_view hint = {}, bool autofocus = false) {
    return InputField({.name = name,
                       .label = label,
                       .value = form[name],
                       .type = type,
                       .hint = hint,
                       .required = required,
                       .autofocus = autofocus,
                       .max_length = 100});
  };
  Html content;
  content.Add(Element("div", {Class("two"), field("firstName", "First name", true, "text", "", true),
                              field("lastName", "Last name", true)}));
  content.Add(
      field("login", "Username", true, "text", "Looks like an email address and is unique in the org."));
  content.Add(field("email", "Primary email", true, "email"));
  content.Add(field("secondEmail", "Secondary email", false, "email"));
  if (!groups.empty()) {
    auto chosen = form.All("group");
    Html boxes = Element("legend", {"Groups"});
    for (const store::Group& group : groups) {
      boxes.Add(
          CheckBox("group", group.id, group.Attribute("name"), std::ranges::count(chosen, group.id) > 0));
    }
    content.Add(Element("fieldset", {Class("choices scroll"), boxes}));
  }
  content.Add(RadioGroup("activation", "Activation",
                         {{"now", "Activate now"},
                          {"later", "Activate later", "The person is staged until someone activates them."}},
                         form["activation"].empty() ? "now" : form["activation"]));
  content.Add(
      RadioGroup("password-by", "Password",
                 {{"user", "Set by user", "On activation; until then the status is Pending user action."},
                  {"admin", "Set by admin"}},
                 form["password-by"].empty() ? "user" : form["password-by"]));
  Html password = InputField({.name = "password",
                              .label = "Password",
                              .type = "password",
                              .hint = "At least 8 characters, with upper and lower case letters and a digit.",
                              .autocomplete = "new-password",
                              .max_length = 72});
  password.Add(
      CheckBox("change", "yes", "User must change password on first login", !form["change"].empty()));
  content.Add(Element("div", {Class("admin-password"), password}));
  content.Add(Element(
      "div", {Class("buttons"), SubmitButton("Save"),
              Element("button", {Class("button"), Attribute("type", "submit"), Attribute("name", "another"),
                                 Attribute("value", "yes"), "Save and add another"}),
              LinkButton("Cancel", Url("/admin/users"), "quiet")}));
  return PostForm(visit, Url("/admin/users/new"), content);
}

// Groups that people can be put into: not Everyone.
std::vector<store::Group> AssignableGroups(store::Store& store) {
  std::vector<store::Group> result;
  auto page = store::ListGroups(store, {.page = {.limit = 200}});
  if (!page) return result;
  for (store::Group& group : page->items) {
    if (group.type == store::GroupType::kOkta) result.push_back(std::move(group));
  }
  return result;
}

Response ShowForm(Visit& visit, const Html& alert, int status) {
  PageHead head{
      .section = Section::kPeople, .title = "Add person", .trail = {{"People", Url("/admin/users")}}};
  return Page(visit, head,
              Card("", Fragment({alert, PersonForm(visit, AssignableGroups(visit.store), visit.form)})),
              status);
}

}  // namespace

Response PeoplePage(Visit& visit) {
  std::string_view chosen = visit.Query("status");
  std::string_view q = visit.Query("q");
  store::UserQuery query;
  query.page = {.after = std::string(visit.Query("after")), .limit = kPageSize};
  query.q = q;
  query.status = store::ParseUserStatus(chosen);
  query.include_deprovisioned = true;
  auto people = store::ListUsers(visit.store, query);
  if (!people) return ErrorPage(visit, people.refusal(), Url("/admin/users"));
  auto counts = store::CountUsersByStatus(visit.store);
  if (!counts) return ErrorPage(visit, counts.refusal(), Url("/admin/users"));
  int whole = 0;
  for (int count : *counts) whole += count;

  PageHead head{.section = Section::kPeople,
                .title = "People",
                .subtitle = Count(static_cast<size_t>(whole), "person in this org", "people in this org"),
                .actions = LinkButton("Add person", Url("/admin/users/new"), "primary")};
  if (whole == 0) {
    return Page(visit, head,
                Empty(Icon::kPerson, "Nobody is here yet",
                      "Add a person by hand, or let a configuration create the first one.",
                      LinkButton("Add person", Url("/admin/users/new"))));
  }
  Html rows;
  for (const store::User& user : people->items) {
    Url profile = Url("/admin/user/profile/view") / user.id;
    rows.Add(Row({{"Person & username",
                   Element("span", {Class("who"), Avatar(FullName(user), user.id),
                                    Element("span", {Element("a", {Href(profile), FullName(user)}),
                                                     Element("small", {user.Attribute("login")})})})},
                  {"Primary email", Text(user.Attribute("email"))},
                  {"Status", StatusBadge(user.status)}}));
  }
  Html list =
      people->items.empty()
          ? Element("p", {Class("muted none"), "No person matches. Try fewer letters or another status."})
          : Table("People", {"Person & username", "Primary email", "Status"}, rows);
  std::optional<Url> next;
  if (!people->next.empty()) next = ListUrl(chosen, q, people->next);
  Html content =
      Card("", Fragment({StatusFilter(*counts, chosen, q),
                         SearchForm(Url("/admin/users"), "Search people", q,
                                    {{"status", std::string(chosen)}}, "First name, last name or email"),
                         list, Pager(visit.request.HasQuery("after"), ListUrl(chosen, q, ""), next)}));
  return Page(visit, head, content);
}

Response NewPersonPage(Visit& visit) { return ShowForm(visit, {}, 200); }

Response CreatePerson(Visit& visit) {
  const Form& form = visit.form;
  store::NewUser user;
  for (const char* name : {"firstName", "lastName", "login", "email", "secondEmail"}) {
    std::string value = form.Trimmed(name);
    if (!value.empty()) user.profile[name] = value;
  }
  user.group_ids = form.All("group");
  user.activate = form["activation"] != "later";
  if (form["password-by"] == "admin") {
    user.credentials.password = form["password"];
    user.change_password_at_next_login = !form["change"].empty();
  }
  auto created = store::CreateUser(visit.store, visit.actor, user);
  if (!created) return ShowForm(visit, RefusalAlert(created.refusal()), created.refusal().status);
  std::string done = fmt::format("{} was added.", FullName(*created));
  if (!form["another"].empty()) return Redirect(visit, Url("/admin/users/new"), done);
  return Redirect(visit, Url("/admin/user/profile/view") / created->id, done);
}

}  // namespace org::console
