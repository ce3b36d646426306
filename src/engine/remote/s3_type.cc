// Opening the backend "s3": arguments and environment to settings, credentials and accounts checked, parts
// made.
#include "base/core/strings.h"
#include "engine/remote/arguments.h"
#include "engine/remote/client_options.h"
#include "engine/remote/go_duration.h"
#include "engine/remote/s3.h"

namespace engine::remote {
namespace {

using base::aws::AssumeRole;
using base::aws::AssumeRoleWithWebIdentity;
using base::aws::Session;
using base::core::Environment;
using base::diag::Diagnostics;
using language::value::Value;

constexpr int kUsualRetries = 5;
constexpr int kAttemptsWhenZero = 3;  // the SDK's own number, which 0 leaves alone

// A backend block, and the environment behind it.
class S3Arguments {
 public:
  S3Arguments(const Value& arguments, const Environment& environment)
      : arguments_(arguments), environment_(environment) {}

  std::string Get(std::string_view name, std::initializer_list<std::string_view> variables = {}) const {
    return TextOrVariable(arguments_, name, environment_, variables).value_or("");
  }
  std::optional<std::string> Find(std::string_view name) const { return Text(arguments_, name); }
  bool Flag(std::string_view name) const { return Find(name) == "true"; }
  // Any value of the variable but an empty one means yes, as in the reference.
  bool FlagOrVariable(std::string_view name, const char* variable) const {
    const auto given = Find(name);
    return given ? given == "true" : !environment_.Get(variable).empty();
  }
  std::vector<std::string> Set(std::string_view name) const { return Strings(arguments_.Get(name)); }
  const Value& Nested(std::string_view name) const { return arguments_.Get(name); }

  // endpoints.NAME, the older argument, the variables.
  std::string Endpoint(std::string_view name, std::string_view older, const char* variable,
                       const char* older_variable) const {
    const Value& endpoints = arguments_.Get("endpoints");
    if (endpoints.IsKnownNotNull())
      if (auto url = Text(endpoints, name)) return *url;
    if (!older.empty()) return Get(older, {variable, older_variable});
    return environment_.Get(variable);
  }

  static std::vector<std::string> Strings(const Value& set) {
    std::vector<std::string> out;
    if (!set.IsKnownNotNull()) return out;
    for (const Value& element : set.Elements())
      if (element.IsKnownNotNull()) out.emplace_back(element.AsString());
    return out;
  }

  const Environment& environment() const { return environment_; }

