#include <fmt/format.h>

#include "base/core/strings.h"
#include "engine/config/decode.h"
#include "engine/config/version.h"
#include "language/value/convert.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

constexpr AttributeSpec kAttributes[] = {{"required_version"}, {"experiments"}, {"language"}};
constexpr std::string_view kProviderLabel[] = {"provider"};
constexpr BlockSpec kBlocks[] = {{"backend", kTypeLabel},
                                 {"cloud", {}},
                                 {"required_providers", {}},
                                 {"provider_meta", kProviderLabel},
                                 {"encryption", {}}};

void DecodeRequiredVersion(const DecodeContext& context, const hcl::Attribute& attribute) {
  const auto value = ConstantValue(context.file, *attribute.expression, context.diagnostics);
  if (!value || value->IsNull()) return;
  const auto converted = language::value::Convert(*value, language::value::Type::String());
  const auto text = converted.ok() ? std::optional<std::string>(converted.value.AsString()) : std::nullopt;
  if (!text) {
    context.Error("Invalid version constraint", "A version constraint is a text, such as \">= 1.5, < 2.0\".",
                  attribute.expression->span);
    return;
  }
  const auto constraints = VersionConstraints::Parse(*text);
  if (!constraints) {
    context.Error(
        "Invalid version constraint",
        "This is not a version constraint. Write conditions such as \">= 1.5, < 2.0\" or \"~> 1.11\".",
        attribute.expression->span);
    return;
  }
  if (constraints->HasPrerelease()) {
    context.Error(
        "Invalid required_version constraint",
        fmt::format("Prerelease versions cannot be required: {}. Remove the part after the dash.", *text),
        attribute.span);
    return;
  }
  context.module.required_version.push_back(*text);
  context.module.required_version_places.push_back({context.file, attribute.span});
}

void DecodeBackend(const DecodeContext& context, const hcl::Block& block) {
  Module& module = context.module;
  if (module.backend) {
    context.Error("Duplicate backend configuration",
                  fmt::format("A module may have only one backend block. There is one already at {}.",
                              DescribePlace(module.backend->place)),
                  block.header_span);
    return;
  }
  module.backend =
      Backend{std::string(block.labels[0].text), false, {context.file, block.body}, context.PlaceOf(block)};
}

void DecodeCloud(const DecodeContext& context, const hcl::Block& block) {
  Module& module = context.module;
  if (module.cloud) {
    context.Error("Duplicate HCP Terraform configurations",
                  fmt::format("A module may have only one cloud block. There is one already at {}.",
                              DescribePlace(module.cloud->place)),
                  block.header_span);
    return;
  }
  module.cloud = Backend{"cloud", true, {context.file, block.body}, context.PlaceOf(block)};
}

void DecodeProviderMeta(const DecodeContext& context, const hcl::Block& block) {
  ProviderMeta meta{std::string(block.labels[0].text), {context.file, block.body}, context.PlaceOf(block)};
  const auto [existing, added] = context.module.provider_meta.try_emplace(meta.name, meta);
  if (added) return;
  context.Error("Duplicate provider_meta block",
                fmt::format("The module has a provider_meta block for \"{}\" already, at {}. Keep one.",
                            meta.name, DescribePlace(existing->second.place)),
                block.header_span);
}

}  // namespace

void DecodeTerraform(const DecodeContext& context, const hcl::Block& block) {
  const hcl::Body& body = ReadContent(context, block, {kAttributes, kBlocks});
  if (const auto* attribute = body.FindAttribute("required_version"))
    DecodeRequiredVersion(context, *attribute);
  if (const auto* attribute = body.FindAttribute("experiments")) {
    context.Error("Module uses experimental features",
                  "There are no experimental language features in this version. Remove this argument.",
                  attribute->name_span);
  }
  if (const auto* attribute = body.FindAttribute("language")) {
    if (hcl::AsKeyword(*attribute->expression) != "TF2021") {
      context.Error("Unsupported language edition", "The only language edition that is understood is TF2021.",
                    attribute->expression->span);
    }
  }
  for (const auto& inner : body.blocks) {
    if (inner.type == "required_providers" && HasLabels(inner, 0)) {
      DecodeRequiredProviders(context, inner);
    } else if (inner.type == "backend" && HasLabels(inner, 1)) {
      DecodeBackend(context, inner);
    } else if (inner.type == "cloud" && HasLabels(inner, 0)) {
      DecodeCloud(context, inner);
    } else if (inner.type == "provider_meta" && HasLabels(inner, 1)) {
      DecodeProviderMeta(context, inner);
    } else if (inner.type == "encryption" && HasLabels(inner, 0)) {
      CheckEncryption(context, inner);
    }
  }
  const Module& module = context.module;
  if (module.cloud && module.backend) {
    language::hcl::AddError(
        context.diagnostics, "Both a backend and cloud configuration are present",
        fmt::format("A module has either a cloud block or a backend block. The cloud block is at {}.",
                    DescribePlace(module.cloud->place)),
        *module.backend->place.file, module.backend->place.span);
  }
}

}  // namespace engine::config
