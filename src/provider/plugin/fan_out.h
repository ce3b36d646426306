// Many single calls at once, for interfaces that take them one by one. Not a pool: its threads end with the
// batch. Used by PluginProvider.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace provider::plugin {

// Calls work(0) to work(count - 1), each once, at most `parallelism` at a time, also from the calling thread.
template <typename Work>
void FanOut(size_t count, size_t parallelism, const Work& work) {
  std::atomic<size_t> next{0};
  auto drain = [&] {
    for (size_t index = next++; index < count; index = next++) work(index);
  };
  std::vector<std::jthread> helpers;
  for (size_t i = 1; i < std::min(count, parallelism); ++i) helpers.emplace_back(drain);
  drain();
}

}  // namespace provider::plugin
