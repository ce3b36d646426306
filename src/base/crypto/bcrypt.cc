#include "base/crypto/bcrypt.h"

#include <crypt.h>

#include "base/crypto/digest.h"

namespace base::crypto {
namespace {

constexpr size_t kMaxPassword = 72;

// Empty when the library refuses.
std::string Crypt(std::string_view password, const std::string& setting) {
  auto data = std::make_unique<crypt_data>();
  const char* out = crypt_r(std::string(password).c_str(), setting.c_str(), data.get());
  return out == nullptr || out[0] == '*' ? std::string() : std::string(out);
}

bool IsBcrypt(std::string_view hash) {
  return hash.size() == 60 && hash.starts_with("$2") && hash[3] == '$' &&
         (hash[2] == 'a' || hash[2] == 'b' || hash[2] == 'y');
}

}  // namespace

core::Result<std::string> BcryptHash(std::string_view password, int cost) {
  if (cost < 4 || cost > 31) return core::Error("bcrypt cost must be between 4 and 31");
  if (password.size() > kMaxPassword) return core::Error("bcrypt: password length exceeds 72 bytes");
  if (password.find('\0') != std::string_view::npos)
    return core::Error("bcrypt: password contains a NUL byte");
  std::string random = RandomBytes(16);
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  if (crypt_gensalt_rn("$2a$", static_cast<unsigned long>(cost), random.data(),
                       static_cast<int>(random.size()), setting, sizeof(setting)) == nullptr) {
    return core::ErrnoError("bcrypt salt", errno);
  }
  std::string hash = Crypt(password, setting);
  if (hash.empty()) return core::Error("bcrypt: the system's crypt library refused");
  return hash;
}

bool BcryptVerify(std::string_view password, const std::string& hash) {
  if (!IsBcrypt(hash) || password.size() > kMaxPassword) return false;
  if (password.find('\0') != std::string_view::npos) return false;
  std::string again = Crypt(password, hash);
  return !again.empty() && ConstantTimeEqual(again, hash);
}

}  // namespace base::crypto
