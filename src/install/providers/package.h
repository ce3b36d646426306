// A package of a provider as a source offers it: where it is, and what proves that it is the right one.
// Not what is installed (installed.h). Made by sources, fetched by installer.cc.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "install/lockfile/lock_file.h"
#include "language/address/address.h"

namespace install::providers {

using language::address::Provider;
using lockfile::Version;

// What is known of a package's origin, from nothing to most.
struct Authentication {
  enum class Kind { kUnauthenticated, kVerifiedChecksum, kSelfSigned, kPartner, kOfficial };
  Kind kind = Kind::kUnauthenticated;
  std::string key_id;  // of signatures
  // "self-signed, key ID 34365D9472D7468F"
  std::string ToString() const;
};

struct Package {
  enum class Kind { kDirectory, kArchive, kUrl };
  Kind kind = Kind::kDirectory;
  std::string location;             // path, or URL of an archive
  std::string host_for_token;       // of network mirrors: whose token the download takes along
  std::string sha256;               // of the archive in hex; empty: unknown
  std::vector<std::string> hashes;  // "h1:" or "zh:": one of them must be the package's; empty: unknown
  // To be locked beside the package's own: "zh:" of the release's other platforms, from a signed document.
  std::vector<std::string> release_hashes;
  Authentication authentication;
  std::string incompatible;  // why it cannot be run here; nothing else is set then
};

}  // namespace install::providers
