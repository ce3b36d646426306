#include "engine/state/state_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "base/json/reader.h"

namespace engine::state {
namespace {

using base::core::ErrnoError;
using base::core::Error;
using base::core::Result;
using base::core::UniqueFd;

// No state begins like this.
constexpr char kTorn = '\0';

// errno of the attempt, 0 when it worked.
int LockWhole(int fd) {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(fd, F_OFD_SETLK, &lock) == 0) return 0;
  // File systems or kernels without such locks take those of the process.
  if (errno == EINVAL && ::fcntl(fd, F_SETLK, &lock) == 0) return 0;
  return errno;
}

bool SameFile(int fd, const std::string& path) {
  struct stat open_file, named;
  return ::fstat(fd, &open_file) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

struct Header {
  std::string lineage;
  uint64_t serial = 0;
};

// Nothing when the text is no complete state file.
std::optional<Header> ReadHeader(std::string_view text) {
  const auto document = base::json::Document::Parse(text, {.max_depth = 10000, .index_depth = 1});
  if (!document.ok() || !document->root().IsObject()) return std::nullopt;
  const base::json::Node serial = document->root().Find("serial");
  return Header{document->root().FindString("lineage").value_or(""),
                serial ? serial.AsUint64().value_or(0) : 0};
}

Result<void> WriteSynced(const std::string& path, std::string_view text) {
  ASSIGN_OR_RETURN(UniqueFd fd, base::core::OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC, 0600));
  RETURN_IF_ERROR(base::core::WriteAll(fd.get(), text, path));
  if (::fsync(fd.get()) != 0) return ErrnoError("fsync " + path, errno);
  if (::close(fd.Release()) != 0) return ErrnoError("close " + path, errno);
  return {};
}

}  // namespace

StateFile::StateFile(StateFilePaths paths) : paths_(std::move(paths)) {}

StateFile::~StateFile() { (void)Unlock(); }

// ".<name><suffix>" in the folder of the state file; a leading dot of the name is not doubled.
std::string StateFile::Beside(std::string_view suffix) const {
  std::string name = base::core::BaseName(paths_.path);
  if (name.starts_with('.')) name.erase(0, 1);
  const size_t slash = paths_.path.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : paths_.path.substr(0, slash + 1);
  return folder + "." + name + std::string(suffix);
}

std::string StateFile::SidePath() const { return Beside(".saving"); }
std::string StateFile::LockInfoPath() const { return Beside(".lock.info"); }

Result<void> StateFile::Open() {
  if (fd_.valid()) return {};
  const std::string folder = base::core::DirectoryName(paths_.path);
  if (!base::core::IsDirectory(folder)) RETURN_IF_ERROR(base::core::MakeDirectories(folder, 0755));
  Result<UniqueFd> fd = base::core::OpenFile(paths_.path, O_RDWR | O_CREAT | O_EXCL, 0600);
  created_ = fd.ok();
  if (!fd.ok()) fd = base::core::OpenFile(paths_.path, O_RDWR | O_CREAT, 0600);
  if (!fd.ok()) return fd.error();
  fd_ = std::move(fd).value();
  return {};
}

Result<std::optional<LockConflict>> StateFile::TryLock(LockInfo* info) {
  CHECK(!locked_);
  for (;;) {
    RETURN_IF_ERROR(Open());
    if (const int failed = LockWhole(fd_.get())) {
      fd_.Close();
      if (failed != EAGAIN && failed != EACCES) return ErrnoError("locking " + paths_.path, failed);
      LockConflict conflict{.reason = "resource temporarily unavailable"};
      const Result<std::string> holder = base::core::ReadFile(LockInfoPath(), 1 << 20);
      if (holder.ok()) conflict.holder = LockInfo::FromJson(*holder);
      return std::optional(std::move(conflict));
    }
    // The last holder may have removed its empty file between our opening and locking it.
    if (SameFile(fd_.get(), paths_.path)) break;
    fd_.Close();
  }
  locked_ = true;
  info->path = paths_.path;
  Result<void> ready = base::core::WriteFile(LockInfoPath(), info->ToJson(), 0600);
  if (ready.ok()) ready = FinishInterruptedSave();
  if (!ready.ok()) {
    (void)Unlock();
    return ready.error();
  }
  return std::optional<LockConflict>();
}

Result<void> StateFile::Unlock() {
  if (!locked_) return {};
  locked_ = false;
  Result<void> removed = base::core::RemoveFile(LockInfoPath());
  struct stat info;
  if (created_ && ::fstat(fd_.get(), &info) == 0 && info.st_size == 0) {
    Result<void> file_removed = base::core::RemoveFile(paths_.path);
    if (removed.ok()) removed = std::move(file_removed);
  }
  fd_.Close();
  return removed;
}

bool StateFile::ReadsElsewhere() const {
  return !written_ && !paths_.read_path.empty() && paths_.read_path != paths_.path;
}

Result<std::string> StateFile::Read() {
  const bool elsewhere = ReadsElsewhere();
  if (!elsewhere && fd_.valid()) {
    if (::lseek(fd_.get(), 0, SEEK_SET) < 0) return ErrnoError("seek " + paths_.path, errno);
    return base::core::ReadAll(fd_.get(), paths_.path, UINT32_MAX);
  }
  const std::string& path = elsewhere ? paths_.read_path : paths_.path;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return std::string();
  if (fd < 0) return ErrnoError("open " + path, errno);
  const UniqueFd owner(fd);
  if (elsewhere) return base::core::ReadAll(fd, path, UINT32_MAX);
  return ReadWithoutLock(fd);
}

