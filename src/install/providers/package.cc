#include "install/providers/package.h"

namespace install::providers {

std::string Authentication::ToString() const {
  switch (kind) {
    case Kind::kUnauthenticated:
      return "unauthenticated";
    case Kind::kVerifiedChecksum:
      return "verified checksum";
    case Kind::kSelfSigned:
      return "self-signed, key ID " + key_id;
    case Kind::kPartner:
      return "signed by a HashiCorp partner, key ID " + key_id;
    case Kind::kOfficial:
      return "signed by HashiCorp";
  }
  return {};
}

}  // namespace install::providers
