// Sources of modules from strangers: no crash; what is read means the same when it is read back from
// modules.json, folders stay inside of their packages, and no password is shown.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "install/modules/netrc.h"
#include "install/modules/parameters.h"
#include "language/address/module_source.h"

namespace {

using language::address::ModuleSource;
using Parse = base::core::Result<ModuleSource>(std::string_view);

void Check(const std::string& input, Parse* parse) {
  const auto source = parse(input);
  if (!source.ok()) return;
  const std::string& folder = source->subdirectory;
  if (folder == ".." || folder.starts_with("../") || folder.starts_with('/')) std::abort();
  const std::string text = source->ToString();
  [[maybe_unused]] const std::string shown = language::address::WithoutPassword(text);
  if (source->kind == ModuleSource::Kind::kLocal) return;
  const auto again = parse(text);
  if (!again.ok() || again->ToString() != text) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Check(text, language::address::ParseModuleSource);
  Check(text, language::address::ParseRemoteModuleSource);
  std::string address = text;
  if (install::modules::TakeParameter(&address, "ref") && install::modules::TakeParameter(&address, "ref"))
    std::abort();
  [[maybe_unused]] const auto split = install::modules::TakeUser(text);
  [[maybe_unused]] const std::string user = install::modules::FindInNetrc(text, "a.b");
  return 0;
}
