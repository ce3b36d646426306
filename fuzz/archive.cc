// Zip and tar archives from strangers: no crash, no more than the limits, and no name that passes the check
// leaves its folder.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/archive/archive_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using base::archive::ArchiveKind;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const base::archive::ArchiveLimits limits{.bytes = 1 << 20, .entries = 1000};
  for (const ArchiveKind kind : {ArchiveKind::kZip, ArchiveKind::kTar}) {
    uint64_t seen = 0;
    const base::archive::ArchiveVisitor visitor{
        .on_entry = [](const base::archive::ArchiveEntry& entry) -> base::core::Result<void> {
          const auto safe = base::archive::SafeEntryPath(entry.path);
          if (safe.ok() && ("/" + *safe + "/").find("/../") != std::string::npos) std::abort();
          return {};
        },
        .on_data = [&](std::string_view piece) -> base::core::Result<void> {
          seen += piece.size();
          if (seen > limits.bytes) std::abort();
          return {};
        }};
    [[maybe_unused]] const auto read = base::archive::ReadArchiveBytes(bytes, kind, visitor, limits);
  }
  return 0;
}
