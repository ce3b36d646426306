#include "engine/remote/kubernetes_exec.h"

#include "base/core/process.h"
#include "base/core/strings.h"
#include "base/json/reader.h"
#include "base/json/writer.h"

namespace engine::remote {
namespace {

using base::core::Environment;
using base::core::Error;
using base::core::Result;

constexpr std::chrono::seconds kTimeLimit{60};
constexpr size_t kLargestAnswer = 1 << 20;
constexpr size_t kWordsOfError = 2000;

// KUBERNETES_EXEC_INFO: what the program is asked for.
std::string ExecInfo(const KubernetesAccess& access) {
  std::string text;
  base::json::Writer writer(&text);
  writer.BeginObject()
      .Member("kind", "ExecCredential")
      .Member("apiVersion", access.exec->api_version)
      .Key("spec")
      .BeginObject();
  if (access.exec->provide_cluster_info) {
    writer.Key("cluster").BeginObject().Member("server", access.server);
    if (!access.tls.server_name.empty()) writer.Member("tls-server-name", access.tls.server_name);
    if (access.tls.skip_verification) writer.Member("insecure-skip-tls-verify", true);
    if (!access.tls.ca_pem.empty())
      writer.Member("certificate-authority-data", base::core::Base64Encode(access.tls.ca_pem));
    if (access.proxy) writer.Member("proxy-url", *access.proxy);
    writer.EndObject();
  }
  writer.Member("interactive", false).EndObject().EndObject();
  return text;
}

Result<void> CheckPlugin(const KubeExec& exec) {
  if (exec.command.empty()) return Error("the exec plugin has no command");
  for (std::string_view version : {"v1", "v1beta1"})
    if (exec.api_version == fmt::format("client.authentication.k8s.io/{}", version)) {
      if (exec.interactive_mode != "Always") return {};
      return Error("it wants to ask on the terminal (interactiveMode: Always), which a backend cannot offer");
    }
  return Error(fmt::format("its apiVersion {} is not client.authentication.k8s.io/v1 or /v1beta1",
                           base::core::GoQuote(exec.api_version)));
}

Result<KubeCredential> ReadCredential(const std::string& answer, const KubeExec& exec) {
  const auto document = base::json::Document::Parse(answer, {.max_depth = 32});
  if (!document.ok()) return Error("it answered no JSON on its standard output");
  const base::json::Node root = document->root();
  if (root.FindString("apiVersion") != exec.api_version)
    return Error("it answered in another apiVersion than " + exec.api_version);
  const base::json::Node status = root.Find("status");
  KubeCredential credential{.token = status ? status.FindString("token").value_or("") : ""};
  if (status) {
    credential.certificate_pem = status.FindString("clientCertificateData").value_or("");
    credential.private_key_pem = status.FindString("clientKeyData").value_or("");
    if (const auto time = status.FindString("expirationTimestamp"))
      credential.expires = base::core::ParseRfc3339(*time);
  }
  if (credential.token.empty() && credential.certificate_pem.empty())
    return Error("its answer holds neither a token nor a client certificate");
  if (credential.certificate_pem.empty() != credential.private_key_pem.empty())
    return Error("its answer holds a client certificate or a key, but not both");
  return credential;
}

Result<KubeCredential> Run(const KubernetesAccess& access, const Environment& environment) {
  const KubeExec& exec = *access.exec;
  RETURN_IF_ERROR(CheckPlugin(exec));
  Environment variables = environment;
  for (const auto& [name, value] : exec.env) variables.Set(name, value);
  variables.Set("KUBERNETES_EXEC_INFO", ExecInfo(access));
  base::core::ProcessSpec spec{.argv = {exec.command}, .environment = variables.ToStrings()};
  spec.argv.insert(spec.argv.end(), exec.args.begin(), exec.args.end());
  base::core::RunOptions options;
  options.output_limit = kLargestAnswer;
  options.timeout = kTimeLimit;
  Result<base::core::RunResult> run = base::core::RunProcess(spec, options);
  if (!run.ok())
    return Error(run.error().message() + (exec.install_hint.empty() ? "" : "\n\n" + exec.install_hint));
  if (run->timed_out) return Error(fmt::format("it gave no answer within {} s", kTimeLimit.count()));
  if (run->status.code != 0) {
    const std::string words(base::core::Trim(run->err).substr(0, kWordsOfError));
    return Error(
        fmt::format("it ended with exit code {}{}{}", run->status.code, words.empty() ? "" : ": ", words));
  }
  return ReadCredential(run->out, exec);
}

}  // namespace

Result<KubeCredential> RunCredentialPlugin(const KubernetesAccess& access, const Environment& environment) {
  return Run(access, environment).Wrap(fmt::format("the credentials plugin {}", access.exec->command));
}

}  // namespace engine::remote
