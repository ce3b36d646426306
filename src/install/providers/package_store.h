// Puts one package into its folder: verified first, then linked (folders) or unpacked beside and renamed, so
// that a folder is there whole or not at all. Not the choice of what to install (installer.h). Called by the
// installer, `providers lock` and `providers mirror`.
#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/core/files.h"
#include "base/core/result.h"
#include "install/providers/package.h"

namespace install::providers {

// Bytes that have arrived of those that will; total is 0 while unknown.
using OnProgress = std::function<void(uint64_t done, uint64_t total)>;

// Brings a package's archive from the network to a file. Checks nothing but that it has come whole.
class Downloader {
 public:
  virtual ~Downloader() = default;
  // The archive's path, in `scratch` or wherever it is kept.
  virtual base::core::Result<std::string> Fetch(const Package& package, const std::string& scratch,
                                                const OnProgress& on_progress, std::stop_token stop) = 0;
};

class PackageStore {
 public:
  // Without a downloader, packages of the network cannot be had.
  explicit PackageStore(Downloader* downloader = nullptr) : downloader_(downloader) {}

  // `allowed`: the lock file's hashes, of which one must match; empty: any package will do.
  // Returns the package's own "h1:" hash.
  base::core::Result<std::string> Install(const Package& package, std::span<const std::string> allowed,
                                          const std::string& packages_directory, const std::string& directory,
                                          const OnProgress& on_progress, std::stop_token stop) const;

  // The verified archive of a package of the network or of a packed mirror, as a file.
  base::core::Result<std::string> FetchArchive(const Package& package, std::span<const std::string> allowed,
                                               const std::string& scratch, const OnProgress& on_progress,
                                               std::stop_token stop) const;

 private:
  Downloader* downloader_;
};

// A symbolic link `directory` to `target`, replacing what is there.
base::core::Result<void> LinkPackage(const std::string& target, const std::string& directory);

// The "h1:" of an archive's content without unpacking it.
base::core::Result<std::string> HashArchiveContent(const std::string& path);

}  // namespace install::providers
