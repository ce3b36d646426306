#include "engine/encryption/encryption.h"

#include <gmock/gmock.h>

#include "base/core/strings.h"
#include "base/json/reader.h"
#include "engine/encryption/envelope.h"
#include "engine/encryption/test_support.h"

namespace engine::encryption {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kPassphrase = R"(
  key_provider "pbkdf2" "main" {
    passphrase    = "correct horse battery staple"
    iterations    = 200000
    hash_function = "sha256"
  }
  method "aes_gcm" "main" { keys = key_provider.pbkdf2.main }
  state { method = method.aes_gcm.main }
  plan { method = method.aes_gcm.main }
)";

std::string Changed(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string ErrorOf(state::Sealer& sealer, std::string text) {
  const auto opened = sealer.Open(std::move(text));
  return opened.ok() ? "opened" : opened.error().message();
}

TEST(Encryption, WhatOneRunEncryptsTheNextDecrypts) {
  const Made first = MakeEncryption(std::string(kPassphrase));
  ASSERT_TRUE(first.encryption) << first.Text();
  const std::string sealed = *first.encryption->state()->Seal(kState);
  EXPECT_THAT(sealed,
              testing::StartsWith(R"({"serial":7,"lineage":"l-1","meta":{"key_provider.pbkdf2.main":")"));
  EXPECT_THAT(sealed, testing::EndsWith(R"(","encryption_version":"v0"})"));
  EXPECT_THAT(sealed, Not(HasSubstr("hush-hush")));
  EXPECT_TRUE(IsEnvelope(sealed));
  EXPECT_FALSE(IsEnvelope(kState));

  const Made second = MakeEncryption(std::string(kPassphrase));
  const auto opened = second.encryption->state()->Open(sealed);
  ASSERT_TRUE(opened.ok()) << opened.error().message();
  EXPECT_EQ(opened->text, kState);
  EXPECT_FALSE(opened->outdated);
  // The derived key is used on: one derivation for each run, and a new nonce for each text.
  const std::string again = *second.encryption->state()->Seal(kState);
  EXPECT_EQ(ParseEnvelope(again).value()->metadata, ParseEnvelope(sealed).value()->metadata);
  EXPECT_NE(again, sealed);

  const std::string plan = *second.encryption->plan()->Seal(std::string_view("plan\n\0\xff", 7));
  EXPECT_THAT(plan, testing::StartsWith(R"({"meta":{)"));
  EXPECT_EQ(second.encryption->plan()->Open(plan)->text, std::string("plan\n\0\xff", 7));
}

TEST(Encryption, MetadataAreThoseOfOpenTofu) {
  const Made made = MakeEncryption(std::string(kPassphrase));
  const auto envelope = ParseEnvelope(*made.encryption->state()->Seal(kState)).value();
  const auto document = base::json::Document::ParseOwned(envelope->metadata.at("key_provider.pbkdf2.main"));
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(base::core::Base64Decode(*document->root().FindString("salt"))->size(), 32u);
  EXPECT_EQ(document->root().FindInt64("iterations"), 200000);
  EXPECT_EQ(document->root().FindString("hash_function"), "sha256");
  EXPECT_EQ(document->root().FindInt64("key_length"), 32);
  EXPECT_EQ(envelope->data.size(), 12 + kState.size() + 16);
}

TEST(Encryption, OpensWhatOpenTofuHasEncrypted) {
  for (const char* hash : {"sha256", "sha512"}) {
    const auto text = base::core::ReadFile(std::string(PARTERRE_SOURCE_DIR) +
                                           "/src/engine/encryption/testdata/opentofu_" + hash + ".tfstate");
    ASSERT_TRUE(text.ok());
    const auto opened = MakeEncryption(std::string(kPassphrase)).encryption->state()->Open(*text);
    ASSERT_TRUE(opened.ok()) << opened.error().message();
    EXPECT_THAT(opened->text, HasSubstr("hush-hush"));
  }
}

TEST(Encryption, AnotherPassphraseIsToldApartFromNoKey) {
  const std::string sealed = *MakeEncryption(std::string(kPassphrase)).encryption->state()->Seal(kState);
  const Made other = MakeEncryption(Changed(std::string(kPassphrase), "correct horse", "incorrect horse"));
  EXPECT_THAT(ErrorOf(*other.encryption->state(), sealed),
              testing::AllOf(HasSubstr("method.aes_gcm.main: wrong passphrase or key"), HasSubstr("fallback"),
                             Not(HasSubstr("horse"))));
  std::string renamed(kPassphrase);
  for (const char* name : {"\"pbkdf2\" \"main\"", "pbkdf2.main"})
    renamed = Changed(renamed, name, Changed(name, "main", "other"));
  EXPECT_THAT(
      ErrorOf(*MakeEncryption(renamed).encryption->state(), sealed),
      HasSubstr("not encrypted with a key of key_provider.pbkdf2.other but of key_provider.pbkdf2.main"));
  // The alias says under which name the metadata lie.
  const std::string alias =
      Changed(renamed, "iterations", "encrypted_metadata_alias = \"key_provider.pbkdf2.main\"\n iterations");
  EXPECT_EQ(ErrorOf(*MakeEncryption(alias).encryption->state(), sealed), "opened");
}

class WithKeyFiles : public testing::Test {
 protected:
  std::string KeyState(const std::string& more) {
    return folder_.Method("a", folder_.Key("a.key", 'a')) + folder_.Method("b", folder_.Key("b.key", 'b')) +
           "method \"unencrypted\" \"plain\" {}\n" + more;
  }
  Made Using(const std::string& state_block) {
    return MakeEncryption(KeyState("state {" + state_block + "\n}"));
  }

  Folder folder_;
  const std::string a_ = "\n method = method.aes_gcm.a\n", b_ = "\n method = method.aes_gcm.b\n",
                    plain_ = "\n method = method.unencrypted.plain\n";
};

TEST_F(WithKeyFiles, NoChangeOfTheFileGoesUnseen) {
  const Made made = Using(a_);
  const std::string sealed = *made.encryption->state()->Seal(kState);
  const size_t data = sealed.find("\"encrypted_data\":\"") + 18;
  for (size_t at : {data, data + 20, data + 200}) {
    std::string changed = sealed;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_THAT(ErrorOf(*made.encryption->state(), changed), HasSubstr("damaged or changed"));
  }
  EXPECT_THAT(ErrorOf(*made.encryption->state(), Changed(sealed, "\"serial\":7", "\"serial\":8")),
              HasSubstr("serial or lineage"));
  EXPECT_THAT(ErrorOf(*made.encryption->state(), Changed(sealed, "l-1", "l-2")),
              HasSubstr("serial or lineage"));
  EXPECT_THAT(ErrorOf(*made.encryption->state(), Changed(sealed, "\"v0\"", "\"v9\"")),
              HasSubstr("format v9"));
  EXPECT_THAT(
      ErrorOf(*made.encryption->state(), R"({"meta":{},"encrypted_data":"A!","encryption_version":"v0"})"),
      HasSubstr("no Base64"));
  EXPECT_THAT(
      ErrorOf(*made.encryption->state(), R"({"meta":{},"encrypted_data":"","encryption_version":"v0"})"),
      HasSubstr("not encrypted with a key of"));
}

TEST_F(WithKeyFiles, PlainTextPassesOnlyWhereItMay) {
  EXPECT_THAT(ErrorOf(*Using(a_).encryption->state(), std::string(kState)), HasSubstr("is not encrypted"));
  const Made moving = Using(a_ + "fallback {" + plain_ + "}");
  const auto opened = moving.encryption->state()->Open(std::string(kState));
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ(opened->text, kState);
  EXPECT_TRUE(opened->outdated);
  EXPECT_THAT(Using(a_ + "enforced = true\n fallback {" + plain_ + "}").Text(), HasSubstr("forbidden"));
}

TEST_F(WithKeyFiles, KeysAreExchangedByFallback) {
  const std::string old = *Using(a_).encryption->state()->Seal(kState);
  const Made moving = Using(b_ + "fallback {" + a_ + "}");
  const auto opened = moving.encryption->state()->Open(old);
  ASSERT_TRUE(opened.ok()) << opened.error().message();
  EXPECT_TRUE(opened->outdated);
  const std::string now = *moving.encryption->state()->Seal(opened->text);
  EXPECT_THAT(ErrorOf(*Using(a_).encryption->state(), now), HasSubstr("key_provider.file.b"));
  EXPECT_FALSE(Using(b_).encryption->state()->Open(now)->outdated);
  // And back to plain.
  const Made back = Using(plain_ + "fallback {" + b_ + "}");
  EXPECT_FALSE(back.encryption->state()->Encrypts());
  EXPECT_TRUE(back.encryption->state()->Open(now)->outdated);
  EXPECT_EQ(*back.encryption->state()->Seal(kState), kState);
  EXPECT_THAT(ErrorOf(*Using(plain_).encryption->state(), now), HasSubstr("no method to decrypt it"));
}

TEST_F(WithKeyFiles, KeyFilesAreChecked) {
  const std::string block = "state {" + a_ + "}";
  folder_.Key("open.key", 'a', 32, 0644);
  EXPECT_THAT(MakeEncryption(folder_.Method("a", folder_.Key("open.key", 'a', 32, 0644)) + block).Text(),
              HasSubstr("can be read by others"));
  const auto error = [&](const std::string& path) {
    return MakeEncryption(folder_.Method("a", path) + block).encryption->state()->Prepare().error().message();
  };
  EXPECT_THAT(error(folder_.Key("short.key", 'a', 31)), HasSubstr("16, 24 or 32 bytes"));
  EXPECT_THAT(error(folder_.Write("text.key", "secret secret", 0600)),
              testing::AllOf(HasSubstr("Base64"), Not(HasSubstr("secret secret"))));
  EXPECT_THAT(error("/nowhere.key"), HasSubstr("/nowhere.key"));
  const std::string sealed = *Using(a_).encryption->state()->Seal(kState);
  EXPECT_THAT(
      ErrorOf(*MakeEncryption(folder_.Method("a", folder_.Key("other.key", 'c')) + block).encryption->state(),
              sealed),
      HasSubstr("is not the one that it was encrypted with"));
}

TEST_F(WithKeyFiles, HostileMetadataAreRefused) {
  const Made made = MakeEncryption(std::string(kPassphrase));
  const auto with = [](const std::string& metadata) {
    return R"({"meta":{"key_provider.pbkdf2.main":")" + base::core::Base64Encode(metadata) +
           R"("},"encrypted_data":"AAAA","encryption_version":"v0"})";
  };
  for (const char* metadata :
       {"", "[]", "{}", R"({"salt":"","iterations":1,"hash_function":"sha256","key_length":32})",
        R"({"salt":"AAAA","iterations":0,"hash_function":"sha256","key_length":32})",
        R"({"salt":"AAAA","iterations":1,"hash_function":"md5","key_length":32})",
        R"({"salt":"AAAA","iterations":1,"hash_function":"sha256","key_length":1000000000})"})
    EXPECT_THAT(ErrorOf(*made.encryption->state(), with(metadata)), HasSubstr("cannot be used")) << metadata;
  EXPECT_THAT(
      ErrorOf(*made.encryption->state(),
              with(R"({"salt":"AAAA","iterations":2000000000,"hash_function":"sha256","key_length":32})")),
      HasSubstr("iterations"));
  EXPECT_THAT(ErrorOf(*made.encryption->state(),
                      with(R"({"salt":"AAAA","iterations":1,"hash_function":"sha256","key_length":5})")),
              HasSubstr("needs a key of 16, 24 or 32 bytes"));
}

