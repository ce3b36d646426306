// Answers that are had once for each key, however many threads ask: the first one works, the others wait for
// it. Not a cache with an end. Used by the registry client and the installer.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace install::modules {

template <typename T>
class OnceMap {
 public:
  // What `make` gives for the first caller with this key. The reference stays valid.
  template <typename Make>
  const T& Get(const std::string& key, const Make& make) {
    std::shared_ptr<Entry> entry;
    {
      std::lock_guard guard(mutex_);
      std::shared_ptr<Entry>& known = entries_[key];
      if (!known) known = std::make_shared<Entry>();
      entry = known;
    }
    std::lock_guard guard(entry->mutex);
    if (!entry->value) entry->value.emplace(make());
    return *entry->value;
  }

 private:
  struct Entry {
    std::mutex mutex;
    std::optional<T> value;
  };
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace install::modules
