#include "base/archive/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/shared_library.h"
#include "base/core/strings.h"

namespace base::archive {
namespace {

using core::Error;
using core::Result;

constexpr size_t kBlock = 256 * 1024;
constexpr uint64_t kFreeBytes = uint64_t{256} << 20;

#define PARTERRE_ARCHIVE_FUNCTIONS(X)         \
  X(archive_read_new)                         \
  X(archive_read_free)                        \
  X(archive_read_support_format_zip_seekable) \
  X(archive_read_support_format_tar)          \
  X(archive_read_support_filter_gzip)         \
  X(archive_read_support_filter_bzip2)        \
  X(archive_read_support_filter_xz)           \
  X(archive_read_support_filter_zstd)         \
  X(archive_read_open_fd)                     \
  X(archive_read_open_memory)                 \
  X(archive_read_next_header)                 \
  X(archive_read_data)                        \
  X(archive_error_string)                     \
  X(archive_entry_pathname)                   \
  X(archive_entry_pathname_utf8)              \
  X(archive_entry_filetype)                   \
  X(archive_entry_perm)                       \
  X(archive_entry_symlink)                    \
  X(archive_entry_symlink_utf8)               \
  X(archive_entry_hardlink)                   \
  X(archive_entry_is_encrypted)

// The functions of libarchive that we call.
struct Library {
#define PARTERRE_MEMBER(name) decltype(::name)* name = nullptr;
  PARTERRE_ARCHIVE_FUNCTIONS(PARTERRE_MEMBER)
#undef PARTERRE_MEMBER

