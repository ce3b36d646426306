#include <fmt/format.h>

#include "engine/config/decode.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

constexpr AttributeSpec kOutputAttributes[] = {
    {"description"}, {"value", true}, {"depends_on"}, {"sensitive"}, {"ephemeral"}};
constexpr BlockSpec kOutputBlocks[] = {{"precondition", {}}, {"postcondition", {}}};
constexpr BlockSpec kCheckBlocks[] = {{"data", kTypeAndNameLabels}, {"assert", {}}};

}  // namespace

void DecodeLocals(const DecodeContext& context, const hcl::Block& block) {
  for (const auto& attribute : ReadArguments(context, *block.body,
                                             "Blocks are not allowed here. To give a local value the shape "
                                             "of an object, write an equals sign.")) {
    if (!language::address::IsValidName(attribute.name)) {
      context.Error(
          "Invalid local value name",
          "A name must start with a letter or underscore and may contain only letters, digits, underscores, "
          "and dashes.",
          attribute.name_span);
    }
    std::string name(attribute.name);
    const auto [existing, added] = context.module.locals.try_emplace(
        name, Local{name, context.Expression(&attribute), {context.file, attribute.span}});
    if (added) continue;
    context.Error(
        "Duplicate local value definition",
        fmt::format("A local value named \"{}\" was already defined at {}. Names of local values are unique "
                    "within a module.",
                    name, DescribePlace(existing->second.place)),
        attribute.span);
  }
}

void DecodeOutput(const DecodeContext& context, const hcl::Block& block) {
  const hcl::Body& body = ReadContent(context, block, {kOutputAttributes, kOutputBlocks});
  CheckName(context, block.labels[0], "Invalid output name");
  Output output;
  output.name = block.labels[0].text;
  output.place = context.PlaceOf(block);
  output.sensitive_set = body.FindAttribute("sensitive") != nullptr;
  output.ephemeral_set = body.FindAttribute("ephemeral") != nullptr;
  output.description = ConstantString(context, body.FindAttribute("description")).value_or("");
  output.expression = context.Expression(body.FindAttribute("value"));
  output.sensitive = ConstantBool(context, body.FindAttribute("sensitive")).value_or(false);
  output.ephemeral = ConstantBool(context, body.FindAttribute("ephemeral")).value_or(false);
  if (const auto* attribute = body.FindAttribute("depends_on")) {
    output.depends_on = DecodeTraversalList(context, *attribute->expression);
  }
  for (const auto& inner : body.blocks) {
    if (!HasLabels(inner, 0)) continue;
    if (inner.type == "postcondition") {
      context.Error("Postconditions are not allowed",
                    "An output has no result of its own to test after the fact. Write a precondition block.",
                    inner.type_span);
    } else if (inner.type == "precondition") {
      if (auto condition = DecodeCondition(context, inner, nullptr))
        output.preconditions.push_back(*std::move(condition));
    }
  }
  const auto [existing, added] = context.module.outputs.try_emplace(output.name, std::move(output));
  if (added) return;
  context.Error(
      "Duplicate output definition",
      fmt::format(
          "An output named \"{}\" was already defined at {}. Names of outputs are unique within a module.",
          existing->first, DescribePlace(existing->second.place)),
      block.header_span);
}

void DecodeCheck(const DecodeContext& context, const hcl::Block& block) {
  const hcl::Body& body = ReadContent(context, block, {{}, kCheckBlocks});
  CheckName(context, block.labels[0], "Invalid check block name");
  Check check{std::string(block.labels[0].text), {}, context.PlaceOf(block)};
  const hcl::Block* data = nullptr;
  for (const auto& inner : body.blocks) {
    if (inner.type == "assert" && HasLabels(inner, 0)) {
      if (auto condition = DecodeCondition(context, inner, nullptr))
        check.assertions.push_back(*std::move(condition));
    } else if (inner.type == "data" && HasLabels(inner, 2)) {
      if (data != nullptr) {
        context.Error("Multiple data resource blocks",
                      fmt::format("A check block may hold one data block. There is one already at {}.",
                                  DescribePlace(context.PlaceOf(*data))),
                      inner.header_span);
        continue;
      }
      data = &inner;
      DecodeResource(context, inner, check.name);
    }
  }
  if (check.assertions.empty()) {
    context.Error("Zero assert blocks", "A check block needs at least one assert block.", block.header_span);
  }
  const auto [existing, added] = context.module.checks.try_emplace(check.name, std::move(check));
  if (added) return;
  context.Error(
      fmt::format("Duplicate check \"{}\" configuration", existing->first),
      fmt::format(
          "A check block named \"{}\" was already declared at {}. Names of check blocks are unique within "
          "a module.",
          existing->first, DescribePlace(existing->second.place)),
      block.header_span);
}

}  // namespace engine::config
