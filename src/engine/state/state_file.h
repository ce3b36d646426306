// A state file on disk: locked as the stock program locks it, saved so that a crash at any moment loses
// nothing. Not the format (reader.h, writer.h) and not the journal. Used by engine/backend.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/core/files.h"
#include "engine/state/storage.h"

namespace engine::state {

struct StateFilePaths {
  std::string path;       // written and locked
  std::string read_path;  // read from as long as `path` has not been written; empty: the same
  std::string backup;     // of the state before the first change; empty: none
};

// Lock: an fcntl write lock over the whole of `path`, and .<name>.lock.info beside it. The lock is one of the
// open file description, which conflicts with the stock program's process locks, yet is not lost when some
// other descriptor of the same file is closed. All reads and writes go through the locked descriptor.
class StateFile : public StateStorage {
 public:
  explicit StateFile(StateFilePaths paths);
  ~StateFile() override;

  base::core::Result<std::optional<LockConflict>> TryLock(LockInfo* info) override;
  base::core::Result<void> Unlock() override;
  bool locked() const override { return locked_; }
  base::core::Result<std::string> Read() override;
  bool ReadsElsewhere() const override;
  base::core::Result<void> Write(std::string_view text) override;
  base::core::Result<void> WriteBackup(std::string_view text) override;
  std::string JournalPath() const override { return paths_.path + ".journal"; }
  // The journal lies beside the state, so that it moves with it.
  std::string Identity() const override { return "local"; }

  // Empties it, under its lock: what was in it has gone elsewhere.
  base::core::Result<void> Erase();

  // The complete copy that exists while `path` is being overwritten.
  std::string SidePath() const;
  std::string LockInfoPath() const;

 private:
  base::core::Result<void> Open();
  base::core::Result<void> FinishInterruptedSave();
  base::core::Result<void> Overwrite(std::string_view text);
  base::core::Result<std::string> ReadWithoutLock(int fd) const;
  std::string Beside(std::string_view suffix) const;

  const StateFilePaths paths_;
  base::core::UniqueFd fd_;  // of `path`, once it is locked or written
  bool created_ = false;     // by us; removed at unlock when it stayed empty
  bool written_ = false;
  bool locked_ = false;
};

}  // namespace engine::state
