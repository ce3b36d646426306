#include "base/core/strings.h"
#include "org/api/errors.h"
#include "org/api/handlers.h"
#include "org/api/render.h"
#include "org/store/groups.h"
#include "org/store/roles.h"

namespace org::api {
namespace {

namespace json = boost::json;

constexpr int kPage = 10000;
constexpr int kQuickSearchPage = 300;
constexpr int kMembersPage = 1000;

store::Outcome<json::object> ProfileOf(const Call& call) {
  auto body = call.Body();
  if (!body) return body;
  const json::object* profile = FindObject(*body, "profile");
  if (!profile) return store::ValidationFailed("profile", {"profile: The field cannot be left blank"});
  return json::object(*profile);
}

json::object WithStats(const Call& call, const store::Group& group) {
  json::object object = RenderGroup(group, call.url);
  auto members = store::CountMembers(call.store, group.id);
  auto roles = store::ListRoles(call.store, store::RoleHolder::kGroup, group.id);
  object["_embedded"] = json::object{
      {"stats", RenderGroupStats(group, members ? *members : 0, roles && !roles->empty(), call.url)}};
  return object;
}

}  // namespace

Reply ListGroups(const Call& call) {
  store::GroupQuery query{.q = call.Query("q"),
                          .filter = call.Query("filter"),
                          .search = call.Query("search"),
                          .sort_by = call.Query("sortBy")};
  auto page =
      call.PageOf(query.q.empty() ? kPage : kQuickSearchPage, query.q.empty() ? kPage : kQuickSearchPage);
  if (!page) return RefusalReply(page.refusal());
  query.page = *page;
  query.descending =
      !query.sort_by.empty() && base::core::AsciiEqualIgnoreCase(call.Query("sortOrder"), "desc");
  auto groups = store::ListGroups(call.store, query);
  if (groups && !query.q.empty()) groups->next.clear();
  const bool stats = call.Query("expand").find("stats") != std::string::npos;
  return PageReply(call, groups, query.page.limit, [&](const store::Group& group) {
    return stats ? WithStats(call, group) : RenderGroup(group, call.url);
  });
}

Reply CreateGroup(const Call& call) {
  auto profile = ProfileOf(call);
  if (!profile) return RefusalReply(profile.refusal());
  return ObjectReply(store::CreateGroup(call.store, call.actor, *profile),
                     [&](const store::Group& group) { return RenderGroup(group, call.url); });
}

Reply GetGroup(const Call& call) {
  const bool stats = call.Query("expand").find("stats") != std::string::npos;
  return ObjectReply(store::FindGroup(call.store, call.Parameter("id")), [&](const store::Group& group) {
    return stats ? WithStats(call, group) : RenderGroup(group, call.url);
  });
}

Reply ReplaceGroup(const Call& call) {
  auto profile = ProfileOf(call);
  if (!profile) return RefusalReply(profile.refusal());
  return ObjectReply(store::UpdateGroup(call.store, call.actor, call.Parameter("id"), *profile),
                     [&](const store::Group& group) { return RenderGroup(group, call.url); });
}

Reply DeleteGroup(const Call& call) {
  return ChangeReply(store::DeleteGroup(call.store, call.actor, call.Parameter("id")));
}

Reply ListMembers(const Call& call) {
  auto page = call.PageOf(kMembersPage, kMembersPage);
  if (!page) return RefusalReply(page.refusal());
  return PageReply(call, store::ListMembers(call.store, call.Parameter("id"), *page), page->limit,
                   [&](const store::User& user) { return RenderUser(user, call.url, UserForm::kInList); });
}

Reply AddMember(const Call& call) {
  return ChangeReply(store::AddMember(call.store, call.actor, call.Parameter("id"), call.Parameter("user")));
}

Reply RemoveMember(const Call& call) {
  return ChangeReply(
      store::RemoveMember(call.store, call.actor, call.Parameter("id"), call.Parameter("user")));
}

}  // namespace org::api
