#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/files.h"
#include "base/core/process.h"
#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "install/modules/archives.h"
#include "install/modules/fetcher.h"
#include "install/modules/git.h"
#include "install/modules/manifest.h"
#include "install/modules/netrc.h"
#include "install/modules/parameters.h"
#include "install/modules/registry.h"

namespace install::modules {
namespace {

using base::core::Environment;
using base::core::TempDirectory;

TEST(Manifest, AsTheStockProgramWritesIt) {
  const std::string text =
      R"({"Modules":[{"Key":"","Source":"","Dir":"."},)"
      R"({"Key":"a","Source":"registry.terraform.io/a/b/c//d","Version":"1.2.0","Dir":".terraform/modules/a/d"},)"
      R"({"Key":"a.b","Source":"git::file:///x?a=1\u0026b=2","Dir":".terraform/modules/a.b"}]})";
  const auto manifest = ParseManifest(text);
  ASSERT_TRUE(manifest.ok());
  EXPECT_EQ(FormatManifest(*manifest), text);
  EXPECT_EQ(manifest->at("a").version, "1.2.0");
  EXPECT_EQ(manifest->at("a.b").source, "git::file:///x?a=1&b=2");
  EXPECT_TRUE(ParseManifest(R"({"Modules":null})").ok());
  for (const char* bad :
       {"", "[]", R"({"Modules":1})", R"({"Modules":[1]})", "{\"Modules\":[{\"Key\":\"a\"}]",
        R"({"Modules":[{"Key":"a","Version":"soon"}]})", R"({"Modules":[{"Key":"a\u0000","Dir":"."}]})"}) {
    EXPECT_FALSE(ParseManifest(bad).ok()) << bad;
  }
  EXPECT_FALSE(ParseManifest("{\"Modules\":[{\"Key\":\"" + std::string(1 << 20, 'a') + "\"}]}").ok());
}

TEST(Parameters, AreTakenOutOfAddresses) {
  std::string address = "https://x.y/z.git?a=1&ref=v%2F1+2&b=2&ref=other";
  EXPECT_EQ(TakeParameter(&address, "ref"), "v/1 2");
  EXPECT_EQ(address, "https://x.y/z.git?a=1&b=2");
  EXPECT_EQ(TakeParameter(&address, "ref"), std::nullopt);
  EXPECT_EQ(TakeParameter(&address, "a"), "1");
  EXPECT_EQ(TakeParameter(&address, "b"), "2");
  EXPECT_EQ(address, "https://x.y/z.git");
  EXPECT_EQ(WithParameter("https://x.y/z?a=1", "t=1"), "https://x.y/z?t=1&a=1");
  const SplitUser split = TakeUser("https://u:a%40b@x.y/z");
  EXPECT_EQ(split.url, "https://x.y/z");
  EXPECT_EQ(split.user_and_password, "u:a@b");
  EXPECT_TRUE(split.has_password);
}

TEST(Netrc, FindsAnEntry) {
  const std::string text =
      "# machine x login no\nmachine a.b login joe\n\tpassword se#cret account z\nmacdef m\nmachine q login "
      "no\n\n"
      "machine c.d:8443 password p login l\ndefault login d password e\nmachine late login x password y";
  EXPECT_EQ(FindInNetrc(text, "a.b"), "joe:se#cret");
  EXPECT_EQ(FindInNetrc(text, "c.d:8443"), "l:p");
  EXPECT_EQ(FindInNetrc(text, "late"), "x:y");
  EXPECT_EQ(FindInNetrc(text, "c.d"), "d:e");
  EXPECT_EQ(FindInNetrc(text, "q"), "d:e");
  EXPECT_EQ(FindInNetrc("machine a login", "a"), "");
  EXPECT_EQ(FindInNetrc("machine", ""), "");
}

TEST(Archives, KindsAndChecksums) {
  const auto kind = [](std::string address) {
    const auto found = TakeArchiveKind(&address);
    if (!found.ok()) return std::string("refused");
    if (!*found) return "none " + address;
    return (**found == base::archive::ArchiveKind::kZip ? "zip " : "tar ") + address;
  };
  EXPECT_EQ(kind("https://x/a.zip?b=1"), "zip https://x/a.zip?b=1");
  EXPECT_EQ(kind("https://x/a.tar.gz"), "tar https://x/a.tar.gz");
  EXPECT_EQ(kind("https://x/a?archive=tgz&b=1"), "tar https://x/a?b=1");
  EXPECT_EQ(kind("https://x/a.zip?archive=false"), "none https://x/a.zip");
  EXPECT_EQ(kind("https://x/a?b=.zip"), "none https://x/a?b=.zip");
  EXPECT_EQ(kind("https://x/a.zip?archive=rar"), "refused");

  TempDirectory folder;
  const std::string path = folder / "file";
  ASSERT_TRUE(base::core::WriteFile(path, "text").ok());
  const std::string sha256 = base::core::HexEncode(base::crypto::Sha256("text"));
  const std::string md5 = base::core::HexEncode(base::crypto::Md5("text"));
  EXPECT_TRUE(VerifyChecksum(path, sha256).ok());
  EXPECT_TRUE(VerifyChecksum(path, "sha256:" + base::core::AsciiUpper(sha256)).ok());
  EXPECT_TRUE(VerifyChecksum(path, "md5:" + md5).ok());
  for (const std::string& bad :
       {"md5:" + sha256, "sha1:" + md5, std::string("sha256:") + std::string(64, '0'), std::string(),
        std::string("file:https://x/sums"), std::string("md5:0")}) {
    EXPECT_FALSE(VerifyChecksum(path, bad).ok()) << bad;
  }
}

TEST(PackageFiles, PatternsAndCopies) {
  TempDirectory folder;
  for (const char* name : {"one/a", "one/.b", "two"})
    ASSERT_TRUE(base::core::MakeDirectories(folder / name).ok());
  ASSERT_TRUE(base::core::WriteFile(folder / "one/a/main.tf", "x").ok());
  ASSERT_TRUE(base::core::WriteFile(folder / "one/.hidden", "x").ok());
  ASSERT_EQ(symlink("a/main.tf", (folder / "one/link").c_str()), 0);
  EXPECT_EQ(*ExpandSubdirectory(folder.path(), "one/a"), "one/a");
  EXPECT_EQ(*ExpandSubdirectory(folder.path(), "o*/a"), "one/a");
  EXPECT_EQ(*ExpandSubdirectory(folder.path(), "one/*"), "one/a");
  for (const char* bad : {"*", "three", "t*/x", "one/a/main.tf"})
    EXPECT_FALSE(ExpandSubdirectory(folder.path(), bad).ok()) << bad;

  const std::string copy = folder / "copy";
  ASSERT_TRUE(CopyPackage(folder / "one", copy).ok());
  EXPECT_EQ(*base::core::ReadFile(base::core::JoinPath(copy, "link")), "x");
  EXPECT_FALSE(base::core::Exists(base::core::JoinPath(copy, ".hidden")));
  EXPECT_FALSE(base::core::Exists(base::core::JoinPath(copy, ".b")));
}

TEST(PackageFiles, LocationsInPages) {
  EXPECT_EQ(FindModuleLocation(
                "<html><head><META content='git::https://x.y/z?a=1&amp;b=2' name=\"terraform-get\"/>"),
            "git::https://x.y/z?a=1&b=2");
  EXPECT_EQ(FindModuleLocation(
                "<meta name=\"other\" content=\"a\"><meta data-name=\"terraform-get\" content=\"b\">"),
            "");
  EXPECT_EQ(FindModuleLocation("<meta <meta name=\"terraform-get"), "");
}

TEST(Registry, ChoosesTheNewestThatIsAdmitted) {
  std::vector<Version> versions;
  for (const char* each : {"0.9.0", "1.0.0", "1.1.0", "1.2.0-beta1", "2.0.0"})
    versions.push_back(*Version::Parse(each));
  const auto choose = [&](const std::string& constraint) {
    const Version* chosen = ChooseVersion(versions, constraint);
    return chosen == nullptr ? "none" : chosen->ToString();
  };
  // As the stock program chooses among these.
  EXPECT_EQ(choose(""), "2.0.0");
  EXPECT_EQ(choose("~> 1.0"), "1.1.0");
  EXPECT_EQ(choose("1"), "1.0.0");
  EXPECT_EQ(choose("!= 2.0.0"), "1.1.0");
  EXPECT_EQ(choose("1.2.0-beta1"), "1.2.0-beta1");
  EXPECT_EQ(choose("= 1.2.0-beta1"), "1.2.0-beta1");
  EXPECT_EQ(choose(">= 1.2.0-beta1"), "2.0.0");
  EXPECT_EQ(choose("~> 1.2.0-beta1"), "none");
  EXPECT_EQ(choose("= 1.0, = 1.1"), "none");
}

class GitClone : public testing::Test {
 protected:
  void SetUp() override {
    environment_ = Environment::OfProcess();
    for (const auto& [name, value] : {std::pair{"GIT_CONFIG_GLOBAL", "/dev/null"},
                                      {"GIT_AUTHOR_NAME", "n"},
                                      {"GIT_AUTHOR_EMAIL", "n@example.com"},
                                      {"GIT_COMMITTER_NAME", "n"},
                                      {"GIT_COMMITTER_EMAIL", "n@example.com"}})
      environment_.Set(name, value);
    if (!base::core::FindProgram("git", environment_.Get("PATH"))) GTEST_SKIP() << "no git on this machine";
    ASSERT_TRUE(base::core::MakeDirectories(folder_ / "repository").ok());
    Run({"init", "-q", "-b", "main"});
    Commit("one");
    Run({"tag", "v1"});
    Commit("two");
    Run({"checkout", "-q", "-b", "side/branch"});
    Commit("three");
    Run({"checkout", "-q", "main"});
  }
  void Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "git");
    const auto run = base::core::RunProcess({.argv = std::move(arguments),
                                             .environment = environment_.ToStrings(),
                                             .directory = folder_ / "repository"});
    ASSERT_TRUE(run.ok() && run->status.code == 0) << run->err;
  }
  void Commit(const std::string& text) {
    ASSERT_TRUE(base::core::WriteFile(folder_ / "repository/text", text).ok());
    Run({"add", "-A"});
    Run({"commit", "-q", "-m", text});
  }
  // What the file says in a clone, or the error.
  std::string Clone(const std::string& query) {
    const std::string directory = folder_ / ("clone" + std::to_string(++count_));
    const auto cloned =
        CloneRepository("file://" + (folder_ / "repository") + query, directory, environment_, {});
    if (!cloned.ok()) return "error: " + cloned.error().message();
    return *base::core::ReadFile(base::core::JoinPath(directory, "text"));
  }

