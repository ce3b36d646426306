// Arena: bump allocation of syntax nodes, and the scratch lists from which their spans are made.
// Never frees: the File does, all at once. Used by the parser only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "language/value/value.h"

namespace language::hcl {

class Arena {
 public:
  Arena(std::pmr::monotonic_buffer_resource& memory, size_t text_size)
      : memory_(memory), chunk_(std::clamp<size_t>(text_size, 256, 256 * 1024)) {}

  template <typename T>
  T* New(T node) {
    return std::construct_at(static_cast<T*>(Allocate(sizeof(T))), std::move(node));
  }
  template <typename T>
  std::span<T> NewSpan(std::vector<T>& scratch, size_t base) {
    const size_t count = scratch.size() - base;
    if (count == 0) return {};
    // NOLINTNEXTLINE(bugprone-sizeof-expression): T may well be a pointer
    T* items = static_cast<T*>(Allocate(count * sizeof(T)));
    std::uninitialized_move_n(scratch.begin() + static_cast<ptrdiff_t>(base), count, items);
    scratch.erase(scratch.begin() + static_cast<ptrdiff_t>(base), scratch.end());
    return {items, count};
  }
  std::string_view NewText(std::string_view text) {
    if (text.empty()) return {};
    char* copy = static_cast<char*>(Allocate(text.size()));
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
  }

 private:
  void* Allocate(size_t size) {
    size = (size + 7) & ~size_t{7};
    if (size > static_cast<size_t>(limit_ - cursor_)) return AllocateSlow(size);
    return std::exchange(cursor_, cursor_ + size);
  }
  void* AllocateSlow(size_t size) {
    if (size > chunk_ / 4) return memory_.allocate(size, 8);
    cursor_ = static_cast<char*>(memory_.allocate(chunk_, 8));
    limit_ = cursor_ + chunk_;
    return std::exchange(cursor_, cursor_ + size);
  }

  std::pmr::monotonic_buffer_resource& memory_;
  size_t chunk_;
  char* cursor_ = nullptr;
  char* limit_ = nullptr;
};

}  // namespace language::hcl
