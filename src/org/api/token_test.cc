#include "base/crypto/encoding.h"
#include "org/api/api_fixture.h"
#include "org/store/events.h"

namespace org::api {
namespace {

constexpr std::string_view kUsers = "okta.users.manage";

class TokenTest : public OrgTest {
 protected:
  std::string Described(std::string_view form, Headers headers = {}) {
    Answer answer = AskToken(form, std::move(headers));
    return fmt::format("{} {}: {}", answer.status, answer.Text("/error"), answer.Text("/error_description"));
  }
};

TEST_F(TokenTest, GrantsWhatTheAppWasGranted) {
  store::App app = MakeApp({"okta.users.manage", "okta.groups.read"});
  Answer answer =
      AskToken(TokenForm(Sign(Claims(app)), "okta.users.manage okta.groups.manage okta.groups.read"));
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Text("/token_type"), "Bearer");
  EXPECT_EQ(answer.Text("/scope"), "okta.users.manage okta.groups.read");
  EXPECT_EQ(answer.body.at("expires_in").as_int64(), 3600);
  auto token = base::crypto::ParseCompactJws(answer.Text("/access_token"));
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->ClaimText("cid"), app.id);
  EXPECT_EQ(token->ClaimText("iss"), Url());
  Answer keys = Send("GET", "/oauth2/v1/keys");
  EXPECT_EQ(token->HeaderText("kid"), keys.Text("/keys/0/kid"));
  auto key = base::crypto::PublicKey::FromJwk(keys.body.at("keys").at(0).as_object());
  base::crypto::Algorithm allowed[] = {base::crypto::Algorithm::kRs256};
  EXPECT_TRUE(base::crypto::VerifyJws(*token, allowed, *key));
  // The same in the query, as one of the SDKs sends it.
  EXPECT_EQ(Send("POST", "/oauth2/v1/token?" + TokenForm(Sign(Claims(app)), kUsers)).status, 200);
}

TEST_F(TokenTest, SaysWhatIsWrongWithTheAssertion) {
  store::App app = MakeApp({kUsers});
  struct Case {
    const char* claim;
    json::value value;  // null removes
    const char* description;
  };
  const int64_t now = Seconds();
  const Case cases[] = {
      {"exp", now + 3601, "The client_assertion token has an expiration too far into the future."},
      {"exp", now + 3900, "The client_assertion token has an expiration too far into the future."},
      {"exp", now, "The client_assertion token is expired."},
      {"exp", nullptr, "The client_assertion must contain the 'exp' claim as seconds since epoch."},
      {"exp", "soon", "The client_assertion must contain the 'exp' claim as seconds since epoch."},
      {"iat", now + 60, "The client_assertion token must be issued before the current time."},
      {"aud", "http://elsewhere.example/oauth2/v1/token",
       "The audience claim for client_assertion must be the endpoint invoked for the request."},
      {"aud", "http://localhost/oauth2/v1/other",
       "The audience claim for client_assertion must be the endpoint invoked for the request."},
      {"aud", nullptr,
       "The audience claim for client_assertion must be the endpoint invoked for the request."},
      {"iss", "0oanobody", "The issuer claim for client_assertion is not a valid client_id."},
      {"sub", "0oanobody", "The subject claim for client_assertion is not a valid client_id."},
  };
  for (const Case& test : cases) {
    json::object claims = Claims(app);
    if (test.value.is_null())
      claims.erase(test.claim);
    else
      claims[test.claim] = test.value;
    EXPECT_EQ(Described(TokenForm(Sign(claims), kUsers)),
              fmt::format("401 invalid_client: {}", test.description));
  }
  EXPECT_EQ(Described(TokenForm("nonsense", kUsers)),
            "401 invalid_client: The parsing of the client_assertion failed.");
  EXPECT_EQ(Described(TokenForm(Sign(Claims(app), 1), kUsers)),
            "401 invalid_client: The client_assertion signature is invalid.");
  EXPECT_EQ(Described(TokenForm(Sign(Claims(app), 0, {{"kid", "other"}}), kUsers)),
            "401 invalid_client: The client_assertion JWT kid is invalid.");
  std::string assertion = Sign(Claims(app));
  EXPECT_EQ(AskToken(TokenForm(assertion, kUsers)).status, 200);
  EXPECT_EQ(Described(TokenForm(assertion, kUsers)),
            "401 invalid_client: The client_assertion token has already been used.");
}

