// Memory of the process: what happens when there is none left, and large pages for large buffers.
// Not accounting: what may grow without bound has limits of its own.
// Called once by each program; the pages by parsers of large files.
#pragma once

#include <cstddef>
#include <memory_resource>

namespace base::core {

// From here on a failing allocation says so on standard error and ends the process with exit code 1, as an
// error of the user's would, after the CHECK handler has run.
void ReportOutOfMemory();

// Settings of the allocator for programs that run for a moment and build many small things: freed ones are
// not kept in lists that large blocks must clear again, and memory comes from the system in larger steps.
void TuneAllocator();

// Asks the system for large pages under a buffer that is about to be filled, which spares most of the time
// that fresh memory takes. Does nothing for buffers below some megabytes.
void UseLargePages(const void* buffer, size_t size);
// The default resource with that done to each large block.
std::pmr::memory_resource* LargePageResource();

}  // namespace base::core
