// The arguments of the backend "s3": exactly the reference's, since both programs keep and compare them.
#include "engine/remote/arguments.h"
#include "engine/remote/s3.h"

namespace engine::remote {
namespace {

using language::schema::Attribute;
using language::schema::Block;
using language::schema::NestedType;
using language::value::Type;

constexpr std::string_view kTexts[] = {"access_key",
                                       "acl",
                                       "custom_ca_bundle",
                                       "dynamodb_endpoint",
                                       "dynamodb_table",
                                       "ec2_metadata_service_endpoint",
                                       "ec2_metadata_service_endpoint_mode",
                                       "endpoint",
                                       "http_proxy",
                                       "https_proxy",
                                       "iam_endpoint",
                                       "kms_key_id",
                                       "no_proxy",
                                       "profile",
                                       "region",
                                       "retry_mode",
                                       "secret_key",
                                       "shared_credentials_file",
                                       "sse_customer_key",
                                       "sts_endpoint",
                                       "sts_region",
                                       "token",
                                       "workspace_key_prefix"};
constexpr std::string_view kFlags[] = {"encrypt",
                                       "force_path_style",
                                       "insecure",
                                       "skip_credentials_validation",
                                       "skip_metadata_api_check",
                                       "skip_region_validation",
                                       "skip_requesting_account_id",
                                       "skip_s3_checksum",
                                       "use_dualstack_endpoint",
                                       "use_fips_endpoint",
                                       "use_lockfile",
                                       "use_path_style"};
constexpr std::string_view kSets[] = {"allowed_account_ids", "forbidden_account_ids", "shared_config_files",
                                      "shared_credentials_files"};
constexpr std::string_view kDeprecated[] = {"dynamodb_endpoint",      "dynamodb_table", "endpoint",
                                            "force_path_style",       "iam_endpoint",   "sts_endpoint",
                                            "shared_credentials_file"};

Attribute Nested(std::string_view name, std::vector<Attribute> attributes) {
  auto nested = std::make_shared<NestedType>();
  std::ranges::sort(attributes, {}, &Attribute::name);
  nested->attributes = std::move(attributes);
  Attribute attribute = Optional(name, language::schema::ImpliedType(*nested));
  attribute.nested = std::move(nested);
  return attribute;
}

std::vector<Attribute> OptionalTexts(std::initializer_list<std::string_view> names) {
  std::vector<Attribute> out;
  for (std::string_view name : names) out.push_back(Optional(name, Type::String()));
  return out;
}

Attribute AssumeRoleAttribute() {
  std::vector<Attribute> attributes =
      OptionalTexts({"duration", "external_id", "policy", "session_name", "source_identity"});
  attributes.push_back(Required("role_arn", Type::String()));
  attributes.push_back(Optional("policy_arns", Type::Set(Type::String())));
  attributes.push_back(Optional("tags", Type::Map(Type::String())));
  attributes.push_back(Optional("transitive_tag_keys", Type::Set(Type::String())));
  return Nested("assume_role", std::move(attributes));
}

Attribute WebIdentityAttribute() {
  std::vector<Attribute> attributes =
      OptionalTexts({"duration", "policy", "session_name", "web_identity_token", "web_identity_token_file"});
  attributes.push_back(Required("role_arn", Type::String()));
  attributes.push_back(Optional("policy_arns", Type::Set(Type::String())));
  return Nested("assume_role_with_web_identity", std::move(attributes));
}

Block MakeSchema() {
  Block block;
  block.attributes = {Required("bucket", Type::String()),
                      Required("key", Type::String()),
                      Optional("max_retries", Type::Number()),
                      AssumeRoleAttribute(),
                      WebIdentityAttribute(),
                      Nested("endpoints", OptionalTexts({"dynamodb", "iam", "s3", "sso", "sts"}))};
  for (std::string_view name : kTexts) block.attributes.push_back(Optional(name, Type::String()));
  for (std::string_view name : kFlags) block.attributes.push_back(Optional(name, Type::Bool()));
  for (std::string_view name : kSets) block.attributes.push_back(Optional(name, Type::Set(Type::String())));
  for (Attribute& attribute : block.attributes) {
    attribute.deprecated = std::ranges::find(kDeprecated, attribute.name) != std::end(kDeprecated);
    attribute.sensitive = attribute.name == "sse_customer_key";
  }
  block.Finish();
  return block;
}

}  // namespace

const Block& S3Schema() {
  static const Block schema = MakeSchema();
  return schema;
}

}  // namespace engine::remote
