// kubeconfig files: clusters, users and contexts, and several files laid over each other as kubectl does.
// Not the choice among them nor any connection (kubernetes_access.h).
// Called by kubernetes_access.cc and by its fuzz target.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/core/result.h"

namespace engine::remote {

// A program that gives credentials, and how to call it.
struct KubeExec {
  std::string api_version;  // client.authentication.k8s.io/v1
  std::string command;
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;  // on top of ours
  std::string install_hint;
  std::string interactive_mode;  // Never, IfAvailable, Always, or empty
  bool provide_cluster_info = false;
};

struct KubeCluster {
  std::string server;
  std::string certificate_authority;       // a path
  std::string certificate_authority_data;  // PEM
  std::string tls_server_name;
  std::string proxy_url;
  bool skip_verification = false;  // insecure-skip-tls-verify
};

struct KubeUser {
  std::string client_certificate, client_key;            // paths
  std::string client_certificate_data, client_key_data;  // PEM
  std::string token, token_file;
  std::string username, password;
  std::string as, as_uid;  // whom to act as
  std::vector<std::string> as_groups;
  std::string auth_provider;  // the name of one of the retired kind
  std::optional<KubeExec> exec;
};

struct KubeContext {
  std::string cluster, user;
};

struct KubeConfig {
  std::string current_context;
  std::map<std::string, KubeCluster, std::less<>> clusters;
  std::map<std::string, KubeUser, std::less<>> users;
  std::map<std::string, KubeContext, std::less<>> contexts;

  bool Empty() const {
    return current_context.empty() && clusters.empty() && users.empty() && contexts.empty();
  }
};

// YAML or JSON. Relative paths inside, commands included, are meant from `directory`.
base::core::Result<KubeConfig> ParseKubeConfig(std::string_view text, const std::string& directory);

// What `config` already has wins.
void LayUnder(KubeConfig&& other, KubeConfig* config);

}  // namespace engine::remote
