// What the reference refuses in arguments of the backend "s3" before it calls anyone.
#include <algorithm>

#include "base/aws/endpoints.h"
#include "base/core/strings.h"
#include "base/json/reader.h"
#include "engine/remote/arguments.h"
#include "engine/remote/go_duration.h"
#include "engine/remote/s3.h"

namespace engine::remote {
namespace {

using base::core::Environment;
using base::core::GoQuote;
using language::value::Value;

constexpr const char* kInvalid = "Invalid Value";

class Checker {
 public:
  Checker(const Value& arguments, const Environment& environment)
      : arguments_(arguments), environment_(environment) {}

  std::optional<ArgumentProblem> Check() {
    CheckPlace();
    CheckEncryption();
    CheckRoles();
    CheckConflicts();
    CheckEndpoints();
    CheckChoices();
    CheckRegion();
    return std::move(problem_);
  }

 private:
  // The first one stays.
  void Add(std::string_view attribute, std::string_view summary, std::string detail) {
    if (problem_) return;
    problem_ = ArgumentProblem{std::string(summary), std::move(detail), std::string(attribute)};
  }
  std::optional<std::string> Get(std::string_view name) const { return Text(arguments_, name); }
  bool Has(std::string_view name) const { return arguments_.Get(name).IsKnownNotNull(); }

  void CheckPlace() {
    for (const char* name : {"bucket", "key"})
      if (const auto text = Get(name); !text || base::core::Trim(*text).empty())
        Add(name, kInvalid, "The value cannot be empty or all whitespace");
    for (const char* name : {"key", "workspace_key_prefix"})
      if (const auto text = Get(name); text && (text->starts_with('/') || text->ends_with('/')))
        Add(name, kInvalid, "The value must not start or end with \"/\"");
    if (const auto key = Get("key"); key && base::core::Contains(*key, "//"))
      Add("key", kInvalid, "Value must not contain \"//\"");
  }

  void CheckRegion() {
    const std::string region = Get("region").value_or("");
    if (region.empty()) {
      if (environment_.Get("AWS_REGION").empty() && environment_.Get("AWS_DEFAULT_REGION").empty())
        Add("region", "Missing region value",
            "The \"region\" attribute or the \"AWS_REGION\" or \"AWS_DEFAULT_REGION\" environment variables "
            "must be set.");
      return;
    }
    if (Get("skip_region_validation") != "true" && !base::aws::IsKnownRegion(region))
      Add("region", "Invalid region value",
          fmt::format(
              "Invalid AWS Region: {}. If it is newer than this program, or the endpoint is not one of AWS, "
              "set skip_region_validation.",
              region));
  }

  void CheckEncryption() {
    Exclusive({"kms_key_id", "sse_customer_key"});
    const auto kms = Get("kms_key_id");
    if (kms && !IsKmsKey(*kms))
      Add("kms_key_id", kms->starts_with("arn:") ? "Invalid KMS Key ARN" : "Invalid KMS Key ID",
          fmt::format("Value must be a valid KMS Key {}, got {}", kms->starts_with("arn:") ? "ARN" : "ID",
                      GoQuote(*kms)));
    const std::string of_environment = environment_.Get("AWS_SSE_CUSTOMER_KEY");
    if (kms && !of_environment.empty())
      Add("", "Invalid encryption configuration",
          "Only one of \"kms_key_id\" and the environment variable \"AWS_SSE_CUSTOMER_KEY\" can be set: the "
          "first encrypts with a key that AWS keeps, the second with one that you keep.");
    if (const auto key = Get("sse_customer_key")) {
      if (!IsCustomerKey(*key))
        Add("sse_customer_key", "Invalid sse_customer_key value",
            "sse_customer_key must be 44 characters in length: the base64 form of 32 bytes.");
    } else if (!of_environment.empty() && !IsCustomerKey(of_environment)) {
      Add("", "Invalid AWS_SSE_CUSTOMER_KEY value",
          "The environment variable \"AWS_SSE_CUSTOMER_KEY\" must be 44 characters in length: the base64 "
          "form of 32 bytes.");
    }
  }

