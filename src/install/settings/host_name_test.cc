#include "install/settings/host_name.h"

#include <gtest/gtest.h>

namespace install::settings {
namespace {

TEST(HostName, OneForm) {
  EXPECT_EQ(*NormalHost("App.Example.COM"), "app.example.com");
  EXPECT_EQ(*NormalHost("app.example.com:443"), "app.example.com");
  EXPECT_EQ(*NormalHost("localhost:08443"), "localhost:8443");
  EXPECT_EQ(*NormalHost("CAFÉ.fr"), "café.fr");
  EXPECT_EQ(*NormalHost("cafe\xCC\x81.fr"), "café.fr");
}

TEST(HostName, NoHosts) {
  for (const char* text :
       {"", "http://a.example.com", "a..b", ".a", "a.", "a b", "a_b", "a/b", "a:", "a:x", "a:65536", "a:1:2",
        "-a", "a-", "xn--caf-dma.fr", "a\xff.b", "a\x1b[1m.b", "é:99999999999999999999"}) {
    EXPECT_FALSE(NormalHost(text).ok()) << text;
  }
  EXPECT_FALSE(NormalHost(std::string(64, 'a')).ok());
}

// RFC 3492, section 7.1, and names in use.
TEST(HostName, Punycode) {
  EXPECT_EQ(AsciiHost("app.example.com:8443"), "app.example.com:8443");
  EXPECT_EQ(AsciiHost("café.example.com:8443"), "xn--caf-dma.example.com:8443");
  EXPECT_EQ(AsciiHost("bücher.example"), "xn--bcher-kva.example");
  EXPECT_EQ(AsciiHost("他们为什么不说中文"), "xn--ihqwcrb4cv8a8dqg056pqjye");
  EXPECT_EQ(AsciiHost("почемужеонинеговорятпорусски"), "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l");
  EXPECT_EQ(AsciiHost("3年b組金八先生"), "xn--3b-ww4c5e180e575a65lsy2b");
  EXPECT_EQ(AsciiHost("faß.de"), "xn--fa-hia.de");
}

TEST(HostName, OfVariables) {
  EXPECT_EQ(HostOfVariable("app_example_com"), "app.example.com");
  EXPECT_EQ(HostOfVariable("App_Example_Com"), "app.example.com");
  EXPECT_EQ(HostOfVariable("my__app_example_com"), "my-app.example.com");
  EXPECT_EQ(HostOfVariable("my-app.example.com"), "my-app.example.com");
  EXPECT_EQ(HostOfVariable("café_fr"), "café.fr");
  EXPECT_EQ(HostOfVariable("xn--caf-dma_fr"), "café.fr");
  EXPECT_EQ(HostOfVariable("xn____caf__dma_fr"), "café.fr");
  EXPECT_EQ(HostOfVariable("xn____ihqwcrb4cv8a8dqg056pqjye"), "他们为什么不说中文");
  for (const char* name : {"", "_", "a_", "xn--", "xn--99999999", "xn--a-!", "a b", "xn____zz"}) {
    EXPECT_FALSE(HostOfVariable(name)) << name;
  }
}

}  // namespace
}  // namespace install::settings
