#include "okta/api/private_key.h"

#include "base/core/files.h"
#include "base/core/strings.h"

namespace okta::api {
namespace {

using base::core::Error;
using base::core::Result;

constexpr size_t kMaxPem = 64 * 1024;
constexpr size_t kMaxPath = 4096;

Error Explain(std::string_view pem) {
  if (pem.find("-----BEGIN ") == std::string_view::npos) {
    return Error(
        "invalid private key: private_key is neither the path of an existing file nor PEM text beginning "
        "with -----BEGIN");
  }
  if (pem.find("ENCRYPTED") != std::string_view::npos) {
    return Error(
        "invalid private key: the key is encrypted; write it without a passphrase, for example with: "
        "openssl pkcs8 -topk8 -nocrypt");
  }
  if (pem.find("OPENSSH PRIVATE KEY") != std::string_view::npos) {
    return Error("invalid private key: this is an OpenSSH key; a PKCS#1 or PKCS#8 PEM key is needed");
  }
  if (pem.find("PUBLIC KEY") != std::string_view::npos || pem.find("CERTIFICATE") != std::string_view::npos) {
    return Error("invalid private key: this is a public key or certificate, the private key is needed");
  }
  return Error("invalid private key: not a PKCS#1 (RSA PRIVATE KEY) or PKCS#8 (PRIVATE KEY) key");
}

}  // namespace

Result<SigningKey> LoadSigningKey(const std::string& path_or_pem) {
  std::string pem = path_or_pem;
  if (path_or_pem.size() < kMaxPath && path_or_pem.find('\n') == std::string::npos &&
      base::core::Exists(path_or_pem) && !base::core::IsDirectory(path_or_pem)) {
    Result<std::string> text = base::core::ReadFile(path_or_pem, kMaxPem);
    if (!text.ok()) return std::move(text.error().Wrap("private_key"));
    pem = std::move(*text);
  }
  if (pem.size() > kMaxPem) return Error("invalid private key: longer than 64 KiB");
  pem = base::core::ReplaceAll(pem, "\\n", "\n");
  Result<base::crypto::PrivateKey> key = base::crypto::PrivateKey::FromPem(pem);
  if (!key.ok()) return Explain(pem);
  using base::crypto::Algorithm;
  for (Algorithm algorithm : {Algorithm::kRs256, Algorithm::kEs256, Algorithm::kEs384, Algorithm::kEs512}) {
    if (key->Public().Fits(algorithm)) return SigningKey{std::move(*key), algorithm};
  }
  return Error(
      "invalid private key: RSA keys need 1024 bits or more, EC keys the curve P-256, P-384 or P-521");
}

}  // namespace okta::api
