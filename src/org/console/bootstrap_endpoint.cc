// The console's clicks in one call: an app that signs in with the given key and has the given scopes.
#include <algorithm>

#include <fmt/format.h>
#include <boost/json/serialize.hpp>

#include "base/crypto/jws.h"
#include "org/console/pages.h"
#include "org/console/sign_in.h"
#include "org/store/apps.h"

namespace org::console {
namespace {

struct Wish {
  std::string label;
  std::vector<std::string> scopes;
  boost::json::object jwk;
  std::string kid;
};

std::optional<Wish> ReadWish(const std::string& body) {
  auto json = base::crypto::ParseJson(body);
  if (!json.ok() || !json->is_object()) return std::nullopt;
  const auto* label = json->as_object().if_contains("label");
  const auto* scopes = json->as_object().if_contains("scopes");
  const auto* jwk = json->as_object().if_contains("jwk");
  if (!label || !label->is_string() || !scopes || !scopes->is_array() || !jwk || !jwk->is_object())
    return std::nullopt;
  const auto* kid = jwk->as_object().if_contains("kid");
  if (!kid || !kid->is_string()) return std::nullopt;
  Wish wish{.label = std::string(label->as_string()),
            .jwk = jwk->as_object(),
            .kid = std::string(kid->as_string())};
  for (const auto& scope : scopes->as_array()) {
    if (!scope.is_string()) return std::nullopt;
    wish.scopes.emplace_back(scope.as_string());
  }
  return wish;
}

// The oldest app of exactly this name, made if there is none, active and with keys as its way to sign in.
store::Outcome<store::App> EnsureApp(Visit& visit, const std::string& label) {
  store::PageRequest page;
  do {
    auto apps = store::ListApps(visit.store, page, label);
    if (!apps) return apps.refusal();
    for (const store::App& app : apps->items) {
      if (app.label != label || app.application_type != "service") continue;
      if (!app.active) {
        if (auto done = store::SetAppActive(visit.store, visit.actor, app.id, true); !done)
          return done.refusal();
      }
      store::AppUpdate update;
      update.auth_method = "private_key_jwt";
      return app.auth_method == *update.auth_method
                 ? app
                 : store::UpdateApp(visit.store, visit.actor, app.id, update);
    }
    page.after = apps->next;
  } while (!page.after.empty());
  return store::CreateApp(visit.store, visit.actor, {.label = label});
}

// The given key active, all others not: clients that name no key id work with one active key only.
store::Change EnsureOnlyKey(Visit& visit, const store::App& app, const Wish& wish) {
  auto keys = store::ListKeys(visit.store, app.id);
  if (!keys) return keys.refusal();
  auto same = std::ranges::find(*keys, wish.kid, &store::AppKey::kid);
  if (same == keys->end()) {
    if (auto added = store::AddKey(visit.store, visit.actor, app.id, wish.jwk); !added)
      return added.refusal();
  } else if (!same->active) {
    if (auto done = store::SetKeyActive(visit.store, visit.actor, app.id, same->id, true); !done)
      return done.refusal();
  }
  for (const store::AppKey& key : *keys) {
    if (!key.active || key.kid == wish.kid) continue;
    if (auto done = store::SetKeyActive(visit.store, visit.actor, app.id, key.id, false); !done)
      return done.refusal();
  }
  return store::Done();
}

}  // namespace

Response BootstrapApplication(Visit& visit) {
  auto wish = ReadWish(visit.request.body);
  if (!wish) return JsonRefusal(store::MalformedBody());
  auto app = EnsureApp(visit, wish->label);
  if (!app) return JsonRefusal(app.refusal());
  if (auto keys = EnsureOnlyKey(visit, *app, *wish); !keys) return JsonRefusal(keys.refusal());
  for (const std::string& scope : wish->scopes) {
    if (auto grant = store::GrantScope(visit.store, visit.actor, app->id, scope); !grant)
      return JsonRefusal(grant.refusal());
  }
  Response response;
  response.Set("Content-Type", "application/json");
  response.body = boost::json::serialize(boost::json::object{{"clientId", app->id}, {"keyId", wish->kid}});
  return response;
}

}  // namespace org::console
