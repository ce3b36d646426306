#include "language/address/module_source.h"

#include <gtest/gtest.h>

namespace language::address {
namespace {

// What the stock program wrote into modules.json for each, and how it named the package while fetching.
TEST(ModuleSource, Forms) {
  using Kind = ModuleSource::Kind;
  const struct {
    const char* text;
    Kind kind;
    const char* package;
    const char* whole;
  } kCases[] = {
      {"./a//b/", Kind::kLocal, "./a/b", "./a/b"},
      {"./", Kind::kLocal, "./.", "./."},
      {"../", Kind::kLocal, "./..", "./.."},
      {"../../x", Kind::kLocal, "../../x", "../../x"},
      {".\\sub\\x", Kind::kLocal, "./sub/x", "./sub/x"},
      {"a/b/c", Kind::kRegistry, "registry.terraform.io/a/b/c", "registry.terraform.io/a/b/c"},
      {"a/b/c//d/../e", Kind::kRegistry, "registry.terraform.io/a/b/c", "registry.terraform.io/a/b/c//e"},
      {"Example.com:8443/a_1/b-2/c3//d", Kind::kRegistry, "example.com:8443/a_1/b-2/c3",
       "example.com:8443/a_1/b-2/c3//d"},
      {"gitlab.com/a/b/c", Kind::kRegistry, "gitlab.com/a/b/c", "gitlab.com/a/b/c"},
      {"github.com/a/b", Kind::kRemote, "git::https://github.com/a/b.git", "git::https://github.com/a/b.git"},
      {"github.com/a/b.git//x?ref=1", Kind::kRemote, "git::https://github.com/a/b.git?ref=1",
       "git::https://github.com/a/b.git//x?ref=1"},
      {"github.com/a/b/c", Kind::kRemote, "git::https://github.com/a/b.git",
       "git::https://github.com/a/b.git//c"},
      {"github.com/a/b/c//d", Kind::kRemote, "git::https://github.com/a/b.git",
       "git::https://github.com/a/b.git//c/d"},
      {"bitbucket.org/a/b", Kind::kRemote, "git::https://bitbucket.org/a/b.git",
       "git::https://bitbucket.org/a/b.git"},
      {"git@github.com:a/b.git//s?ref=x", Kind::kRemote, "git::ssh://git@github.com/a/b.git?ref=x",
       "git::ssh://git@github.com/a/b.git//s?ref=x"},
      {"git::/tmp/repo", Kind::kRemote, "git::file:///tmp/repo", "git::file:///tmp/repo"},
      {"/tmp/m//s", Kind::kRemote, "file:///tmp/m", "file:///tmp/m//s"},
      {"https://x.y/a.zip//w//v?a=1&b=2", Kind::kRemote, "https://x.y/a.zip?a=1&b=2",
       "https://x.y/a.zip//w/v?a=1&b=2"},
      {"hg::http://x.y/z", Kind::kRemote, "hg::http://x.y/z", "hg::http://x.y/z"},
      {"s3-eu-west-1.amazonaws.com/b/k.zip", Kind::kRemote, "s3::https://s3-eu-west-1.amazonaws.com/b/k.zip",
       "s3::https://s3-eu-west-1.amazonaws.com/b/k.zip"},
      {"www.googleapis.com/storage/v1/b/o", Kind::kRemote, "gcs::https://www.googleapis.com/storage/v1/b/o",
       "gcs::https://www.googleapis.com/storage/v1/b/o"},
      {"C:\\foo", Kind::kRemote, "C:\\foo", "C:\\foo"},
      {"https://", Kind::kRemote, "https://", "https://"},
  };
  for (const auto& each : kCases) {
    const auto source = ParseModuleSource(each.text);
    ASSERT_TRUE(source.ok()) << each.text << ": " << source.error().message();
    EXPECT_EQ(source->kind, each.kind) << each.text;
    EXPECT_EQ(source->Package(), each.package) << each.text;
    EXPECT_EQ(source->ToString(), each.whole) << each.text;
    if (each.kind == Kind::kLocal) continue;
    // What is written to modules.json means the same when it is read as a source.
    const auto again = ParseModuleSource(source->ToString());
    ASSERT_TRUE(again.ok()) << each.text;
    EXPECT_EQ(*again, *source) << each.text;
  }
}

TEST(ModuleSource, Refused) {
  for (const char* text :
       {"", "foo", "foo/bar", "a/b/C", "localhost/a/b/c", "127.0.0.1:9/foo", "git::./repo", ".", "..",
        "git::--upload-pack=touch /tmp/x", "github.com/foo", "github.com//x", "bob@host:path", "a/b/c//../..",
        "https://x.y/a.zip//../../..", "git::https://x\n.y/a"}) {
    EXPECT_FALSE(ParseModuleSource(text).ok()) << text;
  }
  EXPECT_FALSE(ParseModuleSource(std::string(100'000, 'a')).ok());
}

TEST(ModuleSource, PasswordsAreForNobody) {
  EXPECT_EQ(WithoutPassword("git::https://u:secret@x.y/z?ref=1"), "git::https://u:redacted@x.y/z?ref=1");
  EXPECT_EQ(WithoutPassword("https://u:a@b@x.y/"), "https://u:redacted@x.y/");
  EXPECT_EQ(WithoutPassword("ssh://git@x.y/a:b@c"), "ssh://git@x.y/a:b@c");
  EXPECT_EQ(WithoutPassword("https://x.y:8/a"), "https://x.y:8/a");
  EXPECT_EQ(WithoutPassword("git::ssh://git@x.y/a?ref=1&sshkey=abc&depth=1"),
            "git::ssh://git@x.y/a?ref=1&sshkey=redacted&depth=1");
  EXPECT_EQ(WithoutPassword("a?sshkey=abc"), "a?sshkey=redacted");
}

}  // namespace
}  // namespace language::address