  TempDirectory folder_;
  Environment environment_;
  int count_ = 0;
};

TEST_F(GitClone, BranchesTagsAndDepths) {
  EXPECT_EQ(Clone(""), "two");
  EXPECT_EQ(Clone("?ref=v1"), "one");
  EXPECT_EQ(Clone("?ref=side%2Fbranch"), "three");
  EXPECT_EQ(Clone("?ref=side/branch&depth=1"), "three");
  EXPECT_EQ(Clone("?depth=1"), "two");
  EXPECT_EQ(Clone("?depth=many&ref=v1"), "one");
  // A hook that runs us must not lead git to its own repository.
  environment_.Set("GIT_DIR", "/nonexistent");
  EXPECT_EQ(Clone("?ref=v1"), "one");
}

TEST_F(GitClone, BadReferences) {
  EXPECT_THAT(Clone("?ref=none"), testing::HasSubstr("none"));
  EXPECT_THAT(Clone("?ref=--upload-pack=touch"), testing::HasSubstr("begins with a dash"));
  EXPECT_THAT(Clone("?ref=text"), testing::StartsWith("error: git checkout"));  // a file, and no branch
  EXPECT_THAT(Clone("?ref=0000000&depth=1"), testing::HasSubstr("must be a branch or a tag"));
  EXPECT_THAT(Clone("?sshkey=%%"), testing::HasSubstr("Base64"));
  const auto strange = CloneRepository("ext::sh -c true", folder_ / "x", environment_, {});
  ASSERT_FALSE(strange.ok());
  EXPECT_THAT(strange.error().message(), testing::HasSubstr("not allowed"));
  EXPECT_FALSE(CloneRepository("ssh://-oProxyCommand=true/x", folder_ / "z", environment_, {}).ok());
  EXPECT_FALSE(CloneRepository("--upload-pack=true", folder_ / "y", environment_, {}).ok());
}

