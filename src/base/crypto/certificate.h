// Certificates that two processes of one machine make for a single conversation: self-signed, for
// "localhost". Not for servers that people visit. Called by both ends of the plugin protocol.
#pragma once

#include <string>

#include "base/core/result.h"
#include "base/crypto/key.h"

namespace base::crypto {

// PEM of an X.509 certificate that is its own root, valid for both ends of TLS, from half a minute ago on.
core::Result<std::string> MakeLocalhostCertificate(const PrivateKey& key, const std::string& organization);

}  // namespace base::crypto
