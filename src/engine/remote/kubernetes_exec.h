// Credentials that a program gives: client.authentication.k8s.io ("exec plugins" of kubeconfig).
// Not their use (kubernetes_client.h). Called by kubernetes_client.cc.
#pragma once

#include <optional>
#include <string>

#include "base/core/clock.h"
#include "base/core/environment.h"
#include "base/core/result.h"
#include "engine/remote/kubernetes_access.h"

namespace engine::remote {

struct KubeCredential {
  std::string token;
  std::string certificate_pem, private_key_pem;
  std::optional<base::core::TimePoint> expires;
};

// Runs the program, a minute at most, without a terminal. Errors hold what it wrote to stderr, never what to
// stdout.
base::core::Result<KubeCredential> RunCredentialPlugin(const KubernetesAccess& access,
                                                       const base::core::Environment& environment);

}  // namespace engine::remote
