// Connections to a host, directly or through a proxy, within a time limit.
// Not what is spoken over them (session.h). Used by client.cc.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "base/core/files.h"
#include "base/core/result.h"
#include "base/ssh/account.h"
#include "base/ssh/cutoff.h"

namespace base::ssh {

// A connected socket that does not block, and that fails when the other side has been silent to the kernel's
// probes for two minutes.
core::Result<core::UniqueFd> Dial(const std::string& host, uint16_t port, const std::optional<Proxy>& proxy,
                                  Deadline deadline, std::stop_token stop);

}  // namespace base::ssh
