#include "base/archive/unpack.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/strings.h"

namespace base::archive {
namespace {

using core::Error;
using core::Result;

class Unpacking {
 public:
  explicit Unpacking(std::string directory) : directory_(std::move(directory)) {}

  Result<void> Begin(const ArchiveEntry& entry) {
    file_.Close();
    ASSIGN_OR_RETURN(const std::string path, SafeEntryPath(entry.path));
    if (path.empty()) {
      if (entry.type == ArchiveEntry::Type::kDirectory) return {};
      return Error("it holds a file without a name");
    }
    switch (entry.type) {
      case ArchiveEntry::Type::kDirectory:
        return core::MakeDirectories(core::JoinPath(directory_, path), 0755);
      case ArchiveEntry::Type::kSymbolicLink:
        if (!LinkStaysInside(path, entry.target)) {
          return Error(fmt::format("it holds the symbolic link {}, which points out of its folder",
                                   core::GoQuote(path)));
        }
        links_.emplace_back(path, entry.target);
        return {};
      case ArchiveEntry::Type::kOther:
        return Error(
            fmt::format("it holds {}, which is neither file, folder nor symbolic link", core::GoQuote(path)));
      case ArchiveEntry::Type::kFile:
        return Create(path, entry.mode);
    }
    return {};
  }

  Result<void> Write(std::string_view piece) { return core::WriteAll(file_.get(), piece, name_); }

  Result<void> Finish() {
    file_.Close();
    // All folders first: a link that another's folder has turned into fails, as that folder is there by then.
    for (const auto& [path, target] : links_) {
      RETURN_IF_ERROR(core::MakeDirectories(core::DirectoryName(core::JoinPath(directory_, path)), 0755));
    }
    for (const auto& [path, target] : links_) {
      const std::string full = core::JoinPath(directory_, path);
      if (symlink(target.c_str(), full.c_str()) != 0) return core::ErrnoError("symlink " + full, errno);
    }
    return {};
  }

 private:
  Result<void> Create(const std::string& path, unsigned mode) {
    name_ = core::JoinPath(directory_, path);
    RETURN_IF_ERROR(core::MakeDirectories(core::DirectoryName(name_), 0755));
    // O_EXCL: no name twice.
    ASSIGN_OR_RETURN(file_, core::OpenFile(name_, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode | 0600));
    return {};
  }

  const std::string directory_;
  core::UniqueFd file_;
  std::string name_;
  std::vector<std::pair<std::string, std::string>> links_;
};

}  // namespace

bool LinkStaysInside(std::string_view path, std::string_view target) {
  if (target.empty() || target.starts_with('/')) return false;
  ptrdiff_t depth = std::ranges::count(path, '/');
  bool descended = false;
  for (std::string_view part : core::Split(target, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      descended = true;
      continue;
    }
    // Behind a name, which may be a link itself, ".." could lead anywhere.
    if (descended || --depth < 0) return false;
  }
  return true;
}

Result<void> Unpack(const std::string& archive, ArchiveKind kind, const std::string& directory,
                    const ArchiveLimits& limits) {
  Unpacking unpacking(directory);
  RETURN_IF_ERROR(ReadArchive(archive, kind,
                              {.on_entry = [&](const ArchiveEntry& entry) { return unpacking.Begin(entry); },
                               .on_data = [&](std::string_view piece) { return unpacking.Write(piece); }},
                              limits));
  return unpacking.Finish();
}

}  // namespace base::archive
