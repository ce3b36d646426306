#include "base/aws/local_sources.h"

#include "base/aws/signature.h"
#include "base/core/files.h"
#include "base/core/process.h"
#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "base/json/reader.h"

namespace base::aws {
namespace {

using core::Result;
using net::ClientRequest;
using net::ClientResponse;

constexpr uint64_t kLargestAnswer = 1 << 20;
constexpr std::chrono::minutes kProcessTimeout{1};
constexpr std::chrono::seconds kMetadataTimeout{2};
constexpr std::chrono::seconds kContainerTimeout{5};
constexpr std::string_view kContainerHost = "http://169.254.170.2";

// For addresses of this machine and its host: no proxy, no TLS demanded.
std::shared_ptr<net::HttpClient> LocalClient(std::chrono::milliseconds timeout) {
  net::ClientOptions options;
  options.connect_timeout = std::min<std::chrono::milliseconds>(timeout, std::chrono::seconds(1));
  options.timeout = timeout;
  options.response_limit = kLargestAnswer;
  options.allow_plain_http = true;
  options.proxy = "";
  return std::make_shared<net::HttpClient>(std::move(options));
}

// The agent of ECS or EKS, or this machine, when there is no TLS.
bool MayBeAsked(const net::UrlParts& url) {
  return url.scheme == "https" || net::IsLoopbackHost(url.host) || url.host == "169.254.170.2" ||
         url.host == "169.254.170.23" || url.host == "fd00:ec2::23";
}

Result<std::string> ContainerToken(const core::Environment& environment) {
  if (const std::string file = environment.Get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"); !file.empty()) {
    ASSIGN_OR_RETURN(const std::string text, core::ReadFile(file, kLargestAnswer));
    return std::string(core::Trim(text));
  }
  return environment.Get("AWS_CONTAINER_AUTHORIZATION_TOKEN");
}

Result<Credentials> AskContainer(const std::string& url, const core::Environment& environment) {
  const std::optional<net::UrlParts> parts = net::ParseUrl(url);
  if (!parts || !MayBeAsked(*parts))
    return core::Error(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI must be an https URL, or lead to this machine or to the agent of "
        "ECS or EKS");
  ClientRequest request{.url = url};
  ASSIGN_OR_RETURN(const std::string token, ContainerToken(environment));
  if (!token.empty()) request.headers.emplace_back("Authorization", token);
  ASSIGN_OR_RETURN(const ClientResponse response, LocalClient(kContainerTimeout)->Call(request));
  if (response.status != 200)
    return core::Error(fmt::format("the container's credentials endpoint answered {}", response.status));
  return ReadCredentialsJson(response.body, "container credentials");
}

class Metadata {
 public:
  explicit Metadata(MetadataSettings settings)
      : settings_(std::move(settings)), client_(LocalClient(kMetadataTimeout)) {}

  Result<Credentials> Ask() {
    RETURN_IF_ERROR(TakeToken());
    const std::string path = "/latest/meta-data/iam/security-credentials/";
    ASSIGN_OR_RETURN(const std::string roles, Get(path));
    const std::string role(core::Trim(std::string_view(roles).substr(0, roles.find('\n'))));
    if (role.empty()) return core::Error("the EC2 instance has no role");
    ASSIGN_OR_RETURN(const std::string answer, Get(path + UriEncode(role)));
    return ReadCredentialsJson(answer, "EC2 instance metadata");
  }

 private:
  Result<void> TakeToken() {
    ClientRequest request{.method = "PUT", .url = settings_.endpoint + "/latest/api/token"};
    request.headers.emplace_back("X-aws-ec2-metadata-token-ttl-seconds", "21600");
    ASSIGN_OR_RETURN(const ClientResponse response, client_->Call(request));
    if (response.status == 200) {
      token_ = response.body;
      return {};
    }
    const bool has_none = response.status == 403 || response.status == 404 || response.status == 405;
    if (has_none && settings_.allow_v1) return {};
    return core::Error(fmt::format("the EC2 metadata service answered {}", response.status));
  }

  Result<std::string> Get(const std::string& path) {
    ClientRequest request{.url = settings_.endpoint + path};
    if (!token_.empty()) request.headers.emplace_back("X-aws-ec2-metadata-token", token_);
    ASSIGN_OR_RETURN(ClientResponse response, client_->Call(request));
    if (response.status == 404) return core::Error("the EC2 instance has no role");
    if (response.status != 200)
      return core::Error(fmt::format("the EC2 metadata service answered {}", response.status));
    return std::move(response.body);
  }

