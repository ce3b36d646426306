#include "org/api/handlers.h"
#include "org/api/render.h"
#include "org/oauth/org_url.h"
#include "org/store/apps.h"

namespace org::api {
namespace {

namespace json = boost::json;

Reply KeyReply(const Call& call, const store::Outcome<store::AppKey>& key, int status = 200) {
  return ObjectReply(key, [&](const store::AppKey& found) { return RenderKey(found, call.url); }, status);
}

// Renders grants of the app that the path names.
template <typename Answer>
Reply WithApp(const Call& call, Answer answer) {
  auto app = store::FindApp(call.store, call.Parameter("id"));
  if (!app) return RefusalReply(app.refusal());
  return answer(*app);
}

}  // namespace

Reply ListKeys(const Call& call) {
  return ListReply(store::ListKeys(call.store, call.Parameter("id")),
                   [&](const store::AppKey& key) { return RenderKey(key, call.url); });
}

Reply AddKey(const Call& call) {
  auto body = call.Body();
  if (!body) return RefusalReply(body.refusal());
  const bool active = FindOptionalText(*body, "status").value_or("ACTIVE") == "ACTIVE";
  return KeyReply(call, store::AddKey(call.store, call.actor, call.Parameter("id"), *body, active), 201);
}

Reply GetKey(const Call& call) {
  return KeyReply(call, store::FindKey(call.store, call.Parameter("id"), call.Parameter("key")));
}

Reply DeleteKey(const Call& call) {
  return ChangeReply(store::DeleteKey(call.store, call.actor, call.Parameter("id"), call.Parameter("key")));
}

Reply ActivateKey(const Call& call) {
  return KeyReply(
      call, store::SetKeyActive(call.store, call.actor, call.Parameter("id"), call.Parameter("key"), true));
}

Reply DeactivateKey(const Call& call) {
  return KeyReply(
      call, store::SetKeyActive(call.store, call.actor, call.Parameter("id"), call.Parameter("key"), false));
}

Reply ListGrants(const Call& call) {
  return WithApp(call, [&](const store::App& app) {
    return ListReply(store::ListGrants(call.store, app.id),
                     [&](const store::Grant& grant) { return RenderGrant(grant, app, call.url); });
  });
}

Reply GrantScope(const Call& call) {
  auto body = call.Body();
  if (!body) return RefusalReply(body.refusal());
  const std::string issuer = FindText(*body, "issuer");
  if (!oauth::IsOwnUrl(issuer, "", call.request, call.store.org_name()))
    return RefusalReply(
        store::ValidationFailed("issuer", {"issuer: The issuer must be the URL of this org"}));
  return WithApp(call, [&](const store::App& app) {
    return ObjectReply(
        store::GrantScope(call.store, call.actor, app.id, FindText(*body, "scopeId")),
        [&](const store::Grant& grant) { return RenderGrant(grant, app, call.url); }, 201);
  });
}

Reply GetGrant(const Call& call) {
  return WithApp(call, [&](const store::App& app) {
    return ObjectReply(store::FindGrant(call.store, app.id, call.Parameter("grant")),
                       [&](const store::Grant& grant) { return RenderGrant(grant, app, call.url); });
  });
}

Reply RevokeGrant(const Call& call) {
  return ChangeReply(
      store::RevokeGrant(call.store, call.actor, call.Parameter("id"), call.Parameter("grant")));
}

}  // namespace org::api
