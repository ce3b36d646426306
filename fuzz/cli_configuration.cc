// CLI configuration files in both syntaxes: mistakes are told, nothing crashes.
#include <cstdint>
#include <string_view>

#include "install/settings/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  install::settings::Settings settings;
  base::diag::Diagnostics diagnostics;
  const base::core::Environment environment;
  install::settings::ParseSettings("x.rc", std::string_view(reinterpret_cast<const char*>(data), size),
                                   environment, &settings, diagnostics);
  return 0;
}
