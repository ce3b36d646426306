// Hooks: what a run tells of its progress, as it happens. One call at a time; RefreshProgress and DataRead
// may come from a provider's thread, while the thread that drives the run waits for the provider. Not for
// results: those are in the Plan and in ApplyResult. Implemented by cli/view.
#pragma once

#include <chrono>
#include <string_view>

#include "engine/changes/plan.h"

namespace engine::run {

using changes::Action;
using language::address::ResourceInstance;
using language::value::Value;

class Hooks {
 public:
  virtual ~Hooks() = default;
  // `known` is the object as far as it is known, from which the view picks the id to show.
  virtual void Refreshing(const ResourceInstance&, std::string_view /*deposed*/, const Value& /*known*/) {}
  // How much of a batch of reads is done, for a live bar.
  virtual void RefreshProgress(size_t /*done*/, size_t /*total*/) {}
  virtual void ReadingData(const ResourceInstance&) {}
  virtual void DataRead(const ResourceInstance&, std::chrono::milliseconds /*elapsed*/,
                        const Value& /*known*/) {}
  virtual void PreparingImport(const ResourceInstance&, std::string_view /*id*/) {}
  virtual void Importing(const ResourceInstance&, std::string_view /*id*/) {}
  virtual void Imported(const ResourceInstance&, std::string_view /*id*/) {}
  virtual void Applying(const ResourceInstance&, std::string_view /*deposed*/, Action,
                        const Value& /*known*/) {}
  // Only for operations that succeeded.
  virtual void Applied(const ResourceInstance&, std::string_view /*deposed*/, Action,
                       std::chrono::milliseconds /*elapsed*/, const Value& /*known*/) {}
  // The operation ended with an error: it is no longer under way.
  virtual void ApplyFailed(const ResourceInstance&, std::string_view /*deposed*/) {}
  virtual void ApplyProgress(size_t /*done*/, size_t /*running*/, size_t /*total*/) {}
};

}  // namespace engine::run
