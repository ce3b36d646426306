#include "provider/plugin/handshake.h"

#include <gtest/gtest.h>

#include "base/crypto/certificate.h"
#include "provider/plugin/reattach.h"

namespace provider::plugin {
namespace {

std::string Refusal(std::string_view line) {
  auto handshake = ParseHandshake(line);
  return handshake.ok() ? "accepted" : handshake.error().message();
}

TEST(Handshake, ReadsWhatItWrites) {
  base::crypto::PrivateKey key = base::crypto::PrivateKey::GenerateEc();
  auto pem = base::crypto::MakeLocalhostCertificate(key, "Test");
  ASSERT_TRUE(pem.ok());
  Handshake handshake{.protocol = Protocol::k5,
                      .network = "unix",
                      .address = "/tmp/plugin1",
                      .certificate_der = *DerOfPem(*pem)};
  EXPECT_EQ(*ParseHandshake(HandshakeLine(handshake)), handshake);
  EXPECT_EQ(PemOfDer(handshake.certificate_der), *pem);
}

TEST(Handshake, TakesWhatPluginsWrite) {
  auto plain = ParseHandshake(" 1|6|tcp|127.0.0.1:1234|grpc|\r\n");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->address, "127.0.0.1:1234");
  EXPECT_EQ(plain->certificate_der, "");
  EXPECT_TRUE(ParseHandshake("1|5|unix|/tmp/x|grpc||true").ok());
  EXPECT_TRUE(ParseHandshake("1|5|unix|/tmp/x|grpc").ok());
}

TEST(Handshake, RefusesTheRest) {
  EXPECT_EQ(Refusal("Hello, world!"),
            "what the plugin wrote first is not the line that says where it listens: \"Hello, world!\"");
  EXPECT_EQ(Refusal("2|5|unix|/tmp/x|grpc"),
            "the plugin speaks version \"2\" of the handshake, and only version 1 is known");
  EXPECT_EQ(Refusal("1|4|unix|/tmp/x|grpc"),
            "the plugin speaks version \"4\" of the provider protocol, and only 5 and 6 are known: another "
            "version of the provider may do");
  EXPECT_EQ(Refusal("1|5|unix|/tmp/x"),
            "the plugin does not speak gRPC: it was built for Terraform 0.11 or earlier");
  EXPECT_EQ(Refusal("1|5|tcp|example.com:80|grpc"),
            "the plugin listens at \"tcp\" \"example.com:80\", which is no address of this machine");
  EXPECT_EQ(Refusal("1|5|tcp|127.0.0.1:99999|grpc"),
            "the plugin listens at \"tcp\" \"127.0.0.1:99999\", which is no address of this machine");
  EXPECT_EQ(Refusal("1|5|unix||grpc"),
            "the plugin listens at \"unix\" \"\", which is no address of this machine");
  EXPECT_EQ(Refusal("1|5|unix|/tmp/x|grpc|" + std::string(60, '!')),
            "the plugin's certificate is no base64 text without padding");
}

TEST(Reattach, ReadsPluginsOfDebuggers) {
  auto plugins = ParseReattach(
      R"({"hashicorp/x":{"Protocol":"grpc","ProtocolVersion":6,"Pid":1,"Test":true,"Addr":{"Network":"unix","String":"/tmp/p"}}})");
  ASSERT_TRUE(plugins.ok()) << plugins.error().message();
  EXPECT_EQ(plugins->at("hashicorp/x").address, "/tmp/p");
  EXPECT_EQ(plugins->at("hashicorp/x").protocol, Protocol::k6);
  EXPECT_TRUE(ParseReattach("").ok());
  EXPECT_FALSE(ParseReattach("[]").ok());
  EXPECT_FALSE(ParseReattach(R"({"a/b":{"Protocol":"netrpc"}})").ok());
  EXPECT_FALSE(
      ParseReattach(R"({"a/b":{"Protocol":"grpc","Addr":{"Network":"tcp","String":"10.0.0.1:1"}}})").ok());
}

}  // namespace
}  // namespace provider::plugin
