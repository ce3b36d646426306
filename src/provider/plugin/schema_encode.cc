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

namespace {

tfplugin6::Schema::NestedBlock::Nesting EncodeNesting(Nesting nesting) {
  switch (nesting) {
    case Nesting::kSingle:
      return tfplugin6::Schema::NestedBlock::SINGLE;
    case Nesting::kGroup:
      return tfplugin6::Schema::NestedBlock::GROUP;
    case Nesting::kList:
      return tfplugin6::Schema::NestedBlock::LIST;
    case Nesting::kSet:
      return tfplugin6::Schema::NestedBlock::SET;
    case Nesting::kMap:
      return tfplugin6::Schema::NestedBlock::MAP;
  }
  return tfplugin6::Schema::NestedBlock::INVALID;
}

template <typename Message>
Result<void> EncodeAttribute(const Attribute& attribute, Message* message);

Result<void> EncodeObject(const NestedType& nested, tfplugin6::Schema::Object* message) {
  // The two enumerations have the same numbers, but for groups, which attributes do not know.
  message->set_nesting(static_cast<tfplugin6::Schema::Object::Nesting>(EncodeNesting(nested.nesting)));
  for (const Attribute& attribute : nested.attributes)
    RETURN_IF_ERROR(EncodeAttribute(attribute, message->add_attributes()));
  return {};
}

template <typename Message>
Result<void> EncodeAttribute(const Attribute& attribute, Message* message) {
  message->set_name(attribute.name);
  message->set_description(attribute.description);
  if (attribute.markdown) message->set_description_kind(tfplugin6::MARKDOWN);
  message->set_required(attribute.required);
  message->set_optional(attribute.optional);
  message->set_computed(attribute.computed);
  message->set_sensitive(attribute.sensitive);
  message->set_write_only(attribute.write_only);
  message->set_deprecated(attribute.deprecated);
  if (!attribute.nested) {
    message->set_type(attribute.type.ToJson());
    return {};
  }
  if constexpr (std::is_same_v<Message, tfplugin6::Schema::Attribute>)
    return EncodeObject(*attribute.nested, message->mutable_nested_type());
  else
    return Error(attribute.name + " has nested attributes, which protocol 5 does not know");
}

template <typename Message>
Result<void> EncodeBlock(const Block& block, Message* message) {
  message->set_description(block.description);
  if (block.markdown) message->set_description_kind(tfplugin6::MARKDOWN);
  message->set_deprecated(block.deprecated);
  for (const Attribute& attribute : block.attributes)
    RETURN_IF_ERROR(EncodeAttribute(attribute, message->add_attributes()));
  for (const NestedBlock& nested : block.blocks) {
    auto* nested_message = message->add_block_types();
    nested_message->set_type_name(nested.type_name);
    nested_message->set_nesting(EncodeNesting(nested.nesting));
    nested_message->set_min_items(nested.min_items);
    nested_message->set_max_items(nested.max_items);
    RETURN_IF_ERROR(EncodeBlock(*nested.block, nested_message->mutable_block()).Wrap(nested.type_name));
  }
  return {};
}

void EncodeParameter(const api::FunctionParameter& parameter, tfplugin6::Function::Parameter* message) {
  message->set_name(parameter.name);
  message->set_type(parameter.type.ToJson());
  message->set_allow_null_value(parameter.allow_null);
  message->set_allow_unknown_values(parameter.allow_unknown);
  message->set_description(parameter.description);
}

}  // namespace

Result<void> EncodeSchema(const api::ResourceSchema& schema, tfplugin5::Schema* message) {
  message->set_version(schema.version);
  return EncodeBlock(schema.block, message->mutable_block());
}

Result<void> EncodeSchema(const api::ResourceSchema& schema, tfplugin6::Schema* message) {
  message->set_version(schema.version);
  return EncodeBlock(schema.block, message->mutable_block());
}

void EncodeFunction(const api::FunctionSignature& signature, tfplugin6::Function* message) {
  message->set_summary(signature.summary);
  message->set_description(signature.description);
  message->set_deprecation_message(signature.deprecation);
  for (const api::FunctionParameter& parameter : signature.parameters)
    EncodeParameter(parameter, message->add_parameters());
  if (signature.variadic) EncodeParameter(*signature.variadic, message->mutable_variadic_parameter());
  message->mutable_return_()->set_type(signature.result.ToJson());
}

void EncodeIdentitySchema(const api::IdentitySchema& schema, tfplugin6::IdentitySchema* message) {
  message->set_version(schema.version);
  for (const api::IdentityAttribute& attribute : schema.attributes) {
    auto* attribute_message = message->add_identity_attributes();
    attribute_message->set_name(attribute.name);
    attribute_message->set_type(attribute.type.ToJson());
    attribute_message->set_description(attribute.description);
    attribute_message->set_required_for_import(attribute.required_for_import);
    attribute_message->set_optional_for_import(attribute.optional_for_import);
  }
}

}  // namespace provider::plugin
