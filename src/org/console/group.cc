#include "org/console/group.h"

#include <fmt/format.h>

#include "org/console/frame.h"
#include "org/console/pages.h"
#include "org/console/person.h"
#include "org/console/widgets.h"
#include "org/store/console_queries.h"
#include "org/store/groups.h"

namespace org::console {
namespace {

constexpr int kPageSize = 50;
constexpr int kCandidates = 20;

Url GroupUrl(std::string_view id) { return Url("/admin/group") / id; }
Url ProfileUrl(std::string_view id) { return Url("/admin/user/profile/view") / id; }

Html Who(const store::User& user) {
  return Element("span", {Class("who"), Avatar(FullName(user), user.id),
                          Element("span", {Element("a", {Href(ProfileUrl(user.id)), FullName(user)}),
                                           Element("small", {user.Attribute("login")})})});
}

PageHead HeadOf(const store::Group& group, std::string title) {
  return {.section = Section::kGroups,
          .title = std::move(title),
          .subtitle = std::string(group.Attribute("name")),
          .trail = {{"Groups", Url("/admin/groups")},
                    {std::string(group.Attribute("name")), GroupUrl(group.id)}}};
}

Html MembersCard(Visit& visit, const store::Group& group, const store::Page<store::User>& members,
                 int count) {
  bool editable = group.type == store::GroupType::kOkta;
  Html rows;
  for (const store::User& user : members.items) {
    Html remove;
    if (editable) {
      remove = ActionButton(visit, "Remove", GroupUrl(group.id) / "members" / "remove", "small",
                            {{"user", user.id}});
    }
    rows.Add(
        Row({{"Person & username", Who(user)}, {"Status", StatusBadge(user.status)}, {"", remove, "end"}}));
  }
  Html list = rows.empty() ? Element("p", {Class("muted none"), "No people are assigned to this group."})
                           : Table("Members", {"Person & username", "Status", ""}, rows);
  std::optional<Url> next;
  if (!members.next.empty()) next = GroupUrl(group.id).Query("after", members.next);
  Html assign =
      editable ? LinkButton("Assign people", GroupUrl(group.id) / "assign", "primary small") : Html();
  return Card(Count(static_cast<size_t>(count), "person", "people"),
              Fragment({list, Pager(visit.request.HasQuery("after"), GroupUrl(group.id), next)}), assign);
}

Response ShowEditForm(Visit& visit, const store::Group& group, std::string_view name,
                      std::string_view description, const Html& alert, int status) {
  Html form = GroupFields(name, description);
  form.Add(Element(
      "div", {Class("buttons"), SubmitButton("Save"), LinkButton("Cancel", GroupUrl(group.id), "quiet")}));
  return Page(visit, HeadOf(group, "Edit group"),
              Card("", Fragment({alert, PostForm(visit, GroupUrl(group.id) / "edit", form)})), status);
}

}  // namespace

Response GroupPage(Visit& visit) {
  auto group = store::FindGroup(visit.store, visit.Parameter("id"));
  if (!group) return ErrorPage(visit, group.refusal(), Url("/admin/groups"));
  auto members = store::ListMembers(visit.store, group->id,
                                    {.after = std::string(visit.Query("after")), .limit = kPageSize});
  if (!members) return ErrorPage(visit, members.refusal(), GroupUrl(group->id));
  auto count = store::CountMembers(visit.store, group->id);
  bool editable = group->type == store::GroupType::kOkta;
  PageHead head{.section = Section::kGroups,
                .title = std::string(group->Attribute("name")),
                .before = Element("span", {Class("tile"), IconImage(Icon::kGroup)}),
                .badges = editable ? Html() : Badge("quiet", "Built in"),
                .trail = {{"Groups", Url("/admin/groups")}}};
  if (editable) {
    head.actions = Fragment({LinkButton("Edit", GroupUrl(group->id) / "edit"),
                             LinkButton("Delete", GroupUrl(group->id) / "delete", "danger")});
  }
  Html about;
  if (!group->Attribute("description").empty()) {
    about = Element("p", {Class("description"), group->Attribute("description")});
  }
  about.Add(Definitions({{"Group ID", Copyable("group-id", group->id)},
                         {"Created", TimeText(group->created)},
                         {"Last updated", TimeText(group->last_updated)},
                         {"Members changed", TimeText(group->last_membership_updated)}}));
  Html left = MembersCard(visit, *group, *members, count ? *count : 0);
  return Page(
      visit, head,
      Element("div", {Class("columns"), Element("div", {left}), Element("div", {Card("About", about)})}));
}

Response EditGroupPage(Visit& visit) {
  auto group = store::FindGroup(visit.store, visit.Parameter("id"));
  if (!group) return ErrorPage(visit, group.refusal(), Url("/admin/groups"));
  return ShowEditForm(visit, *group, group->Attribute("name"), group->Attribute("description"), {}, 200);
}

Response UpdateGroup(Visit& visit) {
  auto group = store::FindGroup(visit.store, visit.Parameter("id"));
  if (!group) return ErrorPage(visit, group.refusal(), Url("/admin/groups"));
  // The store replaces the profile: custom attributes go along.
  boost::json::object profile = group->profile;
  profile["name"] = visit.form.Trimmed("name");
  profile["description"] = visit.form.Trimmed("description");
  auto updated = store::UpdateGroup(visit.store, visit.actor, group->id, profile);
  if (!updated) {
    return ShowEditForm(visit, *group, visit.form["name"], visit.form["description"],
                        RefusalAlert(updated.refusal()), updated.refusal().status);
  }
  return Redirect(visit, GroupUrl(group->id), "The group was saved.");
}

Response AssignPeoplePage(Visit& visit) {
  auto group = store::FindGroup(visit.store, visit.Parameter("id"));
  if (!group) return ErrorPage(visit, group.refusal(), Url("/admin/groups"));
  std::string q(visit.Query("q"));
  auto people = store::ListUsers(visit.store, {.page = {.limit = kCandidates}, .q = q});
  if (!people) return ErrorPage(visit, people.refusal(), GroupUrl(group->id));
  Html rows;
  for (const store::User& user : people->items) {
    auto member = store::IsMember(visit.store, group->id, user.id);
    Html action = member && *member ? Badge("good", "Assigned")
                                    : ActionButton(visit, "Assign", GroupUrl(group->id) / "members" / "add",
                                                   "small", {{"user", user.id}, {"q", q}});
    rows.Add(
        Row({{"Person & username", Who(user)}, {"Status", StatusBadge(user.status)}, {"", action, "end"}}));
  }
  Html list =
      rows.empty()
          ? Element("p", {Class("muted none"), q.empty() ? "There are no people yet." : "No person matches."})
          : Table("People", {"Person & username", "Status", ""}, rows);
  if (!people->next.empty())
    list.Add(Element("p", {Class("muted"), "There are more: search for a name or an email."}));
  PageHead head = HeadOf(*group, "Assign people");
  head.actions = LinkButton("Done", GroupUrl(group->id), "primary");
  return Page(visit, head,
              Card("", Fragment({SearchForm(GroupUrl(group->id) / "assign", "Search people", q, {},
                                            "First name, last name or email"),
                                 list})));
}

Response AddGroupMember(Visit& visit) {
  Url back = GroupUrl(visit.Parameter("id")) / "assign";
  if (!visit.form["q"].empty()) back = std::move(back).Query("q", visit.form["q"]);
  auto user = store::FindUser(visit.store, visit.form["user"]);
  if (!user) return RedirectWithError(visit, back, user.refusal());
  return Finish(visit, back, store::AddMember(visit.store, visit.actor, visit.Parameter("id"), user->id),
                fmt::format("{} was assigned.", FullName(*user)));
}

Response RemoveGroupMember(Visit& visit) {
  auto user = store::FindUser(visit.store, visit.form["user"]);
  if (!user) return RedirectWithError(visit, GroupUrl(visit.Parameter("id")), user.refusal());
  Url back = visit.form["back"] == "person" ? ProfileUrl(user->id) : GroupUrl(visit.Parameter("id"));
  return Finish(visit, back, store::RemoveMember(visit.store, visit.actor, visit.Parameter("id"), user->id),
                fmt::format("{} was removed from the group.", FullName(*user)));
}

Response ConfirmDeleteGroupPage(Visit& visit) {
  auto group = store::FindGroup(visit.store, visit.Parameter("id"));
  if (!group) return ErrorPage(visit, group.refusal(), Url("/admin/groups"));
  Html content = Element("p", {"The group is removed for good. Its people stay."});
  content.Add(Element(
      "div", {Class("buttons"), ActionButton(visit, "Delete", GroupUrl(group->id) / "delete", "danger"),
              LinkButton("Cancel", GroupUrl(group->id), "quiet")}));
  return Page(visit, HeadOf(*group, fmt::format("Delete {}?", group->Attribute("name"))), Card("", content));
}

Response DeleteGroup(Visit& visit) {
  auto group = store::FindGroup(visit.store, visit.Parameter("id"));
  if (!group) return ErrorPage(visit, group.refusal(), Url("/admin/groups"));
  auto deleted = store::DeleteGroup(visit.store, visit.actor, group->id);
  if (!deleted) return RedirectWithError(visit, GroupUrl(group->id), deleted.refusal());
  return Redirect(visit, Url("/admin/groups"),
                  fmt::format("The group {} was deleted.", group->Attribute("name")));
}

}  // namespace org::console
