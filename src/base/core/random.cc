#include "base/core/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstring>

#include "base/core/check.h"
#include "base/core/strings.h"

namespace base::core {

std::string RandomBytes(size_t count) {
  std::string out(count, '\0');
  size_t used = 0;
  while (used < count) {
    const ssize_t got = ::getrandom(out.data() + used, count - used, 0);
    CHECK(got > 0 || errno == EINTR);
    if (got > 0) used += static_cast<size_t>(got);
  }
  return out;
}

uint64_t RandomUint64() {
  uint64_t number;
  std::memcpy(&number, RandomBytes(sizeof number).data(), sizeof number);
  return number;
}

std::string RandomUuid() {
  std::string bytes = RandomBytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  std::string out = HexEncode(bytes);
  for (size_t at : {8, 13, 18, 23}) out.insert(at, 1, '-');
  return out;
}

std::string RandomHex(size_t bytes) { return HexEncode(RandomBytes(bytes)); }

}  // namespace base::core
