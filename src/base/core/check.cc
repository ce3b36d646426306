#include "base/core/check.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace base::core {
namespace {
std::atomic<CheckHandler> check_handler{nullptr};
}

void SetCheckHandler(CheckHandler handler) { check_handler = handler; }

void RunCheckHandler() {
  if (CheckHandler handler = check_handler.exchange(nullptr)) handler();
}

void CheckFailed(const char* file, int line, const char* condition) {
  RunCheckHandler();
  std::fprintf(stderr,
               "\nparterre: internal error at %s:%d: %s\n"
               "This is a bug in Parterre. What was already applied is in the state or its journal; "
               "run the same command again to continue.\n",
               file, line, condition);
  std::abort();
}

}  // namespace base::core
