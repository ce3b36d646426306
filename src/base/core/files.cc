#include "base/core/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "base/core/random.h"
#include "base/core/strings.h"

namespace base::core {
namespace {

bool StatMode(const std::string& path, mode_t* mode) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) return false;
  *mode = info.st_mode;
  return true;
}

// mkdir for all missing parents, from the outermost.
Result<void> MakeOne(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) == 0 || (errno == EEXIST && IsDirectory(path))) return {};
  return ErrnoError("mkdir " + path, errno);
}

}  // namespace

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) {
    Close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

void UniqueFd::Close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Result<UniqueFd> OpenFile(const std::string& path, int flags, mode_t mode) {
  for (;;) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (fd >= 0) return UniqueFd(fd);
    if (errno != EINTR) return ErrnoError("open " + path, errno);
  }
}

Result<std::string> ReadAll(int fd, std::string_view name, uint64_t limit) {
  std::string out;
  struct stat info;
  size_t guess = 64 * 1024;
  if (::fstat(fd, &info) == 0 && info.st_size > 0) guess = static_cast<size_t>(info.st_size) + 1;
  size_t used = 0;
  for (;;) {
    if (used > limit)
      return Error(std::string(name) + ": larger than the limit of " + std::to_string(limit) + " bytes");
    if (used == out.size()) out.resize(std::min<uint64_t>(std::max(guess, used * 2), limit + 1));
    const ssize_t got = ::read(fd, out.data() + used, out.size() - used);
    if (got < 0) {
      if (errno == EINTR) continue;
      return ErrnoError("read " + std::string(name), errno);
    }
    if (got == 0) break;
    used += static_cast<size_t>(got);
  }
  out.resize(used);
  return out;
}

Result<std::string> ReadFile(const std::string& path, uint64_t limit) {
  ASSIGN_OR_RETURN(UniqueFd fd, OpenFile(path, O_RDONLY));
  return ReadAll(fd.get(), path, limit);
}

Result<void> WriteAll(int fd, std::string_view bytes, std::string_view name) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0) {
      if (errno == EINTR) continue;
      return ErrnoError("write " + std::string(name), errno);
    }
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return {};
}

Result<void> WriteFile(const std::string& path, std::string_view bytes, mode_t mode) {
  ASSIGN_OR_RETURN(UniqueFd fd, OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC, mode));
  RETURN_IF_ERROR(WriteAll(fd.get(), bytes, path));
  // Some file systems report a full disk only here.
  if (::close(fd.Release()) != 0) return ErrnoError("close " + path, errno);
  return {};
}

Result<void> ReplaceFile(const std::string& path, std::string_view bytes, mode_t mode) {
  const std::string side = path + "." + RandomHex(4) + ".tmp";
  mode_t old_mode = 0;
  const bool existed = StatMode(path, &old_mode);
  auto write = [&]() -> Result<void> {
    ASSIGN_OR_RETURN(UniqueFd fd, OpenFile(side, O_WRONLY | O_CREAT | O_EXCL, mode));
    const mode_t others = (mode & 077) == 0 ? 0 : 077;
    if (existed && ::fchmod(fd.get(), old_mode & (07700 | others)) != 0)
      return ErrnoError("chmod " + side, errno);
    RETURN_IF_ERROR(WriteAll(fd.get(), bytes, side));
    if (::fsync(fd.get()) != 0) return ErrnoError("fsync " + side, errno);
    if (::close(fd.Release()) != 0) return ErrnoError("close " + side, errno);
    return RenameFile(side, path);
  };
  Result<void> written = write();
  if (!written.ok()) {
    ::unlink(side.c_str());
    return written;
  }
  return SyncDirectory(DirectoryName(path));
}

Result<void> SyncDirectory(const std::string& directory) {
  ASSIGN_OR_RETURN(UniqueFd fd, OpenFile(directory, O_RDONLY | O_DIRECTORY));
  // Not every file system can sync a folder; those that cannot need it no more than they can give it.
  if (::fsync(fd.get()) != 0 && errno != EINVAL && errno != ENOTSUP)
    return ErrnoError("fsync " + directory, errno);
  return {};
}

bool Exists(const std::string& path) {
  mode_t mode;
  return StatMode(path, &mode);
}
bool IsDirectory(const std::string& path) {
  mode_t mode;
  return StatMode(path, &mode) && S_ISDIR(mode);
}
bool IsRegularFile(const std::string& path) {
  mode_t mode;
  return StatMode(path, &mode) && S_ISREG(mode);
}

Result<std::vector<std::string>> ListDirectory(const std::string& path) {
  std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
  if (!directory) return ErrnoError("open " + path, errno);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0) return ErrnoError("read " + path, errno);
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> MakeDirectories(const std::string& path, mode_t mode) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    RETURN_IF_ERROR(MakeOne(path.substr(0, slash), mode));
  }
  return path.empty() ? Result<void>() : MakeOne(path, mode);
}

void OpenStandardDescriptors() {
  while (true) {
    const int fd = ::open("/dev/null", O_RDWR);
    if (fd < 0) return;
    if (fd <= STDERR_FILENO) continue;
    ::close(fd);
    return;
  }
}

Result<void> RemoveFile(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return ErrnoError("remove " + path, errno);
}

Result<void> RemoveRecursively(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) return ErrnoError("remove " + path, error.value());
  return {};
}

Result<void> RenameFile(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return {};
  return ErrnoError("rename " + from + " to " + to, errno);
}

Result<std::string> CurrentDirectory() {
  std::unique_ptr<char, void (*)(void*)> path(::getcwd(nullptr, 0), std::free);
  if (!path) return ErrnoError("getcwd", errno);
  return std::string(path.get());
}

std::string JoinPath(std::string_view a, std::string_view b) {
  if (a.empty() || IsAbsolutePath(b)) return std::string(b);
  if (b.empty()) return std::string(a);
  std::string out(a);
  if (out.back() != '/') out.push_back('/');
  return out.append(b);
}

std::string DirectoryName(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string BaseName(std::string_view path) {
  const size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string CleanPath(std::string_view path) {
  const bool rooted = IsAbsolutePath(path);
  std::vector<std::string_view> kept;
  for (std::string_view part : SplitNonEmpty(path, '/')) {
    if (part == ".") continue;
    if (part != "..") {
      kept.push_back(part);
    } else if (!kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (!rooted) {
      kept.push_back(part);
    }
  }
  std::string out = (rooted ? "/" : "") + Join(kept, "/");
  return out.empty() ? "." : out;
}

bool IsAbsolutePath(std::string_view path) { return path.starts_with('/'); }

Result<TempDirectory> TempDirectory::Create() {
  const char* base = std::getenv("TMPDIR");
  std::string pattern = JoinPath(base != nullptr && *base != '\0' ? base : "/tmp", "parterre-XXXXXX");
  if (::mkdtemp(pattern.data()) == nullptr) return ErrnoError("mkdtemp " + pattern, errno);
  return TempDirectory(std::move(pattern));
}

TempDirectory::TempDirectory() {
  Result<TempDirectory> created = Create();
  CHECK(created.ok());
  path_ = std::exchange(created->path_, {});
}

TempDirectory& TempDirectory::operator=(TempDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TempDirectory::~TempDirectory() {
  if (!path_.empty()) (void)RemoveRecursively(path_);
}

}  // namespace base::core
