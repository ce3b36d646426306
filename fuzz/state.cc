// State files from strangers: no crash, and whatever is read is written so that it reads the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "engine/state/reader.h"
#include "engine/state/writer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto state = engine::state::ReadState(std::string(reinterpret_cast<const char*>(data), size));
  if (!state.ok()) return 0;
  const auto text = engine::state::WriteState(*state);
  if (!text.ok()) return 0;
  const auto again = engine::state::ReadState(*text);
  if (!again.ok() || engine::state::WriteState(*again).value() != *text) std::abort();
  return 0;
}
