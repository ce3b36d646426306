#include "engine/config/installed_modules.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/core/product.h"
#include "engine/config/version.h"

namespace engine::config {
namespace {

using language::address::WithoutPassword;

std::nullopt_t Refuse(std::string summary, std::string_view problem, const Place& place,
                      base::diag::Diagnostics& diagnostics) {
  language::hcl::AddError(diagnostics, std::move(summary),
                          fmt::format("{} Run \"{} init\" to install all modules of this configuration.",
                                      problem, base::core::ProgramName()),
                          *place.file, place.span);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> FindInstalled(const InstalledModules* installed, const std::string& key,
                                         const ModuleRequest& request, const FileSource& files,
                                         base::diag::Diagnostics& diagnostics) {
  const InstalledModule* record = nullptr;
  if (installed != nullptr) {
    const auto found = installed->find(key);
    if (found != installed->end()) record = &found->second;
  }
  if (record == nullptr)
    return Refuse("Module not installed", "This module is not yet installed.", request.place, diagnostics);
  const std::string source = request.address.ToString();
  if (record->source != source) {
    // A line with a password in it is not shown.
    const bool secret = WithoutPassword(source) != source;
    return Refuse("Module source has changed",
                  fmt::format("This module was installed from {}, and its source says {} now.",
                              WithoutPassword(record->source), WithoutPassword(source)),
                  secret ? request.place : request.source_place, diagnostics);
  }
  if (!request.version.empty()) {
    const auto version = Version::Parse(record->version);
    if (!version || !VersionConstraints::Parse(request.version)->Allow(*version)) {
      return Refuse("Module version requirements have changed",
                    fmt::format("The installed version is {}, which \"{}\" does not admit.",
                                record->version.empty() ? "not known" : record->version, request.version),
                    request.source_place, diagnostics);
    }
  }
  if (!files.DirectoryExists(record->directory)) {
    return Refuse("Module not installed", fmt::format("The module's folder {} is gone.", record->directory),
                  request.place, diagnostics);
  }
  return record->directory;
}

std::string TestModuleKey(std::string_view file, std::string_view run) {
  // Of files in JSON, the reference keeps it.
  constexpr std::string_view kExtension = ".tftest.hcl";
  if (file.ends_with(kExtension)) file.remove_suffix(kExtension.size());
  std::string key = fmt::format("test.{}.{}", file, run);
  std::ranges::replace(key, '/', '.');
  return key;
}

}  // namespace engine::config
