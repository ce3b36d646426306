// Copies to the other side, by the protocol of `scp` as its sending side (`scp -t` receives).
// Not the naming of files for a person. Used by client.cc.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "base/ssh/session.h"

namespace base::ssh {

core::Result<void> SendText(Session& session, std::string_view text, const std::string& path, mode_t mode,
                            bool windows, std::stop_token stop);
core::Result<void> SendFile(Session& session, const std::string& local, const std::string& path, bool windows,
                            std::stop_token stop);
core::Result<void> SendFolder(Session& session, const std::string& local, const std::string& path,
                              bool windows, std::stop_token stop);

}  // namespace base::ssh
