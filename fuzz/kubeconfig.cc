// kubeconfig files: mistakes are told, nothing crashes, and what is laid under itself changes nothing.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/remote/kubeconfig.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto config = engine::remote::ParseKubeConfig(text, "/home/x/.kube");
  if (!config.ok()) return 0;
  const size_t clusters = config->clusters.size(), users = config->users.size();
  engine::remote::LayUnder(*engine::remote::ParseKubeConfig(text, "/"), &*config);
  if (config->clusters.size() != clusters || config->users.size() != users) std::abort();
  return 0;
}
