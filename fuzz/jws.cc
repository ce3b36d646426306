// Tokens, keys and URLs from strangers: no crash, and no key that signed nothing verifies.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/crypto/jws.h"
#include "base/net/http_client.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using base::crypto::Algorithm;
  static const base::crypto::PublicKey kKey = base::crypto::PrivateKey::GenerateEc().Public();
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto url = base::net::ParseUrl(text)) {
    base::core::Environment environment({{"HTTPS_PROXY", "p"}, {"NO_PROXY", std::string(text)}});
    (void)base::net::ProxyFor(*url, environment);
  }
  (void)base::crypto::PrivateKey::FromPem(text);
  if (auto json = base::crypto::ParseJson(text); json.ok() && json->is_object()) {
    (void)base::crypto::PublicKey::FromJwk(json->get_object());
  }
  auto jws = base::crypto::ParseCompactJws(text);
  if (jws.ok() && base::crypto::VerifyJws(*jws, std::array{Algorithm::kEs256, Algorithm::kRs256}, kKey))
    std::abort();
  return 0;
}
