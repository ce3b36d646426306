// How backends speak HTTP: limits, time-outs, proxies and CAs alike in all of them.
// Not the calls (retry.h). Called by the backends that speak HTTP.
#pragma once

#include "base/core/environment.h"
#include "base/net/http_client.h"

namespace engine::remote {

// Bodies of a GiB at most; plain http where the configuration says so, which `init` warns of; a server that
// falls silent is given up after NetworkTimeout. Redirects, user agent and TLS are the caller's.
base::net::ClientOptions MakeClientOptions(const base::core::Environment& environment);

// PARTERRE_NETWORK_TIMEOUT in seconds, 1 at least; else two minutes.
std::chrono::seconds NetworkTimeout(const base::core::Environment& environment);

}  // namespace engine::remote