  const MetadataSettings settings_;
  const std::shared_ptr<net::HttpClient> client_;
  std::string token_;
};

Result<Credentials> RunCredentialProcess(const std::string& command, const std::string& profile,
                                         const core::Environment& environment) {
  const std::string source = fmt::format("the credential_process of profile {}", core::GoQuote(profile));
  core::ProcessSpec spec{.argv = {"/bin/sh", "-c", command}};
  spec.environment = environment.ToStrings();
  core::RunOptions options;
  options.output_limit = kLargestAnswer;
  options.timeout = kProcessTimeout;
  ASSIGN_OR_RETURN(const core::RunResult run, core::RunProcess(spec, options));
  if (run.timed_out) return core::Error(source + " did not end within a minute");
  if (run.status.code != 0)
    return core::Error(
        fmt::format("{} ended with code {}: run it by hand to see what it says", source, run.status.code));
  ASSIGN_OR_RETURN(const json::Document document, json::Document::Parse(run.out, {.max_depth = 16}));
  if (document.root().FindInt64("Version") != 1)
    return core::Error(source + " wrote something else than {\"Version\": 1, ...}");
  return ReadCredentialsJson(run.out, source);
}

// {"roleCredentials": {"accessKeyId", "secretAccessKey", "sessionToken", "expiration": milliseconds}}
Result<Credentials> ReadRoleCredentials(std::string_view body, std::string source) {
  ASSIGN_OR_RETURN(const json::Document document, json::Document::Parse(body, {.max_depth = 16}));
  const json::Node role = document.root().Find("roleCredentials");
  if (!role || !role.IsObject()) return core::Error("the SSO portal's answer lacks roleCredentials");
  Credentials out{.access_key_id = role.FindString("accessKeyId").value_or(""),
                  .secret_access_key = role.FindString("secretAccessKey").value_or(""),
                  .session_token = role.FindString("sessionToken").value_or(""),
                  .source = std::move(source)};
  if (out.access_key_id.empty() || out.secret_access_key.empty())
    return core::Error("the SSO portal's answer lacks keys");
  if (const auto milliseconds = role.FindInt64("expiration"))
    out.expires = core::TimePoint(std::chrono::milliseconds(*milliseconds));
  return out;
}

// The token that `aws sso login` has left.
Result<std::string> CachedSsoToken(const SsoSettings& settings, core::Clock& clock) {
  const std::string key = settings.session.empty() ? settings.start_url : settings.session;
  const std::string path = core::JoinPath(
      settings.home, fmt::format(".aws/sso/cache/{}.json", core::HexEncode(crypto::Sha1(key))));
  const core::Error sign_in(
      fmt::format("there is no valid sign-on for profile {}: run `aws sso login --profile {}` and try again",
                  core::GoQuote(settings.profile), settings.profile));
  const Result<std::string> text = core::ReadFile(path, kLargestAnswer);
  if (!text.ok()) return sign_in;
  const Result<json::Document> document = json::Document::Parse(*text, {.max_depth = 16});
  if (!document.ok()) return sign_in;
  const json::Node root = document->root();
  const auto expires = core::ParseRfc3339(root.FindString("expiresAt").value_or(""));
  std::string token = root.FindString("accessToken").value_or("");
  if (token.empty() || !expires || *expires <= clock.Now()) return sign_in;
  return token;
}

Result<Credentials> AskSsoPortal(const SsoSettings& settings, net::HttpClient& client, core::Clock& clock) {
  ASSIGN_OR_RETURN(const std::string token, CachedSsoToken(settings, clock));
  ClientRequest request{.url = fmt::format("{}/federation/credentials?role_name={}&account_id={}",
                                           settings.endpoint, UriEncode(settings.role_name),
                                           UriEncode(settings.account_id))};
  request.headers.emplace_back("x-amz-sso_bearer_token", token);
  ASSIGN_OR_RETURN(const ClientResponse response, client.Call(request));
  if (response.status != 200)
    return core::Error(
        fmt::format("the SSO portal answered {} for role {} in account {}: check both, or run `aws sso login "
                    "--profile {}`",
                    response.status, settings.role_name, settings.account_id, settings.profile));
  return ReadRoleCredentials(response.body,
                             fmt::format("SSO of profile {}", core::GoQuote(settings.profile)));
}

}  // namespace

CredentialSource ProcessSource(std::string command, std::string profile, core::Environment environment) {
  return [=] { return RunCredentialProcess(command, profile, environment); };
}

std::optional<CredentialSource> ContainerSource(core::Environment environment) {
  std::string url = environment.Get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (const std::string path = environment.Get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"); !path.empty())
    url = std::string(kContainerHost) + path;
  if (url.empty()) return std::nullopt;
  return [=] { return AskContainer(url, environment); };
}

CredentialSource MetadataSource(MetadataSettings settings) {
  return [=] { return Metadata(settings).Ask(); };
}

CredentialSource SsoSource(SsoSettings settings, std::shared_ptr<net::HttpClient> client,
                           core::Clock& clock) {
  return [=, clock = &clock] { return AskSsoPortal(settings, *client, *clock); };
}

}  // namespace base::aws
