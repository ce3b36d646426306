#include "base/core/strings.h"
#include "org/api/errors.h"
#include "org/api/handlers.h"
#include "org/api/render.h"
#include "org/store/apps.h"
#include "org/store/filter.h"

namespace org::api {
namespace {

namespace json = boost::json;

constexpr int kPage = 20, kMaxPage = 200;

Reply AppReply(const Call& call, const store::Outcome<store::App>& app) {
  if (!app) return RefusalReply(app.refusal());
  auto keys = store::ListKeys(call.store, app->id);
  if (!keys) return RefusalReply(keys.refusal());
  return JsonReply(RenderApp(*app, *keys, call.url, call.store.org_id()));
}

const json::object& OauthSettings(const json::object& body) {
  static const json::object kEmpty;
  const json::object* settings = FindObject(body, "settings");
  const json::object* client = settings ? FindObject(*settings, "oauthClient") : nullptr;
  return client ? *client : kEmpty;
}

const json::object& OauthCredentials(const json::object& body) {
  static const json::object kEmpty;
  const json::object* credentials = FindObject(body, "credentials");
  const json::object* client = credentials ? FindObject(*credentials, "oauthClient") : nullptr;
  return client ? *client : kEmpty;
}

// What is kept only to be shown again: the settings without keys, which are objects of their own.
json::object EchoedSettings(const json::object& body) {
  const json::object* settings = FindObject(body, "settings");
  if (!settings) return {};
  json::object kept = *settings;
  if (json::value* client = kept.if_contains("oauthClient"); client && client->is_object())
    client->as_object().erase("jwks");
  return kept;
}

std::vector<json::object> KeysOf(const json::object& body) {
  std::vector<json::object> keys;
  const json::object* jwks = FindObject(OauthSettings(body), "jwks");
  const json::value* list = jwks ? Find(*jwks, "keys") : nullptr;
  if (list && list->is_array())
    for (const json::value& key : list->as_array())
      if (key.is_object()) keys.push_back(key.as_object());
  return keys;
}

std::optional<store::Refusal> CheckKind(const json::object& body) {
  if (FindText(body, "signOnMode") != "OPENID_CONNECT" ||
      FindOptionalText(body, "name").value_or("oidc_client") != "oidc_client")
    return store::ValidationFailed(
        "signOnMode", {"signOnMode: Only OPENID_CONNECT apps (oidc_client) are supported by this org"});
  return std::nullopt;
}

// Brings the app's keys to those of a full replacement: by kid, new ones first, so that one active key
// remains.
std::optional<store::Refusal> ReplaceKeys(const Call& call, const std::string& app_id,
                                          const std::vector<json::object>& wanted) {
  auto known = store::ListKeys(call.store, app_id);
  if (!known) return known.refusal();
  std::set<std::string> kept;
  for (const json::object& key : wanted) {
    const std::string kid = FindText(key, "kid");
    const bool active = FindOptionalText(key, "status").value_or("ACTIVE") == "ACTIVE";
    auto same =
        std::find_if(known->begin(), known->end(), [&](const store::AppKey& old) { return old.kid == kid; });
    if (same == known->end()) {
      if (auto added = store::AddKey(call.store, call.actor, app_id, key, active); !added)
        return added.refusal();
    } else if (same->active != active) {
      if (auto set = store::SetKeyActive(call.store, call.actor, app_id, same->id, active); !set)
        return set.refusal();
    }
    kept.insert(kid);
  }
  for (const store::AppKey& old : *known) {
    if (kept.contains(old.kid)) continue;
    if (old.active)
      if (auto set = store::SetKeyActive(call.store, call.actor, app_id, old.id, false); !set)
        return set.refusal();
    if (auto gone = store::DeleteKey(call.store, call.actor, app_id, old.id); !gone) return gone.refusal();
  }
  return std::nullopt;
}

// A filter of one comparison: status eq "ACTIVE", or name eq "oidc_client".
store::Outcome<std::optional<bool>> ActiveOf(const std::string& filter) {
  if (filter.empty()) return std::optional<bool>();
  auto node = store::ParseFilter(filter);
  if (!node) return node.refusal();
  const auto* text = std::get_if<std::string>(&node->value);
  if (node->kind != store::FilterNode::Kind::kCompare || node->op != store::FilterOperator::kEqual || !text)
    return store::InvalidSearch("Apps can be filtered by one comparison with \"eq\".");
  if (node->attribute == "status")
    return std::optional<bool>(base::core::AsciiEqualIgnoreCase(*text, "ACTIVE"));
  if (node->attribute == "name" && *text == "oidc_client") return std::optional<bool>();
  return store::InvalidSearch(fmt::format("The attribute \"{}\" cannot be filtered by.", node->attribute));
}

}  // namespace

Reply ListApps(const Call& call) {
  auto page = call.PageOf(kPage, kMaxPage);
  if (!page) return RefusalReply(page.refusal());
  auto active = ActiveOf(call.Query("filter"));
  if (!active) return RefusalReply(active.refusal());
  auto apps = store::ListApps(call.store, *page, call.Query("q"), *active);
  return PageReply(call, apps, page->limit, [&](const store::App& app) {
    auto keys = store::ListKeys(call.store, app.id);
    return RenderApp(app, keys ? *keys : std::vector<store::AppKey>(), call.url, call.store.org_id());
  });
}

Reply CreateApp(const Call& call) {
  auto body = call.Body();
  if (!body) return RefusalReply(body.refusal());
  if (auto refusal = CheckKind(*body)) return RefusalReply(*refusal);
  const json::object& client = OauthSettings(*body);
  store::NewApp input;
  input.label = FindText(*body, "label");
  input.auth_method =
      FindOptionalText(OauthCredentials(*body), "token_endpoint_auth_method").value_or("client_secret_basic");
  input.application_type = FindOptionalText(client, "application_type").value_or("service");
  input.client_id = FindText(OauthCredentials(*body), "client_id");
  input.dpop_bound = FindBool(client, "dpop_bound_access_tokens").value_or(false);
  input.activate = call.QueryFlag("activate", true);
  input.settings = EchoedSettings(*body);
  auto app = store::CreateApp(call.store, call.actor, input);
  if (!app) return RefusalReply(app.refusal());
  for (const json::object& key : KeysOf(*body)) {
    auto added = store::AddKey(call.store, call.actor, app->id, key,
                               FindOptionalText(key, "status").value_or("ACTIVE") == "ACTIVE");
    if (added) continue;
    // A bad key refuses the app as a whole.
    if (store::SetAppActive(call.store, call.actor, app->id, false))
      (void)store::DeleteApp(call.store, call.actor, app->id);
    return RefusalReply(added.refusal());
  }
  return AppReply(call, app);
}

Reply GetApp(const Call& call) { return AppReply(call, store::FindApp(call.store, call.Parameter("id"))); }

Reply ReplaceApp(const Call& call) {
  auto body = call.Body();
  if (!body) return RefusalReply(body.refusal());
  if (auto refusal = CheckKind(*body)) return RefusalReply(*refusal);
  const std::string id = call.Parameter("id");
  store::AppUpdate update;
  update.label = FindText(*body, "label");
  update.auth_method = FindOptionalText(OauthCredentials(*body), "token_endpoint_auth_method");
  update.dpop_bound = FindBool(OauthSettings(*body), "dpop_bound_access_tokens").value_or(false);
  update.settings = EchoedSettings(*body);
  auto app = store::UpdateApp(call.store, call.actor, id, update);
  if (!app) return RefusalReply(app.refusal());
  if (FindObject(OauthSettings(*body), "jwks"))
    if (auto refusal = ReplaceKeys(call, id, KeysOf(*body))) return RefusalReply(*refusal);
  return AppReply(call, app);
}

Reply DeleteApp(const Call& call) {
  return ChangeReply(store::DeleteApp(call.store, call.actor, call.Parameter("id")));
}

Reply ActivateApp(const Call& call) {
  return ObjectReply(store::SetAppActive(call.store, call.actor, call.Parameter("id"), true),
                     [](const store::App&) { return json::object(); });
}

Reply DeactivateApp(const Call& call) {
  return ObjectReply(store::SetAppActive(call.store, call.actor, call.Parameter("id"), false),
                     [](const store::App&) { return json::object(); });
}

}  // namespace org::api
