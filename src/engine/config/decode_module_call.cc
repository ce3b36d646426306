#include <algorithm>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "engine/config/decode.h"
#include "engine/config/version.h"
#include "language/hcl/content.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

constexpr AttributeSpec kAttributes[] = {{"source", true}, {"version"},    {"count"},
                                         {"for_each"},     {"depends_on"}, {"providers"}};
constexpr BlockSpec kBlocks[] = {{"_", {}}, {"lifecycle", {}}, {"locals", {}}, {"provider", kTypeLabel}};

bool IsMetaArgument(std::string_view name) {
  return std::ranges::find(kAttributes, name, &AttributeSpec::name) != std::end(kAttributes);
}

bool IsMetaBlock(std::string_view name) {
  return std::ranges::find(kBlocks, name, &BlockSpec::type) != std::end(kBlocks);
}

void DecodeSource(const DecodeContext& context, const hcl::Body& body, ModuleCall& call) {
  using Kind = language::address::ModuleSource::Kind;
  const auto* attribute = body.FindAttribute("source");
  const auto* version_attribute = body.FindAttribute("version");
  const auto source = ConstantString(context, attribute);
  if (!source) return;
  const Span span = attribute->expression->span;
  auto version = DecodeModuleVersion(context, version_attribute);
  if (!version) return;
  auto address = language::address::ParseModuleSource(*source);
  if (version_attribute != nullptr && language::address::IsLocalModuleSource(*source)) {
    context.Error(
        "Invalid registry module source address",
        fmt::format(
            "Only modules of a registry have versions, and \"{}\" is a folder. Remove the version argument.",
            *source),
        span);
  } else if (version_attribute != nullptr && (!address.ok() || address->kind != Kind::kRegistry)) {
    context.Error(
        "Invalid registry module source address",
        fmt::format("Only modules of a registry have versions, and \"{}\" is none of a registry: that is "
                    "NAMESPACE/NAME/SYSTEM, with a host name before it where it is not the public one.",
                    language::address::WithoutPassword(*source)),
        span);
  } else if (source->find("${") != std::string::npos) {
    context.Error("Invalid module source address",
                  "The source of a module is needed before anything is evaluated: write it out, without "
                  "templates.",
                  span);
  } else if (!address.ok()) {
    context.Error("Invalid module source address",
                  fmt::format("The module cannot be found by this: {}.", address.error().message()), span);
  } else {
    call.source = *source;
    call.address = *std::move(address);
    call.version = *std::move(version);
    call.source_place = {context.file, span};
  }
}

// Diagnostics about a configuration point at the provider's name, without the alias.
Span RootSpan(const hcl::Expression& expression) {
  if (expression.kind == hcl::ExpressionKind::kJsonText) {
    const std::string_view text = hcl::As<hcl::JsonTextExpression>(expression).text;
    const size_t length = std::min(text.find('.'), text.size());
    return {expression.span.begin, expression.span.begin + static_cast<uint32_t>(length)};
  }
  if (const auto* traversal = hcl::AsTraversal(expression)) return traversal->root_span;
  // Of a quoted name, what is inside the quotes.
  if (expression.kind != hcl::ExpressionKind::kTemplate) return expression.span;
  return {expression.span.begin + 1, expression.span.end - 1};
}

// What evaluation sees: the body without the meta arguments and blocks.
void KeepArguments(const DecodeContext& context, const hcl::Body& body, ModuleCall& call) {
  struct Storage {
    std::vector<hcl::Attribute> attributes;
    hcl::Body body;
  };
  auto storage = std::make_shared<Storage>();
  const hcl::LooseContent content(*context.file, body);
  for (const auto& attribute : content.body().attributes) {
    const bool block = context.file->is_json() && IsMetaBlock(attribute.name);
    if (!IsMetaArgument(attribute.name) && !block) storage->attributes.push_back(attribute);
    const auto* object = block && attribute.name == "_" ? hcl::AsObject(*attribute.expression) : nullptr;
    if (object == nullptr) continue;
    const hcl::LooseContent escaped(*context.file, *object->body);
    for (const auto& each : escaped.body().attributes) storage->attributes.push_back(each);
  }
  // What the escaping block holds are arguments, whatever they are called.
  for (const auto& block : content.body().blocks) {
    if (block.type != "_") continue;
    storage->attributes.insert(storage->attributes.end(), block.body->attributes.begin(),
                               block.body->attributes.end());
  }
  storage->body = content.body();
  storage->body.attributes = storage->attributes;
  storage->body.blocks = {};
  call.body.body = &storage->body;
  call.body_storage = std::move(storage);
}

}  // namespace

