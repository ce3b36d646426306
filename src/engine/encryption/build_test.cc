#include "engine/encryption/build.h"

#include <gmock/gmock.h>

#include "engine/encryption/test_support.h"

namespace engine::encryption {
namespace {

using config::Value;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kBlock = R"(
terraform {
  encryption {
    key_provider "pbkdf2" "main" {
      passphrase    = local.prefix
      iterations    = 200000
      hash_function = "sha256"
    }
    method "aes_gcm" "main" { keys = key_provider.pbkdf2.main }
    state { method = method.aes_gcm.main }
  }
}
variable "passphrase" { sensitive = true }
locals { prefix = "${upper("long enough ")}${var.passphrase}" }
)";

std::string SealedBy(const Made& made) { return *made.encryption->state()->Seal(kState); }

bool Opens(const Made& made, const std::string& sealed) {
  return made.encryption && made.encryption->state()->Open(sealed).ok();
}

TEST(Build, VariablesLocalsAndFunctionsAreNamesEnough) {
  const Value secret = Value::String("from a variable").WithMarks(language::value::kSensitive);
  const Made made = MakeFrom({{"main.tf", std::string(kBlock)}}, "", {{"passphrase", secret}});
  ASSERT_TRUE(made.encryption) << made.Text();
  EXPECT_TRUE(made.diagnostics.empty());
  const std::string sealed = SealedBy(made);
  const Made literal = MakeEncryption(R"(
    key_provider "pbkdf2" "main" {
      passphrase = "LONG ENOUGH from a variable"
    }
    method "aes_gcm" "main" { keys = key_provider.pbkdf2.main }
    state { method = method.aes_gcm.main })");
  EXPECT_TRUE(Opens(literal, sealed));  // which the metadata say, not the settings
  EXPECT_THAT(MakeFrom({{"main.tf", std::string(kBlock)}}).Text(),
              AllOf(HasSubstr("No value for required variable"), HasSubstr("TF_VAR_passphrase")));
}

TEST(Build, EnvironmentAndOverrideFilesLieOverTheBlock) {
  const Value secret = Value::String("x");
  const std::string base(kBlock);
  const std::string other = R"(
    key_provider "pbkdf2" "main" {
      passphrase = "another passphrase"
    })";
  const Made by_environment = MakeFrom({{"main.tf", base}}, other, {{"passphrase", secret}});
  ASSERT_TRUE(by_environment.encryption) << by_environment.Text();
  const std::string sealed = SealedBy(by_environment);
  const Made by_json = MakeFrom(
      {{"main.tf", base}}, R"( {"key_provider":{"pbkdf2":{"main":{"passphrase":"another passphrase"}}}} )",
      {{"passphrase", secret}});
  EXPECT_TRUE(Opens(by_json, sealed)) << by_json.Text();
  const Made by_file =
      MakeFrom({{"main.tf", base}, {"x_override.tf", "terraform {\n encryption {" + other + "\n}\n}"}}, "",
               {{"passphrase", secret}});
  EXPECT_TRUE(Opens(by_file, sealed)) << by_file.Text();
  EXPECT_FALSE(Opens(MakeFrom({{"main.tf", base}}, "", {{"passphrase", secret}}), sealed));
  EXPECT_THAT(MakeFrom({{"a.tf", base}, {"b.tf", "terraform {\n encryption {\n}\n}"}}).Text(),
              HasSubstr("Duplicate encryption configuration"));
}

TEST(Build, JsonIsReadWithAndWithoutInterpolation) {
  for (const char* form : {"%s", "${%s}"}) {
    const auto reference = [&](const std::string& name) {
      std::string text = form;
      return text.replace(text.find("%s"), 2, name);
    };
    const Made made = MakeFrom({}, R"({"key_provider":{"pbkdf2":{"m":{"passphrase":"sixteen letters!"}}},
      "method":{"aes_gcm":{"m":{"keys":")" +
                                       reference("key_provider.pbkdf2.m") + R"("}},"unencrypted":{"u":{}}},
      "state":{"method":")" + reference("method.aes_gcm.m") +
                                       R"(","fallback":{"method":")" + reference("method.unencrypted.u") +
                                       R"("}}})");
    ASSERT_TRUE(made.encryption) << form << "\n" << made.Text();
    EXPECT_TRUE(made.encryption->state()->Open(std::string(kState))->outdated);
    EXPECT_EQ(made.encryption->plan(), nullptr);
  }
}