  static bool IsCustomerKey(const std::string& text) {
    const auto bytes = base::core::Base64Decode(text);
    return text.size() == 44 && bytes && bytes->size() == 32;
  }

  static bool IsKmsKey(std::string_view text) {
    if (text.starts_with("arn:")) {
      const auto arn = base::aws::ParseArn(text);
      if (!arn) return false;
      text = arn->resource;
      return text.starts_with("key/") || (text.starts_with("alias/") && text.size() > 6);
    }
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    const bool is_uuid =
        text.size() == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
    const bool is_multi_region =
        text.starts_with("mrk-") && text.size() == 36 && std::all_of(text.begin() + 4, text.end(), is_hex);
    return is_uuid || is_multi_region || (text.starts_with("alias/") && text.size() > 6);
  }

  // At most one of them may be given.
  void Exclusive(std::initializer_list<std::string_view> names) {
    if (std::ranges::count_if(names, [&](std::string_view name) { return Has(name); }) < 2) return;
    Add(*names.begin(), "Invalid Attribute Combination",
        fmt::format("Only one of {} can be set.", base::core::Join(names, ", ")));
  }

  void CheckConflicts() {
    Exclusive({"shared_credentials_file", "shared_credentials_files"});
    Exclusive({"force_path_style", "use_path_style"});
    Exclusive({"allowed_account_ids", "forbidden_account_ids"});
  }

  void CheckEndpoints() {
    constexpr std::pair<std::string_view, std::string_view> kOlder[] = {{"dynamodb_endpoint", "dynamodb"},
                                                                        {"endpoint", "s3"},
                                                                        {"iam_endpoint", "iam"},
                                                                        {"sts_endpoint", "sts"}};
    const Value& endpoints = arguments_.Get("endpoints");
    for (const auto& [older, name] : kOlder) {
      if (Has(older) && endpoints.IsKnownNotNull() && endpoints.Get(name).IsKnownNotNull())
        Add("", "Conflicting Parameters",
            fmt::format("The parameters \"{}\" and \"endpoints.{}\" cannot be configured together.", older,
                        name));
      CheckUrl(older, older, Get(older));
    }
    for (const char* name : {"dynamodb", "iam", "s3", "sso", "sts"})
      if (endpoints.IsKnownNotNull())
        CheckUrl("endpoints", fmt::format("endpoints.{}", name), Text(endpoints, name));
    CheckUrl("ec2_metadata_service_endpoint", "ec2_metadata_service_endpoint",
             Get("ec2_metadata_service_endpoint"));
  }

  void CheckUrl(std::string_view attribute, std::string_view shown, const std::optional<std::string>& url) {
    if (!url) return;
    const auto parts = base::net::ParseUrl(*url);
    if (!parts) {
      Add(attribute, kInvalid,
          fmt::format(
              "{} must be a valid URL containing at least a scheme (https or http) and hostname. Had {}",
              shown, GoQuote(*url)));
    }
  }

  void CheckChoices() {
    const auto one_of = [&](std::string_view name, std::string_view a, std::string_view b) {
      if (const auto text = Get(name); text && *text != a && *text != b)
        Add(name, kInvalid, fmt::format("Value must be one of [{}, {}]", a, b));
    };
    one_of("retry_mode", "standard", "adaptive");
    one_of("ec2_metadata_service_endpoint_mode", "IPv4", "IPv6");
    if (const auto number = Get("max_retries");
        number && (!base::core::ParseInt64(*number) || *base::core::ParseInt64(*number) < 0))
      Add("max_retries", kInvalid, "It must be a whole number, 0 or more.");
  }

  // ---- roles

