// Plan files from strangers: no crash, and whatever is read is written so that it reads the same. The
// document inside of the file is what is fuzzed; its magic and compression are in front of it.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/changes/plan_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto plan = engine::changes::DecodePlan(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!plan.ok()) return 0;
  const auto text = engine::changes::EncodePlan(*plan);
  if (!text.ok()) return 0;
  const auto again = engine::changes::DecodePlan(*text);
  if (!again.ok() || engine::changes::EncodePlan(*again).value() != *text) std::abort();
  return 0;
}