TEST(Build, TargetsOfRemoteStates) {
  Folder folder;
  const std::string methods =
      folder.Method("a", folder.Key("a", 'a')) + folder.Method("b", folder.Key("b", 'b'));
  const Made made = MakeEncryption(methods + R"(
    remote_state_data_sources {
      default { method = method.aes_gcm.a }
      remote_state_data_source "net" { method = method.aes_gcm.b }
      remote_state_data_source "m.net[0]" { method = method.aes_gcm.b }
    })");
  ASSERT_TRUE(made.encryption) << made.Text();
  const Encryption& encryption = *made.encryption;
  EXPECT_EQ(encryption.state(), nullptr);
  EXPECT_EQ(encryption.remote("x"), encryption.remote("m.net"));
  EXPECT_NE(encryption.remote("net"), encryption.remote("x"));
  EXPECT_EQ(encryption.remote("net[1]"), encryption.remote("net"));
  EXPECT_NE(encryption.remote("m.net[0]"), encryption.remote("m.net[1]"));
}

TEST(Build, MistakesAreNamed) {
  const std::pair<const char*, const char*> kMistakes[] = {
      {"state { method = method.aes_gcm.x }", "undeclared encryption method"},
      {"state {}", "must name the method"},
      {"state { method = \"x\" }", "Invalid encryption method identifier"},
      {"state { method = method.aes_gcm }", "Invalid encryption method identifier"},
      {"plan { enforced = 3 }", "Unsuitable value"},
      {"colour {}", "Unsupported block type"},
      {"method \"rot13\" \"x\" {}\nstate { method = method.rot13.x }", "There is no method \"rot13\""},
      {"method \"aes_gcm\" \"x\" {}\nstate { method = method.aes_gcm.x }", "must name a key provider"},
      {"method \"aes_gcm\" \"x\" { keys = key_provider.file.x }\nstate { method = method.aes_gcm.x }",
       "undeclared key provider"},
      {"method \"unencrypted\" \"x\" { keys = 1 }\nstate { method = method.unencrypted.x }",
       "Unsupported argument"},
      {"method \"unencrypted\" \"x\" {}\nmethod \"unencrypted\" \"x\" {}", "Duplicate method"},
  };
  for (const auto& [block, message] : kMistakes)
    EXPECT_THAT(MakeEncryption(block).Text(), HasSubstr(message));

  const auto provider = [](const std::string& type, const std::string& inside) {
    return MakeEncryption("key_provider \"" + type + "\" \"x\" {\n" + inside +
                          "\n}\nmethod \"aes_gcm\" \"x\" {\n keys = key_provider." + type +
                          ".x\n}\nstate {\n method = method.aes_gcm.x\n}")
        .Text();
  };
  EXPECT_THAT(provider("aws_kms", ""), HasSubstr("There is no key provider \"aws_kms\""));
  EXPECT_THAT(provider("pbkdf2", ""), HasSubstr("Give either a passphrase, or a chain"));
  EXPECT_THAT(
      provider("pbkdf2", "passphrase = \"too short\""),
      AllOf(HasSubstr("at least 16 characters"), Not(HasSubstr("too short")), Not(HasSubstr("[source]"))));
  EXPECT_THAT(provider("pbkdf2", "chain = key_provider.pbkdf2.x"), HasSubstr("Circular reference"));
  EXPECT_THAT(provider("pbkdf2", "passphrase = \"0123456789abcdef\"\niterations = 1000"),
              HasSubstr("from 200000 to"));
  EXPECT_THAT(provider("pbkdf2", "passphrase = okta_user.x.id"), HasSubstr("cannot be used here"));
  EXPECT_THAT(provider("pbkdf2", "passphrase = \"0123456789abcdef\"\nhash_function = \"sha1\""),
              HasSubstr("sha256"));
  EXPECT_THAT(provider("file", ""), HasSubstr("must name the file"));
  EXPECT_THAT(provider("external", "command = []"), HasSubstr("list of texts"));
  EXPECT_THAT(MakeFrom({}, "key_provider \"pbkdf2\" \"x\" {\n passphrase = my secret words \n}").Text(),
              AllOf(Not(HasSubstr("secret")), Not(HasSubstr("[source]")), Not(testing::IsEmpty())));
}

}  // namespace
}  // namespace engine::encryption
