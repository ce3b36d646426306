#include <fmt/format.h>

#include "engine/config/decode_test.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

constexpr AttributeSpec kProviderAttributes[] = {{"alias"}, {"source"}, {"override_during"}};
constexpr BlockSpec kDataBlocks[] = {{"mock_resource", kTypeLabel},
                                     {"mock_data", kTypeLabel},
                                     {"override_resource", {}},
                                     {"override_data", {}}};
constexpr AttributeSpec kTypeAttributes[] = {{"defaults"}, {"override_during"}};
constexpr AttributeSpec kResourceOverride[] = {{"target"}, {"override_during"}, {"values"}};
constexpr AttributeSpec kModuleOverride[] = {{"target"}, {"override_during"}, {"outputs"}};

bool DuringPlan(const DecodeContext& context, const hcl::Body& body, bool otherwise) {
  const hcl::Attribute* attribute = body.FindAttribute("override_during");
  if (attribute == nullptr) return otherwise;
  const std::string_view word = Keyword(*attribute->expression);
  if (word == "plan") return true;
  if (word == "apply") return false;
  context.Error("Invalid override_during value",
                "override_during is one of the words plan and apply, without quotes.", attribute->span);
  return otherwise;
}

void DecodeMockType(const DecodeContext& context, const hcl::Block& block, bool during_plan, MockData& data) {
  const hcl::Body& body = ReadContent(context, block, {kTypeAttributes, {}});
  MockType type{.place = context.PlaceOf(block), .type_place = {context.file, block.labels[0].span}};
  if (const hcl::Attribute* attribute = body.FindAttribute("defaults")) {
    type.defaults = ConstantValue(context.file, *attribute->expression, context.diagnostics);
    if (!type.defaults) type.defaults = Value::EmptyObject();
  }
  type.during_plan = DuringPlan(context, body, during_plan);
  auto& types = block.type == "mock_data" ? data.data_sources : data.resources;
  const auto [first, added] = types.try_emplace(std::string(block.labels[0].text), std::move(type));
  if (added) return;
  context.Error(fmt::format("Duplicate {} block", block.type),
                fmt::format("A {} block for {} stands at {} already. Keep one.", block.type, first->first,
                            DescribePlace(first->second.place)),
                block.labels[0].span);
}

void DecodeMockBlocks(const DecodeContext& context, const hcl::Body& body, bool during_plan, MockData& data) {
  for (const hcl::Block& block : body.blocks) {
    if (DecodeOverride(context, block, during_plan, data.overrides)) continue;
    if ((block.type == "mock_resource" || block.type == "mock_data") && HasLabels(block, 1))
      DecodeMockType(context, block, during_plan, data);
  }
}

// Whether an override block of the type may name this.
bool IsTargetFor(std::string_view block_type, const language::address::Target& target) {
  if (block_type == "override_module") return !target.resource.has_value();
  if (!target.resource) return false;
  return target.resource->mode ==
         (block_type == "override_data" ? ResourceMode::kData : ResourceMode::kManaged);
}

// Nothing after an error.
std::optional<language::address::Target> DecodeTarget(const DecodeContext& context, const hcl::Block& block,
                                                      const hcl::Attribute* attribute) {
  if (attribute == nullptr) {
    context.Error("Missing target attribute",
                  fmt::format("An {} block says by its target what it overrides: an address such as {}.",
                              block.type, block.type == "override_module" ? "module.a" : "okta_user.bird"),
                  block.header_span);
    return std::nullopt;
  }
  const TraversalRef reference = DecodeTraversal(context, *attribute->expression, false);
  if (reference.traversal == nullptr) return std::nullopt;
  auto target = ReadAddress(reference, context.diagnostics);
  if (!target || IsTargetFor(block.type, *target)) return target;
  context.Error("Invalid override target",
                fmt::format("The target of an {} block is a {}; {} is none.", block.type,
                            block.type == "override_module" ? "module"
                            : block.type == "override_data" ? "data source"
                                                            : "resource",
                            target->ToString()),
                attribute->span);
  return std::nullopt;
}

}  // namespace

bool DecodeOverride(const DecodeContext& context, const hcl::Block& block, bool during_plan,
                    Overrides& overrides) {
  const bool of_module = block.type == "override_module";
  if (!of_module && block.type != "override_resource" && block.type != "override_data") return false;
  const std::string_view argument = of_module ? "outputs" : "values";
  const hcl::Body& body = ReadContent(
      context, block, {of_module ? std::span<const AttributeSpec>(kModuleOverride) : kResourceOverride, {}});
  Override result{.values = Value::EmptyObject(), .place = context.PlaceOf(block)};
  const hcl::Attribute* target_attribute = body.FindAttribute("target");
  const auto target = DecodeTarget(context, block, target_attribute);
  if (const hcl::Attribute* attribute = body.FindAttribute(argument)) {
    const auto value = ConstantValue(context.file, *attribute->expression, context.diagnostics);
    if (value && value->type().IsObject() && value->IsKnownNotNull()) {
      result.values = *value;
    } else if (value) {
      context.Error(
          fmt::format("Invalid {} attribute", argument),
          fmt::format("The {} of an {} block are an object: {{ id = \"x\" }}.", argument, block.type),
          attribute->span);
    }
  }
  result.during_plan = DuringPlan(context, body, during_plan);
  if (!target) return true;
  result.target = *target;
  result.target_place = {context.file, target_attribute->span};
  const auto [first, added] = overrides.try_emplace(target->ToString(), std::move(result));
  if (!added) {
    context.Error(fmt::format("Duplicate {} block", block.type),
                  fmt::format("{} is overridden at {} already. Keep one of the blocks.", first->first,
                              DescribePlace(first->second.place)),
                  block.header_span);
  }
  return true;
}

std::optional<TestProvider> DecodeMockProvider(const DecodeContext& context, const hcl::Block& block) {
  const hcl::Body& body = ReadContent(context, block, {kProviderAttributes, kDataBlocks});
  const std::string name(block.labels[0].text);
  if (std::string problem = ProviderNameProblem(name); !problem.empty()) {
    context.Error("Invalid provider local name", std::move(problem), block.header_span);
    return std::nullopt;
  }
  TestProvider provider;
  provider.block = {.name = {name, ""},
                    .body = {context.file, block.body},
                    .place = context.PlaceOf(block),
                    .of_test = true,
                    .mock = true};
  if (const hcl::Attribute* attribute = body.FindAttribute("alias")) {
    provider.block.name.alias = ConstantString(context, attribute).value_or("");
    if (!language::address::IsValidName(provider.block.name.alias)) {
      context.diagnostics.Error(
          "Invalid provider configuration alias",
          fmt::format("The mock_provider at {} has an alias that is no name: it must start with a letter or "
                      "underscore and contain only letters, digits, underscores and dashes.",
                      DescribePlace(provider.block.place)));
    }
  }
  provider.mock_source = ConstantString(context, body.FindAttribute("source")).value_or("");
  provider.mock_during_plan = DuringPlan(context, body, false);
  DecodeMockBlocks(context, body, provider.mock_during_plan, provider.mock);
  return provider;
}

MockData DecodeMockFile(const FilePtr& file, bool during_plan, base::diag::Diagnostics& diagnostics) {
  Module scratch;
  const DecodeContext context{file, scratch, diagnostics};
  MockData data;
  const hcl::Body& body = file->body();
  DecodeMockBlocks(context,
                   ReadContent(context, body, body.end_span, {.attributes = {}, .blocks = kDataBlocks}),
                   during_plan, data);
  for (auto& [target, override] : data.overrides) override.of_data_file = true;
  return data;
}

}  // namespace engine::config
