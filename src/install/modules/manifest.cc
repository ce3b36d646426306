#include "install/modules/manifest.h"

#include <fmt/format.h>

#include "base/core/files.h"
#include "base/json/reader.h"
#include "base/json/writer.h"
#include "language/address/version.h"

namespace install::modules {
namespace {

using base::core::Error;
using base::core::Result;

constexpr uint64_t kMaxSize = 64 << 20;
constexpr size_t kMaxRecords = 100'000;
constexpr size_t kMaxText = 16 << 10;

}  // namespace

Result<Manifest> ParseManifest(std::string_view text) {
  if (text.size() > kMaxSize) return Error("it is too large");
  ASSIGN_OR_RETURN(const base::json::Document document, base::json::Document::Parse(text, {.max_depth = 20}));
  if (!document.root().IsObject()) return Error("it is not a JSON object");
  const base::json::Node modules = document.root().Find("Modules");
  Manifest manifest;
  if (!modules || modules.IsNull()) return manifest;
  if (!modules.IsArray()) return Error("its \"Modules\" is not a list");
  if (modules.size() > kMaxRecords) return Error("it lists too many modules");
  for (const base::json::Node each : modules.Elements()) {
    if (!each.IsObject()) return Error("it lists something that is no module");
    std::string key = each.FindString("Key").value_or("");
    Record record{.source = each.FindString("Source").value_or(""),
                  .version = each.FindString("Version").value_or(""),
                  .directory = each.FindString("Dir").value_or("")};
    for (const std::string* part : {&key, &record.source, &record.version, &record.directory}) {
      if (part->size() > kMaxText || part->find('\0') != std::string::npos)
        return Error("it holds a text that cannot be meant");
    }
    if (!record.version.empty() && !language::address::Version::Parse(record.version))
      return Error(fmt::format("the version {} of module {} is none", record.version, key));
    if (!record.directory.empty()) record.directory = base::core::CleanPath(record.directory);
    manifest[key] = std::move(record);
  }
  return manifest;
}

std::string FormatManifest(const Manifest& manifest) {
  std::string text;
  base::json::Writer json(&text);
  json.BeginObject().Key("Modules").BeginArray();
  for (const auto& [key, record] : manifest) {
    json.BeginObject().Member("Key", key).Member("Source", record.source);
    if (!record.version.empty()) json.Member("Version", record.version);
    json.Member("Dir", record.directory).EndObject();
  }
  json.EndArray().EndObject();
  return text;
}

Result<Manifest> ReadManifest(const std::string& path) {
  if (!base::core::Exists(path)) return Manifest();
  ASSIGN_OR_RETURN(const std::string text, base::core::ReadFile(path, kMaxSize));
  return ParseManifest(text);
}

Result<void> WriteManifest(const std::string& path, const Manifest& manifest) {
  RETURN_IF_ERROR(base::core::MakeDirectories(base::core::DirectoryName(path), 0755));
  return base::core::ReplaceFile(path, FormatManifest(manifest), 0644);
}

std::string ModulesDirectory(std::string_view data_directory) {
  return base::core::JoinPath(data_directory, "modules");
}

std::string ManifestPath(std::string_view data_directory) {
  return base::core::JoinPath(ModulesDirectory(data_directory), "modules.json");
}

}  // namespace install::modules
