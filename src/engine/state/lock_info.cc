#include "engine/state/lock_info.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <vector>

#include "base/core/random.h"
#include "base/core/strings.h"
#include "base/json/reader.h"
#include "base/json/writer.h"
#include "engine/state/writer.h"

namespace engine::state {
namespace {

std::string UserAtHost() {
  std::array<char, HOST_NAME_MAX + 1> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  std::vector<char> buffer(16384);
  passwd entry{};
  passwd* found = nullptr;
  std::string user = std::to_string(::getuid());
  if (::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
    user = found->pw_name;
  }
  return user + "@" + host.data();
}

// Go's time.Time.String of a time in UTC.
std::string GoTime(const std::string& rfc3339) {
  const std::optional<base::core::TimePoint> time = base::core::ParseRfc3339(rfc3339);
  if (!time) return rfc3339;
  std::string text = base::core::FormatRfc3339Nano(*time);
  text[10] = ' ';
  text.pop_back();
  return text + " +0000 UTC";
}

}  // namespace

LockInfo LockInfo::Make(std::string_view operation, base::core::TimePoint now) {
  LockInfo out;
  out.id = base::core::RandomUuid();
  out.operation = operation;
  out.who = UserAtHost();
  out.version = kWriterVersion;
  out.created = base::core::FormatRfc3339Nano(now);
  return out;
}

std::string LockInfo::ToJson() const {
  std::string out;
  base::json::Writer(&out)
      .BeginObject()
      .Member("ID", id)
      .Member("Operation", operation)
      .Member("Info", info)
      .Member("Who", who)
      .Member("Version", version)
      .Member("Created", created)
      .Member("Path", path)
      .EndObject();
  return out;
}

std::optional<LockInfo> LockInfo::FromJson(std::string_view json) {
  const auto document = base::json::Document::Parse(json, {.max_depth = 16});
  if (!document.ok() || !document->root().IsObject()) return std::nullopt;
  const base::json::Node root = document->root();
  LockInfo out;
  auto get = [&](std::string_view key) { return root.FindString(key).value_or(""); };
  out.id = get("ID");
  out.operation = get("Operation");
  out.info = get("Info");
  out.who = get("Who");
  out.version = get("Version");
  out.created = get("Created");
  out.path = get("Path");
  return out;
}

std::string LockInfo::ToText() const {
  return "Lock Info:\n  ID:        " + id + "\n  Path:      " + path + "\n  Operation: " + operation +
         "\n  Who:       " + who + "\n  Version:   " + version + "\n  Created:   " + GoTime(created) +
         "\n  Info:      " + info + "\n";
}

std::string LockConflictDetail(const LockConflict& conflict) {
  std::string out = "Error message: " + conflict.reason + "\n";
  if (conflict.holder) out += conflict.holder->ToText();
  out +=
      "\n\nTerraform acquires a state lock to protect the state from being written\n"
      "by multiple users at the same time. Please resolve the issue above and try\n"
      "again. For most commands, you can disable locking with the \"-lock=false\"\n"
      "flag, but this is not recommended.";
  return out;
}

}  // namespace engine::state
