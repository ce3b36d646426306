// StateSession: one locked run over one state: read, record results as they come, save. The engine's view of
// a backend. It hides the journal, the policy of writing the whole file, the lock and the backend
// (docs/decisions.md, 5 and 6). Made by engine/backend; used by engine/run/apply and cli/session.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/core/result.h"
#include "engine/state/state.h"

namespace engine::state {

// What is about to be asked of a provider: written before the call, so that a run that dies knows what is in
// doubt.
struct Intent {
  ResourceInstance address;
  ProviderConfig provider;
  char action = 'c';         // c(reate) u(pdate) d(elete)
  std::string deposed;       // key, when the deposed object is meant
  std::string planned_json;  // of a create: what to look for
  int64_t time_ms = 0;       // Unix time when the intent was written
};

// What came of it (or of a change of state without a call: forget, move, refresh).
struct Outcome {
  ResourceInstance address;
  ProviderConfig provider;
  std::string deposed;
  ObjectPtr object;  // null: gone
};

// What an earlier run that died left behind, when this session was opened.
struct Recovery {
  std::vector<ResourceInstance> recovered;  // results found in the journal and folded in
  std::vector<Intent> in_doubt;             // calls begun, never answered
  std::string conflict;                     // why a journal was left alone, for readers without a lock
};

class StateSession {
 public:
  virtual ~StateSession() = default;
  // As read when the session began, a dead journal overlaid.
  virtual std::shared_ptr<const State> initial() const = 0;
  virtual const Recovery& recovery() const = 0;

  // From here on results are recorded on top of `base` (the refreshed state of the plan).
  virtual base::core::Result<void> Begin(State base) = 0;
  // One sync for all of them. After an error no new call may start.
  virtual base::core::Result<void> WriteIntents(std::span<const Intent> intents) = 0;
  // Safe from any thread. Makes the result durable with the next sync, and writes the whole state when it is
  // due.
  virtual base::core::Result<void> Record(Outcome outcome) = 0;
  virtual void SetOutput(const std::string& name, std::optional<OutputValue> value) = 0;
  // Raw JSON of "check_results"; empty: null.
  virtual void SetCheckResults(std::string json) = 0;
  // Writes the state for good and ends the journal. Also called on interrupt and on errors.
  virtual base::core::Result<void> Finish() = 0;
  // With the serial that it has been saved with, or would be.
  virtual State Snapshot() const = 0;
};

}  // namespace engine::state
