#include "engine/remote/kubernetes_client.h"

#include "base/core/files.h"
#include "base/core/strings.h"
#include "base/json/reader.h"
#include "engine/remote/client_options.h"
#include "engine/remote/retry.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::Result;
using base::net::ClientRequest;
using base::net::ClientResponse;

constexpr std::chrono::seconds kBeforeExpiry{30};
const RetryPolicy kRetries{.retries = 2, .first_wait = std::chrono::milliseconds(250)};

KubernetesAnswer Understand(ClientResponse response) {
  KubernetesAnswer answer{.status = response.status, .body = std::move(response.body)};
  if (answer.ok()) return answer;
  if (const auto document = base::json::Document::Parse(answer.body, {.max_depth = 32}); document.ok()) {
    answer.reason = document->root().FindString("reason").value_or("");
    answer.message = document->root().FindString("message").value_or("");
  }
  if (answer.message.empty())
    answer.message = fmt::format("the server answered {} {}", response.status, response.reason);
  if (answer.status == 401) answer.message += " (the credentials are missing, wrong or have expired)";
  return answer;
}

}  // namespace

KubernetesClient::KubernetesClient(KubernetesAccess access, base::core::Environment environment)
    : access_(std::move(access)), environment_(std::move(environment)) {}

base::net::ClientOptions KubernetesClient::Options() const {
  base::net::ClientOptions options = MakeClientOptions(environment_);
  options.proxy = access_.proxy;
  options.tls = access_.tls;
  if (credential_ && !credential_->certificate_pem.empty()) {
    options.tls.certificate_pem = credential_->certificate_pem;
    options.tls.private_key_pem = credential_->private_key_pem;
  }
  return options;
}

Result<void> KubernetesClient::SignIn(bool anew) {
  const bool expired = credential_ && credential_->expires &&
                       base::core::RealClock().Now() + kBeforeExpiry >= *credential_->expires;
  // Tokens and certificates of the access itself come first, as in the reference's client.
  const bool by_plugin = access_.exec && access_.token.empty() && access_.token_file.empty();
  if (by_plugin && (!credential_ || expired || anew)) {
    ASSIGN_OR_RETURN(credential_, RunCredentialPlugin(access_, environment_));
    client_.reset();
  }
  if (!client_) client_ = std::make_shared<base::net::HttpClient>(Options());
  return {};
}

Result<std::string> KubernetesClient::Authorization() const {
  if (!access_.username.empty())
    return "Basic " + base::core::Base64Encode(access_.username + ":" + access_.password);
  std::string token = credential_ ? credential_->token : access_.token;
  if (!access_.token_file.empty()) {
    // Such tokens are replaced every hour.
    ASSIGN_OR_RETURN(const std::string text, base::core::ReadFile(access_.token_file, 1 << 20));
    token = base::core::Trim(text);
  }
  return token.empty() ? "" : "Bearer " + token;
}

Result<KubernetesAnswer> KubernetesClient::Call(std::string_view method, const std::string& path,
                                                std::string body, std::string_view accept) {
  std::lock_guard lock(mutex_);
  RETURN_IF_ERROR(SignIn(false));
  for (bool again = false;; again = true) {
    ClientRequest request{
        .method = std::string(method), .url = access_.server + path, .headers = access_.headers};
    request.headers.emplace_back("Accept", accept);
    if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    ASSIGN_OR_RETURN(const std::string authorization, Authorization());
    if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
    request.body = body;
    ASSIGN_OR_RETURN(ClientResponse response, CallWithRetries(*client_, request, kRetries));
    // A plugin's token may have been revoked before its time.
    if (response.status != 401 || again || !credential_) return Understand(std::move(response));
    RETURN_IF_ERROR(SignIn(true));
  }
}

}  // namespace engine::remote
