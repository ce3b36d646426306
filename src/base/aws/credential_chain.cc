#include "base/aws/credential_chain.h"

#include "base/aws/local_sources.h"
#include "base/core/strings.h"

namespace base::aws {
namespace {

using core::Result;

constexpr std::string_view kMetadataV4 = "http://169.254.169.254";
constexpr std::string_view kMetadataV6 = "http://[fd00:ec2::254]";

CredentialSource Static(Credentials credentials) {
  return [credentials = std::move(credentials)]() -> Result<Credentials> { return credentials; };
}

std::optional<Credentials> StaticKeys(const ConfigSection& profile, const std::string& name) {
  Credentials out{.access_key_id = Value(profile, "aws_access_key_id"),
                  .secret_access_key = Value(profile, "aws_secret_access_key"),
                  .session_token = Value(profile, "aws_session_token"),
                  .source = fmt::format("profile {}", core::GoQuote(name))};
  if (out.access_key_id.empty() || out.secret_access_key.empty()) return std::nullopt;
  return out;
}

Result<Credentials> OrError(std::variant<Credentials, ServiceError> answer) {
  if (auto* error = std::get_if<ServiceError>(&answer)) return core::Error(error->Describe());
  return std::get<Credentials>(std::move(answer));
}

Problem CannotAssume(std::string_view summary, std::string_view role_arn, std::string_view with,
                     const core::Error& error) {
  return Problem{
      std::string(summary),
      fmt::format(
          "IAM Role ({}) cannot be assumed{}.\n\nThese are the usual reasons: the {} not valid any more, "
          "the role's trust policy does not name who asks, or the ARN is misspelt.\n\nError: {}",
          role_arn, with, with.empty() ? "credentials that ask are" : "token is", error.message())};
}

}  // namespace

std::optional<Problem> CredentialChain::Resolve(std::shared_ptr<CredentialCache>* out) {
  const Settings& settings = session_.settings();
  const Result<CredentialSource> source = Choose();
  std::shared_ptr<CredentialCache> cache = source.ok() ? Cache(*source) : nullptr;
  const Result<Credentials> first = source.ok() ? cache->Get() : Result<Credentials>(source.error());
  if (!first.ok()) {
    const bool has_keys =
        !settings.access_key.empty() || !settings.secret_key.empty() || !settings.token.empty();
    if (settings.web_identity && !has_keys)
      return CannotAssume("Cannot assume IAM Role with web identity", settings.web_identity->role_arn,
                          " with web identity token", first.error());
    return Problem{
        "No valid credential sources found",
        fmt::format(
            "Give credentials by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, by a profile (the argument "
            "\"profile\" or AWS_PROFILE), or by a role of the machine.\n\nError: {}",
            first.error().message())};
  }
  if (settings.assume_role) {
    const std::shared_ptr<Service> sts = session_.MakeStsWith(cache);
    cache = Cache([sts, role = *settings.assume_role] { return OrError(CallAssumeRole(*sts, role)); });
    if (const Result<Credentials> assumed = cache->Get(); !assumed.ok())
      return CannotAssume("Cannot assume IAM Role", settings.assume_role->role_arn, "", assumed.error());
  }
  *out = std::move(cache);
  return std::nullopt;
}

std::shared_ptr<CredentialCache> CredentialChain::Cache(CredentialSource source) {
  return std::make_shared<CredentialCache>(std::move(source), session_.clock_);
}

Result<CredentialSource> CredentialChain::Choose() {
  const Settings& settings = session_.settings();
  if (!settings.access_key.empty() || !settings.secret_key.empty() || !settings.token.empty()) {
    if (settings.access_key.empty() || settings.secret_key.empty())
      return core::Error("the arguments access_key and secret_key go together: give both, or neither");
    return Static({.access_key_id = settings.access_key,
                   .secret_access_key = settings.secret_key,
                   .session_token = settings.token,
                   .source = "arguments"});
  }
  if (settings.web_identity) {
    AssumeRoleWithWebIdentity role = *settings.web_identity;
    role.token_file = ExpandPath(role.token_file, settings.environment);
    return OfWebIdentity(std::move(role));
  }
  // A profile that the configuration names comes before the environment, one of the environment behind it.
  if (settings.profile.empty()) {
    if (auto source = OfEnvironment()) return std::move(*source);
    const core::Environment& environment = settings.environment;
    if (std::string file = environment.Get("AWS_WEB_IDENTITY_TOKEN_FILE"); !file.empty()) {
      const std::string role = environment.Get("AWS_ROLE_ARN");
      if (role.empty()) return core::Error("AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not");
      return OfWebIdentity({.role_arn = role,
                            .session_name = environment.Get("AWS_ROLE_SESSION_NAME"),
                            .token_file = std::move(file)});
    }
  }
  std::set<std::string> visited;
  return OfProfile(session_.profile_, &visited);
}

std::optional<CredentialSource> CredentialChain::OfEnvironment() {
  const core::Environment& environment = session_.settings().environment;
  const auto first = [&](const char* name, const char* older) {
    const std::string value = environment.Get(name);
    return value.empty() ? environment.Get(older) : value;
  };
  Credentials out{.access_key_id = first("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"),
                  .secret_access_key = first("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"),
                  .session_token = environment.Get("AWS_SESSION_TOKEN"),
                  .source = "environment"};
  if (out.access_key_id.empty() || out.secret_access_key.empty()) return std::nullopt;
  return Static(std::move(out));
}

CredentialSource CredentialChain::OfWebIdentity(AssumeRoleWithWebIdentity role) {
  const std::shared_ptr<Service> sts = session_.MakeStsWith(nullptr);
  return [sts, role = std::move(role)] { return OrError(CallAssumeRoleWithWebIdentity(*sts, role)); };
}

Result<CredentialSource> CredentialChain::OfProfile(const std::string& name, std::set<std::string>* visited) {
  const ConfigSection* profile = session_.config_.FindProfile(name);
  if (profile == nullptr) {
    if (!visited->empty())
      return core::Error(fmt::format("the source_profile {} does not exist", core::GoQuote(name)));
    return OfMachine();
  }
  const std::optional<Credentials> keys = StaticKeys(*profile, name);
  if (!visited->insert(name).second) {
    if (keys) return Static(*keys);
    return core::Error(fmt::format("the profile {} is its own source_profile", core::GoQuote(name)));
  }
  if (!Value(*profile, "role_arn").empty()) return OfRoleProfile(name, *profile, visited);
  if (keys) return Static(*keys);
  if (!Value(*profile, "sso_session").empty() || !Value(*profile, "sso_start_url").empty())
    return OfSso(name, *profile);
  if (std::string command = Value(*profile, "credential_process"); !command.empty())
    return ProcessSource(std::move(command), name, session_.settings().environment);
  return OfMachine();
}

Result<CredentialSource> CredentialChain::OfRoleProfile(const std::string& name, const ConfigSection& profile,
                                                        std::set<std::string>* visited) {
  AssumeRole role{.role_arn = Value(profile, "role_arn"),
                  .external_id = Value(profile, "external_id"),
                  .session_name = Value(profile, "role_session_name")};
  if (const auto seconds = core::ParseInt64(Value(profile, "duration_seconds")))
    role.duration = std::chrono::seconds(*seconds);
  if (std::string file = Value(profile, "web_identity_token_file"); !file.empty())
    return OfWebIdentity(
        {.role_arn = role.role_arn, .session_name = role.session_name, .token_file = std::move(file)});
  if (!Value(profile, "mfa_serial").empty())
    return core::Error(
        fmt::format("the profile {} asks for a code of an MFA device (mfa_serial), which nobody can type "
                    "here: get a session first, with `aws sts get-session-token` or a credential_process",
                    core::GoQuote(name)));
  const std::string source_profile = Value(profile, "source_profile");
  const std::string kind = Value(profile, "credential_source");
  if (source_profile.empty() && kind.empty())
    return core::Error(
        fmt::format("the profile {} has a role_arn, but neither source_profile nor credential_source",
                    core::GoQuote(name)));
  ASSIGN_OR_RETURN(CredentialSource source,
                   kind.empty() ? OfProfile(source_profile, visited) : OfCredentialSource(kind));
  const std::shared_ptr<Service> sts = session_.MakeStsWith(Cache(std::move(source)));
  return CredentialSource([sts, role] { return OrError(CallAssumeRole(*sts, role)); });
}

Result<CredentialSource> CredentialChain::OfCredentialSource(const std::string& kind) {
  std::optional<CredentialSource> source;
  if (kind == "Environment") {
    source = OfEnvironment();
  } else if (kind == "EcsContainer") {
    source = ContainerSource(session_.settings().environment);
  } else if (kind == "Ec2InstanceMetadata") {
    source = OfMetadata();
  }
  if (!source)
    return core::Error(fmt::format("credential_source = {} gives no credentials here", core::GoQuote(kind)));
  return std::move(*source);
}

Result<CredentialSource> CredentialChain::OfSso(const std::string& name, const ConfigSection& profile) {
  SsoSettings sso{.profile = name,
                  .session = Value(profile, "sso_session"),
                  .start_url = Value(profile, "sso_start_url"),
                  .account_id = Value(profile, "sso_account_id"),
                  .role_name = Value(profile, "sso_role_name"),
                  .home = session_.settings().environment.HomeDirectory()};
  std::string region = Value(profile, "sso_region");
  if (!sso.session.empty()) {
    const auto found = session_.config_.sso_sessions.find(sso.session);
    if (found == session_.config_.sso_sessions.end())
      return core::Error(fmt::format("the profile {} names the sso_session {}, which does not exist",
                                     core::GoQuote(name), core::GoQuote(sso.session)));
    sso.start_url = Value(found->second, "sso_start_url");
    region = Value(found->second, "sso_region");
  }
  if (region.empty() || sso.account_id.empty() || sso.role_name.empty())
    return core::Error(fmt::format("the profile {} lacks one of sso_region, sso_account_id, sso_role_name",
                                   core::GoQuote(name)));
  sso.endpoint = session_.settings().sso_endpoint;
  if (sso.endpoint.empty()) sso.endpoint = session_.ConfiguredEndpoint("sso");
  if (sso.endpoint.empty()) sso.endpoint = EndpointOf("portal.sso", region, session_.settings().variant);
  return SsoSource(std::move(sso), session_.client_, session_.clock_);
}

Result<CredentialSource> CredentialChain::OfMachine() {
  const Settings& settings = session_.settings();
  if (auto source = ContainerSource(settings.environment)) return std::move(*source);
  const bool skip = settings.skip_metadata.value_or(
      core::AsciiEqualIgnoreCase(settings.environment.Get("AWS_EC2_METADATA_DISABLED"), "true"));
  if (skip)
    return core::Error(
        "neither the configuration, the environment nor the shared files have any, and the EC2 metadata "
        "service is not to be asked");
  return OfMetadata();
}

CredentialSource CredentialChain::OfMetadata() {
  const Settings& settings = session_.settings();
  const auto first = [&](const std::string& given, const char* variable) {
    return given.empty() ? settings.environment.Get(variable) : given;
  };
  MetadataSettings metadata;
  metadata.endpoint = first(settings.metadata_endpoint, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
  while (metadata.endpoint.ends_with('/')) metadata.endpoint.pop_back();
  if (metadata.endpoint.empty()) {
    const std::string mode = first(settings.metadata_mode, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    metadata.endpoint = core::AsciiEqualIgnoreCase(mode, "IPv6") ? kMetadataV6 : kMetadataV4;
  }
  metadata.allow_v1 =
      !core::AsciiEqualIgnoreCase(settings.environment.Get("AWS_EC2_METADATA_V1_DISABLED"), "true");
  return MetadataSource(std::move(metadata));
}

}  // namespace base::aws
