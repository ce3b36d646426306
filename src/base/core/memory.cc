#include "base/core/memory.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <new>
#include <string_view>

#include "base/core/check.h"

namespace base::core {
namespace {

constexpr size_t kLargePage = size_t{2} << 20;

class LargePages : public std::pmr::memory_resource {
  void* do_allocate(size_t bytes, size_t alignment) override {
    void* block = std::pmr::new_delete_resource()->allocate(bytes, alignment);
    UseLargePages(block, bytes);
    return block;
  }
  void do_deallocate(void* block, size_t bytes, size_t alignment) override {
    std::pmr::new_delete_resource()->deallocate(block, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

// Nothing here may allocate.
[[noreturn]] void OutOfMemory() {
  constexpr std::string_view kMessage =
      "\nError: Out of memory\n\n"
      "The memory that this process may use is not enough. What was already applied is in the state or its "
      "journal. Give it more (see ulimit -v), or look for values that grow without need.\n";
  RunCheckHandler();
  (void)!write(STDERR_FILENO, kMessage.data(), kMessage.size());
  _exit(1);
}

}  // namespace

void UseLargePages(const void* buffer, size_t size) {
  const uintptr_t begin = (reinterpret_cast<uintptr_t>(buffer) + kLargePage - 1) & ~(kLargePage - 1);
  const uintptr_t end = (reinterpret_cast<uintptr_t>(buffer) + size) & ~(kLargePage - 1);
  // Advice only: where the system does not take it, pages are small.
  if (begin < end) (void)madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

std::pmr::memory_resource* LargePageResource() {
  static LargePages resource;
  return &resource;
}

void TuneAllocator() {
  constexpr int kStep = 16 << 20;
  mallopt(M_MXFAST, 0);
  mallopt(M_TOP_PAD, kStep);
}

void ReportOutOfMemory() { std::set_new_handler(OutOfMemory); }

}  // namespace base::core
