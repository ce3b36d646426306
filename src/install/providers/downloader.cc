#include "install/providers/downloader.h"

#include <fcntl.h>
#include <sys/file.h>

#include "base/core/files.h"
#include "install/providers/installed.h"

namespace install::providers {
namespace {

using base::core::JoinPath;
using base::core::Result;

class NetworkDownloader : public Downloader {
 public:
  NetworkDownloader(discovery::Services& services, std::string kept)
      : services_(services), kept_(std::move(kept)) {}

  Result<std::string> Fetch(const Package& package, const std::string& scratch, const OnProgress& on_progress,
                            std::stop_token stop) override {
    const std::string path = JoinPath(scratch, "package.zip");
    discovery::DownloadRequest request{.url = package.location,
                                       .token_host = package.host_for_token,
                                       .path = path,
                                       .on_progress = on_progress};
    const bool keeps =
        !package.sha256.empty() && !kept_.empty() && base::core::MakeDirectories(kept_, 0700).ok();
    if (!keeps) {
      RETURN_IF_ERROR(services_.Download(request, std::move(stop)));
      return path;
    }
    request.path = JoinPath(kept_, package.sha256 + ".part");
    // Another run may be at the same archive: then this one fetches its own.
    auto lock = base::core::OpenFile(request.path, O_RDWR | O_CREAT, 0600);
    if (!lock.ok() || flock(lock->get(), LOCK_EX | LOCK_NB) != 0) request.path = path;
    RETURN_IF_ERROR(services_.Download(request, std::move(stop)));
    if (request.path == path) return path;
    // Whole now. Across disks it cannot be renamed, and is used where it is.
    return base::core::RenameFile(request.path, path).ok() ? path : request.path;
  }

 private:
  discovery::Services& services_;
  const std::string kept_;
};

}  // namespace

std::unique_ptr<Downloader> MakeDownloader(discovery::Services& services,
                                           const base::core::Environment& environment) {
  const std::string cache = UserCacheDirectory(environment);
  return std::make_unique<NetworkDownloader>(services, cache.empty() ? "" : JoinPath(cache, "downloads"));
}

}  // namespace install::providers
