// Progress lines of plan and apply as the reference prints them: Refreshing state..., Creating..., Still
// creating..., and so on. Implements the engine's hooks; a thread of its own prints the "Still ..." lines
// every ten seconds. Used by plan, apply, destroy.
#pragma once

#include <memory>

#include "cli/view/live_line.h"
#include "cli/view/style.h"
#include "engine/run/hooks.h"

namespace cli::view {

class ProgressView : public engine::run::Hooks {
 public:
  // period: how often an operation under way is told of.
  // live: where counts are shown as they grow; may be null.
  explicit ProgressView(Terminal& terminal, std::chrono::milliseconds period = std::chrono::seconds(10),
                        LiveLine* live = nullptr);
  ~ProgressView() override;

  void Refreshing(const engine::run::ResourceInstance&, std::string_view deposed,
                  const engine::run::Value& known) override;
  void RefreshProgress(size_t done, size_t total) override;
  void PlanProgress(size_t done, size_t total) override;
  void ApplyProgress(size_t done, size_t running, size_t total) override;
  void ReadingData(const engine::run::ResourceInstance&) override;
  void DataRead(const engine::run::ResourceInstance&, std::chrono::milliseconds elapsed,
                const engine::run::Value& known) override;
  void EphemeralBegins(const engine::run::ResourceInstance&,
                       engine::run::EphemeralOperation operation) override;
  void EphemeralEnds(const engine::run::ResourceInstance&, engine::run::EphemeralOperation operation,
                     bool failed, std::chrono::milliseconds elapsed) override;
  void EphemeralDeferred(const engine::run::ResourceInstance&) override;
  void PreparingImport(const engine::run::ResourceInstance&, std::string_view id) override;
  void Importing(const engine::run::ResourceInstance&, std::string_view id) override;
  void Imported(const engine::run::ResourceInstance&, std::string_view id) override;
  void Applying(const engine::run::ResourceInstance&, std::string_view deposed, engine::changes::Action,
                const engine::run::Value& known) override;
  void Applied(const engine::run::ResourceInstance&, std::string_view deposed, engine::changes::Action,
               std::chrono::milliseconds elapsed, const engine::run::Value& known) override;
  void ApplyFailed(const engine::run::ResourceInstance&, std::string_view deposed) override;
  void ProvisionerBegins(const engine::run::ResourceInstance&, std::string_view type) override;
  void ProvisionerOutput(const engine::run::ResourceInstance&, std::string_view type,
                         std::string_view text) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// "12s", "1m10s": Go's duration text of rounded seconds.
std::string ElapsedText(std::chrono::milliseconds elapsed);

}  // namespace cli::view
