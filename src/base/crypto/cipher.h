// Authenticated encryption with a shared key (AES in Galois/Counter Mode), and keys made from passphrases
// (PBKDF2). Not signatures (key.h) nor stored passwords (bcrypt.h).
// Called by engine/encryption for states and plans at rest, and by the journal of engine/state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/crypto/digest.h"

namespace base::crypto {

inline constexpr size_t kGcmNonceSize = 12;
inline constexpr size_t kGcmTagSize = 16;

// Of AES-128, AES-192 and AES-256.
bool IsAesKeySize(size_t bytes);

// Appends the ciphertext (as long as the text) and the tag. A nonce must never be used twice with one key.
// NIST SP 800-38D; at most 64 GiB.
void AesGcmSeal(std::string_view key, std::string_view nonce, std::string_view text,
                std::string_view associated, std::string* out);
// The text, from ciphertext and tag. Nothing unless key, nonce, associated data and every byte are those of
// the sealing.
std::optional<std::string> AesGcmOpen(std::string_view key, std::string_view nonce, std::string_view sealed,
                                      std::string_view associated = {});

// RFC 8018, with HMAC of the digest. iterations and size at least 1.
std::string Pbkdf2(Digest digest, std::string_view passphrase, std::string_view salt, int64_t iterations,
                   size_t size);

// Overwrites a secret in such a way that the compiler does not leave it out.
void Wipe(std::string* secret);

}  // namespace base::crypto
