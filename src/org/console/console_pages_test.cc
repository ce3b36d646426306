// What each page does.
#include "org/console/console_fixture.h"

namespace org::console {
namespace {

TEST_F(ConsoleTest, PeopleFromAddingToDeleting) {
  SignIn();
  EXPECT_NE(Get("/admin/users").body.find("Nobody is here yet"), std::string::npos)
      << "administrators are no people";
  auto added = Post("/admin/users/new", {{"firstName", "Acer"},
                                         {"lastName", "macrophyllum"},
                                         {"login", "bigleaf.maple@example.com"},
                                         {"email", "bigleaf.maple@example.com"},
                                         {"activation", "later"},
                                         {"password-by", "user"}});
  ASSERT_EQ(added.status, 303);
  std::string page(added.Header("Location"));
  std::string id = page.substr(page.rfind('/') + 1);
  EXPECT_TRUE(page.starts_with("/admin/user/profile/view/00u")) << page;
  EXPECT_EQ(store::FindUser(*store_, id)->status, store::UserStatus::kStaged);
  EXPECT_EQ(LastEvent(), "user.lifecycle.create by admin");
  EXPECT_NE(Get(page).body.find("Acer macrophyllum was added."), std::string::npos);
  EXPECT_EQ(Get(page).body.find("was added."), std::string::npos) << "a notice is shown once";

  struct Step {
    const char* operation;
    store::UserStatus after;
  };
  const Step steps[] = {{"activate", store::UserStatus::kProvisioned},
                        {"deactivate", store::UserStatus::kDeprovisioned}};
  for (const Step& step : steps) {
    EXPECT_EQ(Post("/admin/user/" + id + "/lifecycle/" + step.operation, {}).Header("Location"), page);
    EXPECT_EQ(store::FindUser(*store_, id)->status, step.after) << step.operation;
  }
  EXPECT_NE(Get("/admin/users").body.find("Deactivated"), std::string::npos);
  EXPECT_EQ(Post("/admin/user/" + id + "/lifecycle/delete", {}).Header("Location"), "/admin/users");
  EXPECT_EQ(Get(page).status, 404);
}

TEST_F(ConsoleTest, SuspendAndUnsuspendAndNeverDeleteTheActive) {
  SignIn();
  auto user = store::CreateUser(
      *store_, {},
      {.profile = {{"firstName", "D"}, {"lastName", "P"}, {"login", "d@x.org"}, {"email", "d@x.org"}},
       .credentials = {.password = "Fingerhut-2026"}});
  ASSERT_TRUE(user.ok());
  std::string base = "/admin/user/" + user->id;
  Post(base + "/lifecycle/suspend", {});
  EXPECT_EQ(store::FindUser(*store_, user->id)->status, store::UserStatus::kSuspended);
  Post(base + "/lifecycle/unsuspend", {});
  Post(base + "/lifecycle/delete", {});
  EXPECT_EQ(store::FindUser(*store_, user->id)->status, store::UserStatus::kActive);
  EXPECT_NE(Get("/admin/user/profile/view/" + user->id).body.find("role=\"alert\""), std::string::npos);
  EXPECT_EQ(Post(base + "/lifecycle/nonsense", {}).status, 404);
  auto edited = Post("/admin/user/profile/edit/" + user->id, {{"profile.firstName", "Digitalis"},
                                                              {"profile.lastName", "P"},
                                                              {"profile.login", "d@x.org"},
                                                              {"profile.email", "d@x.org"},
                                                              {"profile.city", "Bonn"}});
  EXPECT_EQ(edited.status, 303);
  EXPECT_EQ(store::FindUser(*store_, user->id)->Attribute("city"), "Bonn");
  EXPECT_EQ(Post("/admin/user/profile/edit/" + user->id, {{"profile.firstName", ""}}).status, 400);
}

TEST_F(ConsoleTest, RefusedFormsComeBackWithWhatWasTyped) {
  SignIn();
  auto refused =
      Post("/admin/users/new",
           {{"firstName", "A\"<b>"}, {"login", "no email"}, {"email", "x"}, {"password-by", "user"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_NE(refused.body.find("value=\"A&quot;&lt;b&gt;\""), std::string::npos);
  EXPECT_NE(refused.body.find("role=\"alert\""), std::string::npos);
  auto secret =
      Post("/admin/users/new", {{"login", "x"}, {"password-by", "admin"}, {"password", "Hunter2-hunter2"}});
  EXPECT_EQ(secret.body.find("Hunter2"), std::string::npos);
}

TEST_F(ConsoleTest, NamesAreEscapedWhereverTheyAreShown) {
  SignIn();
  const std::string evil = "<script>alert(1)</script>";
  auto user = store::CreateUser(
      *store_, {},
      {.profile = {{"firstName", evil}, {"lastName", "\"'>"}, {"login", "e@x.org"}, {"email", "e@x.org"}}});
  ASSERT_TRUE(user.ok());
  auto group = store::CreateGroup(*store_, {}, {{"name", evil}, {"description", evil}});
  ASSERT_TRUE(group.ok());
  ASSERT_TRUE(store::AddMember(*store_, {}, group->id, user->id).ok());
  std::string app = NewApp(evil);
  for (const std::string& path :
       {std::string("/admin/users"), "/admin/user/profile/view/" + user->id,
        "/admin/user/profile/edit/" + user->id, std::string("/admin/groups"), "/admin/group/" + group->id,
        "/admin/group/" + group->id + "/edit", "/admin/group/" + group->id + "/assign",
        "/admin/group/" + group->id + "/delete", app, app + "/scopes?q=" + base::net::PercentEncode(evil),
        app + "/rate-limits", app + "/edit", std::string("/admin/apps/active"),
        std::string("/admin/getting-started"), std::string("/report/system_log_2"),
        "/report/system_log_2?search=" + base::net::PercentEncode(evil),
        "/admin/users?q=" + base::net::PercentEncode(evil)}) {
    std::string page = Get(path).body;
    EXPECT_EQ(page.find(evil), std::string::npos) << path;
    EXPECT_NE(page.find("</html>"), std::string::npos) << path;
  }
}

TEST_F(ConsoleTest, GroupsAndMembers) {
  SignIn();
  auto user = store::CreateUser(
      *store_, {},
      {.profile = {{"firstName", "A"}, {"lastName", "B"}, {"login", "a@x.org"}, {"email", "a@x.org"}}});
  auto made = Post("/admin/groups/new", {{"name", "The Garden"}, {"description", "Poem"}});
  ASSERT_EQ(made.status, 303);
  std::string group(made.Header("Location"));
  std::string id = group.substr(group.rfind('/') + 1);
  EXPECT_EQ(Post(group + "/members/add", {{"user", user->id}}).status, 303);
  EXPECT_EQ(*store::CountMembers(*store_, id), 1);
  EXPECT_NE(Get(group + "/assign").body.find("Assigned"), std::string::npos);
  EXPECT_EQ(Post(group + "/members/remove", {{"user", user->id}}).Header("Location"), group);
  EXPECT_EQ(*store::CountMembers(*store_, id), 0);
  EXPECT_EQ(LastEvent(), "group.user_membership.remove by admin");
  EXPECT_EQ(Post("/admin/groups/new", {{"name", "the garden"}}).status, 400) << "names are unique";
  EXPECT_EQ(Post(group + "/edit", {{"name", "The Park"}, {"description", ""}}).status, 303);
  EXPECT_EQ(store::FindGroup(*store_, id)->Attribute("name"), "The Park");
  EXPECT_EQ(Post(group + "/delete", {}).Header("Location"), "/admin/groups");
  EXPECT_EQ(Get(group).status, 404);
}

TEST_F(ConsoleTest, ApplicationsKeysAndScopes) {
  SignIn();
  EXPECT_EQ(Get("/admin/apps/oauth2-wizard/create").status, 303);
  auto made = Post("/admin/apps/oauth2-wizard/create", {{"name", "Terraform Workshop"}});
  ASSERT_EQ(made.status, 303);
  std::string url(made.Header("Location"));
  std::string id = url.substr(url.rfind('/') + 1);
  EXPECT_NE(Get(url).body.find("<code id=\"client-id\">" + id), std::string::npos);
  EXPECT_EQ(Get(url).body.find("Public keys"), std::string::npos) << "client secret comes first";
  EXPECT_EQ(
      Post(url + "/credentials", {{"method", "private_key_jwt"}, {"then", "add-key"}}).Header("Location"),
      url + "/keys/new");
  auto generated = Post(url + "/keys/generate", {});
  ASSERT_EQ(generated.status, 200);
  EXPECT_EQ(generated.Header("Cache-Control"), "no-store");
  std::smatch match;
  ASSERT_TRUE(std::regex_search(generated.body, match,
                                std::regex("-----BEGIN PRIVATE KEY-----[^<]*-----END PRIVATE KEY-----")));
  auto key = base::crypto::PrivateKey::FromPem(match.str() + "\n");
  ASSERT_TRUE(key.ok());
  EXPECT_NE(generated.body.find("download=\"pkcs.pem\""), std::string::npos);
  auto keys = store::ListKeys(*store_, id);
  ASSERT_EQ(keys->size(), 1u);
  EXPECT_EQ((*keys)[0].kid, key->Public().Thumbprint());
  EXPECT_EQ(Get(url).body.find("PRIVATE KEY"), std::string::npos) << "shown once";

  std::string first = url + "/keys/" + (*keys)[0].id;
  Post(first + "/deactivate", {});
  EXPECT_TRUE((*store::ListKeys(*store_, id))[0].active) << "the only key stays active";
  EXPECT_NE(Get(url).body.find("role=\"alert\""), std::string::npos);
  Post(url + "/keys/generate", {});
  EXPECT_NE(Get(url).body.find("With more than one active key"), std::string::npos);
  Post(first + "/delete", {});
  EXPECT_EQ(store::ListKeys(*store_, id)->size(), 2u) << "active keys cannot be deleted";
  Post(first + "/deactivate", {});
  Post(first + "/activate", {});
  Post(first + "/deactivate", {});
  Post(first + "/delete", {});
  EXPECT_EQ(store::ListKeys(*store_, id)->size(), 1u);

  auto granted = Post(url + "/scopes/grant", {{"scope", "okta.users.manage"}, {"q", "users"}, {"show", ""}});
  EXPECT_EQ(granted.Header("Location"), url + "/scopes?q=users#scope-okta.users.manage");
  EXPECT_EQ((*store::ListGrants(*store_, id))[0].scope, "okta.users.manage");
  Post(url + "/scopes/grant", {{"scope", "okta.nonsense.manage"}});
  EXPECT_EQ(store::ListGrants(*store_, id)->size(), 1u);
  EXPECT_NE(Get(url + "/scopes?show=granted").body.find("okta.users.manage"), std::string::npos);
  EXPECT_EQ(Get(url + "/scopes?show=not-granted").body.find("<code>okta.users.manage</code>"),
            std::string::npos);
  Post(url + "/scopes/revoke", {{"scope", "okta.users.manage"}});
  EXPECT_TRUE(store::ListGrants(*store_, id)->empty());

  Post(url + "/delete", {});
  EXPECT_TRUE(store::FindApp(*store_, id).ok()) << "active apps cannot be deleted";
  Post(url + "/lifecycle/deactivate", {});
  Post(url + "/delete", {});
  EXPECT_FALSE(store::FindApp(*store_, id).ok());
}

TEST_F(ConsoleTest, OwnPublicKeys) {
  SignIn();
  std::string url = NewApp();
  std::string id = url.substr(url.rfind('/') + 1);
  auto key = base::crypto::PrivateKey::GenerateRsa(2048);
  EXPECT_EQ(Post(url + "/keys/new", {{"key", key.Public().ToPem()}, {"kid", "mine"}}).status, 303);
  EXPECT_EQ((*store::ListKeys(*store_, id))[0].kid, "mine");
  auto again = base::crypto::PrivateKey::GenerateEc();
  EXPECT_EQ(
      Post(url + "/keys/new", {{"key", boost::json::serialize(again.Public().ToJwk())}, {"kid", ""}}).status,
      303);
  for (const std::string& bad :
       {std::string("nonsense"), std::string("{}"), std::string("[1]"), key.ToPkcs8Pem(),
        base::crypto::PrivateKey::GenerateRsa(1024).Public().ToPem()}) {
    auto refused = Post(url + "/keys/new", {{"key", bad}, {"kid", ""}});
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body.find("BEGIN PRIVATE KEY"), std::string::npos);
  }
}

TEST_F(ConsoleTest, RateLimitShare) {
  SignIn();
  std::string url = NewApp();
  std::string id = url.substr(url.rfind('/') + 1);
  EXPECT_EQ(Post(url + "/rate-limits", {{"percentage", "10"}}).status, 303);
  EXPECT_EQ(store::FindApp(*store_, id)->rate_percentage, 10);
  for (const char* bad : {"0", "101", "", "ten", "-5"}) {
    EXPECT_EQ(Post(url + "/rate-limits", {{"percentage", bad}}).status, 400) << bad;
  }
  EXPECT_NE(Get("/admin/reports/rate-limits").body.find("599 of 600 calls"), std::string::npos);
}

TEST_F(ConsoleTest, GettingStartedShowsTheProviderBlock) {
  SignIn();
  std::string url = NewApp();
  std::string id = url.substr(url.rfind('/') + 1);
  std::string page = Get("/admin/getting-started").body;
  EXPECT_NE(page.find("org_name    = &quot;dev-1234567890&quot;"), std::string::npos);
  EXPECT_NE(page.find("client_id   = &quot;" + id + "&quot;"), std::string::npos);
  EXPECT_NE(page.find("OKTA_HTTP_PROXY=" + server_->url()), std::string::npos);
}

TEST_F(ConsoleTest, SystemLogFilters) {
  SignIn();
  NewApp();
  EXPECT_NE(Get("/report/system_log_2").body.find("application.lifecycle.create"), std::string::npos);
  std::string only = Get("/report/system_log_2?search=eventType+eq+%22user.session.start%22").body;
  EXPECT_NE(only.find("user.session.start"), std::string::npos);
  EXPECT_EQ(only.find("application.lifecycle.create"), std::string::npos);
  EXPECT_EQ(Get("/report/system_log_2?search=eventType+eq").status, 400);
}

TEST_F(ConsoleTest, AssetsAreKeptByTheirVersion) {
  SignIn();
  std::smatch match;
  std::string page = Get("/login?x").body;
  page = Get("/admin/users").body;
  ASSERT_TRUE(std::regex_search(page, match, std::regex("/assets/console.css\\?v=[0-9a-f]+")));
  EXPECT_NE(Get(match.str()).Header("Cache-Control").find("immutable"), std::string::npos);
  EXPECT_EQ(Get("/assets/console.css").Header("Cache-Control"), "no-cache");
  EXPECT_EQ(Get("/assets/console.css").Header("Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(Get("/assets/..%2Fconsole.cc").status, 404);
}

TEST_F(ConsoleTest, BootstrapIsIdempotentAndKeepsOneKeyActive) {
  auto json = [&](const std::string& path, const boost::json::object& body, const std::string& csrf) {
    return Send({.method = "POST",
                 .url = path,
                 .headers = {{"Content-Type", "application/json"}, {"X-CSRF-Token", csrf}},
                 .body = boost::json::serialize(body)});
  };
  EXPECT_EQ(json("/admin/internal/session", {{"name", "admin"}, {"password", "no"}}, "").status, 401);
  EXPECT_EQ(Send({.method = "POST",
                  .url = "/admin/internal/session",
                  .headers = {{"Content-Type", "text/plain"}},
                  .body = "{}"})
                .status,
            400);
  auto session = json("/admin/internal/session", {{"name", "admin"}, {"password", kPassword}}, "");
  ASSERT_EQ(session.status, 200);
  std::string csrf(base::crypto::ParseJson(session.body)->at("csrfToken").as_string());
  auto wish = [](const base::crypto::PrivateKey& key) {
    boost::json::object jwk = key.Public().ToJwk();
    jwk["kid"] = key.Public().Thumbprint();
    return boost::json::object{
        {"label", "W"}, {"scopes", {"okta.users.manage", "okta.groups.manage"}}, {"jwk", jwk}};
  };
  auto first = base::crypto::PrivateKey::GenerateRsa(2048),
       second = base::crypto::PrivateKey::GenerateRsa(2048);
  EXPECT_EQ(json("/admin/internal/applications", wish(first), "").status, 403);
  auto made = json("/admin/internal/applications", wish(first), csrf);
  ASSERT_EQ(made.status, 200) << made.body;
  std::string id(base::crypto::ParseJson(made.body)->at("clientId").as_string());
  for (const auto* key : {&first, &second, &first}) {
    auto again = json("/admin/internal/applications", wish(*key), csrf);
    EXPECT_EQ(base::crypto::ParseJson(again.body)->at("clientId").as_string(), id);
    int active = 0;
    auto keys = store::ListKeys(*store_, id);
    ASSERT_TRUE(keys.ok());
    for (const store::AppKey& stored : *keys) {
      active += stored.active;
      EXPECT_EQ(stored.active, stored.kid == key->Public().Thumbprint());
    }
    EXPECT_EQ(active, 1);
  }
  EXPECT_EQ(store::ListGrants(*store_, id)->size(), 2u);
  EXPECT_EQ(json("/admin/internal/applications", {{"label", "W"}}, csrf).status, 400);
}

}  // namespace
}  // namespace org::console
