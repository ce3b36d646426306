// Where the state of one workspace is kept, as bytes: reading, writing, locking.
// Not what the bytes mean, nor when to write them (session). Implemented by StateFile for local disks, by
// MemoryStorage, and by remote backends; used by the session in engine/backend.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/core/clock.h"
#include "base/core/result.h"
#include "engine/state/lock_info.h"
#include "engine/state/sealer.h"
#include "engine/state/state.h"

namespace engine::state {

using StateOutputs = std::map<std::string, OutputValue>;

class StateStorage {
 public:
  virtual ~StateStorage() = default;
  // One try. Nothing when the lock is ours now; fills in info->path.
  virtual base::core::Result<std::optional<LockConflict>> TryLock(LockInfo* info) = 0;
  // Harmless when no lock is held.
  virtual base::core::Result<void> Unlock() = 0;
  virtual bool locked() const = 0;
  // Takes a lock away that another process has left behind.
  virtual base::core::Result<void> ForceUnlock(const std::string& id) {
    (void)id;
    return base::core::Error("LocalState not locked");
  }
  // Empty when there is no state.
  virtual base::core::Result<std::string> Read() = 0;
  // Whether Read gives what another place holds, so that even an unchanged state is to be written.
  virtual bool ReadsElsewhere() const { return false; }
  // Whether what Read gave lies there in a form that Write would not leave behind (encrypted with an old
  // key), so that even an unchanged state is to be written, with a serial of its own.
  virtual bool IsOutdated() const { return false; }
  // After success the text is durable; after an error the old or the new text is there on the next Read under
  // lock.
  virtual base::core::Result<void> Write(std::string_view text) = 0;
  // From now on Write may replace a state of another lineage, or a newer one, where the storage itself would
  // refuse that.
  virtual void ReplaceAnyState() {}
  // The outputs alone, where the storage can give them without the state: readers may be allowed no more.
  virtual base::core::Result<std::optional<StateOutputs>> ReadOutputs() {
    return std::optional<StateOutputs>();
  }
  // Keeps the state as it was before this run's first change; no more than that. Remote ones are not asked:
  // their servers keep what came before, or do not.
  virtual base::core::Result<void> WriteBackup(std::string_view text) {
    (void)text;
    return {};
  }
  // Where the journal of a run over this storage lies; empty: no journal.
  virtual std::string JournalPath() const = 0;
  // What encrypts that journal; null: nothing does.
  virtual Sealer* JournalSealer() { return nullptr; }
  // Which storage this is, for the journal: "local", "http https://host/state". No secrets.
  virtual std::string Identity() const = 0;
  // Whether each write crosses a network, so that writes are rare (at least every 20 s).
  virtual bool IsRemote() const { return false; }
  // How often a remote storage wants states of a run that goes on, at most; nothing: only at its end.
  virtual std::optional<base::core::Duration> WantedInterval() const { return base::core::Duration(0); }
};

}  // namespace engine::state
