#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <filesystem>

#include "base/core/strings.h"
#include "base/ssh/agent_relay.h"
#include "base/ssh/client.h"

namespace base::ssh {
namespace {

using std::chrono::milliseconds;

// Takes connections, by the kernel alone, and never says a word.
class MuteServer {
 public:
  MuteServer() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(fd_.get(), 5), 0);
    EXPECT_EQ(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    port = ntohs(address.sin_port);
  }
  uint16_t port = 0;

 private:
  core::UniqueFd fd_;
};

Route RouteTo(uint16_t port) {
  Route route;
  route.target.host = "127.0.0.1";
  route.target.port = port;
  route.target.user = "nobody";
  route.target.password = "hush";
  return route;
}

std::string WhyNot(const Route& route, milliseconds timeout, std::stop_token stop = {}) {
  auto client = Client::Connect(route, Deadline::clock::now() + timeout, stop);
  EXPECT_FALSE(client.ok());
  return client.ok() ? "" : client.error().message();
}

size_t OpenDescriptors() {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
    count += !entry.path().empty();
  return count;
}

TEST(Ssh, AttemptsEndInTimeAndLeaveNothingOpen) {
  const MuteServer mute;
  WhyNot(RouteTo(mute.port), milliseconds(1));  // what libssh opens once
  const size_t before = OpenDescriptors();
  EXPECT_NE(WhyNot(RouteTo(mute.port), milliseconds(50)).find("no answer in time"), std::string::npos);
  EXPECT_NE(WhyNot(RouteTo(1), milliseconds(5000)).find("127.0.0.1:1: Connection refused"),
            std::string::npos);
  Route proxied = RouteTo(22);
  proxied.proxy = Proxy{.scheme = "http", .host = "127.0.0.1", .port = mute.port};
  EXPECT_NE(WhyNot(proxied, milliseconds(50)).find("no answer in time"), std::string::npos);
  EXPECT_EQ(OpenDescriptors(), before);
}

TEST(Ssh, AStopEndsAnAttempt) {
  const MuteServer mute;
  std::stop_source source;
  std::jthread stopper([&] { source.request_stop(); });
  const std::string why = WhyNot(RouteTo(mute.port), std::chrono::minutes(5), source.get_token());
  EXPECT_NE(why.find("interrupted"), std::string::npos) << why;
}

TEST(Ssh, AccountsAreCheckedBeforeAnyConnection) {
  Account account = RouteTo(22).target;
  EXPECT_TRUE(CheckAccount(account).ok());
  account.private_key = "hush, no key";
  auto wrong = CheckAccount(account);
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().message().find("no key found"), std::string::npos);
  EXPECT_EQ(wrong.error().message().find("hush"), std::string::npos);
  account.private_key.clear();
  account.host_key = "AAAA";
  EXPECT_FALSE(CheckAccount(account).ok());
  account.host_key.clear();
  account.user = std::string("a\0b", 3);
  EXPECT_FALSE(CheckAccount(account).ok());
}

TEST(Ssh, ShellQuoting) {
  EXPECT_EQ(ShellQuote("/tmp/a b"), "'/tmp/a b'");
  EXPECT_EQ(ShellQuote("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellQuote("~/x y"), "~/'x y'");
  EXPECT_EQ(ShellQuote("~/"), "~/");
  EXPECT_EQ(ShellQuote(""), "''");
}

std::string Text(std::string_view text) {
  return std::string(3, '\0') + static_cast<char>(text.size()) + std::string(text);
}

TEST(Ssh, TheWantedKeyOfAnAgentComesFirst) {
  auto list = [](std::initializer_list<std::pair<std::string_view, std::string_view>> keys) {
    std::string body = std::string("\x0c\0\0\0", 4) + static_cast<char>(keys.size());
    for (const auto& [key, comment] : keys) body += Text(key) + Text(comment);
    return body;
  };
  const std::string given = list({{"one", "a@x"}, {"two", "b@x"}, {"three", ""}});
  EXPECT_EQ(PreferIdentity(given, "b@x", ""), list({{"two", "b@x"}, {"one", "a@x"}, {"three", ""}}));
  EXPECT_EQ(PreferIdentity(given, "/home/me/three", "three"),
            list({{"three", ""}, {"one", "a@x"}, {"two", "b@x"}}));
  EXPECT_EQ(PreferIdentity(given, "none", ""), given);
  for (size_t length = 0; length < given.size(); ++length)
    EXPECT_EQ(PreferIdentity(given.substr(0, length), "b@x", ""), given.substr(0, length));
  EXPECT_EQ(PreferIdentity(std::string("\x0c\xff\xff\xff\xff", 5), "x", ""),
            std::string("\x0c\xff\xff\xff\xff", 5));
}

}  // namespace
}  // namespace base::ssh
