// CHECK(condition): our own bugs end the process, with file, line and the condition, after the
// handler that a program installed has run (it flushes the apply journal). Not for user or I/O errors.
// Used everywhere; on in every build.
#pragma once

namespace base::core {

[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);

// Called once, before the process aborts on a failed CHECK. Must not allocate much nor throw.
using CheckHandler = void (*)();
void SetCheckHandler(CheckHandler handler);
// Calls it, unless that has been done: for other ends without return.
void RunCheckHandler();

}  // namespace base::core

#define CHECK(condition)                                         \
  do {                                                           \
    if (!(condition)) [[unlikely]]                               \
      ::base::core::CheckFailed(__FILE__, __LINE__, #condition); \
  } while (false)
