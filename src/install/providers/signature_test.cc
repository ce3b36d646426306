// The words for who has signed a release, with keys made for the test: author, partner program, official,
// strangers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/environment.h"
#include "base/core/files.h"
#include "base/core/process.h"
#include "install/providers/signature.h"

namespace install::providers {
namespace {

using base::core::ReadFile;
using testing::HasSubstr;
using testing::StartsWith;

class Signatures : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!base::core::FindProgram("gpg", base::core::Environment::OfProcess().Get("PATH"))) return;
    home_ = std::make_unique<base::core::TempDirectory>();
    for (const char* name : {"author", "partner", "stranger"})
      Gpg({"--quick-gen-key", std::string(name) + "@example.com", "ed25519", "sign", "never"});
    ASSERT_TRUE(base::core::WriteFile(*home_ / "document", kDocument, 0600).ok());
    Gpg({"--output", *home_ / "author.bin", "--export", "author@example.com"});
  }
  static void TearDownTestSuite() {
    if (home_)
      (void)base::core::RunProcess({.argv = {"gpgconf", "--homedir", home_->path(), "--kill", "all"}}, {});
    home_.reset();
  }
  void SetUp() override {
    if (home_ == nullptr) GTEST_SKIP() << "no gpg on this machine to make keys with";
  }

  static std::string Gpg(std::vector<std::string> words) {
    base::core::ProcessSpec spec{.argv = {"gpg", "--homedir", home_->path(), "--batch", "--quiet",
                                          "--pinentry-mode", "loopback", "--passphrase", ""}};
    spec.argv.insert(spec.argv.end(), words.begin(), words.end());
    auto run = base::core::RunProcess(spec, {});
    EXPECT_TRUE(run.ok() && run->status.code == 0) << (run.ok() ? run->err : run.error().message());
    return run.ok() ? run->out : "";
  }
  static std::string Armored(const std::string& name) {
    return Gpg({"--armor", "--export", name + "@example.com"});
  }
  // Detached, over a file of the folder.
  static std::string Sign(const std::string& name, const std::string& file, bool armored = false) {
    std::vector<std::string> words = {"--local-user", name + "@example.com", "--output", "-",
                                      "--detach-sign"};
    if (armored) words.insert(words.begin(), "--armor");
    words.push_back(*home_ / file);
    return Gpg(words);
  }
  static std::string Fingerprint(const std::string& name) {
    const std::string list = Gpg({"--with-colons", "--fingerprint", name + "@example.com"});
    const size_t begin = list.find("fpr:::::::::") + 12;
    return list.substr(begin, list.find(':', begin) - begin);
  }

  // What is shown of a release that the author has signed, or the error.
  static std::string Verdict(const SigningKey& key, const Trust& trust = HashiCorpTrust(),
                             const std::string& signer = "author") {
    const std::vector keys = {key};
    auto verified = VerifyRelease(kDocument, Sign(signer, "document"), keys, trust);
    return verified.ok() ? verified->ToString() : verified.error().message();
  }

  static constexpr const char* kDocument = "0123  terraform-provider-x_1.0.0_linux_amd64.zip\n";
  static inline std::unique_ptr<base::core::TempDirectory> home_;
};

TEST_F(Signatures, OfTheAuthor) {
  EXPECT_EQ(Verdict({"K", Armored("author"), ""}), "self-signed, key ID " + Fingerprint("author").substr(24));
  // Others' keys beside it do no harm.
  const std::vector<SigningKey> keys = {
      {"A", "no key", ""}, {"B", Armored("stranger"), ""}, {"C", Armored("author"), ""}};
  auto verified = VerifyRelease(kDocument, Sign("author", "document"), keys);
  ASSERT_TRUE(verified.ok()) << verified.error().message();
  EXPECT_EQ(verified->kind, Authentication::Kind::kSelfSigned);
}

TEST_F(Signatures, OfHashiCorp) {
  const std::string fingerprint = Fingerprint("author");
  EXPECT_EQ(Verdict({"K", Armored("author"), ""}, {fingerprint, ""}), "signed by HashiCorp");
}

TEST_F(Signatures, OfAPartner) {
  const std::string partner = Armored("partner");
  const Trust trust{"", partner};
  EXPECT_THAT(Verdict({"K", Armored("author"), Sign("partner", "author.bin", true)}, trust),
              StartsWith("signed by a HashiCorp partner, key ID "));
  // A partner in name only.
  EXPECT_THAT(Verdict({"K", Armored("author"), Sign("stranger", "author.bin", true)}, trust),
              HasSubstr("not valid"));
  EXPECT_THAT(Verdict({"K", Armored("author"), Sign("partner", "document", true)}, trust),
              HasSubstr("not valid"));
  EXPECT_THAT(Verdict({"K", Armored("author"), "nonsense"}, trust), HasSubstr("not valid"));
}

TEST_F(Signatures, ThatProveNothing) {
  const SigningKey key{"K", Armored("author"), ""};
  EXPECT_THAT(Verdict(key, HashiCorpTrust(), "stranger"), HasSubstr("not signed by any of the keys"));
  const std::string good = Sign("author", "document");
  const std::vector keys = {key};
  for (const std::string& signature :
       {std::string(), std::string("nonsense"), good.substr(0, good.size() / 2)})
    EXPECT_FALSE(VerifyRelease(kDocument, signature, keys).ok());
  EXPECT_FALSE(VerifyRelease("another document", good, keys).ok());
  EXPECT_FALSE(VerifyRelease(kDocument, good, {}).ok());
}

}  // namespace
}  // namespace install::providers
