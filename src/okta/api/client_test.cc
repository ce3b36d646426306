#include "okta/api/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/files.h"
#include "base/crypto/jws.h"
#include "base/net/http_server.h"

namespace okta::api {
namespace {

using base::net::ServerRequest;
using base::net::ServerResponse;
using ::testing::HasSubstr;
using ::testing::Not;

ServerResponse Json(int status, std::string body) {
  return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

class ClientTest : public ::testing::Test {
 protected:
  void Serve(base::net::ServerHandler handler) {
    server_ = std::move(base::net::HttpServer::Start({}, [this, handler](ServerRequest& request) {
                {
                  std::lock_guard lock(mutex_);
                  seen_.push_back(request.method + " " + request.target);
                }
                return handler(request);
              })).value();
  }

  std::unique_ptr<Client> MakeClient(Arguments arguments) {
    arguments.http_proxy = server_->url();
    return std::make_unique<Client>(ResolveSettings(arguments, Environment()), clock_);
  }
  std::unique_ptr<Client> ApiTokenClient() {
    Arguments arguments;
    arguments.api_token = "secret-token";
    return MakeClient(arguments);
  }

  std::mutex mutex_;
  std::vector<std::string> seen_;
  base::core::FakeClock clock_{std::chrono::system_clock::now()};
  std::unique_ptr<base::net::HttpServer> server_;
};

TEST(Settings, AddressOfTheOrg) {
  const struct {
    const char* org;
    const char* base;
    const char* proxy;
    const char* url;
    bool problem;
  } kCases[] = {
      {"dev-1", "okta.com", "", "https://dev-1.okta.com", false},
      {"dev-1", "localhost:8080", "", "http://localhost:8080", false},
      {"dev-1", "127.0.0.1:8080", "", "http://127.0.0.1:8080", false},
      {"dev-1", "okta.com", "http://localhost:9/", "http://localhost:9", false},
      {"dev-1-admin", "okta.com", "", "https://dev-1-admin.okta.com", true},
      {"", "okta.com", "", "", true},
      {"dev-1", "", "", "", true},
  };
  for (const auto& c : kCases) {
    Arguments arguments;
    arguments.org_name = c.org;
    arguments.base_url = c.base;
    arguments.http_proxy = c.proxy;
    arguments.api_token = "x";
    Settings settings = ResolveSettings(arguments, Environment());
    EXPECT_EQ(settings.org_url, c.url);
    EXPECT_EQ(!settings.problem.empty(), c.problem) << settings.problem;
  }
}

TEST(Settings, EnvironmentAndPrecedence) {
  Environment environment({{"OKTA_ORG_NAME", "dev"},
                           {"OKTA_BASE_URL", "okta.com"},
                           {"OKTA_API_TOKEN", "t"},
                           {"OKTA_API_CLIENT_ID", "c"},
                           {"OKTA_API_SCOPES", "okta.users.manage, okta.groups.manage"},
                           {"OKTA_API_PRIVATE_KEY", "k"}});
  Settings settings = ResolveSettings({}, environment);
  EXPECT_EQ(settings.auth, AuthKind::kApiToken);
  EXPECT_THAT(settings.scopes, ::testing::ElementsAre("okta.groups.manage", "okta.users.manage"));
  Arguments arguments;
  arguments.private_key = "k2";
  EXPECT_EQ(ResolveSettings(arguments, environment).auth, AuthKind::kPrivateKey);
  EXPECT_NE(ResolveSettings(arguments, environment).PrincipalKey(), settings.PrincipalKey());
  EXPECT_THAT(ResolveSettings({}, Environment()).problem, HasSubstr("org_name"));

  arguments.api_token = "t";
  std::vector<ArgumentProblem> problems = CheckArguments(arguments);
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].detail, "\"api_token\": conflicts with private_key");
  arguments = {};
  arguments.max_retries = 101;
  EXPECT_EQ(CheckArguments(arguments)[0].summary,
            "expected max_retries to be in the range (0 - 100), got 101");
}

TEST(SigningKey, FromTextAndPath) {
  base::crypto::PrivateKey key = base::crypto::PrivateKey::GenerateRsa();
  std::string pem = key.ToPkcs8Pem();
  EXPECT_TRUE(LoadSigningKey(pem).ok());
  std::string escaped;
  for (char c : pem) escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
  ASSERT_TRUE(LoadSigningKey(escaped).ok());
  base::core::TempDirectory directory;
  ASSERT_TRUE(base::core::WriteFile(directory / "rsa.pem", pem, 0600).ok());
  EXPECT_TRUE(LoadSigningKey(directory / "rsa.pem").ok());
  EXPECT_EQ(LoadSigningKey(base::crypto::PrivateKey::GenerateEc().ToPkcs8Pem())->algorithm,
            base::crypto::Algorithm::kEs256);
  for (const char* bad :
       {"/no/such/file.pem", "secret", "-----BEGIN PUBLIC KEY-----\nsecret\n-----END PUBLIC KEY-----\n"}) {
    auto loaded = LoadSigningKey(bad);
    ASSERT_FALSE(loaded.ok());
    EXPECT_THAT(loaded.error().message(), HasSubstr("invalid private key"));
    EXPECT_THAT(loaded.error().message(), Not(HasSubstr("secret")));
  }
}

TEST_F(ClientTest, ErrorsReachTheUserWhole) {
  Serve([](ServerRequest& request) {
    if (request.path == "/api/v1/users/scope") {
      ServerResponse response = Json(403, "");
      response.Add(
          "WWW-Authenticate",
          R"(Bearer authorization_uri="https://x", realm="r", scope="okta.users.read", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="/api/v1/users")");
      return response;
    }
    if (request.path == "/api/v1/users/html")
      return ServerResponse{502, {{"Content-Type", "text/html"}}, "<p>"};
    if (request.method == "POST") {
      return Json(
          400,
          R"({"errorCode":"E0000001","errorSummary":"Api validation failed: login","errorCauses":[{"errorSummary":"login: taken"},{"errorSummary":"b"}]})");
    }
    return Json(
        404,
        R"j({"errorCode":"E0000007","errorSummary":"Not found: Resource not found: x (User)","errorCauses":[]})j");
  });
  auto client = ApiTokenClient();
  auto message = [&](const char* method, const char* path) {
    return std::get<ApiError>(client->Send({method, path}, {})).message;
  };
  EXPECT_EQ(message("GET", "/api/v1/users/scope"),
            "the API returned an error: The access token provided does not contain the required scopes., "
            "Status: 403 Forbidden");
  EXPECT_EQ(message("POST", "/api/v1/users"),
            "the API returned an error: Api validation failed: login. Causes: errorSummary: login: taken, "
            "errorSummary: b, Status: 400 Bad Request");
  EXPECT_EQ(message("GET", "/api/v1/users/x"),
            "the API returned an error: Not found: Resource not found: x (User), Status: 404 Not Found");
  EXPECT_EQ(message("GET", "/api/v1/users/html"),
            "the API returned an unknown error, Status: 502 Bad Gateway");
  EXPECT_GT(clock_.slept(), std::chrono::seconds(10)) << "502 was tried again before it was told";
}

TEST_F(ClientTest, WalksPagesByPathOnly) {
  Serve([](ServerRequest& request) {
    ServerResponse response =
        Json(200, request.Query("after").empty() ? R"([{"id":"1"},{"id":"2"}])" : R"([{"id":"3"}])");
    response.Add("Link", "<https://elsewhere.okta.com/api/v1/users?limit=2>; rel=\"self\"");
    if (request.Query("after").empty()) {
      response.Add("Link", "<https://elsewhere.okta.com/api/v1/users?after=2&limit=2>; rel=\"next\"");
    }
    return response;
  });
  auto client = ApiTokenClient();
  std::vector<std::string> ids;
  auto error = client->ForEachPage("/api/v1/users?limit=2",
                                   [&](boost::json::array& page) {
                                     for (auto& item : page) ids.emplace_back(item.at("id").as_string());
                                     return true;
                                   },
                                   {});
  EXPECT_FALSE(error);
  EXPECT_THAT(ids, ::testing::ElementsAre("1", "2", "3"));
  EXPECT_THAT(seen_,
              ::testing::ElementsAre("GET /api/v1/users?limit=2", "GET /api/v1/users?after=2&limit=2"));
}

TEST_F(ClientTest, WaitsOutRateLimitsAndRetriesByKindOfCall) {
  std::atomic<int> gets = 0, posts = 0, locked = 0;
  Serve([&](ServerRequest& request) {
    if (request.path == "/api/v1/policies") return Json(++locked < 3 ? 423 : 200, "{}");
    if (request.method == "GET" && ++gets <= 2) {
      ServerResponse response = Json(429, R"({"errorCode":"E0000047","errorSummary":"limit"})");
      response.Add("X-Rate-Limit-Limit", "100").Add("X-Rate-Limit-Remaining", "0");
      response.Add("X-Rate-Limit-Reset", std::to_string(std::time(nullptr) + 30 * gets));
      return response;
    }
    if (request.method == "POST") return Json(++posts < 2 ? 500 : 200, "{}");
    return Json(200, "{}");
  });
  auto client = ApiTokenClient();
  EXPECT_TRUE(std::holds_alternative<Reply>(client->Send({"GET", "/api/v1/users/1"}, {})));
  EXPECT_EQ(client->governor().usage().waits, 2);
  EXPECT_GT(clock_.slept(), std::chrono::seconds(60));
  EXPECT_EQ(std::get<ApiError>(client->Send({"POST", "/api/v1/users"}, {})).status, 500) << "may have acted";
  EXPECT_EQ(posts, 1);
  posts = 0;
  EXPECT_TRUE(std::holds_alternative<Reply>(
      client->Send({"POST", "/api/v1/users/1/lifecycle/x", nullptr, true}, {})));
  EXPECT_TRUE(std::holds_alternative<Reply>(client->Send({"POST", "/api/v1/policies"}, {})));
  EXPECT_EQ(locked, 3);
}

// A token endpoint that checks assertions and, when asked, wants DPoP.
class TokenTest : public ClientTest {
 protected:
  ServerResponse Token(ServerRequest& request) {
    auto form = base::net::ParseForm(request.body);
    auto field = [&](std::string_view name) {
      for (auto& [key, value] : form) {
        if (key == name) return value;
      }
      return std::string();
    };
    auto jws = base::crypto::ParseCompactJws(field("client_assertion"));
    if (!jws.ok() ||
        !base::crypto::VerifyJws(*jws, std::array{base::crypto::Algorithm::kRs256}, key_.Public())) {
      return Json(
          401,
          R"({"error":"invalid_client","error_description":"The client_assertion signature is invalid."})");
    }
    if (jws->HeaderText("kid") != kid_) {
      return Json(
          401,
          R"({"error":"invalid_client","error_description":"The client_assertion JWT kid is invalid."})");
    }
    EXPECT_EQ(jws->ClaimText("aud"), server_->url() + "/oauth2/v1/token");
    EXPECT_EQ(jws->claims.at("exp").as_int64() - jws->claims.at("iat").as_int64(), 3600);
    EXPECT_EQ(field("scope"), "okta.groups.manage okta.users.manage");
    if (dpop_) {
      auto proof = base::crypto::ParseCompactJws(request.Header("DPoP"));
      if (!proof.ok()) {
        return Json(
            400,
            R"({"error":"invalid_dpop_proof","error_description":"The DPoP proof JWT header is missing."})");
      }
      if (proof->ClaimText("nonce") != "n1") {
        ServerResponse response = Json(400, R"({"error":"use_dpop_nonce","error_description":"nonce"})");
        response.Add("dpop-nonce", "n1");
        return response;
      }
    }
    ++tokens_;
    return Json(
        200,
        fmt::format(
            R"({{"token_type":"{}","expires_in":3600,"access_token":"at{}","scope":"okta.groups.manage"}})",
            dpop_ ? "DPoP" : "Bearer", tokens_.load()));
  }

  void ServeOrg() {
    Serve([this](ServerRequest& request) {
      if (request.path == "/oauth2/v1/token") return Token(request);
      std::string_view authorization = request.Header("Authorization");
      if (authorization == refused_)
        return Json(401, R"({"errorCode":"E0000011","errorSummary":"Invalid token provided"})");
      if (dpop_) {
        auto proof = base::crypto::ParseCompactJws(request.Header("DPoP"));
        EXPECT_TRUE(proof.ok());
        EXPECT_EQ(proof->ClaimText("htu"), server_->url() + "/api/v1/groups");
        auto jwk = base::crypto::PublicKey::FromJwk(proof->header.at("jwk").as_object());
        EXPECT_TRUE(base::crypto::VerifyJws(*proof, std::array{base::crypto::Algorithm::kEs256}, *jwk));
      }
      return Json(200, fmt::format(R"(["{}"])", authorization));
    });
  }

  std::unique_ptr<Client> KeyClient() {
    Arguments arguments;
    arguments.client_id = "0oa1";
    arguments.scopes = {{"okta.users.manage", "okta.groups.manage"}};
    arguments.private_key = key_.ToPkcs8Pem();
    arguments.private_key_id = "k1";
    return MakeClient(arguments);
  }
  std::string Authorization(Client& client) {
    Outcome outcome = client.Send({"GET", "/api/v1/groups"}, {});
    if (auto* error = std::get_if<ApiError>(&outcome)) return error->message + "|" + error->detail;
    return std::string(std::get<Reply>(outcome).body.as_array()[0].as_string());
  }

  base::crypto::PrivateKey key_ = base::crypto::PrivateKey::GenerateRsa();
  std::string kid_ = "k1";
  std::string refused_;
  bool dpop_ = false;
  std::atomic<int> tokens_ = 0;
};

TEST_F(TokenTest, OneTokenForAllThreadsUntilItExpires) {
  ServeOrg();
  auto client = KeyClient();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([&] { EXPECT_EQ(Authorization(*client), "Bearer at1"); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(tokens_, 1);
  clock_.Advance(std::chrono::minutes(59));
  EXPECT_EQ(Authorization(*client), "Bearer at2");
  refused_ = "Bearer at2";
  EXPECT_EQ(Authorization(*client), "Bearer at3") << "a refused token is renewed once";
}

TEST_F(TokenTest, RefusalsOfTheLoginComeWithEachCall) {
  ServeOrg();
  kid_ = "other";
  auto client = KeyClient();
  for (int i = 0; i < 2; ++i) {
    std::string text = Authorization(*client);
    EXPECT_THAT(
        text, ::testing::StartsWith("the API returned an error: The client_assertion JWT kid is invalid.|"));
    EXPECT_THAT(text, HasSubstr("private_key_id is \"k1\""));
  }
  EXPECT_EQ(seen_.size(), 1u) << "what was refused is not asked again at once";
  clock_.Advance(std::chrono::seconds(61));
  kid_ = "k1";
  EXPECT_EQ(Authorization(*client), "Bearer at1");
  clock_.Advance(std::chrono::hours(1));
  key_ = base::crypto::PrivateKey::GenerateRsa();
  EXPECT_THAT(
      Authorization(*client),
      ::testing::StartsWith("the API returned an error: The client_assertion signature is invalid.|"));
}

TEST_F(TokenTest, AnOrgInTroubleIsAskedByFewAndNothingIsInDoubt) {
  Serve([](ServerRequest&) { return Json(500, "{}"); });
  auto client = KeyClient();
  const auto asked = [&] {
    seen_.clear();
    Outcome outcome = client->Send({"POST", "/api/v1/groups"}, {});
    EXPECT_FALSE(std::get<ApiError>(outcome).in_doubt) << "the call itself was never made";
    return seen_.size();
  };
  EXPECT_GT(asked(), 1u);
  EXPECT_EQ(asked(), 0u);
  clock_.Advance(std::chrono::seconds(6));
  EXPECT_GT(asked(), 1u);
}

TEST_F(ClientTest, AnOrgOutOfReachIsGivenUpForAllCalls) {
  Serve([](ServerRequest&) { return Json(200, "[]"); });
  auto client = ApiTokenClient();
  server_.reset();
  const auto waited = [&] {
    const auto before = clock_.Monotonic();
    Outcome outcome = client->Send({"POST", "/api/v1/groups"}, {});
    EXPECT_THAT(std::get<ApiError>(outcome).message, HasSubstr("giving up after 6 attempt(s)"));
    EXPECT_FALSE(std::get<ApiError>(outcome).in_doubt);
    return clock_.Monotonic() - before;
  };
  EXPECT_GT(waited(), std::chrono::seconds(30));
  EXPECT_EQ(waited(), std::chrono::seconds(0));
  clock_.Advance(std::chrono::seconds(6));
  EXPECT_GT(waited(), std::chrono::seconds(30));
}

TEST_F(ClientTest, AnApiTokenThatTheOrgDoesNotKnowIsAskedOnce) {
  Serve([](ServerRequest&) {
    return Json(401, R"({"errorCode":"E0000011","errorSummary":"Invalid token provided"})");
  });
  auto client = ApiTokenClient();
  for (int i = 0; i < 3; ++i) {
    Outcome outcome = client->Send({"GET", "/api/v1/groups"}, {});
    EXPECT_THAT(std::get<ApiError>(outcome).message,
                ::testing::StartsWith("the API returned an error: Invalid token provided"));
  }
  EXPECT_EQ(seen_.size(), 1u);
}

TEST_F(TokenTest, BindsTokensWhenTheOrgWantsIt) {
  ServeOrg();
  dpop_ = true;
  auto client = KeyClient();
  EXPECT_EQ(Authorization(*client), "DPoP at1");
  EXPECT_EQ(Authorization(*client), "DPoP at1");
  EXPECT_EQ(seen_.size(), 5u) << "plain, proof, proof with nonce, two calls";
}

TEST(Connections, ShareByOrgAndPrincipal) {
  base::core::FakeClock clock;
  Connections connections(clock);
  Arguments arguments;
  arguments.org_name = "dev";
  arguments.base_url = "okta.com";
  arguments.api_token = "a";
  auto first = connections.Get(ResolveSettings(arguments, Environment()));
  EXPECT_EQ(connections.Get(ResolveSettings(arguments, Environment())), first);
  arguments.api_token = "b";
  EXPECT_NE(connections.Get(ResolveSettings(arguments, Environment())), first);
}

}  // namespace
}  // namespace okta::api
