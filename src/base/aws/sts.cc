#include "base/aws/sts.h"

#include "base/aws/xml.h"
#include "base/core/files.h"
#include "base/core/strings.h"

namespace base::aws {
namespace {

constexpr uint64_t kLargestToken = 1 << 16;

class Form {
 public:
  explicit Form(std::string action) : action_(std::move(action)) {
    Add("Action", action_).Add("Version", "2011-06-15");
  }
  Form& Add(std::string_view name, std::string_view value) {
    if (!body_.empty()) body_ += '&';
    body_ += fmt::format("{}={}", UriEncode(name), UriEncode(value));
    return *this;
  }
  Form& AddGiven(std::string_view name, std::string_view value) {
    return value.empty() ? *this : Add(name, value);
  }
  Form& AddRole(const std::string& arn, const std::string& session_name, std::chrono::seconds duration,
                const std::string& policy, const std::vector<std::string>& policy_arns) {
    Add("RoleArn", arn);
    Add("RoleSessionName", session_name.empty() ? MadeUpName() : session_name);
    if (duration.count() > 0) Add("DurationSeconds", fmt::to_string(duration.count()));
    AddGiven("Policy", policy);
    for (size_t i = 0; i < policy_arns.size(); ++i)
      Add(fmt::format("PolicyArns.member.{}.arn", i + 1), policy_arns[i]);
    return *this;
  }
  ServiceRequest Request() && {
    ServiceRequest request{.operation = action_, .path = "/"};
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    request.body = std::move(body_);
    return request;
  }

 private:
  static std::string MadeUpName() {
    return fmt::format("parterre-{}", core::RealClock().Now().time_since_epoch().count());
  }
  const std::string action_;
  std::string body_;
};

ServiceError Unreadable(const Service& sts, std::string_view operation, std::string_view what) {
  ServiceError error;
  error.operation = fmt::format("{} {}", sts.settings().title, operation);
  error.message = fmt::format("the answer cannot be understood: {}", what);
  return error;
}

std::variant<Credentials, ServiceError> CallForCredentials(Service& sts, const std::string& action, Form form,
                                                           const std::string& role_arn) {
  ServiceAnswer answer = sts.Call(std::move(form).Request());
  if (auto* error = std::get_if<ServiceError>(&answer)) return std::move(*error);
  core::Result<Credentials> credentials = ReadCredentialsXml(
      std::get<net::ClientResponse>(answer).body, action + "Result/Credentials", "role " + role_arn);
  if (!credentials.ok()) return Unreadable(sts, action, credentials.error().message());
  return std::move(*credentials);
}

}  // namespace

core::Result<Credentials> ReadCredentialsXml(std::string_view xml, std::string_view path,
                                             std::string source) {
  ASSIGN_OR_RETURN(const XmlElement root, ParseXml(xml));
  const auto text = [&](std::string_view name) { return root.Text(fmt::format("{}/{}", path, name)); };
  Credentials out{.access_key_id = text("AccessKeyId"),
                  .secret_access_key = text("SecretAccessKey"),
                  .session_token = text("SessionToken"),
                  .expires = core::ParseRfc3339(text("Expiration")),
                  .source = std::move(source)};
  if (out.access_key_id.empty() || out.secret_access_key.empty())
    return core::Error("it lacks AccessKeyId or SecretAccessKey");
  if (!out.expires) return core::Error("it lacks a readable Expiration");
  return out;
}

std::variant<CallerIdentity, ServiceError> GetCallerIdentity(Service& sts) {
  ServiceAnswer answer = sts.Call(Form("GetCallerIdentity").Request());
  if (auto* error = std::get_if<ServiceError>(&answer)) return std::move(*error);
  const core::Result<XmlElement> root = ParseXml(std::get<net::ClientResponse>(answer).body);
  if (!root.ok()) return Unreadable(sts, "GetCallerIdentity", root.error().message());
  CallerIdentity out{root->Text("GetCallerIdentityResult/Account"),
                     root->Text("GetCallerIdentityResult/Arn")};
  if (out.account_id.empty()) return Unreadable(sts, "GetCallerIdentity", "it names no account");
  return out;
}

std::variant<Credentials, ServiceError> CallAssumeRole(Service& sts, const AssumeRole& role) {
  Form form("AssumeRole");
  form.AddRole(role.role_arn, role.session_name, role.duration, role.policy, role.policy_arns)
      .AddGiven("ExternalId", role.external_id)
      .AddGiven("SourceIdentity", role.source_identity);
  int number = 0;
  for (const auto& [key, value] : role.tags) {
    ++number;
    form.Add(fmt::format("Tags.member.{}.Key", number), key)
        .Add(fmt::format("Tags.member.{}.Value", number), value);
  }
  for (size_t i = 0; i < role.transitive_tag_keys.size(); ++i)
    form.Add(fmt::format("TransitiveTagKeys.member.{}", i + 1), role.transitive_tag_keys[i]);
  return CallForCredentials(sts, "AssumeRole", std::move(form), role.role_arn);
}

std::variant<Credentials, ServiceError> CallAssumeRoleWithWebIdentity(Service& sts,
                                                                      const AssumeRoleWithWebIdentity& role) {
  std::string token = role.token;
  if (token.empty()) {
    core::Result<std::string> file = core::ReadFile(role.token_file, kLargestToken);
    if (!file.ok()) {
      ServiceError error = Unreadable(sts, "AssumeRoleWithWebIdentity", "");
      error.message = fmt::format("reading the web identity token: {}", file.error().message());
      return error;
    }
    token = core::Trim(*file);
  }
  Form form("AssumeRoleWithWebIdentity");
  form.AddRole(role.role_arn, role.session_name, role.duration, role.policy, role.policy_arns)
      .Add("WebIdentityToken", token);
  return CallForCredentials(sts, "AssumeRoleWithWebIdentity", std::move(form), role.role_arn);
}

}  // namespace base::aws