  void CheckRoles() {
    const Value& role = arguments_.Get("assume_role");
    if (role.IsKnownNotNull()) {
      CheckRole(role, "assume_role");
      CheckLength(role, "assume_role", "external_id", 2, 1224, "=,.@:/-_+");
      CheckLength(role, "assume_role", "source_identity", 2, 64, "=,.@-_+");
    }
    const Value& web = arguments_.Get("assume_role_with_web_identity");
    if (!web.IsKnownNotNull()) return;
    CheckRole(web, "assume_role_with_web_identity");
    const bool has_token = web.Get("web_identity_token").IsKnownNotNull();
    const bool has_file = web.Get("web_identity_token_file").IsKnownNotNull();
    if (has_token == has_file)
      Add("assume_role_with_web_identity",
          has_token ? "Invalid Attribute Combination" : "Missing Required Value",
          fmt::format("{} one of web_identity_token, web_identity_token_file {} be set.",
                      has_token ? "Only" : "Exactly", has_token ? "can" : "must"));
  }

  // What both kinds of roles have.
  void CheckRole(const Value& role, std::string_view attribute) {
    const std::string arn_text = Text(role, "role_arn").value_or("");
    const auto arn = base::aws::ParseArn(arn_text);
    if (!arn) {
      Add(attribute, "Invalid ARN",
          fmt::format("The value {} cannot be parsed as an ARN", GoQuote(arn_text)));
    } else if (!arn->resource.starts_with("role/")) {
      Add(attribute, "Invalid IAM Role ARN",
          fmt::format("Value must be a valid IAM Role ARN, got {}", GoQuote(arn_text)));
    }
    if (const auto text = Text(role, "duration")) {
      const auto duration = ParseGoDuration(*text);
      if (!duration) {
        Add(attribute, "Invalid Duration",
            fmt::format("The value {} cannot be parsed as a duration: write it like 1h30m", GoQuote(*text)));
      } else if (*duration < std::chrono::minutes(15) || *duration > std::chrono::hours(12)) {
        Add(attribute, "Invalid Duration",
            fmt::format("Duration must be between 15m0s and 12h0m0s, had {}", *text));
      }
    }
    CheckLength(role, attribute, "session_name", 2, 64, "=,.@-_+");
    if (const auto policy = Text(role, "policy"); policy && !IsJsonObject(*policy))
      Add(attribute, "Invalid IAM Policy Document", "Expected a JSON object describing the policy");
    const Value& policies = role.Get("policy_arns");
    if (!policies.IsKnownNotNull()) return;
    for (const Value& element : policies.Elements()) {
      const std::string text(element.IsKnownNotNull() ? element.AsString() : "");
      const auto policy = base::aws::ParseArn(text);
      if (!policy || !policy->resource.starts_with("policy/"))
        Add(attribute, "Invalid IAM Policy ARN",
            fmt::format("Value must be a valid IAM Policy ARN, got {}", GoQuote(text)));
    }
  }

  void CheckLength(const Value& role, std::string_view attribute, std::string_view name, size_t least,
                   size_t most, std::string_view marks) {
    const auto text = Text(role, name);
    if (!text) return;
    if (text->size() < least || text->size() > most)
      Add(attribute, "Invalid Value Length",
          fmt::format("Length of {}.{} must be between {} and {}, had {}", attribute, name, least, most,
                      text->size()));
    const bool fits = std::all_of(text->begin(), text->end(), [&](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             marks.find(c) != marks.npos;
    });
    if (!fits)
      Add(attribute, kInvalid,
          fmt::format("{}.{} can only contain letters, numbers, or the following characters: {}", attribute,
                      name, marks));
  }

  static bool IsJsonObject(std::string_view text) {
    const auto document = base::json::Document::Parse(base::core::Trim(text), {.max_depth = 64});
    return document.ok() && document->root().IsObject();
  }

  const Value& arguments_;
  const Environment& environment_;
  std::optional<ArgumentProblem> problem_;
};

}  // namespace

std::optional<ArgumentProblem> CheckS3(const Value& arguments, const Environment& environment) {
  return Checker(arguments, environment).Check();
}

}  // namespace engine::remote
