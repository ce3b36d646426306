// Files and folders: whole reads and writes, atomic replacement, listing, descriptors with an owner.
// Not for the state file, which is locked and overwritten in place (engine/state).
// Used by every room that touches the disk.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "base/core/result.h"

namespace base::core {

// Owns a file descriptor; closes it at the end.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  ~UniqueFd() { Close(); }
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int Release() { return std::exchange(fd_, -1); }
  void Close();

 private:
  int fd_ = -1;
};

inline constexpr uint64_t kDefaultReadLimit = uint64_t{1} << 30;

// Opens with O_CLOEXEC, retrying on EINTR.
Result<UniqueFd> OpenFile(const std::string& path, int flags, mode_t mode = 0600);
// The whole file; an error when it is larger than `limit` bytes.
Result<std::string> ReadFile(const std::string& path, uint64_t limit = kDefaultReadLimit);
// From the current offset to the end; `name` only serves messages.
Result<std::string> ReadAll(int fd, std::string_view name, uint64_t limit = kDefaultReadLimit);
// All bytes, whatever number of calls it takes.
Result<void> WriteAll(int fd, std::string_view bytes, std::string_view name);
// Truncates or creates; `mode` counts (less the umask) only for new files.
Result<void> WriteFile(const std::string& path, std::string_view bytes, mode_t mode = 0666);
// Writes a side file in the same folder, syncs it, renames it over `path` and syncs the folder. An existing
// file's mode is kept, without access for others where `mode` gives them none (secrets); else the mode is
// `mode` less the umask.
Result<void> ReplaceFile(const std::string& path, std::string_view bytes, mode_t mode = 0666);
// Makes a rename, creation or removal in the folder durable.
Result<void> SyncDirectory(const std::string& directory);

bool Exists(const std::string& path);  // follows symbolic links
bool IsDirectory(const std::string& path);
bool IsRegularFile(const std::string& path);
// Names without "." and "..", sorted bytewise.
Result<std::vector<std::string>> ListDirectory(const std::string& path);
// With all parents; existing folders are fine.
Result<void> MakeDirectories(const std::string& path, mode_t mode = 0777);
// Standard input, output and error that the caller has closed become /dev/null: otherwise the next file that
// is opened, a state file say, would get what is printed. To be called first of all.
void OpenStandardDescriptors();
// A missing file is fine.
Result<void> RemoveFile(const std::string& path);
Result<void> RemoveRecursively(const std::string& path);
Result<void> RenameFile(const std::string& from, const std::string& to);
Result<std::string> CurrentDirectory();

// Purely textual. JoinPath("a", "/b") is "/b"; an empty part is left out.
std::string JoinPath(std::string_view a, std::string_view b);
std::string DirectoryName(std::string_view path);  // "." when there is no slash
std::string BaseName(std::string_view path);
// Go's path.Clean: no ".", "..", "//" where they can be resolved without the disk.
std::string CleanPath(std::string_view path);
bool IsAbsolutePath(std::string_view path);

// A fresh folder under TMPDIR, mode 0700, removed with all its contents at the end.
class TempDirectory {
 public:
  static Result<TempDirectory> Create();
  // For tests: a failure ends the program.
  TempDirectory();
  TempDirectory(TempDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TempDirectory& operator=(TempDirectory&& other) noexcept;
  ~TempDirectory();
  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const { return JoinPath(path_, name); }

 private:
  explicit TempDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace base::core