TEST_F(TokenTest, TakesTheAudienceByAnyNameOfTheOrg) {
  store::App app = MakeApp({kUsers});
  std::string port = Url().substr(Url().rfind(':'));
  for (std::string audience : {"https://dev-1234567890.okta.com/oauth2/v1/token",
                               "http://localhost/oauth2/v1/token", "http://127.0.0.1/oauth2/v1/token",
                               "https://dev-1234567890.okta.com", "http://[::1]:1/oauth2/v1/token"}) {
    json::object claims = Claims(app);
    claims["aud"] = audience;
    EXPECT_EQ(AskToken(TokenForm(Sign(claims), kUsers)).status, 200) << audience;
  }
  json::object claims = Claims(app);
  claims["aud"] = json::array{"https://other", "https://my.host:9/oauth2/v1/token"};
  EXPECT_EQ(AskToken(TokenForm(Sign(claims), kUsers), {{"Host", "my.host:9"}}).status, 200);
  claims["aud"] = "https://other-org.okta.com/oauth2/v1/token";
  EXPECT_EQ(AskToken(TokenForm(Sign(claims), kUsers)).status, 401);
}

TEST_F(TokenTest, SaysWhatIsWrongWithTheRequest) {
  store::App app = MakeApp({kUsers});
  auto form = [&](std::string_view scopes) { return TokenForm(Sign(Claims(app)), scopes); };
  EXPECT_EQ(Described("grant_type=client_credentials&scope=x"),
            "401 invalid_client: No client credentials found.");
  EXPECT_EQ(Described("grant_type=client_credentials&client_id=x&client_secret=y").substr(0, 84),
            "401 invalid_client: Client Credentials requests to the Org Authorization Server must");
  EXPECT_EQ(Described(form(kUsers) + "&client_secret=y").substr(0, 64),
            "401 invalid_request: Cannot supply multiple client credentials. ");
  EXPECT_TRUE(Described("scope=x").starts_with(
      "400 invalid_request: The token request must specify a 'grant_type'."));
  EXPECT_TRUE(Described("grant_type=password").starts_with("400 unsupported_grant_type: "));
  EXPECT_EQ(Described("grant_type=client_credentials&client_assertion=x"),
            "400 invalid_request: The client_assertion_type is invalid.");
  EXPECT_EQ(Described(form(kUsers) + "&client_id=other"),
            "401 invalid_client: Invalid value for 'client_id' parameter.");
  EXPECT_EQ(Described(form("")), "400 invalid_scope: No scopes were requested.");
  EXPECT_EQ(
      Described(form("okta.nonsense.read")),
      "400 invalid_scope: One or more scopes are not configured for the authorization server resource.");
  EXPECT_EQ(Described(form("openid")),
            "400 invalid_scope: Cannot request 'openid' scopes using client credentials.");
  EXPECT_EQ(Described(form("okta.users.manage.self")),
            "400 client_credentials_self_scope_requested: The 'client_credentials' grant type may not "
            "request .self scopes.");
  EXPECT_EQ(Described(form("okta.apps.manage")),
            "400 consent_required: You are not allowed any of the requested scopes.");
}

TEST_F(TokenTest, KeysOfTheWorkshop) {
  store::App app = MakeApp({kUsers});
  store::AppKey first = (*store::ListKeys(*store_, app.id))[0];
  store::AppKey second = AddKey(app, 1, "second");
  // Two active keys, and an assertion that names none.
  EXPECT_EQ(Described(TokenForm(Sign(Claims(app)), kUsers)),
            "401 invalid_client: The client_assertion JWT kid is invalid.");
  EXPECT_EQ(AskToken(TokenForm(Sign(Claims(app), 0, {{"kid", "first"}}), kUsers)).status, 200);
  // The used key inactive, the other active.
  ASSERT_TRUE(store::SetKeyActive(*store_, {}, app.id, first.id, false).ok());
  EXPECT_EQ(Described(TokenForm(Sign(Claims(app)), kUsers)),
            "401 invalid_client: The client_assertion signature is invalid.");
  ASSERT_TRUE(store::SetKeyActive(*store_, {}, app.id, first.id, true).ok());
  ASSERT_TRUE(store::SetKeyActive(*store_, {}, app.id, second.id, false).ok());
  EXPECT_EQ(AskToken(TokenForm(Sign(Claims(app)), kUsers)).status, 200);
  EXPECT_EQ(Described(TokenForm(Sign(Claims(app), 1, {{"kid", "second"}}), kUsers)),
            "401 invalid_client: The client_assertion JWT kid is invalid.");
  store::App bare = MakeApp({kUsers}, false);
  EXPECT_EQ(Described(TokenForm(Sign(Claims(bare)), kUsers)),
            "401 invalid_client: The client does not have a JWKSet configured, but the client_assertion "
            "requires one.");
  auto failures = store::ListEvents(*store_, {.filter = "outcome.result eq \"FAILURE\""});
  EXPECT_GE(failures->items.size(), 4u);
}

