// Hooks: what a run tells of its progress, as it happens. One call at a time but for ProvisionerOutput and
// renewals; RefreshProgress and DataRead may come from a provider's thread, while the driving thread waits.
// Not for results: those are in the Plan and in ApplyResult. Implemented by cli/view.
#pragma once

#include <chrono>
#include <string_view>

#include "engine/changes/plan.h"

namespace engine::run {

using changes::Action;
using language::address::ResourceInstance;
using language::value::Value;

enum class EphemeralOperation : uint8_t { kOpen, kRenew, kClose };

class Hooks {
 public:
  virtual ~Hooks() = default;
  // `known` is the object as far as it is known, with its marks; the view picks the id to show from it.
  virtual void Refreshing(const ResourceInstance&, std::string_view /*deposed*/, const Value& /*known*/) {}
  // With the object as it is now; null: it is gone. Not after errors.
  virtual void Refreshed(const ResourceInstance&, std::string_view /*deposed*/, const Value& /*known*/) {}
  // How much of a batch of reads is done, for a live bar.
  virtual void RefreshProgress(size_t /*done*/, size_t /*total*/) {}
  // How many of the configuration's objects have been planned.
  virtual void PlanProgress(size_t /*done*/, size_t /*total*/) {}
  virtual void ReadingData(const ResourceInstance&) {}
  virtual void DataRead(const ResourceInstance&, std::chrono::milliseconds /*elapsed*/,
                        const Value& /*known*/) {}
  // Of ephemeral resources; renewals come from a thread of their own. Deferred ones are not opened in this
  // run.
  virtual void EphemeralBegins(const ResourceInstance&, EphemeralOperation) {}
  virtual void EphemeralEnds(const ResourceInstance&, EphemeralOperation, bool /*failed*/,
                             std::chrono::milliseconds /*elapsed*/) {}
  virtual void EphemeralDeferred(const ResourceInstance&) {}
  virtual void PreparingImport(const ResourceInstance&, std::string_view /*id*/) {}
  // The provider has given what the import command asked for, which is read next.
  virtual void ImportPrepared(const ResourceInstance&) {}
  virtual void Importing(const ResourceInstance&, std::string_view /*id*/) {}
  virtual void Imported(const ResourceInstance&, std::string_view /*id*/) {}
  virtual void Applying(const ResourceInstance&, std::string_view /*deposed*/, Action,
                        const Value& /*known*/) {}
  // Only for operations that succeeded.
  virtual void Applied(const ResourceInstance&, std::string_view /*deposed*/, Action,
                       std::chrono::milliseconds /*elapsed*/, const Value& /*known*/) {}
  // The operation, or the reading of a data source, ended with an error: it is no longer under way.
  virtual void ApplyFailed(const ResourceInstance&, std::string_view /*deposed*/) {}
  virtual void ApplyProgress(size_t /*done*/, size_t /*running*/, size_t /*total*/) {}
  // Of provisioners, by type ("local-exec"). Output comes from the pool's threads, of several objects at
  // once; a text may have several lines, and is valid UTF-8.
  virtual void ProvisionerBegins(const ResourceInstance&, std::string_view /*type*/) {}
  virtual void ProvisionerOutput(const ResourceInstance&, std::string_view /*type*/,
                                 std::string_view /*text*/) {}
  virtual void ProvisionerEnds(const ResourceInstance&, std::string_view /*type*/, bool /*failed*/) {}
};

}  // namespace engine::run
