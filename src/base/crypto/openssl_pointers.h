// Owners of OpenSSL's objects, each with the function that frees it, and its names of digests. Not for other
// libraries' objects, and not outside of this room. Used by key.cc, certificate.cc, digest.cc and cipher.cc.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>

#include <memory>

#include "base/crypto/digest.h"

namespace base::crypto {

template <typename T, auto Free>
struct Deleter {
  void operator()(T* pointer) const { Free(pointer); }
};
template <typename T, auto Free>
using Owned = std::unique_ptr<T, Deleter<T, Free>>;

using Bio = Owned<BIO, BIO_free_all>;

const EVP_MD* DigestAlgorithm(Digest digest);

}  // namespace base::crypto
