#include "base/aws/session.h"

#include <algorithm>

#include "base/aws/credential_chain.h"
#include "base/core/files.h"
#include "base/core/strings.h"

namespace base::aws {
namespace {

constexpr uint64_t kLargestBundle = uint64_t{16} << 20;

bool IsTrue(std::string_view text) { return core::AsciiEqualIgnoreCase(text, "true"); }

// The environment with the proxies that the configuration asks for. Where it names one for http only, that
// serves https too, unless the environment has another.
core::Environment WithProxies(const Settings& settings) {
  core::Environment out = settings.environment;
  const auto set = [&](const char* upper, const char* lower, const std::string& value) {
    out.Unset(lower);
    out.Set(upper, value);
  };
  const bool has_https = !out.Get("HTTPS_PROXY").empty() || !out.Get("https_proxy").empty();
  if (settings.http_proxy) {
    set("HTTP_PROXY", "http_proxy", *settings.http_proxy);
    if (!has_https) set("HTTPS_PROXY", "https_proxy", *settings.http_proxy);
  }
  if (settings.https_proxy) set("HTTPS_PROXY", "https_proxy", *settings.https_proxy);
  if (!settings.no_proxy.empty()) set("NO_PROXY", "no_proxy", settings.no_proxy);
  return out;
}

// The variables' form of a service: "s3" -> "S3".
std::string EndpointVariable(std::string_view service) {
  return "AWS_ENDPOINT_URL_" + core::AsciiUpper(service);
}

}  // namespace

std::variant<std::unique_ptr<Session>, Problem> Session::Open(Settings settings, core::Clock& clock) {
  std::unique_ptr<Session> session(new Session(std::move(settings), clock));
  if (core::Result<void> read = session->ReadFiles(); !read.ok())
    return Problem{"Failed to read the AWS configuration", read.error().message()};
  CredentialChain chain(*session);
  std::optional<Problem> problem = chain.Resolve(&session->credentials_);
  if (problem) return std::move(*problem);
  return session;
}

core::Result<void> Session::ReadFiles() {
  ASSIGN_OR_RETURN(config_,
                   ReadSharedConfig(ResolvePaths(settings_.shared_config_files,
                                                 settings_.shared_credentials_files, settings_.environment)));
  const core::Environment& environment = settings_.environment;
  profile_ = settings_.profile;
  for (const char* name : {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"})
    if (profile_.empty()) profile_ = environment.Get(name);
  const bool is_asked_for = !profile_.empty();
  if (profile_.empty()) profile_ = "default";
  const ConfigSection* profile = config_.FindProfile(profile_);
  if (profile == nullptr && is_asked_for)
    return core::Error(fmt::format(
        "there is no profile {} in the shared files of AWS. Choose another with the argument \"profile\" or "
        "AWS_PROFILE, or add it to ~/.aws/config or ~/.aws/credentials.",
        core::GoQuote(profile_)));
  std::string bundle = settings_.custom_ca_bundle;
  if (profile != nullptr) {
    settings_.variant.fips |= IsTrue(Value(*profile, "use_fips_endpoint"));
    settings_.variant.dual_stack |= IsTrue(Value(*profile, "use_dualstack_endpoint"));
    if (bundle.empty()) bundle = Value(*profile, "ca_bundle");
  }
  std::string ca_pem;
  if (!bundle.empty()) {
    core::Result<std::string> pem = core::ReadFile(ExpandPath(bundle, environment), kLargestBundle);
    if (!pem.ok()) return std::move(pem.error()).Wrap("reading the bundle of CA certificates");
    ca_pem = std::move(*pem);
  }
  MakeClient(std::move(ca_pem));
  return {};
}

void Session::MakeClient(std::string ca_pem) {
  net::ClientOptions options = settings_.client;
  options.environment = WithProxies(settings_);
  options.tls.skip_verification = settings_.insecure;
  options.tls.ca_pem = std::move(ca_pem);
  client_ = std::make_shared<net::HttpClient>(std::move(options));
}

std::unique_ptr<Service> Session::MakeService(std::string title, std::string signing_name,
                                              const std::string& endpoint) const {
  std::string url = endpoint.empty() ? ConfiguredEndpoint(signing_name) : endpoint;
  if (url.empty()) url = EndpointOf(signing_name, settings_.region, settings_.variant);
  return std::make_unique<Service>(ServiceSettings{.title = std::move(title),
                                                   .signing_name = std::move(signing_name),
                                                   .region = settings_.region,
                                                   .endpoint = std::move(url),
                                                   .max_attempts = settings_.max_attempts},
                                   client_, credentials_, clock_);
}

std::unique_ptr<Service> Session::MakeSts() const { return MakeStsWith(credentials_); }

std::unique_ptr<Service> Session::MakeStsWith(std::shared_ptr<CredentialCache> credentials) const {
  const std::string region = settings_.sts_region.empty() ? settings_.region : settings_.sts_region;
  std::string url = settings_.sts_endpoint.empty() ? ConfiguredEndpoint("sts") : settings_.sts_endpoint;
  if (url.empty()) url = EndpointOf("sts", region, settings_.variant);
  return std::make_unique<Service>(ServiceSettings{.title = "STS",
                                                   .signing_name = "sts",
                                                   .region = region,
                                                   .endpoint = std::move(url),
                                                   .max_attempts = settings_.max_attempts},
                                   client_, std::move(credentials), clock_);
}

std::string Session::ConfiguredEndpoint(std::string_view service) const {
  const core::Environment& environment = settings_.environment;
  if (IsTrue(environment.Get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"))) return "";
  for (const std::string& name : {EndpointVariable(service), std::string("AWS_ENDPOINT_URL")})
    if (std::string url = environment.Get(name); !url.empty()) return url;
  const ConfigSection* profile = config_.FindProfile(profile_);
  if (profile == nullptr || IsTrue(Value(*profile, "ignore_configured_endpoint_urls"))) return "";
  const auto services = config_.services.find(Value(*profile, "services"));
  if (services != config_.services.end())
    if (std::string url = Value(services->second, std::string(service) + ".endpoint_url"); !url.empty())
      return url;
  return Value(*profile, "endpoint_url");
}

}  // namespace base::aws
