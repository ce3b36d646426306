// Progress as lines of a `-json` log: refresh_start, apply_start, apply_progress, apply_complete, and so on.
// Not the lines that people read (progress_view.h).
// Used by plan, apply, destroy, refresh and test when they are asked for JSON.
#pragma once

#include "cli/view/heartbeat.h"
#include "cli/view/json_log.h"

namespace cli::view {

// The object that lines have for a resource instance: address, module, type, name, key.
std::string ResourceJson(const engine::run::ResourceInstance& address);

class JsonProgress : public engine::run::Hooks {
 public:
  // period: how often an operation under way is told of. `common`: fields of every line.
  explicit JsonProgress(Terminal& terminal, std::chrono::milliseconds period = std::chrono::seconds(10),
                        std::vector<JsonLog::Field> common = {});

  void Refreshing(const engine::run::ResourceInstance&, std::string_view deposed,
                  const engine::run::Value& known) override;
  void Refreshed(const engine::run::ResourceInstance&, std::string_view deposed,
                 const engine::run::Value& known) override;
  void ReadingData(const engine::run::ResourceInstance&) override;
  void DataRead(const engine::run::ResourceInstance&, std::chrono::milliseconds elapsed,
                const engine::run::Value& known) override;
  void Applying(const engine::run::ResourceInstance&, std::string_view deposed, engine::changes::Action,
                const engine::run::Value& known) override;
  void Applied(const engine::run::ResourceInstance&, std::string_view deposed, engine::changes::Action,
               std::chrono::milliseconds elapsed, const engine::run::Value& known) override;
  void ApplyFailed(const engine::run::ResourceInstance&, std::string_view deposed) override;
  void EphemeralBegins(const engine::run::ResourceInstance&,
                       engine::run::EphemeralOperation operation) override;
  void EphemeralEnds(const engine::run::ResourceInstance&, engine::run::EphemeralOperation operation,
                     bool failed, std::chrono::milliseconds elapsed) override;
  void ProvisionerBegins(const engine::run::ResourceInstance&, std::string_view type) override;
  void ProvisionerOutput(const engine::run::ResourceInstance&, std::string_view type,
                         std::string_view text) override;
  void ProvisionerEnds(const engine::run::ResourceInstance&, std::string_view type, bool failed) override;

 private:
  struct Running {
    std::string address;
    std::string resource;                  // JSON
    std::string_view action, still, done;  // "create", "creating", "Creation"
    std::string_view kind;                 // "apply": what the types of its lines begin with
    std::chrono::steady_clock::time_point start;
  };
  void Print(std::string_view message, std::string_view type, std::string hook);
  void Start(const engine::run::ResourceInstance& address, std::string_view deposed,
             engine::changes::Action action, const engine::run::Value& known);
  void Errored(const std::string& name);
  void Complete(const engine::run::ResourceInstance& address, std::string_view deposed,
                engine::changes::Action action, std::chrono::milliseconds elapsed,
                const engine::run::Value& known);
  void StillRunning(const RunningOperations::Due& due);

  const std::vector<JsonLog::Field> common_;
  std::unordered_map<std::string, Running> running_;  // by OperationName
  Heartbeat heartbeat_;
};

}  // namespace cli::view
