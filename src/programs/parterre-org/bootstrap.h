// `parterre-org bootstrap`: what the console's clicks do, for scripts: an API Services app in a running org,
// a key pair, scopes, and the files that a configuration's provider block expects. Not a way into an org
// without its administrator's password. Called by main.cc.
#pragma once

#include <span>
#include <string>

#include "base/core/environment.h"

namespace programs::parterre_org {

// The text of `parterre-org help bootstrap`.
std::string BootstrapHelp();

// `arguments` are those after "bootstrap". The password comes from --admin-password-file, or from
// PARTERRE_ORG_ADMIN_PASSWORD. Idempotent: an app of that name and the key in DIR/pkcs.pem are used again.
// Writes pkcs.pem (PKCS#8) and rsa.pem (PKCS#1), both 0600, and provider.tf; prints what it did, or one JSON
// object. Exit code: 0, or 1 with one line on standard error.
int Bootstrap(std::span<const std::string> arguments, const base::core::Environment& environment);

}  // namespace programs::parterre_org
