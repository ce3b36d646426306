#include <fmt/format.h>

#include "engine/config/decode_test.h"
#include "language/hcl/content.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

constexpr BlockSpec kBlocks[] = {
    {"test", {}},      {"run", kNameLabel},       {"provider", kNameLabel}, {"mock_provider", kNameLabel},
    {"variables", {}}, {"override_resource", {}}, {"override_data", {}},    {"override_module", {}}};
constexpr AttributeSpec kSettings[] = {{"parallel"}};

// A provider block like those of modules, in a module of its own.
std::optional<TestProvider> DecodeTestProvider(const DecodeContext& context, const hcl::Block& block) {
  const hcl::LooseContent content(*context.file, *block.body);
  for (const auto& attribute : content.body().attributes) {
    if (attribute.name != "version") continue;
    context.Error(
        "Version constraints are not allowed in test files",
        "The versions of providers are chosen by the required_providers block of the configuration. "
        "Move the constraint there.",
        attribute.expression->span);
    return std::nullopt;
  }
  Module scratch;
  DecodeProvider({context.file, scratch, context.diagnostics}, block);
  if (scratch.provider_blocks.empty()) return std::nullopt;
  TestProvider provider{.block = scratch.provider_blocks.begin()->second};
  provider.block.of_test = true;
  return provider;
}

class FileDecoder {
 public:
  FileDecoder(const DecodeContext& context, TestFile& result) : context_(context), result_(result) {}

  void Decode() {
    const hcl::Body& body = context_.file->body();
    const auto blocks =
        ReadContent(context_, body, body.end_span, {.attributes = {}, .blocks = kBlocks}).blocks;
    for (const hcl::Block& block : blocks)
      if (block.type == "test") DecodeSettings(block);
    for (const hcl::Block& block : blocks) DecodeBlock(block);
  }

 private:
  void DecodeSettings(const hcl::Block& block) {
    const hcl::Body& body = ReadContent(context_, block, {kSettings, {}});
    if (result_.settings_place) {
      context_.Error("Multiple \"test\" blocks",
                     fmt::format("This file already has a test block at {}. Keep one.",
                                 DescribePlace(*result_.settings_place)),
                     block.header_span);
      return;
    }
    result_.settings_place = context_.PlaceOf(block);
    result_.parallel = ConstantBool(context_, body.FindAttribute("parallel")).value_or(false);
  }

  void DecodeBlock(const hcl::Block& block) {
    if (block.type == "run" && HasLabels(block, 1)) {
      DecodeRun(block);
    } else if (block.type == "provider" && HasLabels(block, 1)) {
      AddProvider(DecodeTestProvider(context_, block));
    } else if (block.type == "mock_provider" && HasLabels(block, 1)) {
      AddProvider(DecodeMockProvider(context_, block));
    } else if (block.type == "variables") {
      DecodeTestVariables(context_, block, "test file", result_.variables, result_.variables_place);
    } else {
      DecodeOverride(context_, block, /*during_plan=*/false, result_.overrides);
    }
  }

  void DecodeRun(const hcl::Block& block) {
    std::optional<TestRun> run = DecodeTestRun(context_, block, result_.parallel);
    const auto [first, added] =
        places_.try_emplace(std::string(block.labels[0].text), context_.PlaceOf(block));
    if (!added) {
      context_.Error(
          "Duplicate \"run\" block names",
          fmt::format("This file already has a run block named {} at {}. Later blocks refer to runs by "
                      "their names: give each its own.",
                      first->first, DescribePlace(first->second)),
          block.header_span);
    }
    if (run) result_.runs.push_back(*std::move(run));
  }

  void AddProvider(std::optional<TestProvider> provider) {
    if (!provider) return;
    const LocalProviderName name = provider->block.name;
    const Place place = provider->block.place;
    const auto [first, added] = result_.providers.try_emplace(name, *std::move(provider));
    if (added) return;
    context_.Error(
        "Duplicate provider block",
        fmt::format("This file already has a provider {} at {}. If both are needed, give one an alias.",
                    name.ToString(), DescribePlace(first->second.block.place)),
        place.span);
  }

  const DecodeContext& context_;
  TestFile& result_;
  std::map<std::string, Place> places_;  // of the run blocks
};

}  // namespace

std::string_view Keyword(const hcl::Expression& expression) {
  if (expression.kind == hcl::ExpressionKind::kJsonText)
    return hcl::As<hcl::JsonTextExpression>(expression).text;
  const hcl::TraversalExpression* traversal = hcl::AsTraversal(expression);
  return traversal != nullptr && traversal->steps.empty() ? traversal->root : std::string_view();
}

void DecodeTestVariables(const DecodeContext& context, const hcl::Block& block, std::string_view owner,
                         std::map<std::string, ExpressionRef>& variables, std::optional<Place>& place) {
  if (place) {
    context.Error("Multiple \"variables\" blocks",
                  fmt::format("This {} already has a variables block at {}. Write all values into one.",
                              owner, DescribePlace(*place)),
                  block.header_span);
    return;
  }
  place = context.PlaceOf(block);
  for (const auto& attribute :
       ReadArguments(context, *block.body, "A variables block holds arguments only: name = value."))
    variables[std::string(attribute.name)] = context.Expression(&attribute);
}

TestFile DecodeTestFile(const std::string& name, const FilePtr& file, base::diag::Diagnostics& diagnostics) {
  TestFile result;
  result.name = name;
  Module scratch;
  const DecodeContext context{file, scratch, diagnostics};
  FileDecoder(context, result).Decode();
  return result;
}

}  // namespace engine::config
