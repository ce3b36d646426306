#include "install/settings/platform.h"

#include <sys/utsname.h>

#include <string_view>
#include <utility>

#include "base/core/check.h"
#include "base/core/strings.h"

namespace install::settings {

std::string CurrentPlatform() {
  utsname name;
  CHECK(uname(&name) == 0);
  static constexpr std::pair<std::string_view, std::string_view> kArchitectures[] = {
      {"x86_64", "amd64"}, {"aarch64", "arm64"}, {"i686", "386"}, {"armv7l", "arm"}};
  std::string architecture = name.machine;
  for (const auto& [machine, go] : kArchitectures) {
    if (architecture == machine) architecture = go;
  }
  return base::core::AsciiLower(name.sysname) + "_" + architecture;
}

}  // namespace install::settings
