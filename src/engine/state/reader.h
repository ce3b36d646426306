// Reading state files of format v4. Attributes stay raw text inside the file's buffer until somebody decodes
// them. Not the file itself: no opening, no locking (state_file.h). Used by engine/backend, plan files,
// remote state.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "base/core/result.h"
#include "base/json/reader.h"
#include "engine/state/state.h"

namespace engine::state {

// Empty text is the empty state. Errors: not JSON, another format version, or contents that contradict
// themselves.
base::core::Result<State> ReadState(std::string text);
base::core::Result<State> ReadState(std::shared_ptr<const std::string> text);

// Reads single instance objects as state files hold them, sharing what repeats (dependency lists, sensitive
// paths).
class ObjectReader {
 public:
  // `backing` owns the text that the nodes point into.
  explicit ObjectReader(std::shared_ptr<const std::string> backing) : backing_(std::move(backing)) {}

  struct Entry {
    InstanceKey key;
    std::string deposed;  // empty: the current object
    std::shared_ptr<Object> object;
  };
  base::core::Result<Entry> Read(base::json::Node node);

 private:
  base::core::Result<Dependencies> ReadDependencies(base::json::Node node);
  base::core::Result<std::vector<Path>> ReadSensitivePaths(base::json::Node node);

  std::shared_ptr<const std::string> backing_;
  std::unordered_map<std::string_view, Dependencies> dependencies_;    // by raw text
  std::unordered_map<std::string_view, std::vector<Path>> sensitive_;  // by raw text
};

}  // namespace engine::state
