#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/core/files.h"
#include "install/discovery/credentials.h"
#include "install/discovery/credentials_file.h"
#include "install/discovery/oauth_client.h"

namespace install::discovery {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CredentialsFile, OneEntryAtATime) {
  base::core::TempDirectory home;
  const std::string path = home / "new/credentials.tfrc.json";
  EXPECT_FALSE(*HasEntry(path, "a.example.com"));
  ASSERT_TRUE(ReplaceEntry(path, "a.example.com", R"({"token":"1"})").ok());
  ASSERT_TRUE(ReplaceEntry(path, "b.example.com", R"({"token":"2"})").ok());
  ASSERT_TRUE(ReplaceEntry(path, "a.example.com", "").ok());
  EXPECT_FALSE(*HasEntry(path, "a.example.com"));
  EXPECT_TRUE(*HasEntry(path, "b.example.com"));
  EXPECT_EQ(*base::core::ReadFile(path),
            "{\n  \"credentials\": {\n    \"b.example.com\": {\n      \"token\": \"2\"\n    }\n  }\n}");
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST(CredentialsFile, LeavesAloneWhatItCannotRead) {
  base::core::TempDirectory home;
  const std::string path = home / "credentials.tfrc.json";
  for (const char* text : {"{", "[]", "{\"credentials\": 1}", "{} {}"}) {
    ASSERT_TRUE(base::core::WriteFile(path, text).ok());
    EXPECT_FALSE(HasEntry(path, "a").ok()) << text;
    EXPECT_FALSE(ReplaceEntry(path, "a", "{}").ok()) << text;
    EXPECT_EQ(*base::core::ReadFile(path), text);
  }
  EXPECT_FALSE(ReplaceEntry("", "a", "{}").ok());
}

TEST(HelperProgram, NewestOfThePluginFolders) {
  base::core::TempDirectory home;
  base::core::Environment environment;
  environment.Set("HOME", home.path());
  const settings::CredentialsHelper helper{.name = "test", .arguments = {"-a"}};
  const std::string folder = home / ".terraform.d/plugins/";
  ASSERT_TRUE(base::core::MakeDirectories(folder).ok());
  EXPECT_FALSE(HelperProgram::Find(helper, environment));
  const auto install = [&](const std::string& name, const std::string& script) {
    ASSERT_TRUE(base::core::WriteFile(folder + name, "#!/bin/sh\n" + script, 0755).ok());
  };
  install("terraform-credentials-testing", "exit 1");
  install("terraform-credentials-test_v0.9.0_x4", "exit 1");
  EXPECT_TRUE(HelperProgram::Find(helper, environment));
  install("terraform-credentials-test_v0.10.0",
          "[ \"$*\" = '-a get a.example.com' ] && echo '{\"token\": \"t\"}' || { echo no $* >&2; exit 4; }");
  const auto found = HelperProgram::Find(helper, environment);
  ASSERT_TRUE(found);
  EXPECT_EQ(*found->Get("a.example.com", {}), "t");
  EXPECT_THAT(found->Store("b", "{}", {}).error().message(), HasSubstr("no -a store b"));
  EXPECT_THAT(found->Forget("b", {}).error().message(), HasSubstr("no -a forget b"));
}

TEST(OAuthClient, ReadAndChecked) {
  const auto tree = settings::ParseTree(
      "x = { client = \"c\" authz = \"/a?b=1\" token = \"../t\" ports = [2000, 2010] scopes = [\"s\"] "
      "grant_types = [\"authz_code\", \"password\", \"new\"] }");
  const auto client = ReadOAuthClient("https://h.example.com/x/y/", tree->items[0].value);
  ASSERT_TRUE(client.ok()) << client.error().message();
  EXPECT_EQ(client->authorization_url, "https://h.example.com/a?b=1");
  EXPECT_EQ(client->token_url, "https://h.example.com/x/t");
  EXPECT_EQ(client->first_port, 2000);
  EXPECT_EQ(client->last_port, 2010);
  EXPECT_TRUE(client->authorization_code && client->password);
  EXPECT_THAT(client->scopes, ElementsAre("s"));
  LoginOffer offer;
  TakeLogin("https://h", "login.v2", tree->items[0].value, &offer);
  EXPECT_TRUE(offer.newer);
  TakeLogin("https://h", "login.v1", {}, &offer);
  EXPECT_FALSE(offer.newer || offer.client);
  EXPECT_THAT(offer.mistake, HasSubstr("client"));
}

}  // namespace
}  // namespace install::discovery
