// Encryption of a journal's records: a key that lives in one file only, so that a record's number can be its
// nonce. Not the records' contents (journal.h). Internal to this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/state/sealer.h"

namespace engine::state {

class RecordCipher {
 public:
  static constexpr size_t kKeySize = 32;

  // A new key.
  RecordCipher();
  explicit RecordCipher(std::string key);
  RecordCipher(RecordCipher&&) = default;
  RecordCipher& operator=(RecordCipher&&) = default;
  ~RecordCipher();

  // The key itself, encrypted by the sealer.
  base::core::Result<std::string> SealedKey(Sealer& sealer) const { return sealer.Seal(key_); }
  // In order; Base64.
  std::string Seal(std::string_view record);
  // In the same order. Nothing when it is not the next record of this file.
  std::optional<std::string> Open(std::string_view sealed);

 private:
  std::string NextNonce();

  std::string key_;
  uint64_t next_ = 0;
};

}  // namespace engine::state
