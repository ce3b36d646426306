#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "base/net/http_client.h"
#include "base/net/http_server.h"
#include "install/login/authorization.h"
#include "install/login/browser.h"
#include "install/login/printable.h"

namespace install::login {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

discovery::OAuthClient Client() {
  discovery::OAuthClient client;
  client.id = "a client";
  client.authorization_url = "https://login.example.com/authorize?tenant=1";
  client.scopes = {"a", "b&c"};
  return client;
}

std::string Problem(const std::string& problem) { return "<" + problem + ">"; }

base::net::ClientResponse Open(const std::string& url) {
  base::net::HttpClient browser({});
  auto response = browser.Call({.url = url});
  EXPECT_TRUE(response.ok());
  return response.ok() ? *response : base::net::ClientResponse{};
}

std::map<std::string, std::string> QueryOf(const std::string& url) {
  std::map<std::string, std::string> query;
  for (auto& [name, value] : base::net::ParseForm(url.substr(url.find('?') + 1))) query[name] = value;
  return query;
}

TEST(Authorization, BringsTheCode) {
  auto authorization = Authorization::Start(Client(), Problem);
  ASSERT_TRUE(authorization.ok());
  const std::string url = (*authorization)->url();
  EXPECT_THAT(url, HasSubstr("https://login.example.com/authorize?tenant=1&client_id=a%20client&"));
  auto query = QueryOf(url);
  EXPECT_EQ(query["scope"], "a b&c");
  const std::string back = query["redirect_uri"];
  EXPECT_EQ(Open(back).status, 400);
  EXPECT_EQ(Open(back + "?code=x&state=other").status, 400);
  EXPECT_EQ(Open(back.substr(0, back.rfind('/')) + "/favicon.ico").status, 404);
  const base::net::ClientResponse page = Open(back + "?code=c%2F1&state=" + query["state"]);
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, "<>");
  EXPECT_EQ(Open(back + "?code=again&state=" + query["state"]).status, 400);
  const auto code = (*authorization)->Wait({});
  ASSERT_TRUE(code.ok());
  EXPECT_EQ(code->code, "c/1");
  EXPECT_EQ(code->redirect_uri, back);
  EXPECT_EQ(base::core::Base64UrlEncode(base::crypto::Sha256(code->verifier)), query["code_challenge"]);
}

TEST(Authorization, TellsOfRefusal) {
  auto authorization = Authorization::Start(Client(), Problem);
  ASSERT_TRUE(authorization.ok());
  auto query = QueryOf((*authorization)->url());
  const auto page = Open(query["redirect_uri"] +
                         "?error=access_denied&error_description=no%0a%1b[31m&state=" + query["state"]);
  EXPECT_EQ(page.body, "<access was denied: no [31m>");
  EXPECT_EQ((*authorization)->Wait({}).error().message(), "access was denied: no [31m");
}

TEST(Authorization, Interrupted) {
  auto authorization = Authorization::Start(Client(), Problem);
  ASSERT_TRUE(authorization.ok());
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ((*authorization)->Wait(source.get_token()).error().message(), "interrupted");
}

TEST(Browser, Commands) {
  base::core::Environment environment;
  environment.Set("BROWSER", "firefox:chromium --new-window %s --x:: ");
  const auto commands = BrowserCommands("https://a/?b=c:d", environment);
  EXPECT_THAT(commands[0], ElementsAre("firefox", "https://a/?b=c:d"));
  EXPECT_THAT(commands[1], ElementsAre("chromium", "--new-window", "https://a/?b=c:d", "--x"));
  EXPECT_THAT(commands[2], ElementsAre("xdg-open", "https://a/?b=c:d"));
}

TEST(Printable, OneCleanLine) {
  EXPECT_EQ(Printable(" a\n\n b\x1b[31m\x07\xff é "), "a b[31m\xEF\xBF\xBD é");
  EXPECT_EQ(Printable("ééé", 3), "é");
}

}  // namespace
}  // namespace install::login
