// The file in which `login` keeps tokens (~/.terraform.d/credentials.tfrc.json): one entry put in or taken
// out, everything else kept as it is. Not its reading for requests (settings.h does that, with all other
// files). Secret. Called by credentials.h.
#pragma once

#include <string>
#include <string_view>

#include "base/core/result.h"

namespace install::discovery {

// Whether the file has an entry for the host (normal form), in whatever spelling. A missing file has none.
base::core::Result<bool> HasEntry(const std::string& path, const std::string& host);

// Whether ReplaceEntry may be expected to succeed: makes the folder, and changes nothing else.
base::core::Result<void> CheckWritable(const std::string& path);

// Puts `object` (JSON, such as {"token": "..."}) in the place of the host's entry; an empty one takes the
// entry out. Missing folders are made, private; the file is replaced as a whole, mode 0600, where it really
// is if `path` is a symbolic link. What is no credentials file is left alone, and an error. Several processes
// take turns.
base::core::Result<void> ReplaceEntry(const std::string& path, const std::string& host,
                                      std::string_view object);

}  // namespace install::discovery
