#include <algorithm>

#include "base/core/product.h"
#include "base/core/strings.h"
#include "engine/backend/journaling_session.h"
#include "engine/backend/session.h"
#include "engine/state/reader.h"

namespace engine::backend {
namespace {

using base::core::Duration;
using base::core::Error;
using base::core::Result;
using base::diag::Diagnostics;
using state::JournalPresence;
using state::LockConflict;
using state::LockInfo;
using state::State;
using state::StateStorage;

constexpr Duration kFirstDelay = std::chrono::seconds(1);
constexpr Duration kLongestDelay = std::chrono::seconds(16);

constexpr std::string_view kLockSummary = "Error acquiring the state lock";
constexpr std::string_view kLoadSummary = "Failed to load state";

// Tries until the lock is had, the time is over or the run is stopped.
bool AcquireLock(StateStorage& storage, const SessionOptions& options, Diagnostics& diagnostics) {
  LockInfo info = LockInfo::Make(options.operation, options.clock->Now());
  const Duration deadline = options.clock->Monotonic() + options.lock_timeout;
  Duration delay = kFirstDelay;
  bool announced = false;
  for (;;) {
    Result<std::optional<LockConflict>> attempt = storage.TryLock(&info);
    if (!attempt.ok()) {
      diagnostics.Error(kLockSummary, state::LockConflictDetail({.reason = attempt.error().message()}));
      return false;
    }
    if (!attempt->has_value()) return true;
    const LockConflict& conflict = **attempt;
    // Somebody who does not even say who holds the lock is no queue to stand in.
    const bool known_holder = conflict.passes || (conflict.holder && !conflict.holder->id.empty());
    const Duration left = deadline - options.clock->Monotonic();
    if (!known_holder || left <= Duration(0)) {
      diagnostics.Error(kLockSummary, state::LockConflictDetail(conflict));
      return false;
    }
    if (!announced && options.on_lock_wait) options.on_lock_wait();
    announced = true;
    if (!options.clock->Sleep(std::min(delay, left), options.stop)) {
      diagnostics.Error(kLockSummary, state::LockConflictDetail(conflict));
      return false;
    }
    delay = std::min(delay * 2, kLongestDelay);
  }
}

struct Loaded {
  Stored stored;
  std::shared_ptr<const State> initial;
  state::Recovery recovery;
  bool dead_journal = false;
};

// Reads the state and lays a dead journal over it.
Result<Loaded> Load(StateStorage& storage, JournalChoice choice) {
  Loaded out;
  ASSIGN_OR_RETURN(std::string read, storage.Read());
  const auto text = std::make_shared<const std::string>(std::move(read));
  out.stored.text = text;
  out.stored.exists = !text->empty();
  const std::string path = storage.JournalPath();
  const JournalPresence presence = path.empty() ? JournalPresence::kNone : state::ProbeJournal(path);
  std::optional<state::JournalContents> journal;
  out.dead_journal = presence == JournalPresence::kDead;
  if (out.dead_journal && choice != JournalChoice::kDiscard) {
    ASSIGN_OR_RETURN(journal, state::ReadJournal(path, storage.JournalSealer()));
  }
  ASSIGN_OR_RETURN(State state, state::ReadState(text));
  out.stored.state = std::make_shared<const State>(std::move(state));
  out.initial = out.stored.state;
  if (!journal) return out;
  if (journal->header.storage != storage.Identity() && choice != JournalChoice::kKeep) {
    out.recovery.conflict = "The journal " + path + " was written by a run over another state (" +
                            journal->header.storage +
                            base::core::Spoken("). Move it away, or run \"parterre state recover\".");
    return out;
  }
  state::Overlay overlay = state::LayOver(*journal, *out.stored.state, *text, choice == JournalChoice::kKeep);
  if (!overlay.conflict.empty()) {
    out.recovery.conflict = std::move(overlay.conflict);
    return out;
  }
  out.recovery.recovered = std::move(overlay.recovered);
  out.recovery.in_doubt = std::move(journal->in_doubt);
  out.initial = std::make_shared<const State>(std::move(overlay.state));
  return out;
}

}  // namespace

std::unique_ptr<Session> OpenSession(std::unique_ptr<StateStorage> storage, const SessionOptions& options,
                                     Diagnostics& diagnostics) {
  if (options.lock && !AcquireLock(*storage, options, diagnostics)) return nullptr;
  // A storage with a lock releases it when it goes.
  Result<Loaded> loaded = Load(*storage, options.journal);
  if (!loaded.ok()) {
    diagnostics.Error(kLoadSummary, loaded.error().message());
    return nullptr;
  }
  if (!loaded->recovery.conflict.empty() && options.lock) {
    diagnostics.Error("Interrupted run in doubt", loaded->recovery.conflict);
    return nullptr;
  }
  const bool fold = options.lock && loaded->dead_journal;
  auto session =
      std::make_unique<JournalingSession>(std::move(storage), *options.clock, std::move(loaded->stored),
                                          std::move(loaded->initial), std::move(loaded->recovery), options);
  if (!fold) return session;
  if (const Result<void> folded = session->FoldIn(); !folded.ok()) {
    diagnostics.Error("Failed to save the results of an interrupted run", folded.error().message());
    return nullptr;
  }
  return session;
}

Result<Snapshot> ReadSnapshot(StateStorage& storage) {
  ASSIGN_OR_RETURN(Loaded loaded, Load(storage, JournalChoice::kRefuse));
  return Snapshot{std::move(loaded.initial), std::move(loaded.recovery)};
}

std::optional<std::string> PushProblem(const State& pushed, const State& present) {
  if (present.Empty()) return std::nullopt;  // whoever it belonged to
  // An empty lineage is that of states from before lineages.
  if (pushed.lineage.empty() || present.lineage.empty()) return std::nullopt;
  using base::core::GoQuote;
  if (pushed.lineage != present.lineage) {
    return "cannot import state with lineage " + GoQuote(pushed.lineage) +
           " over unrelated state with lineage " + GoQuote(present.lineage);
  }
  if (pushed.serial < present.serial) {
    return "cannot import state with serial " + std::to_string(pushed.serial) +
           " over newer state with serial " + std::to_string(present.serial);
  }
  if (pushed.serial == present.serial && !state::SameContent(pushed, present)) {
    return "cannot overwrite existing state with serial " + std::to_string(present.serial) +
           " with a different state that has the same serial";
  }
  return std::nullopt;
}

}  // namespace engine::backend
