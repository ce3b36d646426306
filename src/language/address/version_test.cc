#include "language/address/version.h"

#include <gtest/gtest.h>

namespace language::address {
namespace {

TEST(Version, ParsesAndOrders) {
  for (const char* bad : {"", "a", "1.", ".1", "1..2", "-1", "1.2.3+", "99999999999999999999", "1 2"}) {
    EXPECT_FALSE(Version::Parse(bad)) << bad;
  }
  const char* ascending[] = {"0.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11",
                             "1",   "1.0.1",       "v1.11.4",       "2.0.0"};
  for (size_t i = 0; i + 1 < std::size(ascending); ++i) {
    EXPECT_LT(*Version::Parse(ascending[i]), *Version::Parse(ascending[i + 1])) << ascending[i];
  }
  EXPECT_EQ(*Version::Parse("1.2"), *Version::Parse("1.2.0+build"));
  EXPECT_EQ(Version::Parse("v1.2-rc1+b")->ToString(), "1.2.0-rc1+b");
}

TEST(VersionConstraints, Allow) {
  const struct {
    const char* constraints;
    const char* version;
    bool allowed;
  } kCases[] = {
      {"1.11.4", "1.11.4", true},
      {"= 1.11.4", "1.11.5", false},
      {">=1.2,<2", "1.11.4", true},
      {">= 1.2, < 1.11", "1.11.4", false},
      {"~> 1.11", "1.99.0", true},
      {"~> 1.11", "2.0.0", false},
      {"~> 1.11.0", "1.11.9", true},
      {"~> 1.11.0", "1.12.0", false},
      {"~> 1", "2.0.0", true},
      {"!= 1.11.4", "1.11.4", false},
      {"> 1.11.3", "1.11.4", true},
      {"<= 1.11.4", "1.11.4", true},
      {">= 1.0", "1.5.0-beta1", false},
      {">= 1.5.0-beta1", "1.5.0-beta2", true},
      {"1.5.0-beta1", "1.5.0-beta1", true},
  };
  const auto check = [&](const auto& test) {
    const auto constraints = VersionConstraints::Parse(test.constraints);
    ASSERT_TRUE(constraints) << test.constraints;
    EXPECT_EQ(constraints->Allow(*Version::Parse(test.version)), test.allowed)
        << test.constraints << " " << test.version;
  };
  for (const auto& test : kCases) check(test);
  for (const char* bad : {"", ",", "=> 1", "about 1", "1.0 2.0", ">= "}) {
    EXPECT_FALSE(VersionConstraints::Parse(bad)) << bad;
  }
  EXPECT_TRUE(VersionConstraints::Parse(">= 1.0.0-rc1")->HasPrerelease());
}

}  // namespace
}  // namespace language::address
