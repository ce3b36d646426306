#include "provider/plugin/codec.h"

#include <gtest/gtest.h>

#include "language/schema/schema.h"
#include "provider/plugin/schema_codec.h"

namespace provider::plugin {
namespace {

using language::schema::Block;
using language::schema::NestedType;
using language::schema::Nesting;
using language::value::PathStep;

api::ResourceSchema Example(bool nested_attributes) {
  Block inner;
  inner.attributes.push_back({.name = "port", .type = Type::Number(), .required = true});
  inner.Finish();
  api::ResourceSchema schema{.version = 3};
  schema.block.attributes = {
      {.name = "id", .type = Type::String(), .computed = true},
      {.name = "secret", .type = Type::String(), .optional = true, .sensitive = true, .write_only = true},
      {.name = "tags", .type = Type::Map(Type::String()), .optional = true, .computed = true}};
  if (nested_attributes) {
    auto nested = std::make_shared<NestedType>();
    nested->nesting = Nesting::kMap;
    nested->attributes.push_back({.name = "x", .type = Type::Bool(), .optional = true});
    schema.block.attributes.push_back({.name = "rules",
                                       .type = language::schema::ImpliedType(*nested),
                                       .nested = nested,
                                       .optional = true});
  }
  for (Nesting nesting : {Nesting::kSingle, Nesting::kGroup, Nesting::kList, Nesting::kSet, Nesting::kMap})
    schema.block.blocks.push_back({.type_name = "block_" + std::to_string(static_cast<int>(nesting)),
                                   .nesting = nesting,
                                   .block = std::make_shared<const Block>(inner)});
  schema.block.Finish();
  return schema;
}

template <typename Message>
std::string RoundTrip(const api::ResourceSchema& schema) {
  Message message, again;
  EXPECT_TRUE(EncodeSchema(schema, &message).ok());
  auto decoded = DecodeSchema(message);
  if (!decoded.ok()) return decoded.error().message();
  EXPECT_EQ(decoded->version, schema.version);
  EXPECT_EQ(decoded->block.implied_type(), schema.block.implied_type());
  EXPECT_TRUE(EncodeSchema(*decoded, &again).ok());
  EXPECT_EQ(message.SerializeAsString(), again.SerializeAsString());
  return "";
}

TEST(SchemaCodec, BothProtocolsGiveBackWhatTheyWereGiven) {
  EXPECT_EQ(RoundTrip<tfplugin5::Schema>(Example(false)), "");
  EXPECT_EQ(RoundTrip<tfplugin6::Schema>(Example(true)), "");
}

TEST(SchemaCodec, Protocol5HasNoNestedAttributes) {
  tfplugin5::Schema message;
  EXPECT_FALSE(EncodeSchema(Example(true), &message).ok());
}

TEST(SchemaCodec, RefusesWhatWouldBreakUs) {
  auto refusal = [](auto change) {
    tfplugin6::Schema message;
    EXPECT_TRUE(EncodeSchema(Example(true), &message).ok());
    change(*message.mutable_block());
    auto decoded = DecodeSchema(message);
    return decoded.ok() ? "accepted" : decoded.error().message();
  };
  EXPECT_EQ(refusal([](auto& block) { *block.add_attributes() = block.attributes(0); }),
            "\"id\" is declared twice");
  EXPECT_EQ(refusal([](auto& block) { block.mutable_block_types(0)->set_type_name("tags"); }),
            "\"tags\" is declared twice");
  EXPECT_EQ(refusal([](auto& block) { block.mutable_attributes(0)->set_name("a b"); }),
            "\"a b\" is no name for an attribute or a block");
  EXPECT_EQ(refusal([](auto& block) { block.mutable_attributes(0)->set_type("[\"list\""); }),
            "\"id\" has a type that cannot be read");
  EXPECT_EQ(refusal([](auto& block) { block.mutable_attributes(0)->set_computed(false); }),
            "\"id\" is neither required nor optional nor computed");
  EXPECT_EQ(refusal([](auto& block) {
              block.mutable_block_types(0)->set_nesting(tfplugin6::Schema::NestedBlock::INVALID);
            }),
            "\"block_0\" is nested in an unknown way");
  EXPECT_EQ(refusal([](auto& block) { block.mutable_block_types(0)->set_min_items(-1); }),
            "\"block_0\" has limits for the number of blocks that contradict each other");
}

TEST(Codec, ValuesComeInBothEncodings) {
  Type type = Type::Object({{"a", Type::Number()}, {"b", Type::Dynamic()}});
  tfplugin6::DynamicValue message;
  Value value = Value::Object({{"a", Value::Unknown(Type::Number())}, {"b", Value::String("x")}});
  ASSERT_TRUE(EncodeValue(value, type, &message).ok());
  EXPECT_TRUE(DecodeValue(message, type)->RawEquals(value));
  message.clear_msgpack();
  message.set_json(R"({"a":1,"b":{"type":"string","value":"x"}})");
  EXPECT_TRUE(DecodeValue(message, type)
                  ->RawEquals(Value::Object({{"a", Value::Int(1)}, {"b", Value::String("x")}})));
  message.clear_json();
  EXPECT_TRUE(DecodeValue(message, type)->IsNull());
  message.set_msgpack("\x92");
  EXPECT_FALSE(DecodeValue(message, type).ok());
}

TEST(Codec, DiagnosticsKeepTheirPlaces) {
  ProviderDiagnostics diagnostics = {{.summary = "Bad",
                                      .detail = "why",
                                      .attribute = {PathStep::Attribute("a"), PathStep::Index(Value::Int(2)),
                                                    PathStep::Index(Value::String("k"))}},
                                     {.severity = base::diag::Severity::kWarning, .summary = "Old"}};
  DiagnosticMessages messages;
  EncodeDiagnostics(diagnostics, &messages);
  ProviderDiagnostics again = DecodeDiagnostics(messages);
  ASSERT_EQ(again.size(), 2u);
  EXPECT_EQ(again[0].attribute, diagnostics[0].attribute);
  EXPECT_EQ(again[0].detail, "why");
  EXPECT_EQ(again[1].severity, base::diag::Severity::kWarning);
}

TEST(Codec, FunctionsAndIdentities) {
  api::FunctionSignature signature{
      .name = "join",
      .description = "Joins.",
      .parameters = {{.name = "separator", .type = Type::String(), .allow_null = true}},
      .variadic = api::FunctionParameter{.name = "parts", .type = Type::Dynamic(), .allow_unknown = true},
      .result = Type::String()};
  tfplugin6::Function function, function_again;
  EncodeFunction(signature, &function);
  EncodeFunction(*DecodeFunction("join", function), &function_again);
  EXPECT_EQ(function.SerializeAsString(), function_again.SerializeAsString());

  api::IdentitySchema identity{
      .version = 1, .attributes = {{.name = "id", .type = Type::String(), .required_for_import = true}}};
  tfplugin6::IdentitySchema message;
  EncodeIdentitySchema(identity, &message);
  EXPECT_EQ(DecodeIdentitySchema(message)->type, Type::Object({{"id", Type::String()}}));
}

}  // namespace
}  // namespace provider::plugin
