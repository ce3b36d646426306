#include <fmt/format.h>

#include "engine/config/decode.h"
#include "engine/config/version.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

constexpr AttributeSpec kAttributes[] = {{"alias"},      {"version"},  {"count"},
                                         {"depends_on"}, {"for_each"}, {"source"}};
constexpr BlockSpec kBlocks[] = {{"lifecycle", {}}, {"locals", {}}};
constexpr std::string_view kReservedArguments[] = {"count", "depends_on", "for_each", "source"};
constexpr std::string_view kReservedBlocks[] = {"lifecycle", "locals"};

void CheckReserved(const DecodeContext& context, const hcl::Body& body) {
  for (std::string_view name : kReservedArguments) {
    const auto* attribute = body.FindAttribute(name);
    if (attribute == nullptr) continue;
    context.Error(
        "Reserved argument name in provider block",
        fmt::format("The argument name \"{}\" has no meaning in provider blocks yet and may not be used.",
                    name),
        attribute->name_span);
  }
  for (const auto& block : body.blocks) {
    for (std::string_view type : kReservedBlocks) {
      if (block.type != type) continue;
      context.Error(
          "Reserved block type name in provider block",
          fmt::format("The block type \"{}\" has no meaning in provider blocks yet and may not be used.",
                      type),
          block.type_span);
    }
  }
}

}  // namespace

void DecodeProvider(const DecodeContext& context, const hcl::Block& block) {
  const std::string name(block.labels[0].text);
  if (std::string problem = ProviderNameProblem(name); !problem.empty()) {
    context.Error("Invalid provider local name", std::move(problem), block.header_span);
    return;
  }
  const hcl::Body& body = ReadContent(context, block, {kAttributes, kBlocks, /*open=*/true});
  ProviderBlock provider{{name, ""}, {context.file, block.body}, "", context.PlaceOf(block)};
  if (const auto* attribute = body.FindAttribute("alias")) {
    const auto alias = ConstantString(context, attribute);
    if (!alias) return;
    if (!language::address::IsValidName(*alias)) {
      context.Error(
          "Invalid provider configuration alias",
          "An alias must be a valid name: it starts with a letter or underscore and contains only letters, "
          "digits, underscores and dashes.",
          attribute->expression->span);
      return;
    }
    provider.name.alias = *alias;
  }
  if (const auto* attribute = body.FindAttribute("version")) {
    context.Warning("Version constraints inside provider configuration blocks are deprecated",
                    "Move the version constraint into the required_providers block of the terraform block.",
                    attribute->expression->span);
    if (const auto version = ConstantString(context, attribute)) {
      if (!VersionConstraints::Parse(*version)) {
        context.Error(
            "Invalid version constraint",
            "This is not a version constraint. Write conditions such as \">= 4.1, < 5.0\" or \"~> 4.8\".",
            attribute->expression->span);
      }
      provider.version = *version;
    }
  }
  CheckReserved(context, body);

  const auto [existing, added] = context.module.provider_blocks.emplace(provider.name, provider);
  if (added) return;
  const std::string where = DescribePlace(existing->second.place);
  context.Error(
      "Duplicate provider configuration",
      provider.name.alias.empty()
          ? fmt::format(
                "A default configuration of \"{}\" was already given at {}. If several are needed, give "
                "the others an \"alias\".",
                name, where)
          : fmt::format("A configuration of \"{}\" with alias \"{}\" was already given at {}. Each needs an "
                        "alias of its own.",
                        name, provider.name.alias, where),
      block.header_span);
}

}  // namespace engine::config
