// Owners of OpenSSL's objects, each with the function that frees it. Not for other libraries' objects, and
// not outside of this room. Used by key.cc and certificate.cc.
#pragma once

#include <openssl/bio.h>

#include <memory>

namespace base::crypto {

template <typename T, auto Free>
struct Deleter {
  void operator()(T* pointer) const { Free(pointer); }
};
template <typename T, auto Free>
using Owned = std::unique_ptr<T, Deleter<T, Free>>;

using Bio = Owned<BIO, BIO_free_all>;

}  // namespace base::crypto
