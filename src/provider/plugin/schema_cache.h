// Schemas of plugins on disk, so that a plugin is not started only to be asked for its schemas. A file for
// each provider, which holds as long as the executable is the same file (path, inode, size, time). Not more
// than a cache: whatever is wrong with it means that there is none. Used by PluginProgram.
#pragma once

#include <optional>
#include <string>

#include "provider/plugin/catalog.h"

namespace provider::plugin {

// What tells one executable from another without reading it; empty where there is no such file.
std::string FileFingerprint(const std::string& executable);

std::optional<SchemaBytes> LoadSchemas(const std::string& file, const std::string& fingerprint);
// 0600, by replacement; folders are made. Failures are logged, nothing more.
void StoreSchemas(const std::string& file, const std::string& fingerprint, const SchemaBytes& schemas);

}  // namespace provider::plugin
