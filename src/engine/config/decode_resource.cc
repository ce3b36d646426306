#include <algorithm>

#include <fmt/format.h>

#include "engine/config/decode.h"
#include "language/hcl/content.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

constexpr AttributeSpec kAttributes[] = {{"count"}, {"for_each"}, {"provider"}, {"depends_on"}};
constexpr BlockSpec kManagedBlocks[] = {
    {"locals", {}}, {"lifecycle", {}}, {"connection", {}}, {"provisioner", kTypeLabel}, {"_", {}}};
constexpr BlockSpec kOtherBlocks[] = {{"locals", {}}, {"lifecycle", {}}, {"_", {}}};

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

// How messages name the blocks of a mode.
struct Words {
  std::string_view block, bad_type, bad_name;
};
const Words& WordsOf(ResourceMode mode) {
  static constexpr Words kManaged{"resource", "Invalid resource type name", "Invalid resource name"};
  static constexpr Words kData{"data", "Invalid data source name", "Invalid data resource name"};
  static constexpr Words kEphemeral{"ephemeral", "Invalid ephemeral resource type",
                                    "Invalid ephemeral resource name"};
  if (mode == ResourceMode::kManaged) return kManaged;
  return mode == ResourceMode::kData ? kData : kEphemeral;
}

void DecodeMetaBlocks(const DecodeContext& context, const hcl::Body& body, Resource& resource) {
  const bool managed = resource.address.mode == ResourceMode::kManaged;
  const hcl::Block* lifecycle = nullptr;
  const hcl::Block* connection = nullptr;
  const hcl::Block* escaping = nullptr;
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
          fmt::format("Reserved block type name in {} block", WordsOf(resource.address.mode).block),
          "The block type \"locals\" has no meaning here. Local values go into a locals block of the module.",
          block.type_span);
    } else if (block.type == "_" && HasLabels(block, 0)) {
      if (escaping != nullptr) {
        context.Error("Duplicate escaping block",
                      fmt::format("This resource already has an escaping block \"_\" at {}.",
                                  DescribePlace(context.PlaceOf(*escaping))),
                      block.header_span);
      }
      escaping = &block;
    } else if (managed && block.type == "provisioner" && HasLabels(block, 1)) {
      DecodeProvisioner(context, block, /*in_removed=*/false, resource.provisioners);
    } else if (managed && block.type == "connection" && HasLabels(block, 0)) {
      if (connection != nullptr) {
        context.Error("Duplicate connection block",
                      fmt::format("This resource already has a connection block at {}.",
                                  DescribePlace(context.PlaceOf(*connection))),
                      block.header_span);
      }
      connection = &block;
      resource.connection = {context.file, block.body};
    }
  }
  SetOuterConnection(context, resource.connection, resource.provisioners);
}

// What the escaping block holds belongs to the resource type's schema, whatever it is called.
void AddEscaped(const DecodeContext& context, const hcl::Body& content, Resource& resource) {
  if (context.file->is_json()) {
    for (const auto& block : content.blocks) {
      if (block.type == "_") resource.body = hcl::JoinEscaped(resource.body, *block.body);
    }
    return;
  }
  const hcl::Body& body = *resource.body.body;
  const hcl::Block* escaping = nullptr;
  for (const auto& block : body.blocks) {
    if (block.type == "_" && block.labels.empty()) escaping = &block;
  }
  if (escaping == nullptr) return;
  struct Storage {
    std::vector<hcl::Attribute> attributes;
    std::vector<hcl::Block> blocks;
    hcl::Body body;
  };
  auto storage = std::make_shared<Storage>();
  storage->attributes.assign(body.attributes.begin(), body.attributes.end());
  storage->attributes.insert(storage->attributes.end(), escaping->body->attributes.begin(),
                             escaping->body->attributes.end());
  for (const auto& block : body.blocks) {
    if (block.type != "_") storage->blocks.push_back(block);
  }
  storage->blocks.insert(storage->blocks.end(), escaping->body->blocks.begin(), escaping->body->blocks.end());
  storage->body = body;
  storage->body.attributes = storage->attributes;
  storage->body.blocks = storage->blocks;
  resource.body.body = &storage->body;
  context.file->Keep(std::move(storage));
}

}  // namespace

void DecodeResource(const DecodeContext& context, const hcl::Block& block, std::string_view check) {
  const ResourceMode mode = block.type == "resource" ? ResourceMode::kManaged
                            : block.type == "data"   ? ResourceMode::kData
                                                     : ResourceMode::kEphemeral;
  const bool managed = mode == ResourceMode::kManaged;
  const Words& words = WordsOf(mode);
  Resource resource;
  resource.address = {mode, std::string(block.labels[0].text), std::string(block.labels[1].text)};
  resource.body = {context.file, block.body};
  resource.check = check;
  resource.place = context.PlaceOf(block);
  resource.type_span = block.labels[0].span;
  const hcl::Body& body = ReadContent(
      context, block,
      {kAttributes, managed ? std::span<const BlockSpec>(kManagedBlocks) : kOtherBlocks, /*open=*/true});
  CheckName(context, block.labels[0], words.bad_type);
  CheckName(context, block.labels[1], words.bad_name);
  DecodeMetaArguments(context, body, resource);
  DecodeMetaBlocks(context, body, resource);
  AddEscaped(context, body, resource);

  const auto [existing, added] =
      context.module.resources.try_emplace(resource.address.ToString(), std::move(resource));
  if (added) return;
  const language::address::Resource& address = existing->second.address;
  context.Error(
      fmt::format("Duplicate {} \"{}\" configuration", words.block, address.type),
      fmt::format("{} was already declared at {}. Names of resources are unique per type within a module.",
                  address.ToString(), DescribePlace(existing->second.place)),
      block.header_span);
}

}  // namespace engine::config
