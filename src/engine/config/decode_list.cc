#include <algorithm>

#include <fmt/format.h>

#include "engine/config/decode.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

constexpr BlockSpec kFileBlocks[] = {
    {"list", kTypeAndNameLabels}, {"provider", kNameLabel}, {"variable", kNameLabel}, {"locals", {}}};
constexpr AttributeSpec kListAttributes[] = {{"provider", false},
                                             {"include_resource", false},
                                             {"limit", false},
                                             {"count", false},
                                             {"for_each", false}};
constexpr BlockSpec kListBlocks[] = {{"config", {}}};

void DecodeConfig(const DecodeContext& context, const hcl::Body& body, List& list) {
  const hcl::Block* config = nullptr;
  for (const auto& block : body.blocks) {
    if (block.type != "config" || !HasLabels(block, 0)) continue;
    if (config != nullptr) {
      context.Error("Duplicate config block",
                    fmt::format("{} already has a config block at {}. Join the two.", list.ToString(),
                                DescribePlace(context.PlaceOf(*config))),
                    block.header_span);
      continue;
    }
    config = &block;
    list.config.body = block.body;
  }
}

void DecodeList(const DecodeContext& context, const hcl::Block& block) {
  List list{.type = std::string(block.labels[0].text), .name = std::string(block.labels[1].text)};
  list.config.file = context.file;
  list.type_span = block.labels[0].span;
  list.open_span = block.open_span;
  list.place = context.PlaceOf(block);
  CheckName(context, block.labels[0], "Invalid list resource type");
  CheckName(context, block.labels[1], "Invalid list name");
  const hcl::Body& body = ReadContent(context, block, {kListAttributes, kListBlocks});
  list.count = context.Expression(body.FindAttribute("count"));
  list.for_each = context.Expression(body.FindAttribute("for_each"));
  list.include_resource = context.Expression(body.FindAttribute("include_resource"));
  list.limit = context.Expression(body.FindAttribute("limit"));
  if (list.count && list.for_each) {
    context.Error("Invalid combination of \"count\" and \"for_each\"",
                  "The two exclude each other: count makes numbered lists, for_each lists with a key. Keep "
                  "one.",
                  body.FindAttribute("for_each")->name_span);
  }
  if (const auto* attribute = body.FindAttribute("provider"))
    list.provider_name = DecodeProviderName(context, *attribute->expression, "provider");
  DecodeConfig(context, body, list);

  const std::string key = list.ToString();
  const auto [existing, added] = context.module.lists.try_emplace(key, std::move(list));
  if (added) return;
  context.Error(fmt::format("Duplicate list \"{}\" configuration", existing->second.type),
                fmt::format("{} was already declared at {}. Names of lists are unique per type.", key,
                            DescribePlace(existing->second.place)),
                block.header_span);
}

}  // namespace

void DecodeQueryFile(const FilePtr& file, Module& module, base::diag::Diagnostics& diagnostics) {
  const DecodeContext context{file, module, diagnostics};
  const hcl::Body& body =
      ReadContent(context, file->body(), file->body().end_span, {.attributes = {}, .blocks = kFileBlocks});
  for (const auto& block : body.blocks) {
    const auto spec = std::ranges::find(kFileBlocks, block.type, &BlockSpec::type);
    if (spec == std::end(kFileBlocks) || !HasLabels(block, spec->labels.size())) continue;
    if (block.type == "list")
      DecodeList(context, block);
    else
      DecodeRootBlock(context, block);
  }
}

}  // namespace engine::config
