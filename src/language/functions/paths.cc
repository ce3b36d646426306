#include "language/functions/paths.h"

#include "base/core/strings.h"

namespace language::functions {

using base::core::Error;

namespace {

// The system's reasons begin with a capital: "open x: No such file"; those of the reference do not.
std::string LowerReason(std::string message) {
  const size_t colon = message.rfind(": ");
  if (colon != std::string::npos && colon + 2 < message.size() && message[colon + 2] >= 'A' &&
      message[colon + 2] <= 'Z')
    message[colon + 2] = static_cast<char>(message[colon + 2] | 0x20);
  return message;
}

}  // namespace

std::string CleanPath(std::string_view path) {
  const bool rooted = path.starts_with('/');
  std::vector<std::string_view> parts;
  for (std::string_view part : base::core::SplitNonEmpty(path, '/')) {
    if (part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (!rooted) {
      parts.push_back(part);
    }
  }
  std::string clean = (rooted ? "/" : "") + base::core::Join(parts, "/");
  return clean.empty() ? "." : clean;
}

std::string PathBase(std::string_view path) {
  if (path.empty()) return ".";
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return "/";
  const size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string PathDirectory(std::string_view path) {
  const size_t slash = path.rfind('/');
  return CleanPath(slash == std::string_view::npos ? "" : path.substr(0, slash + 1));
}

std::optional<std::string> ExpandHome(const Environment& environment, std::string_view path) {
  if (!path.starts_with('~')) return std::string(path);
  if (path.size() > 1 && path[1] != '/') return std::nullopt;
  if (path.size() == 1) return environment.home_directory;
  return CleanPath(environment.home_directory + std::string(path.substr(1)));
}

std::string ResolvePath(const Environment& environment, std::string_view path) {
  std::string expanded = ExpandHome(environment, path).value_or(std::string(path));
  if (!expanded.starts_with('/')) {
    expanded = (environment.base_directory.empty() ? "." : environment.base_directory) + "/" + expanded;
  }
  return CleanPath(expanded);
}

base::core::Result<std::string> ReadFileOf(const Environment& environment, std::string_view path) {
  if (!environment.read_file) return Error("files cannot be read here");
  if (!ExpandHome(environment, path))
    return Error("failed to expand ~: cannot expand user-specific home dir");
  const std::string resolved = ResolvePath(environment, path);
  base::core::Result<std::string> contents = environment.read_file(resolved);
  if (contents.ok()) return contents;
  const bool is_directory = contents.error().message().find("s a directory") != std::string::npos;
  if (environment.file_exists && !environment.file_exists(resolved) && !is_directory) {
    return Error("no file exists at " + base::core::GoQuote(path) +
                 "; this function works only with files that are distributed as part of the configuration "
                 "source code, so if this file will be created by a resource in this configuration you must "
                 "instead obtain this result from an attribute of that resource");
  }
  return Error("failed to read file: " + LowerReason(contents.error().message()));
}

CallError NotText(std::string_view path) {
  return {
      "contents of " + base::core::GoQuote(path) +
      " are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or the other "
      "file functions (e.g. filemd5, filesha256) to obtain file hashing results instead"};
}

}  // namespace language::functions
