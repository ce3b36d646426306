// Opening the state of a workspace: lock, read, recover what a dead run left, and the session that records
// results. Not where the bytes lie (StateStorage) nor their format (engine/state). Used by cli/session and
// cli/commands.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/core/clock.h"
#include "base/diag/diagnostics.h"
#include "engine/state/session.h"
#include "engine/state/storage.h"

namespace engine::backend {

// What to do with a journal that contradicts the state.
enum class JournalChoice {
  kRefuse,   // an error that points to `state recover`
  kKeep,     // its results win
  kDiscard,  // the state wins, the journal is removed (also one that does not contradict)
};

struct SessionOptions {
  std::string operation = "OperationTypePlan";
  bool lock = true;
  base::core::Duration lock_timeout{0};  // how long a held lock is tried again: after 1, 2, 4, 8, 16, 16... s
  std::function<void()> on_lock_wait;    // once, before the first wait
  // The lock could not be released when the session ended: others will meet it.
  std::function<void(const std::string& why)> on_unlock_failure;
  std::stop_token stop;  // ends the waiting
  base::core::Clock* clock = &base::core::RealClock();
  JournalChoice journal = JournalChoice::kRefuse;
  // A remote state is at most so old while results come in.
  base::core::Duration remote_interval = std::chrono::seconds(20);
};

class Session : public state::StateSession {
 public:
  // Replaces the whole state, as `state push` does: lineage and serial are checked against the present ones
  // unless forced, and the pushed serial is kept, or raised by one when it replaces other contents. Not after
  // Begin.
  virtual base::core::Result<void> Push(state::State state, bool force) = 0;
};

// Null when it failed; the diagnostics then say why ("Error acquiring the state lock", "Failed to load
// state").
std::unique_ptr<Session> OpenSession(std::unique_ptr<state::StateStorage> storage,
                                     const SessionOptions& options, base::diag::Diagnostics& diagnostics);

// For readers: no lock; a dead journal is laid over in memory, a live one is left alone.
struct Snapshot {
  std::shared_ptr<const state::State> state;
  state::Recovery recovery;
};
base::core::Result<Snapshot> ReadSnapshot(state::StateStorage& storage);

// Why `pushed` must not replace `present`; nothing when it may.
std::optional<std::string> PushProblem(const state::State& pushed, const state::State& present);

}  // namespace engine::backend
