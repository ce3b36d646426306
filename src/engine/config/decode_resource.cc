#include <algorithm>

#include <fmt/format.h>

#include "engine/config/decode.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

constexpr AttributeSpec kAttributes[] = {{"count"}, {"for_each"}, {"provider"}, {"depends_on"}};
constexpr BlockSpec kManagedBlocks[] = {
    {"locals", {}}, {"lifecycle", {}}, {"connection", {}}, {"provisioner", kTypeLabel}, {"_", {}}};
constexpr BlockSpec kDataBlocks[] = {{"locals", {}}, {"lifecycle", {}}, {"_", {}}};

void DecodeMetaArguments(const DecodeContext& context, const hcl::Body& body, Resource& resource) {
  const auto* count = body.FindAttribute("count");
  const auto* for_each = body.FindAttribute("for_each");
  if (!resource.check.empty()) {
    for (const auto* attribute : {count, for_each}) {
      if (attribute == nullptr) continue;
      context.Error(
          fmt::format("Invalid \"{}\" attribute", attribute->name),
          "A data block inside of a check block has one instance: count and for_each have no place there.",
          attribute->name_span);
    }
  } else {
    if (count != nullptr && for_each != nullptr) {
      context.Error("Invalid combination of \"count\" and \"for_each\"",
                    "The two exclude each other: count makes numbered instances, for_each instances with a "
                    "key. Keep one.",
                    for_each->name_span);
    }
    resource.count = context.Expression(count);
    resource.for_each = context.Expression(for_each);
  }
  if (const auto* attribute = body.FindAttribute("provider")) {
    resource.provider_name = DecodeProviderName(context, *attribute->expression, "provider");
  }
  if (const auto* attribute = body.FindAttribute("depends_on")) {
    resource.depends_on = DecodeTraversalList(context, *attribute->expression);
  }
}

void DecodeMetaBlocks(const DecodeContext& context, const hcl::Body& body, Resource& resource) {
  const bool managed = resource.address.mode == ResourceMode::kManaged;
  const hcl::Block* lifecycle = nullptr;
  for (const auto& block : body.blocks) {
    if (block.type == "lifecycle" && HasLabels(block, 0)) {
      if (!resource.check.empty()) {
        context.Error("Invalid lifecycle block",
                      "A data block inside of a check block takes no lifecycle block: the assertions around "
                      "it do its work.",
                      block.header_span);
      } else if (lifecycle != nullptr) {
        context.Error("Duplicate lifecycle block",
                      fmt::format("This resource already has a lifecycle block at {}.",
                                  DescribePlace(context.PlaceOf(*lifecycle))),
                      block.header_span);
      } else {
        lifecycle = &block;
        DecodeLifecycle(context, block, resource);
      }
    } else if (block.type == "locals" && HasLabels(block, 0)) {
      context.Error(
          fmt::format("Reserved block type name in {} block", managed ? "resource" : "data"),
          "The block type \"locals\" has no meaning here. Local values go into a locals block of the module.",
          block.type_span);
    } else if (block.type == "_" && HasLabels(block, 0)) {
      context.Error(
          "Unsupported escaping block",
          "This version does not read the escaping block \"_\". Write its arguments into the resource block "
          "itself.",
          block.header_span);
    } else if (managed && block.type == "provisioner" && HasLabels(block, 1)) {
      context.Error(
          "Unsupported provisioner",
          fmt::format(
              "This version does not run provisioners, and would not run \"{}\". Remove the block, and do "
              "its work in the script that calls apply.",
              block.labels[0].text),
          block.header_span);
    } else if (managed && block.type == "connection" && HasLabels(block, 0)) {
      context.Error("Unsupported connection block",
                    "This version does not run provisioners, so a connection has no use. Remove the block.",
                    block.header_span);
    }
  }
}

}  // namespace

void DecodeResource(const DecodeContext& context, const hcl::Block& block, std::string_view check) {
  const hcl::Body& body = *block.body;
  const bool managed = block.type == "resource";
  Resource resource;
  resource.address = {managed ? ResourceMode::kManaged : ResourceMode::kData,
                      std::string(block.labels[0].text), std::string(block.labels[1].text)};
  resource.body = {context.file, &body};
  resource.check = check;
  resource.place = context.PlaceOf(block);
  CheckContent(
      context, body, block.open_span,
      {kAttributes, managed ? std::span<const BlockSpec>(kManagedBlocks) : kDataBlocks, /*open=*/true});
  CheckName(context, block.labels[0], managed ? "Invalid resource type name" : "Invalid data source name");
  CheckName(context, block.labels[1], managed ? "Invalid resource name" : "Invalid data resource name");
  DecodeMetaArguments(context, body, resource);
  DecodeMetaBlocks(context, body, resource);

  const auto [existing, added] =
      context.module.resources.try_emplace(resource.address.ToString(), std::move(resource));
  if (added) return;
  const language::address::Resource& address = existing->second.address;
  context.Error(
      fmt::format("Duplicate {} \"{}\" configuration", managed ? "resource" : "data", address.type),
      fmt::format("{} was already declared at {}. Names of resources are unique per type within a module.",
                  address.ToString(), DescribePlace(existing->second.place)),
      block.header_span);
}

}  // namespace engine::config
