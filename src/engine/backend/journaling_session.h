// The one Session: it keeps results in a journal and writes the whole state when that is cheap enough.
// Not opened here (open_session.cc). Called by open_session.cc only.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "engine/backend/session.h"
#include "engine/state/journal.h"

namespace engine::backend {

// What was in the storage when it was last read or written.
struct Stored {
  // What binds a journal to it: of a large text, only when there is to be one.
  state::JournalBinding Binding() const;

  std::shared_ptr<const std::string> text;  // null: its digest is known
  std::string text_digest;
  bool exists = false;
  std::shared_ptr<const state::State> state;
};

class JournalingSession : public Session {
 public:
  JournalingSession(std::unique_ptr<state::StateStorage> storage, base::core::Clock& clock, Stored stored,
                    std::shared_ptr<const state::State> initial, state::Recovery recovery,
                    const SessionOptions& options);
  ~JournalingSession() override;

  std::shared_ptr<const state::State> initial() const override { return initial_; }
  const state::Recovery& recovery() const override { return recovery_; }
  base::core::Result<void> Begin(state::State base) override;
  base::core::Result<void> WriteIntents(std::span<const state::Intent> intents) override;
  base::core::Result<void> Record(state::Outcome outcome) override;
  void SetOutput(const std::string& name, std::optional<state::OutputValue> value) override;
  void SetCheckResults(std::string json) override;
  base::core::Result<void> Finish() override;
  state::State Snapshot() const override;
  base::core::Result<void> Push(state::State state, bool force) override;

  // Makes what the dead journal said part of the state, and leaves of the journal only the calls in doubt.
  base::core::Result<void> FoldIn();

 private:
  base::core::Result<void> EnsureJournal();
  state::JournalHeader Header() const;
  bool WholeWritingIsDue() const;
  // Nothing: only at the end.
  std::optional<base::core::Duration> RemoteInterval() const;
  base::core::Result<void> WriteMeanwhile();
  void SaveInTime(std::stop_token stop);
  base::core::Result<void> WriteWhole(bool even_unchanged);
  // `last`: no journal begins at what is written.
  base::core::Result<void> Save(state::State state, uint64_t serial, bool last = false);

  const std::unique_ptr<state::StateStorage> storage_;
  base::core::Clock& clock_;
  const base::core::Duration remote_interval_;
  const std::function<void(const std::string& why)> on_unlock_failure_;
  const std::shared_ptr<const state::State> initial_;
  const state::Recovery recovery_;

  mutable std::mutex mutex_;
  Stored stored_;
  std::optional<state::State> backup_;  // as it was before the first change; gone once it has been written
  std::optional<state::StateEditor> editor_;
  std::vector<state::JournalChange> pending_;  // differences of the base, not yet in a journal
  std::optional<state::Journal> journal_;
  base::core::Result<void> broken_;  // the first failure of the journal: from then on no new call may start
  std::set<std::pair<std::string, std::string>> touched_;  // objects whose `before` is in the journal
  base::core::Duration last_written_{0};
  base::core::Duration last_cost_{0};
  bool unsaved_ = false;  // something was recorded since the last whole writing
  std::condition_variable_any unsaved_changed_;
  std::jthread saver_;  // of remote storages, from Begin on
};

// The changes that lead from one state to the other.
std::vector<state::JournalChange> Differences(const state::State& from, const state::State& to);

}  // namespace engine::backend
