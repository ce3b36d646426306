#include <fmt/format.h>

#include "org/console/frame.h"
#include "org/console/group.h"
#include "org/console/pages.h"
#include "org/console/widgets.h"
#include "org/store/groups.h"

namespace org::console {
namespace {

constexpr int kPageSize = 50;

Response ShowForm(Visit& visit, const Html& alert, int status) {
  PageHead head{
      .section = Section::kGroups, .title = "Add group", .trail = {{"Groups", Url("/admin/groups")}}};
  Html form = GroupFields(visit.form["name"], visit.form["description"]);
  form.Add(Element(
      "div", {Class("buttons"), SubmitButton("Save"), LinkButton("Cancel", Url("/admin/groups"), "quiet")}));
  return Page(visit, head, Card("", Fragment({alert, PostForm(visit, Url("/admin/groups/new"), form)})),
              status);
}

}  // namespace

Html GroupFields(std::string_view name, std::string_view description) {
  return Fragment({InputField({.name = "name",
                               .label = "Name",
                               .value = std::string(name),
                               .required = true,
                               .autofocus = true,
                               .max_length = 255}),
                   TextAreaField("description", "Description", description)});
}

Response GroupsPage(Visit& visit) {
  std::string_view q = visit.Query("q");
  auto groups = store::ListGroups(
      visit.store,
      {.page = {.after = std::string(visit.Query("after")), .limit = kPageSize}, .q = std::string(q)});
  if (!groups) return ErrorPage(visit, groups.refusal(), Url("/admin/groups"));
  Html rows;
  for (const store::Group& group : groups->items) {
    auto count = store::CountMembers(visit.store, group.id);
    Html name = Element(
        "span",
        {Class("who"), Element("span", {Class("tile"), IconImage(Icon::kGroup)}),
         Element("span", {Element("a", {Href(Url("/admin/group") / group.id), group.Attribute("name")}),
                          Element("small", {group.Attribute("description")})})});
    rows.Add(Row({{"Group", name},
                  {"People", Text(count ? fmt::format("{}", *count) : "?"), "number"},
                  {"Type", group.type == store::GroupType::kOkta ? Badge("good", "Okta group")
                                                                 : Badge("quiet", "Built in")}}));
  }
  Html list = rows.empty() ? Element("p", {Class("muted none"), "No group's name begins like this."})
                           : Table("Groups", {"Group", "People", "Type"}, rows);
  auto page_url = [&](std::string_view after) {
    Url url("/admin/groups");
    if (!q.empty()) url = std::move(url).Query("q", q);
    if (!after.empty()) url = std::move(url).Query("after", after);
    return url;
  };
  std::optional<Url> next;
  if (!groups->next.empty()) next = page_url(groups->next);
  PageHead head{.section = Section::kGroups,
                .title = "Groups",
                .subtitle = "Sets of people, to give them things together",
                .actions = LinkButton("Add group", Url("/admin/groups/new"), "primary")};
  return Page(
      visit, head,
      Card("", Fragment({SearchForm(Url("/admin/groups"), "Search groups", q, {}, "Beginning of the name"),
                         list, Pager(visit.request.HasQuery("after"), page_url(""), next)})));
}

Response NewGroupPage(Visit& visit) { return ShowForm(visit, {}, 200); }

Response CreateGroup(Visit& visit) {
  boost::json::object profile;
  profile["name"] = visit.form.Trimmed("name");
  if (std::string text = visit.form.Trimmed("description"); !text.empty()) profile["description"] = text;
  auto group = store::CreateGroup(visit.store, visit.actor, profile);
  if (!group) return ShowForm(visit, RefusalAlert(group.refusal()), group.refusal().status);
  return Redirect(visit, Url("/admin/group") / group->id,
                  fmt::format("The group {} was added.", group->Attribute("name")));
}

}  // namespace org::console
