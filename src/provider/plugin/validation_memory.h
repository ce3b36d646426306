// What a plugin has found valid before: to find the same valid again, it need not be started. Holds for the
// same executable, the same environment and the same configuration, and only where the plugin had nothing to
// say. As the schema cache, whatever is wrong with the file means that nothing is known. Used by
// PluginProvider.
#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "base/core/environment.h"

namespace provider::plugin {

class ValidationMemory {
 public:
  // `file` empty: nothing is remembered. `fingerprint`: of the executable.
  ValidationMemory(std::string file, const std::string& fingerprint,
                   const base::core::Environment& environment);
  // Writes what is new.
  ~ValidationMemory();
  ValidationMemory(const ValidationMemory&) = delete;
  ValidationMemory& operator=(const ValidationMemory&) = delete;

  // `question`: the method and the whole message. Thread-safe.
  bool Knows(std::string_view question);
  // Knows it from this very run: the same instances of a resource are asked about once.
  bool KnowsFromThisRun(std::string_view question);
  void Remember(std::string_view question);

 private:
  std::string Digest(std::string_view question) const;
  void LoadLocked();

  const std::string file_;
  std::string world_;  // digest of executable and environment
  std::mutex mutex_;   // of what follows
  bool loaded_ = false;
  bool changed_ = false;
  std::set<std::string, std::less<>> known_;
  std::set<std::string, std::less<>> of_this_run_;
};

}  // namespace provider::plugin
