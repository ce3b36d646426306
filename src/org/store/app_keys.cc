#include "base/crypto/digest.h"
#include "base/crypto/key.h"
#include "org/store/app_rows.h"
#include "org/store/apps.h"

namespace org::store {
namespace {

namespace json = boost::json;

constexpr size_t kMaxKeys = 50;
constexpr size_t kMaxKid = 255;
constexpr int kMinRsaBits = 2048;
constexpr std::string_view kColumns = "id, app_id, kid, jwk, active, created, last_updated";

AppKey ReadKey(const base::sql::Statement& row) {
  AppKey key;
  key.id = row.Text(0);
  key.app_id = row.Text(1);
  key.kid = row.Text(2);
  key.jwk = ParseObject(row.View(3));
  key.active = row.Int(4) != 0;
  key.created = FromMillis(row.Int(5));
  key.last_updated = FromMillis(row.Int(6));
  return key;
}

Refusal InvalidKey(std::string_view cause) { return ValidationFailed("JsonWebKey", {std::string(cause)}); }

template <typename Session>
std::vector<AppKey> KeysOf(Session& session, std::string_view app_id) {
  std::vector<AppKey> keys;
  auto row = session.Query(fmt::format("SELECT {} FROM app_keys WHERE app_id = ? ORDER BY seq", kColumns));
  row.Bind(app_id);
  while (row.Step()) keys.push_back(ReadKey(row));
  return keys;
}

template <typename Session>
Outcome<AppKey> LoadKey(Session& session, std::string_view app_id, std::string_view key_id) {
  auto row = session.Query(fmt::format("SELECT {} FROM app_keys WHERE app_id = ? AND id = ?", kColumns));
  if (row.Bind(app_id).Bind(key_id).Step()) return ReadKey(row);
  return NotFound(key_id, "JsonWebKey");
}

std::string Text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

// The public numbers, checked; use and alg as given.
Outcome<json::object> PublicMembers(const json::object& jwk) {
  for (std::string_view secret : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
    if (jwk.if_contains(secret)) return InvalidKey("The key must not contain private members.");
  auto key = base::crypto::PublicKey::FromJwk(jwk);
  if (!key.ok()) return InvalidKey("The key is not a valid public RSA or EC key.");
  if (key->kind() == base::crypto::KeyKind::kRsa && key->bits() < kMinRsaBits)
    return InvalidKey("RSA key length in the 'jwks' is less than '2,048' bits for the given key.");
  std::string use = Text(jwk, "use"), algorithm = Text(jwk, "alg");
  if (!use.empty() && use != "sig" && use != "enc")
    return InvalidKey("The 'use' of a key is 'sig' or 'enc'.");
  json::object members = key->ToJwk();
  if (!algorithm.empty()) members["alg"] = algorithm;
  members["use"] = use.empty() ? "sig" : use;
  return members;
}

void KeyEvent(Writing& writing, const App& app) {
  writing.Event({.type = "app.oauth2.client.lifecycle.update",
                 .message = "Update OAuth client",
                 .targets = {{app.id, "PublicClientApp", app.id, app.label}}});
}

}  // namespace

Outcome<std::vector<AppKey>> ListKeys(Store& store, std::string_view app_id) {
  Reading reading(store);
  ASSIGN_OR_REFUSE(App app, LoadApp(reading, app_id));
  return reading.Finish(KeysOf(reading, app.id));
}

Outcome<AppKey> FindKey(Store& store, std::string_view app_id, std::string_view key_id) {
  Reading reading(store);
  ASSIGN_OR_REFUSE(App app, LoadApp(reading, app_id));
  ASSIGN_OR_REFUSE(AppKey key, LoadKey(reading, app.id, key_id));
  return reading.Finish(std::move(key));
}

Outcome<AppKey> AddKey(Store& store, const Actor& actor, std::string_view app_id, const json::object& jwk,
                       bool active) {
  ASSIGN_OR_REFUSE(json::object members, PublicMembers(jwk));
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(App app, LoadApp(writing, app_id));
  const std::vector<AppKey> keys = KeysOf(writing, app.id);
  if (keys.size() >= kMaxKeys) return InvalidKey("The maximum number of 50 keys has been reached.");
  AppKey key;
  key.app_id = app.id;
  key.kid = Text(jwk, "kid");
  if (key.kid.size() > kMaxKid) return InvalidKey("The `kid` of a key has at most 255 characters.");
  if (key.kid.empty()) {
    if (!keys.empty()) return InvalidKey("All keys in the 'jwks' must have a unique `kid`.");
    key.kid = base::crypto::RandomAlphanumeric(43);
  }
  for (const AppKey& other : keys)
    if (other.kid == key.kid) return InvalidKey("All keys in the 'jwks' must have a unique `kid`.");
  key.id = store.NewId("pks");
  key.jwk = std::move(members);
  key.active = active;
  key.created = key.last_updated = writing.now();
  writing.Query("INSERT INTO app_keys VALUES(NULL, ?, ?, ?, ?, ?, ?, ?)")
      .Bind(key.id)
      .Bind(key.app_id)
      .Bind(key.kid)
      .Bind(JsonText(key.jwk))
      .Bind(key.active)
      .Bind(writing.now_millis())
      .Bind(writing.now_millis())
      .Run();
  KeyEvent(writing, app);
  return writing.Commit(std::move(key));
}

Outcome<AppKey> SetKeyActive(Store& store, const Actor& actor, std::string_view app_id,
                             std::string_view key_id, bool active) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(App app, LoadApp(writing, app_id));
  ASSIGN_OR_REFUSE(AppKey key, LoadKey(writing, app.id, key_id));
  if (!active && key.active && app.auth_method == "private_key_jwt") {
    const std::vector<AppKey> keys = KeysOf(writing, app.id);
    if (std::count_if(keys.begin(), keys.end(), [](const AppKey& other) { return other.active; }) == 1)
      return InvalidKey(
          "Can't deactivate the only active JSON Web Key when the value for "
          "`token_endpoint_auth_method` is `private_key_jwt`.");
  }
  key.active = active;
  key.last_updated = writing.now();
  writing.Query("UPDATE app_keys SET active = ?, last_updated = ? WHERE id = ?")
      .Bind(active)
      .Bind(writing.now_millis())
      .Bind(key.id)
      .Run();
  KeyEvent(writing, app);
  return writing.Commit(std::move(key));
}

Change DeleteKey(Store& store, const Actor& actor, std::string_view app_id, std::string_view key_id) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(App app, LoadApp(writing, app_id));
  ASSIGN_OR_REFUSE(AppKey key, LoadKey(writing, app.id, key_id));
  if (key.active)
    return InvalidKey("You can't delete an active JSON Web Key. Deactivate the key before deleting it.");
  writing.Query("DELETE FROM app_keys WHERE id = ?").Bind(key.id).Run();
  KeyEvent(writing, app);
  return writing.Commit(Done());
}

}  // namespace org::store
