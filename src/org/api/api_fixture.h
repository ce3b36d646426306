// A whole org behind a real server on a free loopback port, with a clock that tests move, and a client that
// signs in as apps do. For this room's tests only.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "base/crypto/digest.h"
#include "base/crypto/jws.h"
#include "base/crypto/key.h"
#include "base/net/http_client.h"
#include "base/net/http_server.h"
#include "org/api/api.h"
#include "org/store/admins.h"
#include "org/store/apps.h"

namespace org::api {

namespace json = boost::json;

struct Answer {
  int status = 0;
  json::value body;
  base::net::ClientResponse raw;

  std::string Text(std::string_view pointer) const {
    boost::system::error_code error;
    const json::value* value = body.find_pointer(pointer, error);
    return value && value->is_string() ? std::string(value->as_string()) : "";
  }
  std::string code() const { return Text("/errorCode"); }
  std::string Header(std::string_view name) const { return std::string(raw.Header(name)); }
  // The path and query of Link: <...>; rel="next", or "".
  std::string Next() const {
    for (std::string_view link : raw.HeaderValues("Link")) {
      if (link.find("rel=\"next\"") == std::string_view::npos) continue;
      link = link.substr(1, link.find('>') - 1);
      return std::string(link.substr(link.find('/', 8)));
    }
    return "";
  }
};

class OrgTest : public testing::Test {
 protected:
  explicit OrgTest(ApiOptions options = {}) {
    store::OpenOptions open{.now = [this] { return store::Time(std::chrono::milliseconds(now_.load())); },
                            .password_cost = 4,
                            .signing_key_pem = Key(0).ToPkcs8Pem()};
    auto opened = store::Store::Open(open);
    EXPECT_TRUE(opened.ok());
    store_ = std::move(*opened);
    auto api = Api::Create(*store_, options);
    EXPECT_TRUE(api.ok());
    api_ = std::move(*api);
    auto server =
        base::net::HttpServer::Start({.threads = 4}, [this](auto& request) { return api_->Handle(request); });
    EXPECT_TRUE(server.ok());
    server_ = std::move(*server);
  }

  ~OrgTest() override {
    api_->hooks().Close();
    server_->Stop();
  }

  // Keys are dear: the two that most tests need are made once.
  static const base::crypto::PrivateKey& Key(int number) {
    static const base::crypto::PrivateKey keys[] = {base::crypto::PrivateKey::GenerateRsa(),
                                                    base::crypto::PrivateKey::GenerateRsa()};
    return keys[number];
  }

  store::App MakeApp(std::initializer_list<std::string_view> scopes, bool with_key = true) {
    store::Actor actor;
    store::App app = *store::CreateApp(*store_, actor, {.label = "Terraform Workshop"});
    if (with_key) AddKey(app, 0, "first");
    for (std::string_view scope : scopes) EXPECT_TRUE(store::GrantScope(*store_, actor, app.id, scope).ok());
    return app;
  }

  store::AppKey AddKey(const store::App& app, int number, std::string_view kid, bool active = true) {
    json::object jwk = Key(number).Public().ToJwk();
    jwk["kid"] = kid;
    auto key = store::AddKey(*store_, {}, app.id, jwk, active);
    EXPECT_TRUE(key.ok());
    return *key;
  }

  int64_t Seconds() const { return now_ / 1000; }
  void Advance(std::chrono::milliseconds time) { now_ += time.count(); }
  std::string Url() const { return server_->url(); }

  // A good assertion's claims; tests spoil them.
  json::object Claims(const store::App& app) const {
    return {{"iss", app.id},    {"sub", app.id},           {"aud", Url() + "/oauth2/v1/token"},
            {"iat", Seconds()}, {"exp", Seconds() + 3600}, {"jti", base::crypto::RandomUuid()}};
  }

  static std::string Sign(const json::object& claims, int key = 0, json::object header = {}) {
    return *base::crypto::SignCompactJws(base::crypto::Algorithm::kRs256, Key(key), std::move(header),
                                         json::serialize(claims));
  }

  static std::string TokenForm(std::string_view assertion, std::string_view scopes) {
    return fmt::format("grant_type=client_credentials&scope={}&client_assertion_type={}&client_assertion={}",
                       base::net::PercentEncode(scopes),
                       base::net::PercentEncode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                       assertion);
  }

  using Headers = std::vector<std::pair<std::string, std::string>>;

  Answer Send(std::string_view method, std::string_view target, std::string_view body = {},
              Headers headers = {}) {
    base::net::ClientRequest request{.method = std::string(method),
                                     .url = Url() + std::string(target),
                                     .headers = std::move(headers),
                                     .body = std::string(body)};
    auto sent = client_.Send(request);
    Answer answer;
    auto* response = std::get_if<base::net::ClientResponse>(&sent);
    EXPECT_NE(response, nullptr) << method << " " << target;
    if (!response) return answer;
    answer.status = response->status;
    if (!response->body.empty()) {
      auto parsed = base::crypto::ParseJson(response->body, 64);
      if (parsed.ok()) answer.body = std::move(*parsed);
    }
    answer.raw = std::move(*response);
    return answer;
  }

  Answer AskToken(std::string_view form, Headers headers = {}) {
    headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    return Send("POST", "/oauth2/v1/token", form, std::move(headers));
  }

  // Signs in and remembers the token for Call.
  void SignIn(const store::App& app, std::string_view scopes) {
    Answer answer = AskToken(TokenForm(Sign(Claims(app)), scopes));
    ASSERT_EQ(answer.status, 200) << answer.raw.body;
    token_ = answer.Text("/access_token");
  }

  Answer Call(std::string_view method, std::string_view target, std::string_view body = {}) {
    Headers headers{{"Authorization", "Bearer " + token_}};
    if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
    return Send(method, target, body, std::move(headers));
  }

  std::string CreateUser(std::string_view name) {
    Answer answer = Call("POST", "/api/v1/users", UserBody(name));
    EXPECT_EQ(answer.status, 200) << answer.raw.body;
    return answer.Text("/id");
  }

  static std::string UserBody(std::string_view name) {
    return fmt::format(
        R"({{"profile":{{"firstName":"{0}","lastName":"Bird","login":"{0}@example.com",)"
        R"("email":"{0}@example.com","postalAddress":null}},"credentials":{{"password":{{}}}}}})",
        name);
  }

  std::atomic<int64_t> now_ = 1767225600000;  // 2026-01-01
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<base::net::HttpServer> server_;
  base::net::HttpClient client_{base::net::ClientOptions{}};
  std::string token_;
};

}  // namespace org::api
