// Who holds a state lock, as all programs that share the state write and show it.
// Not the locking itself (state_file.h). Used by engine/backend, cli and remote backends.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/core/clock.h"

namespace engine::state {

struct LockInfo {
  std::string id;         // UUID
  std::string operation;  // OperationTypeApply, state-mv, ... free text
  std::string info;
  std::string who;      // user@host
  std::string version;  // of the writer
  std::string created;  // RFC 3339 with nanoseconds, UTC
  std::string path;

  // With a fresh id, our user and host, our version and the time.
  static LockInfo Make(std::string_view operation, base::core::TimePoint now);
  // Compact, in the stock program's order of keys, without a line end.
  std::string ToJson() const;
  static std::optional<LockInfo> FromJson(std::string_view json);
  // The block "Lock Info:" with one line a field, each ending in a line feed.
  std::string ToText() const;
};

// Why a lock is not to be had.
struct LockConflict {
  std::string reason;              // "resource temporarily unavailable"
  std::optional<LockInfo> holder;  // nothing when the holder left no readable word
  bool passes = false;             // the holder will let go, though nobody can say who it is
};

// The detail of the error "Error acquiring the state lock".
std::string LockConflictDetail(const LockConflict& conflict);

}  // namespace engine::state