// ---- external programs ---------------------------------------------------------------------------

// A key that is never the same: the program remembers which by its metadata. Counts its runs.
constexpr char kKeyProgram[] = R"sh(
dir=$(dirname "$0")
echo '{"magic":"OpenTofu-External-Key-Provider","version":1}'
input=$(cat)
echo run >> $dir/runs
key=$(printf '0123456789abcdef0123456789abcde%s' "$(wc -l < $dir/runs | tr -d ' ' | tail -c 2)" | base64 -w0)
case "$input" in
null) echo "{\"keys\":{\"encryption_key\":\"$key\"},\"meta\":{\"external_data\":{\"key\":\"$key\"}}}" ;;
*) old=$(echo "$input" | sed 's/.*"key":"\([^"]*\)".*/\1/')
   echo "{\"keys\":{\"encryption_key\":\"$key\",\"decryption_key\":\"$old\"},\"meta\":{\"external_data\":{\"key\":\"$key\"}}}" ;;
esac
)sh";

TEST_F(WithKeyFiles, AProgramGivesKeys) {
  const std::string program = folder_.Script("keys.sh", kKeyProgram);
  const std::string block =
      "key_provider \"external\" \"x\" {\n command = [\"" + program +
      "\", \"unused\"]\n}\nmethod \"aes_gcm\" \"x\" {\n keys = key_provider.external.x \n}\n"
      "state {\n method = method.aes_gcm.x \n}\n";
  const std::string sealed = *MakeEncryption(block).encryption->state()->Seal(kState);
  const Made next = MakeEncryption(block);
  ASSERT_EQ(ErrorOf(*next.encryption->state(), sealed), "opened");
  const std::string again = *next.encryption->state()->Seal(kState);
  EXPECT_EQ(folder_.Read("runs"), "run\nrun\n");  // once in each run
  EXPECT_NE(ParseEnvelope(again).value()->metadata, ParseEnvelope(sealed).value()->metadata);
  EXPECT_EQ(ErrorOf(*MakeEncryption(block).encryption->state(), again), "opened");
  // In a chain it gives the passphrase.
  const std::string chain =
      Changed(block, "method \"aes_gcm\"",
              "key_provider \"pbkdf2\" \"y\" {\n chain = key_provider.external.x\n iterations "
              "= 200000\n hash_function = \"sha256\"\n}\nmethod \"aes_gcm\"");
  const std::string chained =
      Changed(chain, "keys = key_provider.external.x", "keys = key_provider.pbkdf2.y");
  const std::string by_chain = *MakeEncryption(chained).encryption->state()->Seal(kState);
  EXPECT_EQ(ParseEnvelope(by_chain).value()->metadata.size(), 2u);
  EXPECT_EQ(ErrorOf(*MakeEncryption(chained).encryption->state(), by_chain), "opened");
}