void DecodeProviders(const DecodeContext& context, const hcl::Expression& expression, ModuleCall& call) {
  const auto* object = hcl::AsObject(expression);
  if (object == nullptr) {
    context.Error("Invalid expression", "A static map is required here: { okta = okta.west }.",
                  StartSpan(expression));
    return;
  }
  call.providers_file = context.file;
  for (const auto& item : object->items) {
    std::optional<LocalProviderName> child;
    if (item.key_is_identifier && item.key->kind == hcl::ExpressionKind::kLiteral) {
      child = LocalProviderName{std::string(hcl::As<hcl::LiteralExpression>(*item.key).value.AsString()), ""};
    } else {
      child = DecodeProviderName(context, *item.key, "providers");
    }
    const auto ours = DecodeProviderName(context, *item.value, "providers");
    if (!child || !ours) continue;
    const Span whole = base::text::Cover(item.key->span, item.value->span);
    const auto [existing, added] = call.providers.try_emplace(child->ToString(), *ours);
    if (added) {
      call.provider_spans[child->ToString()] = {RootSpan(*item.key), RootSpan(*item.value)};
      continue;
    }
    const ModuleCall::ProviderSpans& first = call.provider_spans[existing->first];
    context.Error("Duplicate provider address",
                  fmt::format("A configuration was already passed as {} at {}. Pass one.", existing->first,
                              DescribePlace({context.file, base::text::Cover(first.child, first.ours)})),
                  Span{item.value->span.begin, whole.end});
  }
}

std::optional<std::string> DecodeModuleVersion(const DecodeContext& context, const hcl::Attribute* version) {
  if (version == nullptr) return "";
  auto text = ConstantString(context, version);
  if (!text || text->empty() || VersionConstraints::Parse(*text)) return text;
  context.Error("Invalid version constraint",
                "This is not a version constraint. Write conditions such as \">= 4.1, < 5.0\" or \"~> 4.8\".",
                version->expression->span);
  return std::nullopt;
}

void DecodeModuleCall(const DecodeContext& context, const hcl::Block& block) {
  const hcl::Body& body = ReadContent(context, block, {kAttributes, kBlocks, /*open=*/true});
  CheckName(context, block.labels[0], "Invalid module instance name");
  ModuleCall call;
  call.name = block.labels[0].text;
  call.block = &block;
  call.body.file = context.file;
  call.open_span = context.file->is_json() ? body.end_span : block.open_span;
  call.place = context.PlaceOf(block);
  DecodeSource(context, body, call);
  const auto* count = body.FindAttribute("count");
  const auto* for_each = body.FindAttribute("for_each");
  if (count != nullptr && for_each != nullptr) {
    context.Error("Invalid combination of \"count\" and \"for_each\"",
                  "The two exclude each other: count makes numbered instances, for_each instances with a "
                  "key. Keep one.",
                  for_each->name_span);
  }
  call.count = context.Expression(count);
  call.for_each = context.Expression(for_each);
  if (const auto* attribute = body.FindAttribute("depends_on")) {
    call.depends_on = DecodeTraversalList(context, *attribute->expression);
  }
  if (const auto* attribute = body.FindAttribute("providers"))
    DecodeProviders(context, *attribute->expression, call);
  bool escaping = false;
  for (const auto& inner : body.blocks) {
    if (inner.type == "_") {
      if (escaping) {
        context.Error("Duplicate escaping block", "A module block has one escaping block \"_\" at most.",
                      inner.header_span);
      }
      escaping = true;
    } else if (inner.type == "lifecycle" || inner.type == "locals" || inner.type == "provider") {
      context.Error(
          "Reserved block type name in module block",
          fmt::format("The block type \"{}\" has no meaning in module blocks yet and may not be used.",
                      inner.type),
          inner.type_span);
    } else {
      context.Error("Unsupported block type",
                    fmt::format("Blocks of type \"{}\" are not expected here: a module takes arguments only.",
                                inner.type),
                    inner.type_span);
    }
  }
  KeepArguments(context, *block.body, call);

  const auto [existing, added] = context.module.module_calls.try_emplace(call.name, std::move(call));
  if (added) return;
  context.Error(
      "Duplicate module call",
      fmt::format(
          "A module call named \"{}\" was already defined at {}. Names of module calls are unique within a "
          "module.",
          existing->first, DescribePlace(existing->second.place)),
      block.header_span);
}

}  // namespace engine::config