// While somebody saves, or has died of it, the side file has the text.
Result<std::string> StateFile::ReadWithoutLock(int fd) const {
  constexpr int kTries = 100;
  for (int tries = 0; tries < kTries; ++tries) {
    struct stat before, after;
    if (::fstat(fd, &before) != 0 || ::lseek(fd, 0, SEEK_SET) < 0)
      return ErrnoError("read " + paths_.path, errno);
    ASSIGN_OR_RETURN(std::string text, base::core::ReadAll(fd, paths_.path, UINT32_MAX));
    if (::fstat(fd, &after) != 0) return ErrnoError("read " + paths_.path, errno);
    const bool unchanged = before.st_size == after.st_size && before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
                           before.st_mtim.tv_nsec == after.st_mtim.tv_nsec;
    if (unchanged && !text.starts_with(kTorn)) return text;
    if (Result<std::string> side = base::core::ReadFile(SidePath(), UINT32_MAX); side.ok()) return side;
  }
  return Error(paths_.path + " is being written; its copy " + SidePath() + " cannot be read");
}

Result<void> StateFile::Write(std::string_view text) {
  RETURN_IF_ERROR(Open());
  const std::string side = SidePath();
  const std::string unfinished = side + ".tmp";
  auto prepare = [&]() -> Result<void> {
    RETURN_IF_ERROR(WriteSynced(unfinished, text));
    RETURN_IF_ERROR(base::core::RenameFile(unfinished, side));
    return base::core::SyncDirectory(base::core::DirectoryName(side));
  };
  if (Result<void> prepared = prepare(); !prepared.ok()) {
    ::unlink(unfinished.c_str());
    return prepared;
  }
  RETURN_IF_ERROR(Overwrite(text));
  return base::core::RemoveFile(side);
}

// In place, so that symbolic links, modes, owners and the lock stay. As long as it is neither the old text
// nor the new one, the file begins with kTorn; the room that it needs is reserved before.
Result<void> StateFile::Overwrite(std::string_view text) {
  CHECK(!text.empty());
  const int fd = fd_.get();
  if (::fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(text.size())) != 0 && errno != EOPNOTSUPP)
    return ErrnoError("reserving room for " + paths_.path, errno);
  auto put_first = [&](char first) { return ::pwrite(fd, &first, 1, 0) == 1; };
  if (!put_first(kTorn) || ::lseek(fd, 1, SEEK_SET) < 0) return ErrnoError("write " + paths_.path, errno);
  RETURN_IF_ERROR(base::core::WriteAll(fd, text.substr(1), paths_.path));
  if (::ftruncate(fd, static_cast<off_t>(text.size())) != 0)
    return ErrnoError("truncate " + paths_.path, errno);
  if (!put_first(text.front())) return ErrnoError("write " + paths_.path, errno);
  if (::fsync(fd) != 0) return ErrnoError("fsync " + paths_.path, errno);
  written_ = true;
  return {};
}

// A side file is complete by construction. It wins over a torn state file and over an older state of the same
// lineage. Any other state was saved by somebody who did not know of it: then the side file is kept as a
// backup, unless the newer state continues it.
Result<void> StateFile::FinishInterruptedSave() {
  const std::string side = SidePath();
  (void)base::core::RemoveFile(side + ".tmp");
  if (!base::core::Exists(side)) return {};
  ASSIGN_OR_RETURN(const std::string saved, base::core::ReadFile(side, UINT32_MAX));
  const std::optional<Header> wanted = ReadHeader(saved);
  if (::lseek(fd_.get(), 0, SEEK_SET) < 0) return ErrnoError("seek " + paths_.path, errno);
  ASSIGN_OR_RETURN(const std::string present, base::core::ReadAll(fd_.get(), paths_.path, UINT32_MAX));
  const std::optional<Header> found = ReadHeader(present);
  if (wanted && (!found || (found->lineage == wanted->lineage && found->serial < wanted->serial))) {
    RETURN_IF_ERROR(Overwrite(saved));
  } else if (wanted &&
             (found->lineage != wanted->lineage || (found->serial == wanted->serial && present != saved))) {
    return base::core::RenameFile(side, paths_.path + "." + std::to_string(std::time(nullptr)) + ".backup");
  }
  return base::core::RemoveFile(side);
}

Result<void> StateFile::Erase() {
  CHECK(locked_);
  if (::ftruncate(fd_.get(), 0) != 0) return ErrnoError("truncate " + paths_.path, errno);
  return ::fsync(fd_.get()) == 0 ? Result<void>() : ErrnoError("fsync " + paths_.path, errno);
}

Result<void> StateFile::WriteBackup(std::string_view text) {
  // Where there was nothing, nothing is overwritten: the state that was read stays where it is.
  if (paths_.backup.empty() || created_ || !base::core::Exists(paths_.path)) return {};
  return base::core::WriteFile(paths_.backup, text, 0600);
}

}  // namespace engine::state
