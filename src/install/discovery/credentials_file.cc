#include "install/discovery/credentials_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/core/strings.h"
#include "base/json/reader.h"
#include "base/json/writer.h"
#include "install/settings/host_name.h"

namespace install::discovery {
namespace {

using base::core::Error;
using base::core::Result;

constexpr uint64_t kMaxSize = 16 << 20;
constexpr std::string_view kCredentials = "credentials";

// Values as JSON, by their keys, which come out in order.
using Members = std::map<std::string, std::string>;

struct Contents {
  Members members;  // all but the credentials
  Members entries;  // by hosts
};

// The value in compact form, all keys in order, as the reference writes it. The reader bounds the depth.
void AppendSorted(const base::json::Node& node, std::string* out) {
  if (node.IsObject()) {
    std::map<std::string, base::json::Node> members;
    for (const base::json::Member member : node.Members()) members[member.key()] = member.value;
    char separator = '{';
    for (const auto& [key, value] : members) {
      *out += std::exchange(separator, ',');
      *out += base::json::Quote(key) + ":";
      AppendSorted(value, out);
    }
    *out += members.empty() ? "{}" : "}";
  } else if (node.IsArray()) {
    char separator = '[';
    for (const base::json::Node element : node.Elements()) {
      *out += std::exchange(separator, ',');
      AppendSorted(element, out);
    }
    *out += node.size() == 0 ? "[]" : "]";
  } else {
    *out += node.raw();
  }
}

std::string Sorted(const base::json::Node& node) {
  std::string out;
  AppendSorted(node, &out);
  return out;
}

Error NotCredentials(const std::string& path, std::string_view why) {
  return Error(
      fmt::format("the file {} cannot be read as credentials: {}. It has been left as it is; repair it, or "
                  "move it away",
                  path, why));
}

bool IsBlank(std::string_view text) { return base::core::Trim(text).empty(); }

Result<Contents> Read(const std::string& path) {
  Contents contents;
  if (!base::core::Exists(path)) return contents;
  ASSIGN_OR_RETURN(const std::string text, base::core::ReadFile(path, kMaxSize));
  if (IsBlank(text)) return contents;
  const auto document = base::json::Document::Parse(text, {.max_depth = 100});
  if (!document.ok()) return NotCredentials(path, document.error().message());
  if (!document->root().IsObject()) return NotCredentials(path, "it is no JSON object");
  for (const base::json::Member member : document->root().Members()) {
    if (member.key() != kCredentials) {
      contents.members[member.key()] = Sorted(member.value);
      continue;
    }
    if (!member.value.IsObject())
      return NotCredentials(path, "its property \"credentials\" is no JSON object");
    for (const base::json::Member entry : member.value.Members())
      contents.entries[entry.key()] = Sorted(entry.value);
  }
  return contents;
}

bool Names(const std::string& key, const std::string& host) {
  if (key == host) return true;
  const auto normal = settings::NormalHost(key);
  return normal.ok() && *normal == host;
}

void WriteMembers(const Members& members, base::json::Writer* writer) {
  writer->BeginObject();
  for (const auto& [key, value] : members) writer->Key(key).Raw(value);
  writer->EndObject();
}

std::string Print(Contents contents) {
  std::string entries;
  base::json::Writer inner(&entries);
  WriteMembers(contents.entries, &inner);
  contents.members[std::string(kCredentials)] = std::move(entries);
  std::string text;
  base::json::Writer writer(&text, base::json::Writer::Style::kIndented);
  WriteMembers(contents.members, &writer);
  return text;
}

// Where the file really is: a link that somebody has put there stays a link.
std::string Target(const std::string& path) {
  const std::unique_ptr<char, decltype(&::free)> real(::realpath(path.c_str(), nullptr), ::free);
  return real ? std::string(real.get()) : path;
}

// Held while the file is changed; goes with its descriptor.
Result<base::core::UniqueFd> LockFolder(const std::string& folder) {
  ASSIGN_OR_RETURN(base::core::UniqueFd fd, base::core::OpenFile(folder, O_RDONLY | O_DIRECTORY));
  while (::flock(fd.get(), LOCK_EX) != 0) {
    // Some file systems of networks have no such locks; then the last writer wins.
    if (errno != EINTR) break;
  }
  return fd;
}

}  // namespace

Result<bool> HasEntry(const std::string& path, const std::string& host) {
  if (path.empty()) return false;
  ASSIGN_OR_RETURN(const Contents contents, Read(path));
  for (const auto& [key, value] : contents.entries)
    if (Names(key, host)) return true;
  return false;
}

Result<void> CheckWritable(const std::string& path) {
  if (path.empty())
    return Error("there is no home folder to keep credentials in: set HOME, or configure a helper for them");
  const std::string folder = base::core::DirectoryName(Target(path));
  RETURN_IF_ERROR(base::core::MakeDirectories(folder, 0700));
  if (::access(folder.c_str(), W_OK | X_OK) != 0) return base::core::ErrnoError(folder, errno);
  return {};
}

Result<void> ReplaceEntry(const std::string& path, const std::string& host, std::string_view object) {
  RETURN_IF_ERROR(CheckWritable(path));
  const std::string target = Target(path);
  ASSIGN_OR_RETURN(const base::core::UniqueFd lock, LockFolder(base::core::DirectoryName(target)));
  ASSIGN_OR_RETURN(Contents contents, Read(target));
  std::erase_if(contents.entries, [&](const auto& entry) { return Names(entry.first, host); });
  if (!object.empty()) contents.entries[host] = object;
  return base::core::ReplaceFile(target, Print(std::move(contents)), 0600);
}

}  // namespace install::discovery
