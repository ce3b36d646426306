#include "base/archive/unpack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/core/files.h"
#include "base/core/process.h"

namespace base::archive {
namespace {

using ::testing::HasSubstr;

// Archives as others make them, by a few lines of Python; false where it is missing.
void Make(const std::string& path, const std::string& script) {
  const std::string program =
      "import io, sys, stat, zipfile, tarfile\npath = sys.argv[1]\n"
      "def link(name):\n"
      "    i = zipfile.ZipInfo(name)\n"
      "    i.create_system = 3\n"
      "    i.external_attr = (stat.S_IFLNK | 0o777) << 16\n"
      "    return i\n"
      "def file(name, mode=0o644):\n"
      "    i = zipfile.ZipInfo(name)\n"
      "    i.external_attr = mode << 16\n"
      "    return i\n" +
      script;
  auto run = core::RunProcess({.argv = {"python3", "-c", program, path}});
  ASSERT_TRUE(run.ok());
  ASSERT_EQ(run->status.code, 0) << run->err;
}

struct Outcome {
  std::string error;
  core::TempDirectory folder;
};

Outcome UnpackZip(const std::string& script, const ArchiveLimits& limits = {}) {
  Outcome outcome;
  const std::string path = outcome.folder / "x.zip";
  Make(path, "z = zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED)\n" + script + "\nz.close()\n");
  EXPECT_TRUE(core::MakeDirectories(outcome.folder / "deep/out").ok());
  auto result = Unpack(path, ArchiveKind::kZip, outcome.folder / "deep/out", limits);
  if (!result.ok()) outcome.error = result.error().message();
  return outcome;
}

TEST(Unpack, FilesModesFoldersAndLinks) {
  const Outcome outcome = UnpackZip(
      "z.writestr(file('a/run', 0o755), 'x')\n"
      "z.writestr(file('./b.txt'), 'y' * 1000000)\n"
      "z.writestr('empty/', '')\n"
      "z.writestr(link('a/link'), '../b.txt')\n");
  ASSERT_EQ(outcome.error, "");
  struct stat info;
  ASSERT_EQ(stat((outcome.folder / "deep/out/a/run").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0100U, 0100U);
  EXPECT_TRUE(core::IsDirectory(outcome.folder / "deep/out/empty"));
  EXPECT_EQ(core::ReadFile(outcome.folder / "deep/out/a/link")->size(), 1'000'000U);
}

TEST(Unpack, NothingLeavesTheFolder) {
  const std::pair<const char*, const char*> cases[] = {
      {"z.writestr(file('../evil'), 'x')", "outside of its folder"},
      {"z.writestr(file('a/../../evil'), 'x')", "outside of its folder"},
      {"z.writestr(file('/tmp/evil'), 'x')", "outside of its folder"},
      {"z.writestr(file('a\\\\..\\\\evil'), 'x')", "outside of its folder"},
      {"z.writestr(link('l'), '/etc')", "points out of its folder"},
      {"z.writestr(link('l'), '../x')", "points out of its folder"},
      {"z.writestr(link('a/l'), '../../x')", "points out of its folder"},
      {"z.writestr(link('l'), 'a/../..')", "points out of its folder"},
      {"z.writestr(link('l'), '.')\nz.writestr(link('l/m'), '../x')", "symlink"},
      {"z.writestr(link('l'), 'd')\nz.writestr(file('l/x'), 'x')", "symlink"},
      {"z.writestr(file('x'), '1')\nz.writestr(file('x'), '2')", "exists"},
      {"z.writestr(file('x'), '1')\nz.writestr(file('x/y'), '2')", ""},
  };
  for (const auto& [script, message] : cases) {
    const Outcome outcome = UnpackZip(script);
    EXPECT_NE(outcome.error, "") << script;
    EXPECT_THAT(outcome.error, HasSubstr(message)) << script;
    EXPECT_FALSE(core::Exists(outcome.folder / "deep/evil")) << script;
    EXPECT_FALSE(core::Exists(outcome.folder / "evil")) << script;
  }
}

TEST(Unpack, LimitsAndDamage) {
  EXPECT_THAT(UnpackZip("z.writestr(file('x'), b'0' * 2000000)", {.bytes = 1'000'000}).error,
              HasSubstr("far more than its size"));
  EXPECT_THAT(UnpackZip("for i in range(50): z.writestr(file(str(i)), b'')", {.entries = 49}).error,
              HasSubstr("too many files"));
  EXPECT_NE(UnpackZip("").error, "") << "nothing at all is no package";
  core::TempDirectory folder;
  Make(folder / "x.zip",
       "z = zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED)\n"
       "z.writestr(file('x'), bytes(range(256)) * 4000)\nz.close()\n"
       "b = bytearray(open(path, 'rb').read())\n"
       "b[60] ^= 255\nopen(path, 'wb').write(b)\n");
  ASSERT_TRUE(core::MakeDirectories(folder / "out").ok());
  EXPECT_THAT(Unpack(folder / "x.zip", ArchiveKind::kZip, folder / "out").error().message(),
              HasSubstr("damaged"));
  EXPECT_FALSE(Unpack(folder / "none.zip", ArchiveKind::kZip, folder / "out").ok());
}

TEST(Unpack, Tar) {
  for (const char* mode : {"w", "w:gz", "w:bz2", "w:xz"}) {
    core::TempDirectory folder;
    Make(folder / "x.tar", std::string("t = tarfile.open(path, '") + mode +
                               "')\ni = tarfile.TarInfo('m/main.tf')\ni.size = 3\n"
                               "t.addfile(i, io.BytesIO(b'abc'))\nt.close()\n");
    ASSERT_TRUE(core::MakeDirectories(folder / "out").ok());
    auto result = Unpack(folder / "x.tar", ArchiveKind::kTar, folder / "out");
    ASSERT_TRUE(result.ok()) << mode << result.error().message();
    EXPECT_EQ(*core::ReadFile(folder / "out/m/main.tf"), "abc");
  }
  core::TempDirectory folder;
  Make(folder / "x.tar",
       "t = tarfile.open(path, 'w')\ni = tarfile.TarInfo('hard')\ni.type = tarfile.LNKTYPE\n"
       "i.linkname = '/etc/passwd'\nt.addfile(i)\nt.close()\n");
  ASSERT_TRUE(core::MakeDirectories(folder / "out").ok());
  EXPECT_THAT(Unpack(folder / "x.tar", ArchiveKind::kTar, folder / "out").error().message(),
              HasSubstr("neither file, folder nor symbolic link"));
}

}  // namespace
}  // namespace base::archive
