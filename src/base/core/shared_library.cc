#include "base/core/shared_library.h"

#include <dlfcn.h>

namespace base::core {

Result<SharedLibrary> SharedLibrary::Open(const std::string& name) {
  void* handle = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle != nullptr) return SharedLibrary(handle);
  const char* reason = dlerror();
  return Error(reason != nullptr ? reason : "cannot load " + name);
}

void* SharedLibrary::Find(const char* name) const { return dlsym(handle_, name); }

}  // namespace base::core