  static Result<Library> Load() {
    ASSIGN_OR_RETURN(const core::SharedLibrary loaded, core::SharedLibrary::Open("libarchive.so.13"));
    Library library;
#define PARTERRE_RESOLVE(name)                            \
  library.name = loaded.Resolve<decltype(::name)>(#name); \
  if (library.name == nullptr) return Error("libarchive.so.13 has no function " #name);
    PARTERRE_ARCHIVE_FUNCTIONS(PARTERRE_RESOLVE)
#undef PARTERRE_RESOLVE
    return library;
  }
};

Result<const Library*> Loaded() {
  static const Result<Library> library = Library::Load();
  if (!library.ok()) return Error("archives need libarchive: " + library.error().message());
  return &*library;
}

class Reading {
 public:
  Reading(const Library& library, const ArchiveVisitor& visitor, const ArchiveLimits& limits)
      : library_(library), visitor_(visitor), limits_(limits), archive_(library.archive_read_new()) {
    CHECK(archive_ != nullptr);
  }
  ~Reading() { library_.archive_read_free(archive_); }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  void Support(ArchiveKind kind) {
    if (kind == ArchiveKind::kZip) {
      library_.archive_read_support_format_zip_seekable(archive_);
      return;
    }
    library_.archive_read_support_format_tar(archive_);
    library_.archive_read_support_filter_gzip(archive_);
    library_.archive_read_support_filter_bzip2(archive_);
    library_.archive_read_support_filter_xz(archive_);
    library_.archive_read_support_filter_zstd(archive_);
  }

  Result<void> OpenDescriptor(int fd) {
    struct stat info;
    if (fstat(fd, &info) != 0) return core::ErrnoError("fstat", errno);
    allowed_ = Allowed(static_cast<uint64_t>(info.st_size));
    if (library_.archive_read_open_fd(archive_, fd, kBlock) != ARCHIVE_OK) return Failure();
    return {};
  }

  Result<void> OpenBytes(std::string_view bytes) {
    allowed_ = Allowed(bytes.size());
    if (library_.archive_read_open_memory(archive_, bytes.data(), bytes.size()) != ARCHIVE_OK)
      return Failure();
    return {};
  }

  Result<void> ReadAll() {
    size_t count = 0;
    archive_entry* raw = nullptr;
    while (true) {
      const int code = library_.archive_read_next_header(archive_, &raw);
      if (code == ARCHIVE_EOF) break;
      // Warnings are about names that cannot be converted, which the paths' check finds as well.
      if (code != ARCHIVE_OK && code != ARCHIVE_WARN) return Failure();
      if (++count > limits_.entries) return Error("it holds too many files");
      ASSIGN_OR_RETURN(const ArchiveEntry entry, Describe(raw));
      RETURN_IF_ERROR(visitor_.on_entry(entry));
      if (entry.type == ArchiveEntry::Type::kFile) RETURN_IF_ERROR(ReadData(entry));
    }
    if (count == 0) return Error("it is empty, or no archive");
    return {};
  }

 private:
  uint64_t Allowed(uint64_t size) const {
    const uint64_t by_ratio = size > limits_.bytes / limits_.ratio ? limits_.bytes : size * limits_.ratio;
    return std::min(limits_.bytes, kFreeBytes + by_ratio);
  }

  Error Failure() const {
    const char* text = library_.archive_error_string(archive_);
    return Error(text != nullptr ? fmt::format("it is damaged: {}", text) : "it is damaged");
  }

  Result<ArchiveEntry> Describe(archive_entry* raw) const {
    ArchiveEntry entry;
    const char* path = library_.archive_entry_pathname_utf8(raw);
    if (path == nullptr) path = library_.archive_entry_pathname(raw);
    if (path == nullptr || *path == '\0') return Error("it holds a file without a usable name");
    entry.path = path;
    if (entry.path.size() > limits_.path_length) return Error("it holds a file with too long a name");
    if (library_.archive_entry_is_encrypted(raw) != 0) return Error("it is encrypted");
    entry.mode = static_cast<unsigned>(library_.archive_entry_perm(raw)) & 0777U;
    const auto type = library_.archive_entry_filetype(raw);
    if (library_.archive_entry_hardlink(raw) != nullptr) {
      entry.type = ArchiveEntry::Type::kOther;
    } else if (type == AE_IFDIR || entry.path.ends_with('/')) {
      entry.type = ArchiveEntry::Type::kDirectory;
    } else if (type == AE_IFLNK) {
      entry.type = ArchiveEntry::Type::kSymbolicLink;
      const char* target = library_.archive_entry_symlink_utf8(raw);
      if (target == nullptr) target = library_.archive_entry_symlink(raw);
      entry.target = target != nullptr ? target : "";
    } else if (type != AE_IFREG) {
      entry.type = ArchiveEntry::Type::kOther;
    }
    return entry;
  }

  Result<void> ReadData(const ArchiveEntry& entry) {
    std::string piece(kBlock, '\0');
    while (true) {
      const auto count = library_.archive_read_data(archive_, piece.data(), piece.size());
      if (count == 0) return {};
      if (count < 0) return Failure().Wrap(entry.path);
      read_ += static_cast<uint64_t>(count);
      if (read_ > allowed_) return Error("it unpacks to far more than its size");
      RETURN_IF_ERROR(visitor_.on_data(std::string_view(piece).substr(0, static_cast<size_t>(count))));
    }
  }

  const Library& library_;
  const ArchiveVisitor& visitor_;
  const ArchiveLimits& limits_;
  ::archive* archive_;
  uint64_t allowed_ = 0;
  uint64_t read_ = 0;
};

}  // namespace

Result<void> ReadArchive(const std::string& path, ArchiveKind kind, const ArchiveVisitor& visitor,
                         const ArchiveLimits& limits) {
  ASSIGN_OR_RETURN(const Library* library, Loaded());
  ASSIGN_OR_RETURN(const core::UniqueFd file, core::OpenFile(path, O_RDONLY));
  Reading reading(*library, visitor, limits);
  reading.Support(kind);
  RETURN_IF_ERROR(reading.OpenDescriptor(file.get()));
  return reading.ReadAll();
}

Result<void> ReadArchiveBytes(std::string_view bytes, ArchiveKind kind, const ArchiveVisitor& visitor,
                              const ArchiveLimits& limits) {
  ASSIGN_OR_RETURN(const Library* library, Loaded());
  Reading reading(*library, visitor, limits);
  reading.Support(kind);
  RETURN_IF_ERROR(reading.OpenBytes(bytes));
  return reading.ReadAll();
}

Result<std::string> SafeEntryPath(std::string_view path) {
  const auto refuse = [&] {
    return Error(fmt::format("it holds {}, which would lie outside of its folder", core::GoQuote(path)));
  };
  if (path.starts_with('/')) return refuse();
  std::string safe;
  for (std::string_view part : core::Split(path, '/')) {
    if (part.empty() || part == ".") continue;
    const bool plain = std::ranges::none_of(
        part, [](char c) { return c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (part == ".." || !plain) return refuse();
    if (!safe.empty()) safe += '/';
    safe += part;
  }
  return safe;
}

}  // namespace base::archive
