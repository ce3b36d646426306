// The state of a test: in memory only, gone when the test ends.
// Not a backend: nothing is locked, journaled or written.
// Used by run_block.
#pragma once

#include <mutex>

#include "engine/state/session.h"

namespace engine::test {

class MemorySession : public state::StateSession {
 public:
  explicit MemorySession(std::shared_ptr<const state::State> initial)
      : initial_(std::move(initial)), editor_(*initial_) {}

  std::shared_ptr<const state::State> initial() const override { return initial_; }
  const state::Recovery& recovery() const override { return recovery_; }
  base::core::Result<void> Begin(state::State base) override {
    editor_ = state::StateEditor(std::move(base));
    return {};
  }
  base::core::Result<void> WriteIntents(std::span<const state::Intent>) override { return {}; }
  base::core::Result<void> Record(state::Outcome outcome) override {
    std::lock_guard lock(mutex_);
    if (outcome.deposed.empty())
      editor_.SetCurrent(outcome.address, outcome.provider, std::move(outcome.object));
    else
      editor_.SetDeposed(outcome.address, outcome.provider, outcome.deposed, std::move(outcome.object));
    return {};
  }
  void SetOutput(const std::string& name, std::optional<state::OutputValue> value) override {
    editor_.SetOutput(name, std::move(value));
  }
  void SetCheckResults(std::string json) override { editor_.header().check_results = std::move(json); }
  base::core::Result<void> Finish() override { return {}; }
  state::State Snapshot() const override { return editor_.Snapshot(); }

 private:
  const std::shared_ptr<const state::State> initial_;
  const state::Recovery recovery_;
  std::mutex mutex_;
  state::StateEditor editor_;
};

}  // namespace engine::test
