#include "base/crypto/digest.h"
#include "base/crypto/encoding.h"
#include "org/store/app_rows.h"
#include "org/store/apps.h"

namespace org::store {
namespace {

constexpr std::string_view kGrantColumns = "id, app_id, scope, created_by, created, last_updated";
constexpr std::string_view kTokenColumns = "id, name, admin_id, rate_percentage, created";

// The families of scopes that have both .read and .manage, then those with .read alone.
constexpr std::string_view kFamilies[] = {"agentPools",
                                          "apiTokens",
                                          "appGrants",
                                          "apps",
                                          "authenticators",
                                          "authorizationServers",
                                          "authPolicies",
                                          "behaviors",
                                          "brands",
                                          "captchas",
                                          "certificateAuthorities",
                                          "clients",
                                          "deviceAssurance",
                                          "devices",
                                          "domains",
                                          "emailDomains",
                                          "emailServers",
                                          "eventHooks",
                                          "factors",
                                          "features",
                                          "governance.accessCertifications",
                                          "governance.accessRequests",
                                          "governance.entitlements",
                                          "groups",
                                          "identitySources",
                                          "idps",
                                          "inlineHooks",
                                          "linkedObjects",
                                          "logStreams",
                                          "manifests",
                                          "networkZones",
                                          "oauthIntegrations",
                                          "orgs",
                                          "policies",
                                          "principalRateLimits",
                                          "profileMappings",
                                          "pushProviders",
                                          "rateLimits",
                                          "realmAssignments",
                                          "realms",
                                          "resourceSelectors",
                                          "riskProviders",
                                          "roles",
                                          "schemas",
                                          "securityEventsProviders",
                                          "sessions",
                                          "templates",
                                          "threatInsights",
                                          "trustedOrigins",
                                          "uischemas",
                                          "userRisk",
                                          "userTypes",
                                          "users"};
constexpr std::string_view kReadOnlyFamilies[] = {"logs", "reports"};

std::vector<std::string> MakeScopes() {
  std::vector<std::string> scopes;
  for (std::string_view family : kFamilies)
    for (std::string_view right : {"manage", "read"})
      scopes.push_back(fmt::format("okta.{}.{}", family, right));
  for (std::string_view family : kReadOnlyFamilies) scopes.push_back(fmt::format("okta.{}.read", family));
  std::sort(scopes.begin(), scopes.end());
  return scopes;
}

Grant ReadGrant(const base::sql::Statement& row) {
  return {.id = row.Text(0),
          .app_id = row.Text(1),
          .scope = row.Text(2),
          .created = FromMillis(row.Int(4)),
          .last_updated = FromMillis(row.Int(5)),
          .created_by = row.Text(3)};
}

template <typename Session>
std::optional<Grant> LoadGrant(Session& session, std::string_view app_id, std::string_view column,
                               std::string_view value) {
  auto row =
      session.Query(fmt::format("SELECT {} FROM grants WHERE app_id = ? AND {} = ?", kGrantColumns, column));
  if (!row.Bind(app_id).Bind(value).Step()) return std::nullopt;
  return ReadGrant(row);
}

Change Revoke(Writing& writing, const App& app, const Grant& grant) {
  writing.Query("DELETE FROM grants WHERE id = ?").Bind(grant.id).Run();
  writing.Event({.type = "app.oauth2.admin.consent.revoke",
                 .message = "Revoke admin consent for OAuth scope",
                 .targets = {{app.id, "PublicClientApp", app.id, app.label},
                             {grant.id, "ScopeGrant", "", grant.scope}}});
  return writing.Commit(Done());
}

ApiToken ReadToken(const base::sql::Statement& row) {
  return {.id = row.Text(0),
          .name = row.Text(1),
          .admin_id = row.Text(2),
          .rate_percentage = static_cast<int>(row.Int(3)),
          .created = FromMillis(row.Int(4))};
}

std::string TokenDigest(std::string_view token) {
  return base::crypto::HexEncode(base::crypto::Sha256(token));
}

}  // namespace

const std::vector<std::string>& KnownScopes() {
  static const std::vector<std::string> scopes = MakeScopes();
  return scopes;
}

Outcome<std::vector<Grant>> ListGrants(Store& store, std::string_view app_id) {
  Reading reading(store);
  ASSIGN_OR_REFUSE(App app, LoadApp(reading, app_id));
  std::vector<Grant> grants;
  {
    auto row =
        reading.Query(fmt::format("SELECT {} FROM grants WHERE app_id = ? ORDER BY scope", kGrantColumns));
    row.Bind(app.id);
    while (row.Step()) grants.push_back(ReadGrant(row));
  }
  return reading.Finish(std::move(grants));
}

Outcome<Grant> FindGrant(Store& store, std::string_view app_id, std::string_view grant_id) {
  Reading reading(store);
  ASSIGN_OR_REFUSE(App app, LoadApp(reading, app_id));
  auto grant = LoadGrant(reading, app.id, "id", grant_id);
  if (!grant) return NotFound(grant_id, "OAuth2ScopeConsentGrant");
  return reading.Finish(std::move(*grant));
}

Outcome<Grant> GrantScope(Store& store, const Actor& actor, std::string_view app_id, std::string_view scope) {
  if (!std::binary_search(KnownScopes().begin(), KnownScopes().end(), scope))
    return ValidationFailed("scopeId",
                            {fmt::format("scopeId: '{}' is not a scope of this organization", scope)});
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(App app, LoadApp(writing, app_id));
  if (auto known = LoadGrant(writing, app.id, "scope", scope)) return writing.Commit(std::move(*known));
  Grant grant{.id = store.NewId("oag"),
              .app_id = app.id,
              .scope = std::string(scope),
              .created = writing.now(),
              .last_updated = writing.now(),
              .created_by = actor.id};
  writing.Query("INSERT INTO grants VALUES(NULL, ?, ?, ?, ?, ?, ?)")
      .Bind(grant.id)
      .Bind(grant.app_id)
      .Bind(grant.scope)
      .Bind(grant.created_by)
      .Bind(writing.now_millis())
      .Bind(writing.now_millis())
      .Run();
  writing.Event({.type = "app.oauth2.admin.consent.grant",
                 .message = "Grant admin consent for OAuth scope",
                 .targets = {{app.id, "PublicClientApp", app.id, app.label},
                             {grant.id, "ScopeGrant", "", grant.scope}}});
  return writing.Commit(std::move(grant));
}

Change RevokeGrant(Store& store, const Actor& actor, std::string_view app_id, std::string_view grant_id) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(App app, LoadApp(writing, app_id));
  auto grant = LoadGrant(writing, app.id, "id", grant_id);
  if (!grant) return NotFound(grant_id, "OAuth2ScopeConsentGrant");
  return Revoke(writing, app, *grant);
}

