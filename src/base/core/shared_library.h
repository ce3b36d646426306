// Libraries that are loaded when they are first needed, so that the start of the program does not pay for
// them. Not for plugins: those are processes. Used by base/archive, base/ssh and install/providers.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "base/core/result.h"

namespace base::core {

class SharedLibrary {
 public:
  // By the name that the system's loader knows ("librnp.so.0"). It stays loaded until the process ends.
  static Result<SharedLibrary> Open(const std::string& name);

  // By the type of its declaration: library.Resolve<decltype(rnp_ffi_create)>("rnp_ffi_create").
  // Null where the library lacks it.
  template <typename Function>
  Function* Resolve(const char* name) const {
    static_assert(std::is_function_v<Function>);
    return reinterpret_cast<Function*>(Find(name));
  }

 private:
  explicit SharedLibrary(void* handle) : handle_(handle) {}
  void* Find(const char* name) const;
  void* handle_;
};

}  // namespace base::core