 private:
  const Value& arguments_;
  const Environment& environment_;
};

std::chrono::seconds Seconds(const Value& role) {
  const auto duration = ParseGoDuration(Text(role, "duration").value_or("0"));
  return std::chrono::duration_cast<std::chrono::seconds>(duration.value_or(base::core::Duration(0)));
}

std::string Trimmed(const Value& role, std::string_view name) {
  return std::string(base::core::Trim(Text(role, name).value_or("")));
}

std::optional<AssumeRole> ReadAssumeRole(const Value& role) {
  if (!role.IsKnownNotNull()) return std::nullopt;
  const auto text = [&](std::string_view name) { return Text(role, name).value_or(""); };
  AssumeRole out{.role_arn = text("role_arn"),
                 .duration = Seconds(role),
                 .external_id = text("external_id"),
                 .policy = Trimmed(role, "policy"),
                 .policy_arns = S3Arguments::Strings(role.Get("policy_arns")),
                 .session_name = text("session_name"),
                 .source_identity = text("source_identity"),
                 .transitive_tag_keys = S3Arguments::Strings(role.Get("transitive_tag_keys"))};
  const Value& tags = role.Get("tags");
  if (tags.IsKnownNotNull())
    for (size_t i = 0; i < tags.Length(); ++i)
      if (tags.ElementAt(i).IsKnownNotNull()) out.tags.emplace(tags.KeyAt(i), tags.ElementAt(i).AsString());
  return out;
}

std::optional<AssumeRoleWithWebIdentity> ReadWebIdentity(const Value& role) {
  if (!role.IsKnownNotNull()) return std::nullopt;
  const auto text = [&](std::string_view name) { return Text(role, name).value_or(""); };
  return AssumeRoleWithWebIdentity{.role_arn = text("role_arn"),
                                   .duration = Seconds(role),
                                   .policy = Trimmed(role, "policy"),
                                   .policy_arns = S3Arguments::Strings(role.Get("policy_arns")),
                                   .session_name = text("session_name"),
                                   .token = text("web_identity_token"),
                                   .token_file = text("web_identity_token_file")};
}

// The files of an argument, else the one that a variable names.
std::vector<std::string> Files(const S3Arguments& arguments, std::string_view name, const char* variable) {
  std::vector<std::string> files = arguments.Set(name);
  if (std::string file = arguments.environment().Get(variable); files.empty() && !file.empty())
    files.push_back(std::move(file));
  return files;
}

base::aws::Settings MakeSettings(const S3Arguments& arguments) {
  base::aws::Settings settings;
  settings.environment = arguments.environment();
  settings.region = arguments.Get("region");
  for (const char* variable : {"AWS_REGION", "AWS_DEFAULT_REGION"})
    if (settings.region.empty()) settings.region = arguments.environment().Get(variable);
  settings.access_key = arguments.Get("access_key");
  settings.secret_key = arguments.Get("secret_key");
  settings.token = arguments.Get("token");
  settings.profile = arguments.Get("profile");
  settings.shared_config_files = Files(arguments, "shared_config_files", "AWS_SHARED_CONFIG_FILE");
  settings.shared_credentials_files =
      Files(arguments, "shared_credentials_files", "AWS_SHARED_CREDENTIALS_FILE");
  if (const auto file = arguments.Find("shared_credentials_file"))
    settings.shared_credentials_files = {*file};
  settings.assume_role = ReadAssumeRole(arguments.Nested("assume_role"));
  settings.web_identity = ReadWebIdentity(arguments.Nested("assume_role_with_web_identity"));
  if (arguments.Find("skip_metadata_api_check"))
    settings.skip_metadata = arguments.Flag("skip_metadata_api_check");
  settings.metadata_endpoint = arguments.Get("ec2_metadata_service_endpoint",
                                             {"AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_METADATA_URL"});
  settings.metadata_mode =
      arguments.Get("ec2_metadata_service_endpoint_mode", {"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"});
  settings.sts_endpoint =
      arguments.Endpoint("sts", "sts_endpoint", "AWS_ENDPOINT_URL_STS", "AWS_STS_ENDPOINT");
  settings.sts_region = arguments.Get("sts_region");
  settings.sso_endpoint = arguments.Endpoint("sso", "", "AWS_ENDPOINT_URL_SSO", "");
  settings.custom_ca_bundle = arguments.Get("custom_ca_bundle", {"AWS_CA_BUNDLE"});
  settings.http_proxy = arguments.Find("http_proxy");
  settings.https_proxy = arguments.Find("https_proxy");
  settings.no_proxy = arguments.Get("no_proxy");
  settings.insecure = arguments.Flag("insecure");
  settings.variant.fips = arguments.FlagOrVariable("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT");
  settings.variant.dual_stack =
      arguments.FlagOrVariable("use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT");
  settings.client = MakeClientOptions(arguments.environment());
  const int64_t retries = base::core::ParseInt64(arguments.Get("max_retries")).value_or(kUsualRetries);
  settings.max_attempts =
      retries == 0 ? kAttemptsWhenZero : static_cast<int>(std::min<int64_t>(retries, 1000));
  return settings;
}

bool Contains(const std::vector<std::string>& ids, const std::string& id) {
  return std::ranges::find(ids, id) != ids.end();
}

// Whether the credentials hold, and belong to an account that the block allows.
bool CheckAccount(const S3Arguments& arguments, const Session& session, Diagnostics& diagnostics) {
  const std::vector<std::string> allowed = arguments.Set("allowed_account_ids");
  const std::vector<std::string> forbidden = arguments.Set("forbidden_account_ids");
  const bool matters = !allowed.empty() || !forbidden.empty();
  const bool validate = !arguments.Flag("skip_credentials_validation");
  std::string account;
  if (validate || (matters && !arguments.Flag("skip_requesting_account_id"))) {
    const auto identity = GetCallerIdentity(*session.MakeSts());
    if (const auto* error = std::get_if<base::aws::ServiceError>(&identity)) {
      diagnostics.Error(
          fmt::format("validating provider credentials: retrieving caller identity from STS: {}",
                      error->Describe()),
          "The credentials were found, but STS does not accept them or could not be reached. Check them; "
          "with a service that has no STS, set skip_credentials_validation and skip_requesting_account_id.");
      return false;
    }
    account = std::get<base::aws::CallerIdentity>(identity).account_id;
  }
  if (Contains(forbidden, account) || (!allowed.empty() && !Contains(allowed, account))) {
    diagnostics.Error("Invalid account ID",
                      account.empty()
                          ? std::string("AWS account ID not allowed: it is not known, since it is not to be "
                                        "requested (skip_requesting_account_id)")
                          : fmt::format("AWS account ID not allowed: {}", account));
    return false;
  }
  return true;
}

S3ObjectSettings ObjectSettings(const S3Arguments& arguments) {
  S3ObjectSettings out;
  out.bucket = arguments.Get("bucket");
  out.path_style = arguments.Flag("use_path_style") || arguments.Flag("force_path_style");
  out.skip_checksum = arguments.Flag("skip_s3_checksum");
  out.acl = arguments.Get("acl");
  out.encryption.encrypt = arguments.Flag("encrypt");
  out.encryption.kms_key_id = arguments.Get("kms_key_id");
  out.encryption.customer_key =
      base::core::Base64Decode(arguments.Get("sse_customer_key", {"AWS_SSE_CUSTOMER_KEY"})).value_or("");
  return out;
}

// What has a better successor. As with the reference, it is seen beside errors only.
void WarnOfDeprecated(const S3Arguments& arguments, Diagnostics& diagnostics) {
  constexpr std::pair<std::string_view, std::string_view> kSuccessors[] = {
      {"dynamodb_endpoint", "endpoints.dynamodb"},
      {"dynamodb_table", "use_lockfile"},
      {"endpoint", "endpoints.s3"},
      {"force_path_style", "use_path_style"},
      {"iam_endpoint", "endpoints.iam"},
      {"shared_credentials_file", "shared_credentials_files"},
      {"sts_endpoint", "endpoints.sts"}};
  for (const auto& [name, successor] : kSuccessors)
    if (arguments.Find(name))
      diagnostics.Warning(
          "Deprecated Parameter",
          fmt::format("The parameter \"{}\" is deprecated. Use parameter \"{}\" instead.", name, successor));
}

std::unique_ptr<Backend> Open(const Value& values, const Surroundings& surroundings,
                              Diagnostics& diagnostics) {
  const S3Arguments arguments(values, *surroundings.environment);
  auto opened = Session::Open(MakeSettings(arguments));
  if (auto* problem = std::get_if<base::aws::Problem>(&opened)) {
    diagnostics.Error(problem->summary, problem->detail);
    WarnOfDeprecated(arguments, diagnostics);
    return nullptr;
  }
  const Session& session = *std::get<std::unique_ptr<Session>>(opened);
  if (!CheckAccount(arguments, session, diagnostics)) {
    WarnOfDeprecated(arguments, diagnostics);
    return nullptr;
  }
  S3Parts parts;
  parts.layout.bucket = arguments.Get("bucket");
  parts.layout.key = arguments.Get("key");
  if (const auto prefix = arguments.Find("workspace_key_prefix")) parts.layout.workspace_key_prefix = *prefix;
  parts.use_lockfile = arguments.Flag("use_lockfile");
  parts.journal_directory = surroundings.data_directory;
  parts.endpoint = arguments.Endpoint("s3", "endpoint", "AWS_ENDPOINT_URL_S3", "AWS_S3_ENDPOINT");
  parts.objects =
      std::make_unique<S3Objects>(session.MakeService("S3", "s3", parts.endpoint), ObjectSettings(arguments));
  if (const std::string table = arguments.Get("dynamodb_table"); !table.empty())
    parts.table = std::make_unique<DynamoDbTable>(
        session.MakeService("DynamoDB", "dynamodb",
                            arguments.Endpoint("dynamodb", "dynamodb_endpoint", "AWS_ENDPOINT_URL_DYNAMODB",
                                               "AWS_DYNAMODB_ENDPOINT")),
        table);
  return std::make_unique<S3Backend>(std::move(parts));
}

}  // namespace

const BackendType kS3Type = {.name = "s3", .schema = S3Schema, .check = CheckS3, .open = Open};

}  // namespace engine::remote
