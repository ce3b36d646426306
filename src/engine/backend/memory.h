// The backend "inmem": states that live as long as the process.
// Not durable: for tests, also of other programs' configurations.
// Used by tests of the session and of runs.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "engine/backend/backend.h"

namespace engine::backend {

class MemoryBackend : public Backend {
 public:
  // journal_path: where sessions over these states keep their journals; empty: nowhere.
  explicit MemoryBackend(std::string journal_path = "");
  std::string_view type() const override { return "inmem"; }
  base::core::Result<std::vector<std::string>> Workspaces() override;
  base::core::Result<void> CreateWorkspace(std::string_view name) override;
  base::core::Result<void> DeleteWorkspace(std::string_view name) override;
  std::unique_ptr<state::StateStorage> Storage(std::string_view workspace) override;

  // For tests: from now on its storages say that they lie across a network.
  void BeRemote();
  // For tests: while set, writes fail with this message.
  void FailWrites(std::string message);
  std::string Text(std::string_view workspace);
  int writes();

  struct Shared;

 private:
  std::shared_ptr<Shared> shared_;
};

}  // namespace engine::backend
