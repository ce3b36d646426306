#include <fmt/format.h>

#include "engine/config/decode.h"
#include "engine/config/load.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

constexpr AttributeSpec kAttributes[] = {{"condition", true}, {"error_message", true}};

bool RefersTo(const hcl::Expression& expression, const language::address::Resource& resource) {
  bool found = false;
  hcl::ForEachTraversal(expression, [&](const hcl::TraversalExpression& traversal) {
    const ReferencedObject object = ParseReference(traversal);
    found |= object.kind == ReferencedObject::Kind::kResource && object.resource == resource;
  });
  return found;
}

}  // namespace

std::optional<Condition> DecodeCondition(const DecodeContext& context, const hcl::Block& block,
                                         const language::address::Resource* self) {
  const hcl::Body& body = ReadContent(context, block, {kAttributes, {}});
  if (context.overriding && block.type != "assert") {
    context.Error(
        fmt::format("Can't override {} blocks", block.type),
        fmt::format("An override file cannot change or add {} blocks. Move this one into the block of "
                    "the other file.",
                    block.type),
        block.header_span);
    return std::nullopt;
  }
  Condition result{context.Expression(body.FindAttribute("condition")),
                   context.Expression(body.FindAttribute("error_message")), context.PlaceOf(block)};
  bool ok = result.condition && result.error_message;
  if (self != nullptr) {
    for (const ExpressionRef& each : {result.condition, result.error_message}) {
      if (!each || !RefersTo(*each.expression, *self)) continue;
      context.Error(
          fmt::format("Invalid reference in {}", block.type),
          fmt::format("A {} of {} may not name that resource itself.{}", block.type, self->ToString(),
                      block.type == "postcondition" ? " Write self instead." : ""),
          each.expression->span);
      ok = false;
    }
  }
  if (result.condition) {
    bool refers = false;
    hcl::ForEachTraversal(*result.condition.expression,
                          [&](const hcl::TraversalExpression&) { refers = true; });
    if (!refers) {
      context.Error(
          fmt::format("Invalid {} expression", block.type),
          "The condition refers to no other object of the configuration, so its result could never change.",
          result.condition.expression->span);
      ok = ok && block.type == "validation";
    }
  }
  if (!ok) return std::nullopt;
  return result;
}

}  // namespace engine::config
