// The private_key argument: the path of a PEM file, or PEM text with real or literal "\n" line ends.
// Not for key formats in general (base/crypto). Called when the first token is wanted.
#pragma once

#include <string>

#include "base/core/result.h"
#include "base/crypto/key.h"

namespace okta::api {

struct SigningKey {
  base::crypto::PrivateKey key;
  base::crypto::Algorithm algorithm;  // RS256 for RSA, ES256/384/512 by the curve for EC
};

// Errors never repeat the value, which may be the secret itself.
base::core::Result<SigningKey> LoadSigningKey(const std::string& path_or_pem);

}  // namespace okta::api
