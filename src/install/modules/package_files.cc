// Folders of fetched packages: copies, patterns for folders in them, and pages that say where a package is.

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "install/modules/fetcher.h"

namespace install::modules {
namespace {

namespace fs = std::filesystem;
using base::core::Error;
using base::core::Result;

// A package with more is a mistake.
constexpr size_t kMaxEntries = 500'000;
constexpr int kMaxDepth = 200;
constexpr size_t kMaxPage = 1 << 20;

Result<void> Copy(const fs::path& from, const fs::path& to, int depth, size_t* entries) {
  if (depth > kMaxDepth) return Error(fmt::format("{} has folders nested too deep", from.string()));
  std::error_code error;
  fs::create_directory(to, error);
  if (error) return Error(fmt::format("{}: {}", to.string(), error.message()));
  for (fs::directory_iterator it(from, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with('.')) continue;
    if (++*entries > kMaxEntries) return Error(fmt::format("{} holds too many files", from.string()));
    const fs::file_status status = it->symlink_status(error);
    if (error) break;
    if (fs::is_symlink(status)) {
      fs::copy_symlink(it->path(), to / name, error);
    } else if (fs::is_directory(status)) {
      RETURN_IF_ERROR(Copy(it->path(), to / name, depth + 1, entries));
    } else if (fs::is_regular_file(status)) {
      fs::copy_file(it->path(), to / name, error);
    }
  }
  if (error) return Error(fmt::format("cannot copy {}: {}", from.string(), error.message()));
  return {};
}

bool HasPattern(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

// An attribute's value in the text of a tag: name="value", quotes of either kind.
std::string_view Attribute(std::string_view tag, std::string_view name) {
  for (size_t at = 0; (at = tag.find(name, at)) != std::string_view::npos; ++at) {
    if (at > 0 && std::string_view(" \t\r\n\"'/").find(tag[at - 1]) == std::string_view::npos) continue;
    std::string_view rest = base::core::TrimLeft(tag.substr(at + name.size()));
    if (!rest.starts_with('=')) continue;
    rest = base::core::TrimLeft(rest.substr(1));
    if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) continue;
    const size_t end = rest.find(rest[0], 1);
    if (end != std::string_view::npos) return rest.substr(1, end - 1);
  }
  return {};
}

}  // namespace

Result<void> CopyPackage(const std::string& from, const std::string& to) {
  size_t entries = 0;
  return Copy(from, to, 0, &entries);
}

Result<std::string> ExpandSubdirectory(const std::string& package_directory, const std::string& pattern) {
  if (!HasPattern(pattern)) {
    if (base::core::IsDirectory(base::core::JoinPath(package_directory, pattern))) return pattern;
    return Error(fmt::format("there is no folder \"{}\" in the package", pattern));
  }
  std::vector<std::string> found{""};
  for (const std::string_view part : base::core::SplitNonEmpty(pattern, '/')) {
    std::vector<std::string> next;
    for (const std::string& parent : found) {
      auto names = base::core::ListDirectory(base::core::JoinPath(package_directory, parent));
      if (!names.ok()) continue;
      for (const std::string& name : *names) {
        if (fnmatch(std::string(part).c_str(), name.c_str(), FNM_PATHNAME | FNM_PERIOD) != 0) continue;
        const std::string path = base::core::JoinPath(parent, name);
        if (base::core::IsDirectory(base::core::JoinPath(package_directory, path))) next.push_back(path);
      }
    }
    found = std::move(next);
  }
  if (found.size() == 1) return found[0];
  return Error(fmt::format("{} folders in the package fit \"{}\", and there must be one",
                           found.empty() ? "no" : std::to_string(found.size()), pattern));
}

std::string FindModuleLocation(std::string_view page) {
  page = page.substr(0, kMaxPage);
  const std::string lower = base::core::AsciiLower(page);
  for (size_t at = 0; (at = lower.find("<meta", at)) != std::string::npos;) {
    const size_t end = std::min(lower.find('>', at), page.size());
    const std::string_view tag = page.substr(at + 5, end - at - 5);
    if (Attribute(tag, "name") == "terraform-get") {
      return base::core::ReplaceAll(Attribute(tag, "content"), "&amp;", "&");
    }
    at = end;
  }
  return {};
}

}  // namespace install::modules
