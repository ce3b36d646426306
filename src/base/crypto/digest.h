// Digests, HMAC, random bytes and constant-time comparison, over OpenSSL 3 EVP.
// Not for signatures (key.h, jws.h) nor for passwords (bcrypt.h).
// Called by the language's hash functions, lock files, OAuth, and the local org.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace base::crypto {

enum class Digest { kMd5, kSha1, kSha256, kSha384, kSha512 };

// Raw bytes (16, 20, 32, 48 or 64). HexEncode them to show them.
std::string Hash(Digest digest, std::string_view data);
inline std::string Md5(std::string_view data) { return Hash(Digest::kMd5, data); }
inline std::string Sha1(std::string_view data) { return Hash(Digest::kSha1, data); }
inline std::string Sha256(std::string_view data) { return Hash(Digest::kSha256, data); }
inline std::string Sha512(std::string_view data) { return Hash(Digest::kSha512, data); }

std::string Hmac(Digest digest, std::string_view key, std::string_view data);

// For data that comes in pieces.
class Hasher {
 public:
  explicit Hasher(Digest digest);
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  void Update(std::string_view data);
  // Ends the hash; call once.
  std::string Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// From the system's generator. Ends the process when there is none.
std::string RandomBytes(size_t count);
// `count` characters of A-Z a-z 0-9, uniformly.
std::string RandomAlphanumeric(size_t count);
// Version 4, RFC 9562 form: 8-4-4-4-12 lower-case hex.
std::string RandomUuid();

// The time depends on the lengths only.
bool ConstantTimeEqual(std::string_view a, std::string_view b);

}  // namespace base::crypto