Change RevokeScope(Store& store, const Actor& actor, std::string_view app_id, std::string_view scope) {
  Writing writing(store, actor);
  ASSIGN_OR_REFUSE(App app, LoadApp(writing, app_id));
  auto grant = LoadGrant(writing, app.id, "scope", scope);
  if (!grant) return NotFound(scope, "OAuth2ScopeConsentGrant");
  return Revoke(writing, app, *grant);
}

Outcome<std::string> CreateApiToken(Store& store, const Actor& actor, std::string_view name,
                                    std::string_view admin_id) {
  if (name.empty()) return ValidationFailed("name", {"name: The field cannot be left blank"});
  Writing writing(store, actor);
  const std::string id = store.NewId("00T");
  std::string token = "00" + base::crypto::RandomAlphanumeric(40);
  writing.Query("INSERT INTO api_tokens VALUES(NULL, ?, ?, ?, ?, 50, ?)")
      .Bind(id)
      .Bind(name)
      .Bind(admin_id)
      .Bind(TokenDigest(token))
      .Bind(writing.now_millis())
      .Run();
  writing.Event({.type = "system.api_token.create",
                 .message = "Create API token",
                 .targets = {{id, "Token", "", std::string(name)}}});
  return writing.Commit(std::move(token));
}

Outcome<ApiToken> FindApiToken(Store& store, std::string_view token) {
  Reading reading(store);
  auto row = reading.Query(fmt::format("SELECT {} FROM api_tokens WHERE digest = ?", kTokenColumns));
  if (!row.Bind(TokenDigest(token)).Step()) return Refusal{401, "E0000011", "Invalid token provided", {}};
  return reading.Finish(ReadToken(row));
}

Outcome<std::vector<ApiToken>> ListApiTokens(Store& store) {
  std::vector<ApiToken> tokens;
  Reading reading(store);
  {
    auto row = reading.Query(fmt::format("SELECT {} FROM api_tokens ORDER BY seq", kTokenColumns));
    while (row.Step()) tokens.push_back(ReadToken(row));
  }
  return reading.Finish(std::move(tokens));
}

Change RevokeApiToken(Store& store, const Actor& actor, std::string_view id) {
  Writing writing(store, actor);
  writing.Query("DELETE FROM api_tokens WHERE id = ?").Bind(id).Run();
  if (writing.changes() == 0) return NotFound(id, "ApiToken");
  writing.Event({.type = "system.api_token.revoke",
                 .message = "Revoke API token",
                 .targets = {{std::string(id), "Token", "", ""}}});
  return writing.Commit(Done());
}

}  // namespace org::store
