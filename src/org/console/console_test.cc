// Who gets in, and what every page and change has in common.
#include "org/console/console_fixture.h"

namespace org::console {
namespace {

TEST_F(ConsoleTest, EveryPageAsksForASession) {
  for (const Route& route : Routes()) {
    std::string path = std::regex_replace(std::string(route.pattern), std::regex("\\{[^}]*\\}"), "x");
    auto response = route.method == "GET" ? Get(path) : PostRaw(path, {{"csrf", ""}});
    if (path.starts_with("/admin/internal/")) {
      EXPECT_EQ(response.status, 403) << path;
    } else {
      EXPECT_EQ(response.status, 303) << path;
      EXPECT_TRUE(response.Header("Location").starts_with("/login")) << path;
    }
  }
}

TEST_F(ConsoleTest, EveryChangeAsksForTheToken) {
  SignIn();
  for (const Route& route : Routes()) {
    if (route.method == "GET") continue;
    std::string path = std::regex_replace(std::string(route.pattern), std::regex("\\{[^}]*\\}"), "x");
    EXPECT_EQ(PostRaw(path, {}).status, 403) << path;
    EXPECT_EQ(PostRaw(path, {{"csrf", std::string(32, 'a')}}).status, 403) << path;
  }
  EXPECT_EQ(PostRaw("/admin/sign-out", {}).status, 403);
}

TEST_F(ConsoleTest, SignInAndOut) {
  auto wanted = Get("/admin/users?q=a%20b");
  EXPECT_EQ(wanted.Header("Location"), "/login?next=%2Fadmin%2Fusers%3Fq%3Da%2520b");
  auto wrong = TrySignIn("wrong");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_NE(wrong.body.find("Unable to sign in"), std::string::npos);
  EXPECT_EQ(wrong.body.find("wrong\""), std::string::npos) << "a password must not come back";
  auto right = TrySignIn(kPassword, "/admin/users?q=a%20b");
  EXPECT_EQ(right.status, 303);
  EXPECT_EQ(right.Header("Location"), "/admin/users?q=a%20b");
  std::string cookie(right.Header("Set-Cookie"));
  EXPECT_NE(cookie.find("; HttpOnly; SameSite=Strict"), std::string::npos) << cookie;
  EXPECT_EQ(Get("/admin/getting-started").status, 200);
  auto old_cookies = cookies_;
  EXPECT_EQ(Post("/admin/sign-out", {}).status, 303);
  cookies_ = old_cookies;  // the store must have forgotten it, not only the browser
  EXPECT_EQ(Get("/admin/getting-started").status, 303);
}

TEST_F(ConsoleTest, SignInStaysHere) {
  for (const char* next :
       {"https://evil.example/", "//evil.example", "/\\evil.example", "/login?next=x", "javascript:x"}) {
    EXPECT_EQ(TrySignIn(kPassword, next).Header("Location"), "/admin/getting-started") << next;
    cookies_.clear();
  }
}

TEST_F(ConsoleTest, SignInNeedsTheFormsOwnToken) {
  Get("/login");
  EXPECT_EQ(PostRaw("/login", {{"username", "admin"}, {"password", kPassword}, {"csrf", "x"}}).status, 403);
  cookies_.clear();
  EXPECT_EQ(PostRaw("/login", {{"username", "admin"}, {"password", kPassword}, {"csrf", ""}}).status, 403);
}

TEST_F(ConsoleTest, GuessingIsBraked) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(TrySignIn("guess").status, 401);
  auto braked = TrySignIn(kPassword);
  EXPECT_EQ(braked.status, 429);
  EXPECT_NE(braked.body.find("Try again in 1 second."), std::string::npos);
  now_ = now_.load() + std::chrono::seconds(1);
  EXPECT_EQ(TrySignIn("guess").status, 401);
  EXPECT_NE(TrySignIn(kPassword).body.find("Try again in 2 seconds."), std::string::npos);
  now_ = now_.load() + std::chrono::seconds(2);
  EXPECT_EQ(TrySignIn(kPassword).status, 303);
}

TEST_F(ConsoleTest, SessionsEnd) {
  SignIn();
  now_ = now_.load() + std::chrono::hours(13);
  EXPECT_EQ(Get("/admin/users").status, 303);
}

TEST_F(ConsoleTest, HeadersAreOnEveryAnswer) {
  SignIn();
  for (const char* path :
       {"/admin/users", "/login", "/assets/console.css", "/assets/none", "/admin/nowhere"}) {
    auto response = Get(path);
    EXPECT_NE(response.Header("Content-Security-Policy").find("default-src 'none'"), std::string::npos)
        << path;
    EXPECT_EQ(response.Header("Content-Security-Policy").find("unsafe"), std::string::npos) << path;
    EXPECT_EQ(response.Header("X-Content-Type-Options"), "nosniff") << path;
    EXPECT_EQ(response.Header("X-Frame-Options"), "DENY") << path;
  }
  EXPECT_EQ(Get("/admin/users").Header("Cache-Control"), "no-store");
}

TEST_F(ConsoleTest, ForeignHostsAndOriginsAreRefused) {
  SignIn();
  EXPECT_EQ(Send({.url = "/admin/users", .headers = {{"Host", "evil.example"}}}).status, 403);
  EXPECT_EQ(Send({.url = "/admin/users", .headers = {{"Host", "localhost:1"}}}).status, 200);
  std::string csrf = Hidden(Get("/admin/users").body, "csrf");
  auto post = [&](Fields headers) {
    return PostRaw("/admin/groups/new", {{"csrf", csrf}, {"name", "g"}}, std::move(headers)).status;
  };
  EXPECT_EQ(post({{"Origin", "https://evil.example"}}), 403);
  EXPECT_EQ(post({{"Origin", "null"}}), 403);
  EXPECT_EQ(post({{"Sec-Fetch-Site", "same-site"}}), 403);
  EXPECT_EQ(post({{"Origin", server_->url()}, {"Sec-Fetch-Site", "same-origin"}}), 303);
}

TEST(Console, OwnsItsPaths) {
  for (const char* path : {"/", "/login", "/admin/users", "/report/system_log_2", "/assets/x", "/admin"}) {
    EXPECT_TRUE(Console::Owns(path)) << path;
  }
  for (const char* path :
       {"/api/v1/users", "/oauth2/v1/token", "/administrator", "/.well-known/okta-organization"}) {
    EXPECT_FALSE(Console::Owns(path)) << path;
  }
}

}  // namespace
}  // namespace org::console
