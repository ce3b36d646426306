// A provider as a plugin program: the other end of PluginProcess, for Terraform, OpenTofu and Parterre. Not
// the methods (service.h). Called by the main of terraform-provider-* programs.
#pragma once

#include <memory>
#include <string>

#include "base/core/environment.h"
#include "provider/api/provider.h"

namespace provider::plugin {

struct ServeOptions {
  std::string address;  // "registry.terraform.io/okta/okta": the provider's name for TF_REATTACH_PROVIDERS
  // For a debugger: says how to be reached instead of being started by a host, speaks without TLS on a socket
  // that only this user can open, and serves run after run until SIGINT or SIGTERM.
  bool debug = false;
};

// Speaks protocol 6 where the host does, else 5. Returns when the host says so or has died: the exit code.
int Serve(std::shared_ptr<api::Provider> provider, const ServeOptions& options,
          const base::core::Environment& environment);

}  // namespace provider::plugin
