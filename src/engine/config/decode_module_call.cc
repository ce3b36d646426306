#include <algorithm>

#include <fmt/format.h>

#include "engine/config/decode.h"
#include "engine/config/version.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

constexpr AttributeSpec kAttributes[] = {{"source", true}, {"version"},    {"count"},
                                         {"for_each"},     {"depends_on"}, {"providers"}};
constexpr BlockSpec kBlocks[] = {{"_", {}}, {"lifecycle", {}}, {"locals", {}}, {"provider", kTypeLabel}};

bool IsMetaArgument(std::string_view name) {
  return std::ranges::find(kAttributes, name, &AttributeSpec::name) != std::end(kAttributes);
}

void DecodeSource(const DecodeContext& context, const hcl::Body& body, ModuleCall& call) {
  const auto* attribute = body.FindAttribute("source");
  const auto source = ConstantString(context, attribute);
  if (!source) return;
  const Span span = attribute->expression->span;
  const bool local = source->starts_with("./") || source->starts_with("../");
  const auto* version = body.FindAttribute("version");
  if (version != nullptr) {
    const auto text = ConstantString(context, version);
    if (text && !VersionConstraints::Parse(*text)) {
      context.Error(
          "Invalid version constraint",
          "This is not a version constraint. Write conditions such as \">= 4.1, < 5.0\" or \"~> 4.8\".",
          version->expression->span);
      return;
    }
  }
  if (local && version != nullptr) {
    context.Error(
        "Invalid registry module source address",
        fmt::format(
            "Only modules of a registry have versions, and \"{}\" is a folder. Remove the version argument.",
            *source),
        span);
  } else if (local) {
    call.source = *source;
  } else if (version == nullptr && (source->find_first_of(":.") == std::string::npos) &&
             std::ranges::count(*source, '/') < 2) {
    context.Error(
        "Invalid module source address",
        source->empty()
            ? "The source names the module's folder, such as \"./modules/users\"."
            : fmt::format("\"{0}\" is no address of a module. If a folder was meant, write \"./{0}\".",
                          *source),
        span);
  } else {
    context.Error(
        "Module not installed",
        fmt::format(
            "This version reads modules from local folders only and cannot fetch \"{}\". Copy the module "
            "into a folder of the project and write its path, such as \"./modules/{}\".",
            *source, call.name),
        context.PlaceOf(*call.block).span);
  }
}

// Diagnostics about a configuration point at the provider's name, without the alias.
Span RootSpan(const hcl::Expression& expression) {
  const auto* traversal = hcl::AsTraversal(expression);
  return traversal == nullptr ? expression.span : traversal->root_span;
}

void DecodeProviders(const DecodeContext& context, const hcl::Expression& expression, ModuleCall& call) {
  const auto* object = hcl::AsObject(expression);
  if (object == nullptr) {
    context.Error("Invalid expression", "A static map is required here: { okta = okta.west }.",
                  StartSpan(expression));
    return;
  }
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

// What evaluation sees: the body without the meta arguments and blocks.
void KeepArguments(const hcl::Body& body, ModuleCall& call) {
  struct Storage {
    std::vector<hcl::Attribute> attributes;
    hcl::Body body;
  };
  auto storage = std::make_shared<Storage>();
  for (const auto& attribute : body.attributes) {
    if (!IsMetaArgument(attribute.name)) storage->attributes.push_back(attribute);
  }
  storage->body = body;
  storage->body.attributes = storage->attributes;
  storage->body.blocks = {};
  call.body.body = &storage->body;
  call.body_storage = std::move(storage);
}

}  // namespace

void DecodeModuleCall(const DecodeContext& context, const hcl::Block& block) {
  const hcl::Body& body = *block.body;
  CheckContent(context, body, block.open_span, {kAttributes, kBlocks, /*open=*/true});
  CheckName(context, block.labels[0], "Invalid module instance name");
  ModuleCall call;
  call.name = block.labels[0].text;
  call.block = &block;
  call.body.file = context.file;
  call.open_span = block.open_span;
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
  for (const auto& inner : body.blocks) {
    if (inner.type == "_") {
      context.Error("Unsupported escaping block",
                    "This version does not read the escaping block \"_\". Write its arguments into the "
                    "module block itself.",
                    inner.header_span);
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
  KeepArguments(body, call);

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
