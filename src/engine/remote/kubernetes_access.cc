#include "engine/remote/kubernetes_access.h"

#include "base/core/files.h"
#include "base/core/strings.h"

namespace engine::remote {
namespace {

using base::core::Environment;
using base::core::Error;
using base::core::Result;

constexpr uint64_t kLargestConfig = 10 << 20;
constexpr uint64_t kLargestSecret = 1 << 20;

std::string ExpandHome(const std::string& path, const Environment& environment) {
  if (path != "~" && !path.starts_with("~/")) return path;
  return environment.HomeDirectory() + path.substr(1);
}

// Files that are not there are none, as with kubectl.
Result<KubeConfig> LoadConfig(const std::vector<std::string>& paths, const Environment& environment) {
  KubeConfig config;
  for (const std::string& given : paths) {
    const std::string path = ExpandHome(given, environment);
    if (path.empty() || !base::core::Exists(path)) continue;
    ASSIGN_OR_RETURN(const std::string text, base::core::ReadFile(path, kLargestConfig));
    Result<KubeConfig> read = ParseKubeConfig(text, base::core::DirectoryName(path));
    if (!read.ok()) return Error("the kubeconfig file " + path + ": " + read.error().message());
    LayUnder(*std::move(read), &config);
  }
  return config;
}

template <typename Entry>
Result<Entry> Choose(const std::map<std::string, Entry, std::less<>>& entries, const std::string& name,
                     std::string_view kind) {
  if (name.empty()) return Entry{};
  const auto found = entries.find(name);
  if (found != entries.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, entry] : entries) names.push_back(known);
  return Error(fmt::format("the kubeconfig has no {} {}; there are: {}", kind, base::core::GoQuote(name),
                           names.empty() ? "none" : base::core::Join(names, ", ")));
}

// Where a text is not given, the file's.
Result<std::string> TextOrFile(const std::string& text, const std::string& path) {
  if (!text.empty() || path.empty()) return text;
  return base::core::ReadFile(path, kLargestSecret);
}

Result<void> TakeConfig(const KubeConfig& config, const KubernetesSettings& settings,
                        KubernetesAccess* access) {
  const std::string& current = settings.context.empty() ? config.current_context : settings.context;
  ASSIGN_OR_RETURN(KubeContext context, Choose(config.contexts, current, "context"));
  if (!settings.context_cluster.empty()) context.cluster = settings.context_cluster;
  if (!settings.context_user.empty()) context.user = settings.context_user;
  ASSIGN_OR_RETURN(const KubeCluster cluster, Choose(config.clusters, context.cluster, "cluster"));
  ASSIGN_OR_RETURN(const KubeUser user, Choose(config.users, context.user, "user"));
  access->server = cluster.server;
  access->tls.server_name = cluster.tls_server_name;
  access->tls.skip_verification = cluster.skip_verification;
  ASSIGN_OR_RETURN(access->tls.ca_pem,
                   TextOrFile(cluster.certificate_authority_data, cluster.certificate_authority));
  ASSIGN_OR_RETURN(access->tls.certificate_pem,
                   TextOrFile(user.client_certificate_data, user.client_certificate));
  ASSIGN_OR_RETURN(access->tls.private_key_pem, TextOrFile(user.client_key_data, user.client_key));
  if (!cluster.proxy_url.empty()) access->proxy = cluster.proxy_url;
  access->username = user.username;
  access->password = user.password;
  access->token = user.token;
  access->token_file = user.token_file;
  access->exec = user.exec;
  if (!user.as.empty()) access->headers.emplace_back("Impersonate-User", user.as);
  if (!user.as_uid.empty()) access->headers.emplace_back("Impersonate-Uid", user.as_uid);
  for (const std::string& group : user.as_groups) access->headers.emplace_back("Impersonate-Group", group);
  if (!user.auth_provider.empty() && settings.token.empty() && !settings.exec)
    return Error(
        fmt::format("the kubeconfig's user signs in through the auth-provider {}, which clients no longer "
                    "have: let it use an exec plugin (client.authentication.k8s.io), or give \"token\"",
                    base::core::GoQuote(user.auth_provider)));
  return {};
}

bool InPod(const Environment& environment, const std::string& directory) {
  return !environment.Get("KUBERNETES_SERVICE_HOST").empty() &&
         !environment.Get("KUBERNETES_SERVICE_PORT").empty() && base::core::Exists(directory + "/token");
}

Result<void> TakePod(const Environment& environment, const std::string& directory, KubernetesAccess* access) {
  const std::string host = environment.Get("KUBERNETES_SERVICE_HOST");
  const std::string port = environment.Get("KUBERNETES_SERVICE_PORT");
  if (host.empty() || port.empty())
    return Error(
        "unable to load in-cluster configuration: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must "
        "be set, as they are in every pod");
  access->server = host.find(':') == std::string::npos ? fmt::format("https://{}:{}", host, port)
                                                       : fmt::format("https://[{}]:{}", host, port);
  access->token_file = directory + "/token";
  if (!base::core::Exists(access->token_file))
    return Error("unable to load in-cluster configuration: there is no " + access->token_file +
                 "; the pod needs a service account (automountServiceAccountToken)");
  if (base::core::Exists(directory + "/ca.crt")) {
    ASSIGN_OR_RETURN(access->tls.ca_pem, base::core::ReadFile(directory + "/ca.crt", kLargestSecret));
  }
  return {};
}

// What the block says, over what files say.
void TakeSettings(const KubernetesSettings& settings, KubernetesAccess* access) {
  const std::pair<const std::string*, std::string*> texts[] = {
      {&settings.host, &access->server},
      {&settings.username, &access->username},
      {&settings.password, &access->password},
      {&settings.ca_certificate, &access->tls.ca_pem},
      {&settings.client_certificate, &access->tls.certificate_pem},
      {&settings.client_key, &access->tls.private_key_pem},
      {&settings.token, &access->token}};
  for (const auto& [given, target] : texts)
    if (!given->empty()) *target = *given;
  if (!settings.token.empty()) access->token_file.clear();
  if (!settings.proxy_url.empty() && !access->proxy) access->proxy = settings.proxy_url;
  if (settings.exec) access->exec = settings.exec;
  if (settings.insecure) access->tls.skip_verification = true;
}

Result<void> CheckAccess(KubernetesAccess* access) {
  if (access->server.empty())
    return Error(
        "no cluster is configured: give \"config_path\" (KUBE_CONFIG_PATH) with a context, or \"host\" "
        "(KUBE_HOST); in a pod, in_cluster_config = true");
  if (access->server.find("://") == std::string::npos) {
    // As the reference's client: with certificates it is TLS.
    const bool tls =
        !access->tls.ca_pem.empty() || !access->tls.certificate_pem.empty() || access->tls.skip_verification;
    access->server = (tls ? "https://" : "http://") + access->server;
  }
  while (access->server.ends_with('/')) access->server.pop_back();
  if (!base::net::ParseUrl(access->server))
    return Error(
        "the cluster's address is no URL that begins with https:// (argument \"host\", or \"server\" in the "
        "kubeconfig)");
  if (access->tls.certificate_pem.empty() != access->tls.private_key_pem.empty())
    return Error("a client certificate and its key go together: one of the two is missing");
  if (access->tls.skip_verification && !access->tls.ca_pem.empty())
    return Error(
        "specifying a root certificates file with the insecure flag is not allowed: drop \"insecure\" to "
        "check the server's certificate, or the authority's certificate not to");
  if (!access->username.empty() && !(access->token.empty() && access->token_file.empty()))
    return Error("username/password or bearer token may be set, but not both");
  return {};
}

}  // namespace

Result<KubernetesAccess> ResolveAccess(const KubernetesSettings& settings, const Environment& environment,
                                       const std::string& service_account_directory) {
  KubernetesAccess access;
  if (settings.in_cluster) {
    RETURN_IF_ERROR(TakePod(environment, service_account_directory, &access));
  } else {
    ASSIGN_OR_RETURN(const KubeConfig config, LoadConfig(settings.config_paths, environment));
    const bool has_host = !settings.host.empty();
    if (config.Empty() && !has_host && InPod(environment, service_account_directory)) {
      RETURN_IF_ERROR(TakePod(environment, service_account_directory, &access));
    } else if (!config.Empty() || !has_host) {
      RETURN_IF_ERROR(TakeConfig(config, settings, &access));
    }
  }
  TakeSettings(settings, &access);
  const Result<void> checked = CheckAccess(&access);
  if (!checked.ok()) return checked.error();
  return access;
}

}  // namespace engine::remote
