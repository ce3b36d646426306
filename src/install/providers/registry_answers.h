// What registries and mirrors answer, read from their documents: versions, packages, lists of checksums.
// Nothing is asked and nothing is proved here (registry.cc, network_mirror.cc). `host` names who answered,
// for errors.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/result.h"
#include "install/discovery/services.h"
#include "install/providers/package.h"
#include "install/providers/signature.h"
#include "install/providers/source.h"

namespace install::providers {

struct Checksum {
  std::string hex;  // SHA-256, lower case
  std::string filename;
};

// Lines of "<hex>  <file>"; others are passed over.
std::vector<Checksum> ParseChecksums(std::string_view document);

// The answer about one package: where it is, and what proves it.
struct PackageAnswer {
  Package package;
  std::string filename, checksums_url, signature_url;
  std::vector<SigningKey> keys;
};

base::core::Result<Available> ReadRegistryVersions(const discovery::Answer& answer, const std::string& host);
// A package that cannot be used says why (Package::incompatible), and nothing else.
base::core::Result<PackageAnswer> ReadRegistryPackage(const discovery::Answer& answer,
                                                      const std::string& platform, const std::string& host);

base::core::Result<Available> ReadMirrorVersions(const discovery::Answer& answer, const std::string& host);
// Nothing where there is none for the platform.
base::core::Result<std::optional<Package>> ReadMirrorPackage(const discovery::Answer& answer,
                                                             const std::string& platform,
                                                             const std::string& host);

}  // namespace install::providers
