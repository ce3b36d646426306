#include <fmt/format.h>

#include "engine/config/decode.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;
using language::value::PathStep;

constexpr AttributeSpec kAttributes[] = {
    {"create_before_destroy"}, {"prevent_destroy"}, {"ignore_changes"}, {"replace_triggered_by"}};
constexpr BlockSpec kBlocks[] = {{"precondition", {}}, {"postcondition", {}}};

language::value::Path PathOf(const hcl::TraversalExpression& traversal) {
  language::value::Path path{PathStep::Attribute(std::string(traversal.root))};
  for (const auto& step : traversal.steps) {
    path.push_back(step.kind == hcl::TraversalStep::Kind::kAttribute
                       ? PathStep::Attribute(std::string(step.name))
                       : PathStep::Index(step.key));
  }
  return path;
}

void DecodeIgnoreChanges(const DecodeContext& context, const hcl::Attribute& attribute,
                         Lifecycle& lifecycle) {
  const hcl::Expression& expression = *attribute.expression;
  if (hcl::AsKeyword(expression) == "all") {
    lifecycle.ignore_all_changes = true;
    return;
  }
  if (const auto* list = hcl::AsTuple(expression)) {
    for (const hcl::Expression* element : list->elements) {
      if (hcl::AsLiteralString(*element) == "*") {
        context.Error("Invalid ignore_changes wildcard",
                      "The form [\"*\"] is not understood any more. Write ignore_changes = all.",
                      expression.span);
        return;
      }
    }
  }
  lifecycle.ignore_changes_refs = DecodeTraversalList(context, expression);
  for (const TraversalRef& each : lifecycle.ignore_changes_refs)
    lifecycle.ignore_changes.push_back(PathOf(*each.traversal));
}

// The resources to follow; in indexes, count.index and each.key may be used.
void DecodeReplaceTriggeredBy(const DecodeContext& context, const hcl::Attribute& attribute,
                              Lifecycle& lifecycle) {
  const auto* list = hcl::AsTuple(*attribute.expression);
  if (list == nullptr) {
    context.Error("Invalid expression", "A static list is required here: [a, b].",
                  StartSpan(*attribute.expression));
    return;
  }
  for (const hcl::Expression* written : list->elements) {
    const ExpressionRef unwrapped = UnwrapReference(context, *written);
    if (!unwrapped) continue;
    const hcl::Expression* element = unwrapped.expression;
    bool ok = true, resource = false;
    hcl::ForEachTraversal(*element, [&](const hcl::TraversalExpression& traversal) {
      const std::string_view root = traversal.root;
      const std::string_view first = traversal.steps.empty() ? std::string_view() : traversal.steps[0].name;
      if ((root == "count" && first == "index") || (root == "each" && first == "key")) return;
      for (const std::string_view other :
           {"var", "local", "module", "data", "ephemeral", "each", "count", "self", "path", "terraform"}) {
        if (root != other) continue;
        const std::string what =
            root == "each" || root == "count" ? std::string(root) + " reference" : "reference";
        context.Error(
            "Invalid " + what + " in replace_triggered_by expression",
            "Only resources of this module may trigger a replacement; in their index, count.index and "
            "each.key may be used. To follow another value, store it in a terraform_data resource.",
            element->span);
        ok = false;
        return;
      }
      resource = true;
    });
    const bool call = element->kind != hcl::ExpressionKind::kTraversal &&
                      element->kind != hcl::ExpressionKind::kRelative &&
                      element->kind != hcl::ExpressionKind::kIndex;
    if (ok && (!resource || call)) {
      context.Error("Invalid replace_triggered_by expression",
                    "A reference to a resource, one of its instances or attributes is required here.",
                    element->span);
      ok = false;
    }
    if (!ok) return;
    lifecycle.replace_triggered_by.push_back(unwrapped);
  }
}

}  // namespace

void DecodeLifecycle(const DecodeContext& context, const hcl::Block& block, Resource& resource) {
  const hcl::Body& body = ReadContent(context, block, {kAttributes, kBlocks});
  Lifecycle& lifecycle = resource.lifecycle;
  if (resource.address.mode == ResourceMode::kManaged) {
    lifecycle.create_before_destroy = ConstantBool(context, body.FindAttribute("create_before_destroy"));
    if (const auto* attribute = body.FindAttribute("prevent_destroy")) {
      lifecycle.prevent_destroy = ConstantBool(context, attribute).value_or(false);
      lifecycle.prevent_destroy_place = Place{context.file, attribute->span};
    }
    if (const auto* attribute = body.FindAttribute("ignore_changes"))
      DecodeIgnoreChanges(context, *attribute, lifecycle);
    if (const auto* attribute = body.FindAttribute("replace_triggered_by")) {
      DecodeReplaceTriggeredBy(context, *attribute, lifecycle);
    }
  } else {
    for (const AttributeSpec& each : kAttributes) {
      const auto* attribute = body.FindAttribute(each.name);
      if (attribute == nullptr) continue;
      const std::string_view block = resource.address.mode == ResourceMode::kData ? "data" : "ephemeral";
      context.Error(
          fmt::format("Invalid {} resource lifecycle argument", block),
          fmt::format(
              "\"{}\" has a meaning for resource blocks only: nothing is created or destroyed for {} {} "
              "block. Remove it.",
              each.name, block == "data" ? "a" : "an", block),
          attribute->name_span);
    }
  }
  for (const auto& inner : body.blocks) {
    const bool pre = inner.type == "precondition", post = inner.type == "postcondition";
    if ((!pre && !post) || !HasLabels(inner, 0)) continue;
    auto condition = DecodeCondition(context, inner, &resource.address);
    if (condition)
      (pre ? lifecycle.preconditions : lifecycle.postconditions).push_back(*std::move(condition));
  }
}

}  // namespace engine::config
