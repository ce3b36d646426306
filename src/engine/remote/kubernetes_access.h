// Where a cluster's API is and how to sign in: from arguments, kubeconfig files, or the pod that we run in.
// Not the calls (kubernetes_client.h) nor the files' format (kubeconfig.h).
// Called by kubernetes.cc.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/core/environment.h"
#include "base/core/result.h"
#include "base/net/http_client.h"
#include "engine/remote/kubeconfig.h"

namespace engine::remote {

// What the block and KUBE_* variables say; empty: nothing.
struct KubernetesSettings {
  bool in_cluster = false;
  bool insecure = false;
  std::vector<std::string> config_paths;
  std::string context, context_cluster, context_user;
  std::string host, username, password, token;
  std::string client_certificate, client_key, ca_certificate;  // PEM
  std::string proxy_url;
  std::optional<KubeExec> exec;
};

struct KubernetesAccess {
  std::string server;  // https://host:port, perhaps with a path, without a slash at its end
  base::net::TlsOptions tls;
  std::optional<std::string> proxy;
  std::string username, password;
  std::string token, token_file;                             // the file is read anew now and then
  std::vector<std::pair<std::string, std::string>> headers;  // whom to act as
  std::optional<KubeExec> exec;
};

// The folder that a pod finds its service account in.
inline constexpr std::string_view kServiceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";

// Reads files, calls nobody.
base::core::Result<KubernetesAccess> ResolveAccess(
    const KubernetesSettings& settings, const base::core::Environment& environment,
    const std::string& service_account_directory = std::string(kServiceAccountDirectory));

}  // namespace engine::remote