TEST_F(TokenTest, KindOfAppMatters) {
  store::App secret =
      *store::CreateApp(*store_, {}, {.label = "Secret", .auth_method = "client_secret_basic"});
  AddKey(secret, 0, "k");
  EXPECT_TRUE(Described(TokenForm(Sign(Claims(secret)), kUsers))
                  .starts_with("401 invalid_client: Client Credentials requests"));
  store::App web = *store::CreateApp(*store_, {}, {.label = "Web", .application_type = "web"});
  AddKey(web, 0, "k");
  EXPECT_TRUE(Described(TokenForm(Sign(Claims(web)), kUsers))
                  .starts_with("401 invalid_client: Only clients with 'application_type'"));
}

TEST_F(TokenTest, TokensEnd) {
  store::App app = MakeApp({kUsers});
  SignIn(app, kUsers);
  EXPECT_EQ(Call("GET", "/api/v1/users").status, 200);
  Advance(std::chrono::hours(1));
  Answer answer = Call("GET", "/api/v1/users");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.code(), "E0000011");
  EXPECT_NE(answer.Header("WWW-Authenticate")
                .find("error=\"invalid_token\", error_description=\"The token has expired.\""),
            std::string::npos);
  SignIn(app, kUsers);
  ASSERT_TRUE(store::SetAppActive(*store_, {}, app.id, false).ok());
  EXPECT_EQ(Call("GET", "/api/v1/users").status, 401);
  token_ = "nonsense";
  EXPECT_EQ(Call("GET", "/api/v1/users").status, 401);
  EXPECT_EQ(Send("GET", "/api/v1/users").code(), "E0000005");
}

TEST_F(TokenTest, IntrospectsOnesOwnTokens) {
  store::App app = MakeApp({kUsers});
  SignIn(app, kUsers);
  auto ask = [&](const store::App& asking) {
    json::object claims = Claims(asking);
    claims["aud"] = Url() + "/oauth2/v1/introspect";
    return Send("POST", "/oauth2/v1/introspect", TokenForm(Sign(claims), "") + "&token=" + token_,
                {{"Content-Type", "application/x-www-form-urlencoded"}})
        .body;
  };
  json::value own = ask(app);
  EXPECT_TRUE(own.at("active").as_bool());
  EXPECT_EQ(own.at("scope").as_string(), kUsers);
  EXPECT_FALSE(ask(MakeApp({kUsers})).at("active").as_bool());
}

TEST_F(TokenTest, DpopBindsTokens) {
  store::App app = MakeApp({kUsers});
  ASSERT_TRUE(store::UpdateApp(*store_, {}, app.id, {.dpop_bound = true}).ok());
  auto key = base::crypto::PrivateKey::GenerateEc();
  auto proof = [&](std::string_view method, std::string_view path, json::object extra) {
    json::object claims{{"htm", method},
                        {"htu", Url() + std::string(path)},
                        {"iat", Seconds()},
                        {"jti", base::crypto::RandomUuid()}};
    for (const auto& [name, value] : extra) claims[name] = value;
    return *base::crypto::SignCompactJws(base::crypto::Algorithm::kEs256, key,
                                         {{"typ", "dpop+jwt"}, {"jwk", key.Public().ToJwk()}},
                                         json::serialize(claims));
  };
  auto form = [&] { return TokenForm(Sign(Claims(app)), kUsers); };
  EXPECT_EQ(Described(form()), "400 invalid_dpop_proof: The DPoP proof JWT header is missing.");
  Answer nonce = AskToken(form(), {{"DPoP", proof("POST", "/oauth2/v1/token", {})}});
  EXPECT_EQ(nonce.Text("/error"), "use_dpop_nonce");
  std::string good = proof("POST", "/oauth2/v1/token", {{"nonce", nonce.Header("dpop-nonce")}});
  Answer granted = AskToken(form(), {{"DPoP", good}});
  ASSERT_EQ(granted.status, 200) << granted.raw.body;
  EXPECT_EQ(granted.Text("/token_type"), "DPoP");
  EXPECT_EQ(Described(form(), {{"DPoP", good}}),
            "400 invalid_dpop_proof: The DPoP proof JWT has already been used.");
  token_ = granted.Text("/access_token");
  EXPECT_EQ(Call("GET", "/api/v1/users").status, 400);
  auto call = [&](std::string hash) {
    return Send("GET", "/api/v1/users?limit=5", "",
                {{"Authorization", "DPoP " + token_},
                 {"DPoP", proof("GET", "/api/v1/users", {{"ath", hash}})}})
        .status;
  };
  EXPECT_EQ(call(base::crypto::Base64UrlEncode(base::crypto::Sha256(token_))), 200);
  EXPECT_EQ(call("wrong"), 400);
}

}  // namespace
}  // namespace org::api
