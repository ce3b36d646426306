#include <algorithm>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "language/schema/schema.h"
#include "provider/plugin/schema_codec.h"

namespace provider::plugin {

using base::core::Error;
using base::core::Result;
using language::schema::Attribute;
using language::schema::Block;
using language::schema::NestedBlock;
using language::schema::NestedType;
using language::schema::Nesting;
using language::value::Type;

namespace {

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= 1000 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

Error Refuse(std::string_view name, std::string_view why) {
  return Error(fmt::format("{} {}", base::core::GoQuote(name), why));
}

Result<Type> DecodeType(std::string_view name, const std::string& json) {
  std::optional<Type> type = Type::FromJson(json);
  if (!type || type->HasOptional()) return Refuse(name, "has a type that cannot be read");
  return *type;
}

Result<void> CheckNames(std::vector<std::string_view> names) {
  for (std::string_view name : names)
    if (!IsName(name)) return Refuse(name, "is no name for an attribute or a block");
  std::sort(names.begin(), names.end());
  auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) return Refuse(*twice, "is declared twice");
  return {};
}

std::optional<Nesting> DecodeNesting(tfplugin6::Schema::Object::Nesting nesting) {
  switch (nesting) {
    case tfplugin6::Schema::Object::SINGLE:
      return Nesting::kSingle;
    case tfplugin6::Schema::Object::LIST:
      return Nesting::kList;
    case tfplugin6::Schema::Object::SET:
      return Nesting::kSet;
    case tfplugin6::Schema::Object::MAP:
      return Nesting::kMap;
    default:
      return std::nullopt;
  }
}

std::optional<Nesting> DecodeNesting(tfplugin6::Schema::NestedBlock::Nesting nesting) {
  switch (nesting) {
    case tfplugin6::Schema::NestedBlock::SINGLE:
      return Nesting::kSingle;
    case tfplugin6::Schema::NestedBlock::GROUP:
      return Nesting::kGroup;
    case tfplugin6::Schema::NestedBlock::LIST:
      return Nesting::kList;
    case tfplugin6::Schema::NestedBlock::SET:
      return Nesting::kSet;
    case tfplugin6::Schema::NestedBlock::MAP:
      return Nesting::kMap;
    default:
      return std::nullopt;
  }
}

template <typename Message>
Result<Attribute> DecodeAttribute(const Message& message);

Result<std::shared_ptr<const NestedType>> DecodeObject(std::string_view name,
                                                       const tfplugin6::Schema::Object& message) {
  auto nested = std::make_shared<NestedType>();
  std::optional<Nesting> nesting = DecodeNesting(message.nesting());
  if (!nesting) return Refuse(name, "has attributes that are nested in an unknown way");
  nested->nesting = *nesting;
  std::vector<std::string_view> names;
  for (const auto& attribute : message.attributes()) names.push_back(attribute.name());
  RETURN_IF_ERROR(CheckNames(std::move(names)));
  for (const auto& attribute : message.attributes()) {
    ASSIGN_OR_RETURN(Attribute decoded, DecodeAttribute(attribute).Wrap(name));
    nested->attributes.push_back(std::move(decoded));
  }
  std::sort(nested->attributes.begin(), nested->attributes.end(),
            [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
  return std::shared_ptr<const NestedType>(std::move(nested));
}

template <typename Message>
Result<Attribute> DecodeAttribute(const Message& message) {
  Attribute attribute{.name = message.name(),
                      .description = message.description(),
                      .required = message.required(),
                      .optional = message.optional(),
                      .computed = message.computed(),
                      .sensitive = message.sensitive(),
                      .write_only = message.write_only(),
                      .deprecated = message.deprecated(),
                      .markdown = message.description_kind() == tfplugin6::MARKDOWN};
  if (!attribute.required && !attribute.optional && !attribute.computed)
    return Refuse(message.name(), "is neither required nor optional nor computed");
  if (attribute.required && (attribute.optional || attribute.computed))
    return Refuse(message.name(), "is required, and therefore neither optional nor computed");
  if constexpr (std::is_same_v<Message, tfplugin6::Schema::Attribute>) {
    if (message.has_nested_type()) {
      ASSIGN_OR_RETURN(attribute.nested, DecodeObject(message.name(), message.nested_type()));
      attribute.type = language::schema::ImpliedType(*attribute.nested);
      return attribute;
    }
  }
  ASSIGN_OR_RETURN(attribute.type, DecodeType(message.name(), message.type()));
  return attribute;
}

template <typename Message>
Result<Block> DecodeBlock(const Message& message);

template <typename Message>
Result<NestedBlock> DecodeNestedBlock(const Message& message) {
  NestedBlock nested{
      .type_name = message.type_name(), .min_items = message.min_items(), .max_items = message.max_items()};
  std::optional<Nesting> nesting = DecodeNesting(message.nesting());
  if (!nesting) return Refuse(message.type_name(), "is nested in an unknown way");
  if (nested.min_items < 0 || nested.max_items < 0 ||
      (nested.max_items > 0 && nested.min_items > nested.max_items))
    return Refuse(message.type_name(), "has limits for the number of blocks that contradict each other");
  nested.nesting = *nesting;
  ASSIGN_OR_RETURN(Block block, DecodeBlock(message.block()).Wrap(message.type_name()));
  nested.block = std::make_shared<const Block>(std::move(block));
  return nested;
}

template <typename Message>
Result<Block> DecodeBlock(const Message& message) {
  std::vector<std::string_view> names;
  for (const auto& attribute : message.attributes()) names.push_back(attribute.name());
  for (const auto& nested : message.block_types()) names.push_back(nested.type_name());
  RETURN_IF_ERROR(CheckNames(std::move(names)));
  Block block;
  block.description = message.description();
  block.deprecated = message.deprecated();
  block.markdown = message.description_kind() == tfplugin6::MARKDOWN;
  for (const auto& attribute : message.attributes()) {
    ASSIGN_OR_RETURN(Attribute decoded, DecodeAttribute(attribute));
    block.attributes.push_back(std::move(decoded));
  }
  for (const auto& nested : message.block_types()) {
    ASSIGN_OR_RETURN(NestedBlock decoded, DecodeNestedBlock(nested));
    block.blocks.push_back(std::move(decoded));
  }
  block.Finish();
  return block;
}

template <typename Message>
Result<api::ResourceSchema> DecodeAnySchema(const Message& message) {
  if (message.version() < 0) return Error("the version of the schema is negative");
  ASSIGN_OR_RETURN(Block block, DecodeBlock(message.block()));
  return api::ResourceSchema{.version = message.version(), .block = std::move(block)};
}

Result<api::FunctionParameter> DecodeParameter(const tfplugin6::Function::Parameter& message) {
  api::FunctionParameter parameter{.name = message.name(),
                                   .allow_null = message.allow_null_value(),
                                   .allow_unknown = message.allow_unknown_values(),
                                   .description = message.description()};
  ASSIGN_OR_RETURN(parameter.type, DecodeType(message.name(), message.type()));
  return parameter;
}

}  // namespace

Result<api::ResourceSchema> DecodeSchema(const tfplugin5::Schema& message) {
  return DecodeAnySchema(message);
}
Result<api::ResourceSchema> DecodeSchema(const tfplugin6::Schema& message) {
  return DecodeAnySchema(message);
}

Result<api::FunctionSignature> DecodeFunction(const std::string& name, const tfplugin6::Function& message) {
  if (!IsName(name)) return Refuse(name, "is no name for a function");
  api::FunctionSignature signature{.name = name,
                                   .description = message.description(),
                                   .summary = message.summary(),
                                   .deprecation = message.deprecation_message()};
  for (const auto& parameter : message.parameters()) {
    ASSIGN_OR_RETURN(api::FunctionParameter decoded, DecodeParameter(parameter).Wrap(name));
    signature.parameters.push_back(std::move(decoded));
  }
  if (message.has_variadic_parameter()) {
    ASSIGN_OR_RETURN(signature.variadic, DecodeParameter(message.variadic_parameter()).Wrap(name));
  }
  ASSIGN_OR_RETURN(signature.result, DecodeType(name, message.return_().type()));
  return signature;
}

Result<api::IdentitySchema> DecodeIdentitySchema(const tfplugin6::IdentitySchema& message) {
  if (message.version() < 0) return Error("the version of the identity is negative");
  std::vector<std::string_view> names;
  for (const auto& attribute : message.identity_attributes()) names.push_back(attribute.name());
  RETURN_IF_ERROR(CheckNames(std::move(names)));
  api::IdentitySchema schema{.version = message.version()};
  std::vector<language::value::ObjectAttribute> types;
  for (const auto& attribute : message.identity_attributes()) {
    ASSIGN_OR_RETURN(Type type, DecodeType(attribute.name(), attribute.type()));
    types.push_back({attribute.name(), type});
    schema.attributes.push_back({.name = attribute.name(),
                                 .type = type,
                                 .description = attribute.description(),
                                 .required_for_import = attribute.required_for_import(),
                                 .optional_for_import = attribute.optional_for_import()});
  }
  std::sort(schema.attributes.begin(), schema.attributes.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  schema.type = Type::Object(std::move(types));
  return schema;
}

}  // namespace provider::plugin
