// The Downloader over the network: archives whose checksum is known are kept in the user's cache folder until
// they are whole, so that an interrupted download goes on in the next run. Used by init and `providers lock`.
#pragma once

#include <memory>

#include "base/core/environment.h"
#include "install/discovery/services.h"
#include "install/providers/package_store.h"

namespace install::providers {

// `services` outlives it.
std::unique_ptr<Downloader> MakeDownloader(discovery::Services& services,
                                           const base::core::Environment& environment);

}  // namespace install::providers
