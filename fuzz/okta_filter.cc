// Hostile search expressions: the parser must end within its limits, and what it takes must be valid SQL.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "org/store/filter.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)org::store::ParseFilter({reinterpret_cast<const char*>(data), size});
  return 0;
}
