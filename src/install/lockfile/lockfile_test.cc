#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/files.h"
#include "install/lockfile/lock_file.h"
#include "install/lockfile/package_hash.h"

namespace install::lockfile {
namespace {

using ::testing::ElementsAre;

TEST(Version, StrictForms) {
  for (const char* good :
       {"0.0.0", "1.2.3", "1.2.3-beta.1", "1.2.3-beta+build.7", "18446744073709551615.0.0"}) {
    ASSERT_TRUE(Version::Parse(good)) << good;
    EXPECT_EQ(Version::Parse(good)->ToString(), good);
  }
  for (const char* bad : {"", "1", "1.2", "v1.2.3", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3-a..b",
                          "1.2.x", " 1.2.3", "18446744073709551616.0.0"}) {
    EXPECT_FALSE(Version::Parse(bad)) << bad;
  }
}

TEST(Version, OrderOfSemanticVersioning) {
  const char* ascending[] = {"1.0.0-alpha",  "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta",
                             "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",       "1.0.0",
                             "1.0.1",        "1.2.0",         "1.10.0",           "2.0.0"};
  for (size_t i = 0; i < std::size(ascending); ++i) {
    for (size_t j = 0; j < std::size(ascending); ++j) {
      EXPECT_EQ(*Version::Parse(ascending[i]) <=> *Version::Parse(ascending[j]), i <=> j)
          << ascending[i] << " " << ascending[j];
    }
  }
}

bool Allows(std::string_view constraints, std::string_view version) {
  return VersionConstraints::Parse(constraints).value().Allow(*Version::Parse(version));
}

TEST(VersionConstraints, Allow) {
  EXPECT_TRUE(Allows("", "1.0.0"));
  EXPECT_FALSE(Allows("", "1.0.0-beta"));
  EXPECT_TRUE(Allows("~> 1.2", "1.9.0"));
  EXPECT_FALSE(Allows("~> 1.2", "2.0.0"));
  EXPECT_FALSE(Allows("~> 1.2.3", "1.3.0"));
  EXPECT_TRUE(Allows("~> 1", "1.0.0"));
  EXPECT_FALSE(Allows("> 1.0", "1.0.0"));
  EXPECT_TRUE(Allows("1", "1.0.0"));
  EXPECT_FALSE(Allows("1", "1.0.1"));
  EXPECT_FALSE(Allows(">= 2.0.0-beta1", "2.0.0-beta1")) << "only an exact constraint names a prerelease";
  EXPECT_FALSE(Allows("~> 2.0.0-beta1", "2.0.0-beta1"));
  EXPECT_TRUE(Allows("2.0.0-beta1", "2.0.0-beta1"));
  EXPECT_FALSE(Allows("2.0.0-beta1, != 2.0.0-beta1", "2.0.0-beta1"));
}

TEST(VersionConstraints, NormalForm) {
  const std::pair<const char*, const char*> cases[] = {
      {">=1", ">= 1.0.0"},
      {"1.0", "1.0.0"},
      {"~> 1", "~> 1.0"},
      {"~>1.2.3", "~> 1.2.3"},
      {"= 1.0.0, 1.0.0, >= 0.5.0", ">= 0.5.0, 1.0.0"},
      {"!= 1.3.0, ~> 1.1, >= 1.0", ">= 1.0.0, ~> 1.1, != 1.3.0"},
      {"< 2.0.0, > 1", "> 1.0.0, < 2.0.0"},
  };
  for (const auto& [written, normal] : cases) {
    EXPECT_EQ(VersionConstraints::Parse(written).value().ToString(), normal);
  }
  for (const char* bad : {"v1.0.0", ">= ", "1.0.0,", ">  1.0.0", "~> 1.2.3.4", "*", "1.x", "foo"}) {
    EXPECT_FALSE(VersionConstraints::Parse(bad)) << bad;
  }
}

// The hash of the stock program over the same files.
TEST(PackageHash, OfFolderThroughLinks) {
  base::core::TempDirectory folder;
  ASSERT_TRUE(base::core::MakeDirectories(folder / "package/sub").ok());
  ASSERT_TRUE(base::core::WriteFile(folder / "package/terraform-provider-packed_v1.2.0", "#!/bin/sh\n").ok());
  ASSERT_TRUE(base::core::WriteFile(folder / "package/sub/x.txt", "x").ok());
  ASSERT_EQ(symlink("package", (folder / "link").c_str()), 0);
  EXPECT_EQ(*HashDirectory(folder / "link"), "h1:5aY/VBMs9s1wGmUoz6dPgazgu0ZMVk8rB9g2Sj/rHXY=");
  EXPECT_EQ(*HashArchive(folder / "package/sub/x.txt"),
            "zh:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
  EXPECT_FALSE(HashDirectory(folder / "nowhere").ok());
}

constexpr const char* kLockFile = R"(# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "reg.example.com/test/fp" {
  version     = "1.1.0"
  constraints = ">= 1.0.0, != 1.3.0"
  hashes = [
    "h1:ha9EdnNwMB8O7994flJWEEFNIo3/WSLDqcjlbv38ITE=",
    "zh:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
  ]
}

provider "registry.terraform.io/hashicorp/none" {
  version = "2.0.0-rc1"
}
)";

TEST(LockFile, ComesBackByteForByte) {
  base::diag::Diagnostics diagnostics;
  const LockFile locks = ParseLockFile("x.hcl", kLockFile, diagnostics);
  EXPECT_TRUE(diagnostics.empty());
  EXPECT_EQ(locks.size(), 2U);
  EXPECT_EQ(FormatLockFile(locks), kLockFile);
}

TEST(LockFile, TellsEveryMistake) {
  base::diag::Diagnostics diagnostics;
  ParseLockFile("x.hcl", R"(
z = 1
module "x" {
}
other "y" {
}
provider "x" "y" {
}
provider "hashicorp/aws" {
  version = "1.0.0"
}
provider "terraform.io/builtin/terraform" {
  version = "1.0.0"
}
provider "reg.example.com/test/fp" {
  version     = "1.1"
  constraints = ">=1.0"
  hashes      = ["h1", "zh:aa", 3]
}
provider "reg.example.com/test/fp" {
  version = "1.1.0"
  color   = 1
  block {
  }
}
provider "reg.example.com/test/fq" {
  hashes = "x"
}
)",
                diagnostics);
  std::vector<std::string> summaries;
  for (const auto& each : diagnostics.items()) summaries.push_back(each.summary);
  EXPECT_THAT(summaries,
              ElementsAre("Unsupported argument", "Dependency locks for modules are not yet supported",
                          "Unsupported block type", "Extraneous label for provider",
                          "Non-normalized provider source address", "Invalid provider source address",
                          "Invalid provider version number", "Invalid provider version constraints",
                          "Invalid provider hash string", "Invalid provider hash string",
                          "Unsupported argument", "Unsupported block type", "Duplicate provider lock",
                          "Invalid expression", "Missing required argument"));
}

}  // namespace
}  // namespace install::lockfile
