#include "base/ssh/library.h"

#include "base/core/shared_library.h"

namespace base::ssh {
namespace {

using core::Error;
using core::Result;

Result<Library> Load() {
  ASSIGN_OR_RETURN(const core::SharedLibrary loaded, core::SharedLibrary::Open("libssh.so.4"));
  Library library;
#define PARTERRE_RESOLVE(name)                            \
  library.name = loaded.Resolve<decltype(::name)>(#name); \
  if (library.name == nullptr) return Error("libssh.so.4 has no function " #name);
  PARTERRE_SSH_FUNCTIONS(PARTERRE_RESOLVE)
#undef PARTERRE_RESOLVE
  return library;
}

}  // namespace

Result<const Library*> LoadedLibrary() {
  static const Result<Library> library = Load();
  if (!library.ok()) {
    return Error("ssh is spoken by libssh, which cannot be loaded (" + library.error().message() +
                 "): install the package libssh-4");
  }
  return &*library;
}

}  // namespace base::ssh
