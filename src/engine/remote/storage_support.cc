#include "engine/remote/storage_support.h"

#include "base/core/files.h"
#include "base/core/random.h"
#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "engine/state/writer.h"

namespace engine::remote {

std::string JournalPathFor(const std::string& directory, std::string_view type, std::string_view identity) {
  if (directory.empty()) return "";
  const std::string digest = base::core::HexEncode(base::crypto::Sha256(identity)).substr(0, 16);
  return base::core::JoinPath(directory, fmt::format("{}-{}.journal", type, digest));
}

base::core::Result<std::string> EmptyStateText() {
  state::State state;
  state.lineage = base::core::RandomUuid();
  state.serial = 1;
  return state::WriteState(state);
}

}  // namespace engine::remote
