#include "base/ssh/copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "base/ssh/client.h"
#include "base/ssh/command.h"

namespace base::ssh {
namespace {

using core::Error;
using core::Result;

constexpr mode_t kFileMode = 0644;
constexpr size_t kDepthLimit = 128;
constexpr size_t kAnswerLimit = 64u << 10;

std::string Quoted(const std::string& path, bool windows) {
  return windows ? "\"" + path + "\"" : ShellQuote(path);
}

// The dialogue with the receiving scp: each message is answered with a zero byte, or with a byte and a line
// of what is wrong.
class Dialogue {
 public:
  static Result<std::unique_ptr<Dialogue>> Start(Session& session, const std::string& line,
                                                 std::stop_token stop) {
    std::unique_ptr<Dialogue> made(new Dialogue);
    auto command = Command::Start(
        session, line, /*with_terminal=*/false,
        [dialogue = made.get()](std::string_view piece, bool is_stderr) {
          std::string& text = is_stderr ? dialogue->complaints_ : dialogue->answers_;
          if (text.size() + piece.size() <= kAnswerLimit) text.append(piece);
        },
        std::move(stop));
    if (!command.ok()) return std::move(command.error());
    made->command_ = std::move(*command);
    RETURN_IF_ERROR(made->ReadAnswer());
    return made;
  }

  Result<void> Say(std::string_view message) {
    RETURN_IF_ERROR(command_->Write(message));
    return ReadAnswer();
  }

  Result<void> BeginFile(const std::string& name, uint64_t size, mode_t mode = kFileMode) {
    RETURN_IF_ERROR(CheckName(name));
    return Say(fmt::format("C{:04o} {} {}\n", mode, size, name));
  }
  Result<void> BeginFolder(const std::string& name) {
    RETURN_IF_ERROR(CheckName(name));
    return Say(fmt::format("D0755 0 {}\n", name));
  }
  Result<void> Data(std::string_view bytes) { return command_->Write(bytes); }

  Result<void> Finish() {
    RETURN_IF_ERROR(command_->CloseInput());
    ASSIGN_OR_RETURN(const CommandEnd end, command_->Wait());
    if (end.code == 0 && end.signal.empty()) return {};
    return Refusal(fmt::format("scp on the other side ended with exit status {}", end.code));
  }

 private:
  Dialogue() = default;

  // The protocol has no way to write such a name.
  static Result<void> CheckName(const std::string& name) {
    if (name.empty() || name == "." || name == ".." ||
        name.find_first_of(std::string_view("\n\0/", 3)) != std::string::npos)
      return Error("scp cannot copy a file of the name " + core::GoQuote(name));
    return {};
  }

  Result<void> ReadAnswer() {
    auto whole = [this] {
      return !answers_.empty() && (answers_[0] == '\0' || answers_.find('\n') != std::string::npos ||
                                   answers_.size() >= kAnswerLimit / 2);
    };
    RETURN_IF_ERROR(command_->ReadUntil(whole));
    if (answers_.empty()) return Refusal("scp on the other side ended");
    const char first = answers_[0];
    if (first == '\0') {
      answers_.erase(0, 1);
      return {};
    }
    const size_t end = answers_.find('\n');
    std::string text = answers_.substr(first == 1 || first == 2 ? 1 : 0, end);
    answers_.erase(0, end == std::string::npos ? end : end + 1);
    return Refusal(std::string(core::Trim(text)));
  }

  // With what scp, or the shell that should have started it, has said.
  Error Refusal(std::string text) const {
    const std::string_view said = core::Trim(complaints_);
    if (!said.empty() && text.find(said) == std::string::npos) text += fmt::format(": {}", said);
    return Error(std::move(text));
  }

