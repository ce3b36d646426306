#include "base/text/unicode.h"
#include "language/functions/digests.h"
#include "language/functions/family.h"
#include "language/functions/glob.h"
#include "language/functions/paths.h"

namespace language::functions {
namespace {

using base::crypto::Digest;

const Type kString = Type::String();

CallResult ReadRaw(const Environment& environment, Arguments a, std::string* contents) {
  base::core::Result<std::string> read = ReadFileOf(environment, a[0].AsString());
  if (!read.ok()) return FailArgument(0, "{}", read.error().message());
  *contents = *std::move(read);
  return Value();
}

CallResult File(const Environment& environment, Arguments a) {
  std::string contents;
  if (CallResult read = ReadRaw(environment, a, &contents); read.error) return read;
  if (!base::text::ValidUtf8(contents)) return NotText(a[0].AsString());
  return Value::String(contents);
}

CallResult FileBase64(const Environment& environment, Arguments a) {
  std::string contents;
  if (CallResult read = ReadRaw(environment, a, &contents); read.error) return read;
  return Value::StringRaw(base::core::Base64Encode(contents));
}

// The digests of files blame the call, not the argument.
CallResult ReadForDigest(const Environment& environment, Arguments a, std::string* contents) {
  CallResult read = ReadRaw(environment, a, contents);
  if (read.error) read.error->argument = -1;
  return read;
}

template <Digest digest>
CallResult FileHex(const Environment& environment, Arguments a) {
  std::string contents;
  if (CallResult read = ReadForDigest(environment, a, &contents); read.error) return read;
  return Value::StringRaw(HexDigest(digest, contents));
}

template <Digest digest>
CallResult FileBase64Digest(const Environment& environment, Arguments a) {
  std::string contents;
  if (CallResult read = ReadForDigest(environment, a, &contents); read.error) return read;
  return Value::StringRaw(Base64Digest(digest, contents));
}

CallResult FileExists(const Environment& environment, Arguments a) {
  if (!environment.file_exists) return Fail("files cannot be read here");
  if (!ExpandHome(environment, a[0].AsString())) return Fail("cannot expand user-specific home dir");
  const std::string path = ResolvePath(environment, a[0].AsString());
  if (environment.file_exists(path)) return Value::True();
  const std::string other = environment.describe_other ? environment.describe_other(path) : std::string();
  if (other.empty()) return Value::False();
  return Fail("{} {}", Quoted(path), other);
}

CallResult FileSet(const Environment& environment, Arguments a) {
  if (!environment.list_files) return Fail("files cannot be read here");
  const std::string pattern(a[1].AsString());
  const base::core::Result<std::vector<std::string>> files =
      environment.list_files(ResolvePath(environment, a[0].AsString()));
  // Where there is no such folder nothing matches, whatever the pattern.
  if (!files.ok() || files->empty()) return Value::Set(kString, {});
  const std::optional<Glob> glob = Glob::Parse(CleanPath(pattern));
  std::vector<Value> matching;
  for (const std::string& file : *files) {
    if (!glob && Glob::ReachesMistake(CleanPath(pattern), file)) {
      return Fail("failed to glob pattern {}: syntax error in pattern",
                  Quoted(CleanPath(std::string(a[0].AsString()) + "/" + pattern)));
    }
    if (glob && glob->Matches(file)) matching.push_back(Value::String(file));
  }
  return Value::Set(kString, std::move(matching));
}

CallResult Basename(const Environment&, Arguments a) { return Value::String(PathBase(a[0].AsString())); }
CallResult Dirname(const Environment&, Arguments a) { return Value::String(PathDirectory(a[0].AsString())); }

CallResult Abspath(const Environment& environment, Arguments a) {
  const std::string_view path = a[0].AsString();
  if (path.starts_with('/')) return Value::String(CleanPath(path));
  return Value::String(CleanPath(environment.working_directory + "/" + std::string(path)));
}

CallResult Pathexpand(const Environment& environment, Arguments a) {
  std::optional<std::string> expanded = ExpandHome(environment, a[0].AsString());
  if (!expanded) return Fail("cannot expand user-specific home dir");
  return Value::String(*expanded);
}

}  // namespace

Table FilesystemFunctions() {
  const Parameter path{"path", kString};
  return {
      {"file", "The text of a file.", {path}, {}, kString, File},
      {"filebase64", "The bytes of a file in Base64.", {path}, {}, kString, FileBase64},
      {"filemd5", "The MD5 digest of a file in hexadecimal.", {path}, {}, kString, FileHex<Digest::kMd5>},
      {"filesha1", "The SHA-1 digest of a file in hexadecimal.", {path}, {}, kString, FileHex<Digest::kSha1>},
      {"filesha256",
       "The SHA-256 digest of a file in hexadecimal.",
       {path},
       {},
       kString,
       FileHex<Digest::kSha256>},
      {"filesha512",
       "The SHA-512 digest of a file in hexadecimal.",
       {path},
       {},
       kString,
       FileHex<Digest::kSha512>},
      {"filebase64sha256",
       "The SHA-256 digest of a file in Base64.",
       {path},
       {},
       kString,
       FileBase64Digest<Digest::kSha256>},
      {"filebase64sha512",
       "The SHA-512 digest of a file in Base64.",
       {path},
       {},
       kString,
       FileBase64Digest<Digest::kSha512>},
      {"fileexists", "Whether a file exists.", {path}, {}, Type::Bool(), FileExists},
      {"fileset",
       "Paths of the files below a folder that match a pattern.",
       {path, {"pattern", kString}},
       {},
       Type::Set(kString),
       FileSet},
      {"basename", "The last part of a path.", {path}, {}, kString, Basename},
      {"dirname", "A path without its last part.", {path}, {}, kString, Dirname},
      {"abspath", "A path as an absolute one, by the working folder.", {path}, {}, kString, Abspath},
      {"pathexpand", "A path with a leading ~ replaced by the home folder.", {path}, {}, kString, Pathexpand},
  };
}

}  // namespace language::functions