TEST_F(WithKeyFiles, AProgramEncrypts) {
  const std::string program = folder_.Script(
      "method.sh",
      "echo '{\"magic\":\"OpenTofu-External-Encryption-Method\",\"version\":1}'\n"
      "sed 's/.*\"payload\":\"\\([^\"]*\\)\".*/\\1/' | base64 -d | tr a-zA-Z n-za-mN-ZA-M | base64 -w0 | "
      "sed 's/.*/{\"payload\":\"&\"}/'\n");
  const Made made = MakeEncryption("method \"external\" \"x\" {\n encrypt_command = [\"" + program +
                                   "\"]\n decrypt_command = [\"" + program +
                                   "\"]\n}\nstate {\n method = method.external.x \n}\n");
  ASSERT_TRUE(made.encryption) << made.Text();
  const std::string sealed = *made.encryption->state()->Seal(kState);
  EXPECT_THAT(ParseEnvelope(sealed).value()->data, HasSubstr("uhfu-uhfu"));
  EXPECT_EQ(made.encryption->state()->Open(sealed)->text, kState);
}

TEST_F(WithKeyFiles, ProgramsThatFailSayWhy) {
  const auto error = [&](const std::string& script) {
    const std::string program = folder_.Script("bad.sh", script);
    return MakeEncryption(
               "key_provider \"external\" \"x\" {\n command = [\"" + program +
               "\"]\n}\nmethod \"aes_gcm\" \"x\" {\n keys = key_provider.external.x \n}\nstate {\n method "
               "= method.aes_gcm.x \n}\n")
        .encryption->state()
        ->Prepare()
        .error()
        .message();
  };
  const std::string header = "echo '{\"magic\":\"OpenTofu-External-Key-Provider\",\"version\":1}'\n";
  EXPECT_THAT(error("echo no vault today >&2\nexit 3\n"),
              testing::AllOf(HasSubstr("exit code 3"), HasSubstr("no vault today")));
  EXPECT_THAT(error("echo hello\n"), HasSubstr("must begin its output with the line"));
  EXPECT_THAT(error("echo '{\"magic\":\"OpenTofu-External-Key-Provider\",\"version\":2}'\n"),
              HasSubstr("version of the protocol"));
  EXPECT_THAT(error(header + "echo '{\"keys\":{}}'\n"), HasSubstr("must answer with"));
  EXPECT_THAT(error(header + "echo '{\"keys\":{\"encryption_key\":\"c2hvcnQ=\"}}'\n"),
              testing::AllOf(HasSubstr("has given 5"), Not(HasSubstr("c2hvcnQ"))));
}

}  // namespace
}  // namespace engine::encryption
