#include "base/core/strings.h"
#include "org/api/errors.h"
#include "org/api/handlers.h"
#include "org/api/render.h"
#include "org/store/admins.h"
#include "org/store/users.h"

namespace org::api {
namespace {

namespace json = boost::json;

constexpr int kPage = 200;
constexpr int kQuickSearchPage = 10;

// Content-Type: application/json; okta-response="omitCredentials,omitCredentialsLinks"
std::string OmitOf(const Call& call) {
  std::string_view type = call.request.Header("Content-Type");
  size_t start = type.find("okta-response=");
  if (start == std::string_view::npos) return {};
  std::string words(type.substr(start + std::string_view("okta-response=").size()));
  std::erase(words, '"');
  return words;
}

Reply UserReply(const Call& call, const store::Outcome<store::User>& user) {
  if (!user) return RefusalReply(user.refusal());
  Reply reply = JsonReply(RenderUser(*user, call.url, UserForm::kFull, OmitOf(call)));
  reply.Set("ETag", store::UserEtag(*user));
  return reply;
}

// {password{value|hash|hook}, recovery_question{question,answer}, provider{type,name}}. An empty password
// object, as the provider sends it, means none.
store::CredentialsInput CredentialsOf(const json::object& body) {
  store::CredentialsInput input;
  const json::object* credentials = FindObject(body, "credentials");
  if (!credentials) return input;
  if (const json::object* password = FindObject(*credentials, "password")) {
    input.password = FindOptionalText(*password, "value");
    if (const json::object* hash = FindObject(*password, "hash")) input.password_hash = *hash;
    input.password_hook = FindObject(*password, "hook") != nullptr;
  }
  if (const json::object* recovery = FindObject(*credentials, "recovery_question")) {
    input.recovery_question = FindOptionalText(*recovery, "question");
    input.recovery_answer = FindOptionalText(*recovery, "answer");
  }
  if (const json::object* provider = FindObject(*credentials, "provider")) {
    input.provider_type = FindOptionalText(*provider, "type");
    input.provider_name = FindOptionalText(*provider, "name");
  }
  return input;
}

Reply UpdateUser(const Call& call, bool replace) {
  auto body = call.Body();
  if (!body) return RefusalReply(body.refusal());
  store::UserUpdate update;
  update.replace_profile = replace;
  if (const json::object* profile = FindObject(*body, "profile")) update.profile = *profile;
  update.credentials = CredentialsOf(*body);
  if (const json::object* type = FindObject(*body, "type")) update.type_id = FindOptionalText(*type, "id");
  update.realm_id = FindOptionalText(*body, "realmId");
  update.if_match = call.request.Header("If-Match");
  return UserReply(call, store::UpdateUser(call.store, call.actor, call.Parameter("id"), update));
}

// The administrator whom an API token belongs to, in the form of a user; administrators are no users of the
// org.
Reply Myself(const Call& call) {
  if (call.principal.kind != oauth::Principal::Kind::kApiToken)
    return RefusalReply(store::NotFound("me", "User"));
  auto admins = store::ListAdmins(call.store);
  if (!admins) return RefusalReply(admins.refusal());
  for (const store::Admin& admin : *admins) {
    if (admin.id != call.principal.actor.id) continue;
    store::User user;
    user.id = admin.id;
    user.status = store::UserStatus::kActive;
    user.created = user.last_updated = admin.created;
    user.activated = user.status_changed = admin.created;
    user.has_password = true;
    user.profile = {{"firstName", admin.name},
                    {"lastName", "Administrator"},
                    {"login", admin.name},
                    {"email", admin.name}};
    return JsonReply(RenderUser(user, call.url, UserForm::kFull));
  }
  return RefusalReply(store::NotFound("me", "User"));
}

}  // namespace

Reply ListUsers(const Call& call) {
  store::UserQuery query{.q = call.Query("q"),
                         .filter = call.Query("filter"),
                         .search = call.Query("search"),
                         .sort_by = call.Query("sortBy")};
  auto page = call.PageOf(query.q.empty() ? kPage : kQuickSearchPage, kPage);
  if (!page) return RefusalReply(page.refusal());
  query.page = *page;
  // Sorting belongs to search alone.
  if (query.search.empty()) query.sort_by.clear();
  query.descending =
      !query.sort_by.empty() && base::core::AsciiEqualIgnoreCase(call.Query("sortOrder"), "desc");
  auto users = store::ListUsers(call.store, query);
  if (users && !query.q.empty()) users->next.clear();
  const std::string omit = OmitOf(call);
  return PageReply(call, users, query.page.limit, [&](const store::User& user) {
    return RenderUser(user, call.url, UserForm::kInList, omit);
  });
}

Reply CreateUser(const Call& call) {
  auto body = call.Body();
  if (!body) return RefusalReply(body.refusal());
  store::NewUser user;
  if (const json::object* profile = FindObject(*body, "profile")) user.profile = *profile;
  user.credentials = CredentialsOf(*body);
  if (const json::value* groups = Find(*body, "groupIds"); groups && groups->is_array())
    for (const json::value& id : groups->as_array())
      if (id.is_string()) user.group_ids.emplace_back(id.as_string());
  if (const json::object* type = FindObject(*body, "type")) user.type_id = FindText(*type, "id");
  user.realm_id = FindText(*body, "realmId");
  user.activate = call.QueryFlag("activate", true);
  user.provider = call.QueryFlag("provider", false);
  user.change_password_at_next_login = call.Query("nextLogin") == "changePassword";
  return UserReply(call, store::CreateUser(call.store, call.actor, user));
}

Reply GetUser(const Call& call) {
  const std::string id = call.Parameter("id");
  if (id == "me") return Myself(call);
  return UserReply(call, store::FindUser(call.store, id));
}

Reply MergeUser(const Call& call) { return UpdateUser(call, false); }
Reply ReplaceUser(const Call& call) { return UpdateUser(call, true); }

Reply DeleteUser(const Call& call) {
  auto change = store::DeleteUser(call.store, call.actor, call.Parameter("id"));
  if (!change) return RefusalReply(change.refusal());
  Reply reply = EmptyReply();
  if (call.request.Header("Prefer") == "respond-async") reply.status = 202;
  return reply;
}

Reply ListUserGroups(const Call& call) {
  auto page = call.PageOf(10000, 10000);
  if (!page) return RefusalReply(page.refusal());
  return PageReply(call, store::ListGroupsOfUser(call.store, call.Parameter("id"), *page), page->limit,
                   [&](const store::Group& group) { return RenderGroup(group, call.url); });
}

}  // namespace org::api
