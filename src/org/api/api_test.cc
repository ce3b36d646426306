#include <gmock/gmock.h>

#include <thread>

#include "base/core/strings.h"
#include "org/api/api_fixture.h"
#include "org/api/endpoints.h"
#include "org/store/roles.h"

namespace org::api {
namespace {

using testing::HasSubstr;

class ApiTest : public OrgTest {
 protected:
  ApiTest() : OrgTest({.test_hooks = true}) {
    app_ = MakeApp({"okta.users.manage", "okta.groups.manage", "okta.apps.manage", "okta.appGrants.manage",
                    "okta.roles.manage", "okta.schemas.manage", "okta.userTypes.manage", "okta.logs.read",
                    "okta.orgs.read", "okta.policies.manage"});
    SignIn(app_,
           "okta.users.manage okta.groups.manage okta.apps.manage okta.appGrants.manage okta.roles.manage "
           "okta.schemas.manage okta.userTypes.manage okta.logs.read okta.orgs.read");
  }
  store::App app_;
};

TEST_F(ApiTest, UsersLiveAndDie) {
  Answer created = Call("POST", "/api/v1/users", UserBody("bird"));
  ASSERT_EQ(created.status, 200);
  const std::string id = created.Text("/id"), path = "/api/v1/users/" + id;
  EXPECT_TRUE(id.starts_with("00u"));
  EXPECT_EQ(id.size(), 20u);
  EXPECT_EQ(created.Text("/status"), "PROVISIONED");
  EXPECT_TRUE(created.body.at("profile").at("mobilePhone").is_null());
  EXPECT_FALSE(created.body.at("profile").as_object().contains("postalAddress"));
  EXPECT_EQ(created.Text("/_links/self/href"), Url() + path);
  EXPECT_EQ(created.Header("Content-Type"), "application/json");
  EXPECT_FALSE(created.Header("X-Okta-Request-Id").empty());

  Answer twice = Call("POST", "/api/v1/users", UserBody("bird"));
  EXPECT_EQ(twice.status, 400);
  EXPECT_EQ(twice.raw.body.substr(0, 82),
            R"({"errorCode":"E0000001","errorSummary":"Api validation failed: login","errorLink":)");
  EXPECT_EQ(twice.Text("/errorCauses/0/errorSummary"),
            "login: An object with this field already exists in the current organization");

  EXPECT_EQ(Call("GET", "/api/v1/users/bird%40example.com").Text("/id"), id);
  EXPECT_EQ(Call("GET", "/api/v1/users/bird").Text("/id"), id);
  EXPECT_EQ(Call("POST", path, R"({"profile":{"title":"Dr"}})").Text("/profile/title"), "Dr");
  Answer put = Call("PUT", path, UserBody("bird"));
  EXPECT_FALSE(put.body.at("profile").as_object().contains("title"));
  EXPECT_EQ(put.Text("/credentials/provider/type"), "OKTA");
  EXPECT_EQ(Call("POST", path + "/lifecycle/suspend").raw.body, "{}");
  EXPECT_EQ(Call("GET", path).Text("/status"), "SUSPENDED");
  EXPECT_EQ(Call("POST", path + "/lifecycle/unsuspend").status, 200);
  EXPECT_EQ(Call("GET", path).Text("/status"), "ACTIVE");
  EXPECT_EQ(Call("POST", path + "/lifecycle/activate").code(), "E0000016");
  EXPECT_EQ(Call("PUT", path, R"({"credentials":{"password":{"value":"Humming8ird"}}})").Text("/status"),
            "ACTIVE");
  EXPECT_EQ(Call("POST", path + "/credentials/change_password",
                 R"({"oldPassword":{"value":"Humming8ird"},"newPassword":{"value":"Other8irds"}})")
                .status,
            200);
  EXPECT_EQ(Call("POST", path + "/lifecycle/expire_password?tempPassword=false").Text("/status"),
            "PASSWORD_EXPIRED");
  EXPECT_EQ(Call("GET", path + "/groups").body.as_array().size(), 1u);

  EXPECT_EQ(Call("DELETE", path).status, 204);
  EXPECT_EQ(Call("GET", path).Text("/status"), "DEPROVISIONED");
  EXPECT_EQ(Call("GET", "/api/v1/users").body.as_array().size(), 0u);
  EXPECT_EQ(Call("GET", "/api/v1/users?search=status%20eq%20%22DEPROVISIONED%22").body.as_array().size(), 1u);
  EXPECT_EQ(Call("DELETE", path).status, 204);
  Answer gone = Call("GET", path);
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(gone.Text("/errorSummary"), fmt::format("Not found: Resource not found: {} (User)", id));
  EXPECT_TRUE(gone.body.at("errorCauses").as_array().empty());
}

TEST_F(ApiTest, CreationOptions) {
  EXPECT_EQ(Call("POST", "/api/v1/users?activate=false", UserBody("staged")).Text("/status"), "STAGED");
  std::string body = UserBody("active");
  body = base::core::ReplaceAll(body, "\"password\":{}", R"("password":{"value":"Humming8ird"})");
  EXPECT_EQ(Call("POST", "/api/v1/users", body).Text("/status"), "ACTIVE");
  Answer token = Call("POST", "/api/v1/users/staged/lifecycle/activate?sendEmail=false");
  EXPECT_EQ(token.Text("/activationToken").size(), 20u);
  EXPECT_EQ(Call("POST", "/api/v1/users", "{").code(), "E0000003");
  EXPECT_EQ(Call("POST", "/api/v1/users", "[]").code(), "E0000003");
  EXPECT_EQ(Call("POST", "/api/v1/users", std::string(100, '[')).code(), "E0000003");
  EXPECT_EQ(Call("POST", "/api/v1/users", "{}").code(), "E0000001");
}

TEST_F(ApiTest, ListsFollowLinks) {
  for (int i = 0; i < 7; ++i) CreateUser(fmt::format("user{}", i));
  std::vector<std::string> names;
  std::string next = "/api/v1/users?limit=3";
  while (!next.empty()) {
    Answer page = Call("GET", next);
    EXPECT_THAT(page.Header("Link"), HasSubstr("rel=\"self\""));
    for (const json::value& user : page.body.as_array())
      names.emplace_back(user.at("profile").at("firstName").as_string());
    next = page.Next();
  }
  EXPECT_EQ(names.size(), 7u);
  EXPECT_EQ(names[6], "user6");
  Answer search = Call(
      "GET",
      "/api/v1/"
      "users?search=profile.firstName%20sw%20%22user%22&limit=2&sortBy=profile.firstName&sortOrder=desc");
  EXPECT_EQ(search.Text("/0/profile/firstName"), "user6");
  EXPECT_EQ(Call("GET", search.Next()).Text("/0/profile/firstName"), "user4");
  EXPECT_EQ(Call("GET", "/api/v1/users?q=user&limit=2").Next(), "");
  EXPECT_EQ(Call("GET", "/api/v1/users?limit=many").status, 400);
  EXPECT_EQ(Call("GET", "/api/v1/users?after=junk").status, 400);
  EXPECT_EQ(Call("GET", "/api/v1/users?search=nonsense").code(), "E0000031");
}

TEST_F(ApiTest, GroupsAndMembers) {
  std::string bird = CreateUser("bird"), butterfly = CreateUser("butterfly");
  Answer garden = Call("POST", "/api/v1/groups", R"({"profile":{"name":"The Garden","description":""}})");
  ASSERT_EQ(garden.status, 200);
  EXPECT_EQ(garden.Text("/type"), "OKTA_GROUP");
  EXPECT_TRUE(garden.body.at("profile").at("description").is_null());
  const std::string path = "/api/v1/groups/" + garden.Text("/id");
  EXPECT_EQ(Call("POST", "/api/v1/groups", R"({"profile":{"name":"the garden"}})").Text("/errorSummary"),
            "Api validation failed: name");
  for (const std::string& id : {bird, butterfly, bird})
    EXPECT_EQ(Call("PUT", path + "/users/" + id).status, 204);
  Answer first = Call("GET", path + "/users?limit=1");
  EXPECT_EQ(first.Text("/0/id"), bird);
  EXPECT_EQ(Call("GET", first.Next()).Text("/0/id"), butterfly);
  EXPECT_EQ(Call("GET", "/api/v1/users/" + bird + "/groups").body.as_array().size(), 2u);
  Answer stats = Call("GET", "/api/v1/groups?expand=stats&q=The");
  EXPECT_EQ(stats.body.at(0).at("_embedded").at("stats").at("usersCount").as_int64(), 2);
  EXPECT_EQ(Call("DELETE", path + "/users/" + bird).status, 204);
  EXPECT_EQ(
      Call("PUT", path, R"({"profile":{"name":"Garden","description":"d"}})").Text("/profile/description"),
      "d");
  EXPECT_EQ(Call("GET", "/api/v1/groups?filter=type%20eq%20%22BUILT_IN%22").Text("/0/profile/name"),
            "Everyone");
  std::string everyone = Call("GET", "/api/v1/groups?q=Everyone").Text("/0/id");
  EXPECT_EQ(Call("GET", "/api/v1/groups/" + everyone + "/users").body.as_array().size(), 2u);
  EXPECT_EQ(Call("DELETE", "/api/v1/groups/" + everyone).status, 403);
  EXPECT_EQ(Call("PUT", "/api/v1/groups/00gnone/users/" + bird).Text("/errorSummary"),
            "Not found: Resource not found: 00gnone (UserGroup)");
  EXPECT_EQ(Call("DELETE", path).status, 204);
  EXPECT_EQ(Call("GET", path).status, 404);
}

TEST_F(ApiTest, Apps) {
  json::object jwk = Key(1).Public().ToJwk();
  jwk["kid"] = "k1";
  json::object body{{"name", "oidc_client"},
                    {"label", "Other"},
                    {"signOnMode", "OPENID_CONNECT"},
                    {"credentials", {{"oauthClient", {{"token_endpoint_auth_method", "private_key_jwt"}}}}},
                    {"settings",
                     {{"oauthClient",
                       {{"application_type", "service"},
                        {"grant_types", json::array{"client_credentials"}},
                        {"response_types", json::array{"token"}},
                        {"jwks", {{"keys", json::array{jwk}}}}}}}}};
  Answer app = Call("POST", "/api/v1/apps", json::serialize(body));
  ASSERT_EQ(app.status, 200) << app.raw.body;
  const std::string id = app.Text("/id"), path = "/api/v1/apps/" + id;
  EXPECT_EQ(app.Text("/credentials/oauthClient/client_id"), id);
  EXPECT_EQ(app.Text("/settings/oauthClient/jwks/keys/0/kid"), "k1");
  jwk["kid"] = "k2";
  EXPECT_EQ(Call("POST", path + "/credentials/jwks", json::serialize(jwk)).status, 201);
  Answer keys = Call("GET", path + "/credentials/jwks");
  ASSERT_EQ(keys.body.as_array().size(), 2u);
  const std::string key = path + "/credentials/jwks/" + keys.Text("/1/id");
  EXPECT_EQ(Call("DELETE", key).code(), "E0000001");
  EXPECT_EQ(Call("POST", key + "/lifecycle/deactivate").Text("/status"), "INACTIVE");
  EXPECT_EQ(Call("DELETE", key).status, 204);
  std::string grant = json::serialize(
      json::object{{"scopeId", "okta.users.read"}, {"issuer", "https://dev-1234567890.okta.com"}});
  Answer granted = Call("POST", path + "/grants", grant);
  EXPECT_EQ(granted.status, 201);
  EXPECT_EQ(Call("GET", path + "/grants").Text("/0/scopeId"), "okta.users.read");
  EXPECT_EQ(Call("DELETE", path + "/grants/" + granted.Text("/id")).status, 204);
  EXPECT_EQ(
      Call("POST", path + "/grants", R"({"scopeId":"okta.users.read","issuer":"https://elsewhere"})").status,
      400);
  EXPECT_EQ(Call("GET", "/api/v1/apps?q=oth").body.as_array().size(), 1u);
  EXPECT_EQ(Call("GET", "/api/v1/apps?limit=1").body.as_array().size(), 1u);
  jwk["kid"] = "k3";
  body["label"] = "Renamed";
  body["settings"].at("oauthClient").at("jwks").at("keys") = json::array{jwk};
  Answer replaced = Call("PUT", path, json::serialize(body));
  EXPECT_EQ(replaced.Text("/label"), "Renamed");
  EXPECT_EQ(replaced.Text("/settings/oauthClient/jwks/keys/0/kid"), "k3");
  EXPECT_EQ(replaced.body.at("settings").at("oauthClient").at("jwks").at("keys").as_array().size(), 1u);
  EXPECT_EQ(Call("GET", "/oauth2/v1/clients/" + id + "/roles").Text("/0/type"), "SUPER_ADMIN");
  EXPECT_EQ(Call("DELETE", path).code(), "E0000056");
  EXPECT_EQ(Call("POST", path + "/lifecycle/deactivate").status, 200);
  EXPECT_EQ(Call("DELETE", path).status, 204);
}

TEST_F(ApiTest, RolesTypesSchemasLogs) {
  std::string bird = CreateUser("bird");
  EXPECT_EQ(Call("GET", "/api/v1/users/" + bird + "/roles").raw.body, "[]");
  Answer role = Call("POST", "/api/v1/users/" + bird + "/roles", R"({"type":"APP_ADMIN"})");
  EXPECT_EQ(role.status, 201);
  EXPECT_EQ(role.Text("/id"), "IFIFAX2BIRGUSTQ");
  EXPECT_EQ(Call("POST", "/api/v1/users/" + bird + "/roles", R"({"type":"APP_ADMIN"})").code(), "E0000090");
  EXPECT_EQ(Call("DELETE", "/api/v1/users/" + bird + "/roles/IFIFAX2BIRGUSTQ").status, 204);

  Answer type = Call("POST", "/api/v1/meta/types/user",
                     R"({"name":"robot","displayName":"Robot","description":"beeps"})");
  EXPECT_EQ(type.status, 200);
  EXPECT_THAT(type.Text("/_links/schema/href"), HasSubstr("/api/v1/meta/schemas/user/osc"));
  EXPECT_EQ(Call("GET", "/api/v1/meta/types/user").body.as_array().size(), 2u);
  EXPECT_EQ(Call("POST", "/api/v1/meta/types/user/" + type.Text("/id"), R"({"displayName":"R2"})")
                .Text("/displayName"),
            "R2");
  EXPECT_EQ(Call("DELETE", "/api/v1/meta/types/user/" + type.Text("/id")).status, 204);

  Answer schema = Call("GET", "/api/v1/meta/schemas/user/default");
  EXPECT_EQ(schema.body.at("definitions").at("base").at("properties").as_object().size(), 31u);
  Answer changed =
      Call("POST", "/api/v1/meta/schemas/user/default",
           R"({"definitions":{"custom":{"properties":{"badge":{"title":"Badge","type":"string"}}}}})");
  EXPECT_EQ(changed.Text("/definitions/custom/properties/badge/type"), "string");
  EXPECT_EQ(Call("POST", "/api/v1/users/bird", R"({"profile":{"badge":"7"}})").Text("/profile/badge"), "7");
  Call("POST", "/api/v1/meta/schemas/user/default",
       R"({"definitions":{"custom":{"properties":{"badge":null}}}})");
  EXPECT_EQ(
      Call("POST", "/api/v1/users/bird", R"({"profile":{"badge":"7"}})").Text("/errorCauses/0/errorSummary"),
      "Property name 'badge' is not defined in profile");
  EXPECT_EQ(Call("GET", "/api/v1/meta/schemas/group/default").status, 200);

  Answer logs = Call("GET", "/api/v1/logs?filter=eventType%20eq%20%22user.lifecycle.create%22");
  ASSERT_EQ(logs.body.as_array().size(), 1u);
  EXPECT_EQ(logs.Text("/0/actor/id"), app_.id);
  EXPECT_EQ(logs.Text("/0/actor/type"), "PublicClientApp");
  EXPECT_EQ(logs.Text("/0/debugContext/debugData/requestUri"), "/api/v1/users");
  EXPECT_FALSE(logs.Text("/0/transaction/id").empty());
  EXPECT_EQ(Call("GET", logs.Next()).raw.body, "[]");
  EXPECT_EQ(Call("GET", "/api/v1/logs?since=yesterday").code(), "E0000030");
  EXPECT_EQ(Call("GET", "/api/v1/org").Text("/subdomain"), "dev-1234567890");
}

TEST_F(ApiTest, ScopesAreAskedForByEveryEndpoint) {
  SignIn(app_, "okta.policies.manage");
  for (const Endpoint& endpoint : Endpoints()) {
    std::string path = base::core::ReplaceAll(std::string(endpoint.pattern), "{", "");
    path = base::core::ReplaceAll(path, "}", "");
    EXPECT_EQ(Send(endpoint.method, path).status, 401) << endpoint.pattern;
    Answer answer = Call(endpoint.method, path);
    EXPECT_EQ(answer.status, 403) << endpoint.pattern;
    std::string wanted =
        fmt::format("scope=\"okta.{}.{}\"", endpoint.family, endpoint.method == "GET" ? "read" : "manage");
    EXPECT_THAT(answer.Header("WWW-Authenticate"), HasSubstr(wanted));
    EXPECT_THAT(
        answer.Header("WWW-Authenticate"),
        HasSubstr("error_description=\"The access token provided does not contain the required scopes.\""));
  }
}

TEST_F(ApiTest, ReadScopesOnlyRead) {
  store::App reader = MakeApp({"okta.users.read"});
  SignIn(reader, "okta.users.read");
  EXPECT_EQ(Call("GET", "/api/v1/users").status, 200);
  EXPECT_EQ(Call("POST", "/api/v1/users", UserBody("bird")).status, 403);
  // Without an admin role scopes alone are not enough.
  std::string role = (*store::ListRoles(*store_, store::RoleHolder::kClient, reader.id))[0].id;
  ASSERT_TRUE(store::UnassignRole(*store_, {}, store::RoleHolder::kClient, reader.id, role).ok());
  EXPECT_EQ(Call("GET", "/api/v1/users").code(), "E0000006");
}

TEST_F(ApiTest, ApiTokens) {
  store::Admin admin = *store::SetAdmin(*store_, "admin", "correct horse");
  std::string token = *store::CreateApiToken(*store_, {}, "ci", admin.id);
  EXPECT_EQ(token.size(), 42u);
  Headers headers{{"Authorization", "SSWS " + token}};
  EXPECT_EQ(Send("GET", "/api/v1/users/me", "", headers).Text("/id"), admin.id);
  EXPECT_EQ(Send("GET", "/api/v1/apps", "", headers).status, 200);
  EXPECT_EQ(Send("GET", "/api/v1/api-tokens", "", headers).Text("/0/name"), "ci");
  EXPECT_EQ(Send("GET", "/api/v1/apps", "", {{"Authorization", "SSWS 00wrong"}}).code(), "E0000011");
}

TEST_F(ApiTest, UnknownPathsAndMethods) {
  EXPECT_EQ(Call("GET", "/api/v1/nonsense").code(), "E0000008");
  Answer answer = Call("PATCH", "/api/v1/users");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.code(), "E0000022");
  EXPECT_EQ(Send("GET", "/.well-known/okta-organization").Text("/pipeline"), "idx");
  EXPECT_EQ(Send("GET", "/.well-known/openid-configuration").Text("/token_endpoint"),
            Url() + "/oauth2/v1/token");
}

// As clients do that take the org for their proxy: another host in the URL, and it comes back in links.
TEST_F(ApiTest, WorksAsTheProxyOfItsClients) {
  base::net::HttpClient proxied({.allow_plain_http = true, .proxy = Url()});
  base::net::ClientRequest request{.url = "http://dev-1234567890.okta.com/api/v1/users?limit=1",
                                   .headers = {{"Authorization", "Bearer " + token_}}};
  CreateUser("bird");
  auto response = proxied.Call(request);
  ASSERT_TRUE(response.ok()) << response.error().message();
  EXPECT_EQ(response->status, 200);
  EXPECT_THAT(std::string(response->Header("Link")),
              HasSubstr("<https://dev-1234567890.okta.com/api/v1/users?limit=1>"));
}

TEST_F(ApiTest, AnswersCanBeHeldBack) {
  ASSERT_EQ(Send("POST", "/_test/hold", R"({"pattern":"POST /api/v1/users","count":1})").status, 200);
  std::thread client([this] { EXPECT_EQ(Call("POST", "/api/v1/users", UserBody("bird")).status, 200); });
  while (Send("GET", "/_test/held").body.at("held").as_int64() == 0) std::this_thread::yield();
  // The effect is there, the answer is not.
  EXPECT_EQ(Call("GET", "/api/v1/users/bird").status, 200);
  EXPECT_EQ(Call("POST", "/api/v1/users", UserBody("second")).status, 200);
  EXPECT_EQ(Send("POST", "/_test/release").status, 200);
  client.join();
  EXPECT_EQ(Send("POST", "/_test/hold", R"({"pattern":"nonsense"})").status, 400);
}

TEST_F(ApiTest, MetricsCountCalls) {
  CreateUser("bird");
  Call("GET", "/api/v1/users/nobody");
  std::string text = Send("GET", "/metrics").raw.body;
  EXPECT_THAT(
      text,
      HasSubstr(R"(parterre_org_requests_total{endpoint="/api/v1/users",method="POST",status="200"} 1)"));
  EXPECT_THAT(
      text,
      HasSubstr(R"(parterre_org_requests_total{endpoint="/api/v1/users/{id}",method="GET",status="404"} 1)"));
}

class RateTest : public OrgTest {
 protected:
  RateTest() : OrgTest({.rate_limits = Limits()}) {
    app_ = MakeApp({"okta.users.manage", "okta.groups.manage"});
    SignIn(app_, "okta.users.manage okta.groups.manage");
  }
  static RateLimitOptions Limits() {
    RateLimitOptions limits;
    EXPECT_TRUE(limits.SetLimit("users", 10).ok());
    EXPECT_FALSE(limits.SetLimit("nonsense", 1).ok());
    limits.window = std::chrono::seconds(1);
    return limits;
  }
  store::App app_;
};

TEST_F(RateTest, AnAppHasItsShareOfAWindow) {
  for (int left = 4; left >= 0; --left) {
    Answer answer = Call("GET", "/api/v1/users");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.Header("x-rate-limit-limit"), "5");
    EXPECT_EQ(answer.Header("x-rate-limit-remaining"), std::to_string(left));
    EXPECT_EQ(answer.Header("x-rate-limit-reset"), std::to_string(Seconds() + 1));
  }
  Answer refused = Call("POST", "/api/v1/users", UserBody("bird"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.code(), "E0000047");
  EXPECT_EQ(refused.Header("x-rate-limit-remaining"), "0");
  EXPECT_TRUE(refused.Header("Retry-After").empty());
  // Another bucket is another matter; so is the next window.
  EXPECT_EQ(Call("GET", "/api/v1/groups").status, 200);
  EXPECT_EQ(Call("GET", "/api/v1/users/nobody").status, 404);
  EXPECT_THAT(Send("GET", "/metrics").raw.body,
              HasSubstr(R"(parterre_org_rate_limited_total{bucket="users"} 1)"));
  Advance(std::chrono::seconds(1));
  EXPECT_EQ(Call("GET", "/api/v1/users").status, 200);
}

TEST_F(RateTest, TheSliderAndTheOrgDecide) {
  ASSERT_TRUE(store::UpdateApp(*store_, {}, app_.id, {.rate_percentage = 100}).ok());
  EXPECT_EQ(Call("GET", "/api/v1/users").Header("x-rate-limit-limit"), "10");
  ASSERT_TRUE(store::UpdateApp(*store_, {}, app_.id, {.rate_percentage = 20}).ok());
  EXPECT_EQ(Call("GET", "/api/v1/users").Header("x-rate-limit-limit"), "2");
  EXPECT_EQ(Call("GET", "/api/v1/users").status, 429);
  // Two other apps use up what the org has left.
  store::App other = MakeApp({"okta.users.manage"});
  std::string first = token_;
  SignIn(other, "okta.users.manage");
  int allowed = 0;
  for (int i = 0; i < 5; ++i) allowed += Call("GET", "/api/v1/users").status == 200;
  SignIn(MakeApp({"okta.users.manage"}), "okta.users.manage");
  for (int i = 0; i < 5; ++i) allowed += Call("GET", "/api/v1/users").status == 200;
  EXPECT_EQ(allowed, 7);
  auto buckets = api_->Buckets(app_.id);
  EXPECT_EQ(buckets[0].limit, 2);
  EXPECT_EQ(buckets[0].used, 3);
}

TEST(Buckets, TheMostSpecificPatternWins) {
  struct Case {
    const char* method;
    const char* path;
    const char* bucket;
  };
  const Case cases[] = {
      {"GET", "/api/v1/users", "users"},
      {"POST", "/api/v1/users", "users"},
      {"GET", "/api/v1/users/00u1", "users/id"},
      {"PUT", "/api/v1/users/00u1", "users/id/write"},
      {"POST", "/api/v1/users/00u1/lifecycle/suspend", "users"},
      {"GET", "/api/v1/groups", "groups"},
      {"GET", "/api/v1/groups/00g1", "groups/id"},
      {"GET", "/api/v1/groups/rules", "groups"},
      {"PUT", "/api/v1/groups/00g1/users/00u1", "groups"},
      {"GET", "/api/v1/apps/0oa1", "apps/id"},
      {"GET", "/api/v1/apps/0oa1/grants", "apps"},
      {"GET", "/api/v1/logs", "logs"},
      {"GET", "/api/v1/meta/types/user", "other"},
      {"POST", "/oauth2/v1/token", "token"},
      {"GET", "/oauth2/v1/clients/x/roles", "clients"},
      {"GET", "/oauth2/v1/keys", ""},
      {"GET", "/.well-known/okta-organization", ""},
  };
  for (const Case& test : cases) EXPECT_EQ(BucketOf(test.method, test.path), test.bucket) << test.path;
  EXPECT_EQ(EditionBuckets("integrator")[0].limit, 100);
  EXPECT_TRUE(EditionBuckets("nonsense").empty());
}

TEST(RateLimiter, LimitsCallsAtOnce) {
  RateLimiter limiter({.concurrency = 2});
  EXPECT_TRUE(limiter.Enter());
  EXPECT_TRUE(limiter.Enter());
  EXPECT_FALSE(limiter.Enter());
  limiter.Leave();
  EXPECT_TRUE(limiter.Enter());
}

}  // namespace
}  // namespace org::api