TEST_F(GitClone, Submodules) {
  ASSERT_TRUE(base::core::MakeDirectories(folder_ / "outer").ok());
  // What users set by the environment counts; git itself refuses submodules in folders.
  environment_.Set("GIT_CONFIG_COUNT", "1");
  environment_.Set("GIT_CONFIG_KEY_0", "protocol.file.allow");
  environment_.Set("GIT_CONFIG_VALUE_0", "always");
  const auto run = base::core::RunProcess({.argv = {"sh", "-c",
                                                    "cd outer && git init -q -b main && git submodule add -q "
                                                    "../repository inner && git commit -q -m x"},
                                           .environment = environment_.ToStrings(),
                                           .directory = folder_.path()});
  ASSERT_TRUE(run.ok() && run->status.code == 0) << run->err;
  const auto cloned = CloneRepository("file://" + (folder_ / "outer"), folder_ / "clone", environment_, {});
  ASSERT_TRUE(cloned.ok()) << cloned.error().message();
  EXPECT_EQ(*base::core::ReadFile(folder_ / "clone/inner/text"), "two");
}

TEST_F(GitClone, KeysAreThereForGitOnly) {
  const std::string ssh = folder_ / "ssh";
  ASSERT_TRUE(base::core::WriteFile(ssh,
                                    "#!/bin/sh\necho \"$@\" >" + (folder_ / "arguments") +
                                        "\nwhile [ \"$1\" != -i ]; do shift; done\nstat -c %a \"$2\" >" +
                                        (folder_ / "mode") + "\ncat \"$2\" >" + (folder_ / "key") +
                                        "\nexit 1\n",
                                    0755)
                  .ok());
  ASSERT_EQ(chmod(ssh.c_str(), 0755), 0);
  environment_.Set("GIT_SSH_COMMAND", ssh);
  const std::string text = base::core::Base64Encode("the key>>?");
  const auto cloned =
      CloneRepository("ssh://git@example.com/a.git?sshkey=" + text, folder_ / "clone", environment_, {});
  ASSERT_FALSE(cloned.ok());
  EXPECT_THAT(cloned.error().message(), testing::Not(testing::HasSubstr(text)));
  EXPECT_EQ(*base::core::ReadFile(folder_ / "key"), "the key>>?");
  EXPECT_EQ(*base::core::ReadFile(folder_ / "mode"), "600\n");
  const std::string arguments = *base::core::ReadFile(folder_ / "arguments");
  const auto words = base::core::SplitNonEmpty(arguments, ' ');
  const auto option = std::ranges::find(words, "-i");
  ASSERT_NE(option, words.end());
  EXPECT_FALSE(base::core::Exists(std::string(*(option + 1))));
}

