#include "base/sql/libpq.h"

#include "base/core/shared_library.h"

namespace base::sql {
namespace {

using core::Error;
using core::Result;

Result<Libpq> Load() {
  ASSIGN_OR_RETURN(const core::SharedLibrary loaded, core::SharedLibrary::Open("libpq.so.5"));
  Libpq library;
#define PARTERRE_RESOLVE(name)                            \
  library.name = loaded.Resolve<decltype(::name)>(#name); \
  if (library.name == nullptr) return Error("libpq.so.5 has no function " #name);
  PARTERRE_PQ_FUNCTIONS(PARTERRE_RESOLVE)
#undef PARTERRE_RESOLVE
  return library;
}

}  // namespace

Result<const Libpq*> LoadedLibpq() {
  static const Result<Libpq> library = Load();
  if (!library.ok())
    return Error("PostgreSQL is spoken by libpq, which cannot be loaded (" + library.error().message() +
                 "): install the package libpq5");
  return &*library;
}

}  // namespace base::sql
