// OpenPGP signatures of releases, by librnp, which is loaded on first use. Not checksums (installer).
// Called by registry.cc.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/core/result.h"
#include "install/providers/package.h"

namespace install::providers {

// A key that the registry vouches for.
struct SigningKey {
  std::string id;               // as the registry names it
  std::string ascii_armor;      // public key
  std::string trust_signature;  // armored, by the partner program over the key; may be empty
};

// Whose signatures mean more than that the author's own key is in the registry.
struct Trust {
  std::string_view official_fingerprint;  // of the primary key that HashiCorp signs its own providers with
  std::string_view partner_key;           // armored; signs the keys of partners
};
Trust HashiCorpTrust();

// Who has signed the document: an error unless one of the keys has. The signature is detached and binary.
base::core::Result<Authentication> VerifyRelease(std::string_view document, std::string_view signature,
                                                 std::span<const SigningKey> keys,
                                                 const Trust& trust = HashiCorpTrust());

}  // namespace install::providers