// A git that notes how it is called, and makes the folder.
TEST(Git, PasswordsAreInNoArgument) {
  TempDirectory folder;
  const std::string program = folder / "git";
  ASSERT_TRUE(base::core::WriteFile(program,
                                    "#!/bin/sh\necho \"$@\" >>" + (folder / "arguments") + "\nenv >>" +
                                        (folder / "environment") +
                                        "\nfor last; do :; done\nmkdir -p \"$last\"\n",
                                    0755)
                  .ok());
  ASSERT_EQ(chmod(program.c_str(), 0755), 0);
  Environment environment({{"PATH", folder.path() + ":/usr/bin:/bin"}, {"GIT_CONFIG_COUNT", "1"}});
  ASSERT_TRUE(
      CloneRepository("https://user:s3cret@example.com:8443/a.git?depth=1", folder / "clone", environment, {})
          .ok());
  const std::string arguments = *base::core::ReadFile(folder / "arguments");
  EXPECT_THAT(arguments, testing::HasSubstr("-- https://example.com:8443/a.git "));
  EXPECT_THAT(arguments, testing::Not(testing::HasSubstr("s3cret")));
  const std::string seen = *base::core::ReadFile(folder / "environment");
  EXPECT_THAT(seen, testing::HasSubstr("GIT_CONFIG_COUNT=2"));
  EXPECT_THAT(seen, testing::HasSubstr("GIT_CONFIG_KEY_1=http.https://example.com:8443/.extraHeader"));
  EXPECT_THAT(seen, testing::HasSubstr("GIT_CONFIG_VALUE_1=Authorization: Basic " +
                                       base::core::Base64Encode("user:s3cret")));
  EXPECT_THAT(seen, testing::HasSubstr("GIT_TERMINAL_PROMPT=0"));
  EXPECT_THAT(seen, testing::HasSubstr("SSH_ASKPASS_REQUIRE=force"));
  environment.Set("PATH", folder / "nowhere");
  const auto cloned = CloneRepository("https://example.com/a.git", folder / "other", environment, {});
  ASSERT_FALSE(cloned.ok());
  EXPECT_THAT(cloned.error().message(), testing::HasSubstr("not installed"));
}

}  // namespace
}  // namespace install::modules