  std::unique_ptr<Command> command_;
  std::string answers_, complaints_;
};

Result<void> SendContents(Dialogue& dialogue, int fd, uint64_t size, const std::string& name,
                          const std::string& local) {
  RETURN_IF_ERROR(dialogue.BeginFile(name, size));
  std::string buffer(256u << 10, '\0');
  while (size > 0) {
    const ssize_t got = ::read(fd, buffer.data(), std::min<uint64_t>(buffer.size(), size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return core::ErrnoError("read " + local, errno);
    if (got == 0) return Error(local + " became shorter while it was copied");
    RETURN_IF_ERROR(dialogue.Data(std::string_view(buffer).substr(0, static_cast<size_t>(got))));
    size -= static_cast<uint64_t>(got);
  }
  return dialogue.Say(std::string_view("\0", 1));
}

struct OpenedFile {
  core::UniqueFd fd;
  struct stat info{};
};

Result<OpenedFile> OpenLocal(const std::string& path) {
  OpenedFile opened;
  // A pipe that nobody writes must not hold up the run.
  ASSIGN_OR_RETURN(opened.fd, core::OpenFile(path, O_RDONLY | O_NONBLOCK));
  if (::fstat(opened.fd.get(), &opened.info) != 0) return core::ErrnoError("stat " + path, errno);
  return opened;
}

// Where a link leads back into a folder above, there would be no end.
class FolderWalk {
 public:
  explicit FolderWalk(Dialogue& dialogue) : dialogue_(dialogue) {}

  Result<void> Contents(const std::string& folder) {
    struct stat info{};
    if (::stat(folder.c_str(), &info) != 0) return core::ErrnoError("stat " + folder, errno);
    const std::pair<dev_t, ino_t> id(info.st_dev, info.st_ino);
    for (const auto& above : above_)
      if (above == id) return Error(folder + " is a link to a folder above it, so that there is no end");
    if (above_.size() >= kDepthLimit)
      return Error(fmt::format("{} is more than {} folders deep", folder, kDepthLimit));
    above_.push_back(id);
    ASSIGN_OR_RETURN(const std::vector<std::string> names, core::ListDirectory(folder));
    for (const std::string& name : names) RETURN_IF_ERROR(One(core::JoinPath(folder, name), name));
    above_.pop_back();
    return {};
  }

 private:
  Result<void> One(const std::string& path, const std::string& name) {
    ASSIGN_OR_RETURN(const OpenedFile opened, OpenLocal(path));
    if (S_ISDIR(opened.info.st_mode)) {
      RETURN_IF_ERROR(dialogue_.BeginFolder(name));
      RETURN_IF_ERROR(Contents(path));
      return dialogue_.Say("E\n");
    }
    if (!S_ISREG(opened.info.st_mode)) return Error(path + " is neither a file nor a folder");
    return SendContents(dialogue_, opened.fd.get(), static_cast<uint64_t>(opened.info.st_size), name, path);
  }

  Dialogue& dialogue_;
  std::vector<std::pair<dev_t, ino_t>> above_;
};

// The folder that a file goes into, and its name there. -d: the folder must be one, or else scp would make a
// file of its name.
struct Place {
  std::string command, name;
};
Place PlaceOf(const std::string& path, bool windows, const std::string& own_name) {
  const std::string plain = windows ? core::ReplaceAll(path, "\\", "/") : path;
  const bool folder_only = plain.ends_with('/');
  return {fmt::format("scp -t -d {}", Quoted(folder_only ? plain : core::DirectoryName(plain), windows)),
          folder_only ? own_name : core::BaseName(plain)};
}

}  // namespace

Result<void> SendText(Session& session, std::string_view text, const std::string& path, mode_t mode,
                      bool windows, std::stop_token stop) {
  const Place place = PlaceOf(path, windows, "");
  if (place.name.empty()) return Error(path + " names a folder: add the name that the file is to have there");
  ASSIGN_OR_RETURN(const auto dialogue, Dialogue::Start(session, place.command, std::move(stop)));
  RETURN_IF_ERROR(dialogue->BeginFile(place.name, text.size(), mode));
  RETURN_IF_ERROR(dialogue->Data(text));
  RETURN_IF_ERROR(dialogue->Say(std::string_view("\0", 1)));
  return dialogue->Finish();
}

Result<void> SendFile(Session& session, const std::string& local, const std::string& path, bool windows,
                      std::stop_token stop) {
  ASSIGN_OR_RETURN(const OpenedFile opened, OpenLocal(local));
  if (!S_ISREG(opened.info.st_mode)) return Error(local + " is neither a file nor a folder");
  const Place place = PlaceOf(path, windows, core::BaseName(local));
  ASSIGN_OR_RETURN(const auto dialogue, Dialogue::Start(session, place.command, std::move(stop)));
  RETURN_IF_ERROR(SendContents(*dialogue, opened.fd.get(), static_cast<uint64_t>(opened.info.st_size),
                               place.name, local));
  return dialogue->Finish();
}

Result<void> SendFolder(Session& session, const std::string& local, const std::string& path, bool windows,
                        std::stop_token stop) {
  const bool contents_only = local.ends_with('/');
  ASSIGN_OR_RETURN(
      const auto dialogue,
      Dialogue::Start(session,
                      fmt::format("scp -r -t {}{}", contents_only ? "-d " : "", Quoted(path, windows)),
                      std::move(stop)));
  if (!contents_only) {
    // A folder that has no name in its path ("..") has one on the disk.
    std::string name = core::BaseName(core::CleanPath(local));
    if (name == "." || name == "..") {
      char* real = ::realpath(local.c_str(), nullptr);
      if (real != nullptr) name = core::BaseName(real);
      ::free(real);
    }
    RETURN_IF_ERROR(dialogue->BeginFolder(name));
  }
  FolderWalk walk(*dialogue);
  RETURN_IF_ERROR(walk.Contents(local));
  if (!contents_only) RETURN_IF_ERROR(dialogue->Say("E\n"));
  return dialogue->Finish();
}

}  // namespace base::ssh
