// The console through a real server on loopback, as a browser without script would use it: signs in, keeps
// cookies, fills in forms. Not a browser (tests/browser). Only tests of this room include this.
#pragma once

#include "org/console/console.h"

#include <atomic>
#include <map>
#include <memory>
#include <regex>
#include <string>

#include <gtest/gtest.h>

#include "base/crypto/jws.h"
#include "base/crypto/key.h"
#include "base/net/http_client.h"
#include "base/net/http_server.h"
#include "org/console/routes.h"
#include "org/store/admins.h"
#include "org/store/apps.h"
#include "org/store/events.h"
#include "org/store/groups.h"
#include "org/store/users.h"

namespace org::console {

using base::net::ClientRequest;
using base::net::ClientResponse;
using Fields = std::vector<std::pair<std::string, std::string>>;

inline constexpr const char* kPassword = "quercus robur";

inline std::string Encode(const Fields& fields) {
  std::string body;
  for (const auto& [name, value] : fields) {
    body +=
        (body.empty() ? "" : "&") + base::net::PercentEncode(name) + "=" + base::net::PercentEncode(value);
  }
  return body;
}

class ConsoleTest : public testing::Test {
 protected:
  ConsoleTest() : client_({.proxy = ""}) {
    now_ = store::Time(std::chrono::seconds(1800000000));
    auto opened = store::Store::Open({.now = [this] { return now_.load(); }, .password_cost = 4});
    CHECK(opened.ok());
    store_ = std::move(*opened);
    CHECK(store::SetAdmin(*store_, "admin", kPassword).ok());
    console_ = std::make_unique<Console>(*store_, ConsoleOptions{.buckets = [] {
      return std::vector<BucketUsage>{{.name = "/api/v1/users", .limit = 600, .used = 599}};
    }});
    auto server = base::net::HttpServer::Start(
        {}, [this](base::net::ServerRequest& request) { return console_->Handle(request); });
    CHECK(server.ok());
    server_ = std::move(*server);
  }

  ClientResponse Send(ClientRequest request) {
    if (request.url.starts_with('/')) request.url = server_->url() + request.url;
    if (!cookies_.empty()) {
      std::string text;
      for (const auto& [name, value] : cookies_) text += (text.empty() ? "" : "; ") + name + "=" + value;
      request.headers.emplace_back("Cookie", text);
    }
    auto response = client_.Call(request);
    CHECK(response.ok());
    for (std::string_view header : response->HeaderValues("Set-Cookie")) {
      std::string_view pair = header.substr(0, header.find(';'));
      std::string name(pair.substr(0, pair.find('=')));
      std::string value(pair.substr(pair.find('=') + 1));
      if (value.empty()) {
        cookies_.erase(name);
      } else {
        cookies_[name] = value;
      }
    }
    return std::move(*response);
  }

  ClientResponse Get(const std::string& path) { return Send({.url = path}); }

  ClientResponse PostRaw(const std::string& path, const Fields& fields, Fields headers = {}) {
    headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    return Send({.method = "POST", .url = path, .headers = headers, .body = Encode(fields)});
  }

  // With the token that the pages put into forms.
  ClientResponse Post(const std::string& path, Fields fields) {
    if (csrf_.empty()) csrf_ = Hidden(Get("/admin/getting-started").body, "csrf");
    fields.emplace_back("csrf", csrf_);
    return PostRaw(path, fields);
  }

  static std::string Hidden(const std::string& page, const std::string& name) {
    std::smatch match;
    std::regex_search(page, match, std::regex("name=\"" + name + "\" value=\"([^\"]*)\""));
    return match.size() > 1 ? match[1].str() : "";
  }

  ClientResponse TrySignIn(const std::string& password, const std::string& next = "") {
    std::string token = Hidden(Get("/login").body, "csrf");
    return PostRaw("/login",
                   {{"csrf", token}, {"username", "admin"}, {"password", password}, {"next", next}});
  }
  void SignIn() { ASSERT_EQ(TrySignIn(kPassword).status, 303); }

  std::string LastEvent() {
    auto events =
        store::ListEvents(*store_, {.page = {.limit = 1}, .since = store::Time{}, .descending = true});
    const auto& event = events->items.at(0);
    return std::string(event.at("eventType").as_string()) + " by " +
           std::string(event.at("actor").at("alternateId").as_string());
  }

  std::string NewApp(const std::string& label = "Workshop") {
    auto app = store::CreateApp(*store_, {}, {.label = label});
    return "/admin/app/oidc_client/instance/" + app->id;
  }

  std::atomic<store::Time> now_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Console> console_;
  std::unique_ptr<base::net::HttpServer> server_;
  base::net::HttpClient client_;
  std::map<std::string, std::string> cookies_;
  std::string csrf_;
};

}  // namespace org::console
