#include "base/core/result.h"

#include <cstring>

namespace base::core {

Error ErrnoError(std::string_view context, int errno_value) {
  return Error(std::string(context) + ": " + std::strerror(errno_value));
}

}  // namespace base::core
