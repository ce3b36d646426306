#include <algorithm>

#include <fmt/format.h>

#include "engine/config/decode.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

// Positions of a quoted reference are kept by parsing it behind as much white space as stands before it. In
// larger files that would cost too much, and the positions are those inside the quotes.
constexpr uint32_t kMaxPadding = 64 * 1024;

TraversalRef ParseQuoted(const DecodeContext& context, const hcl::Expression& expression,
                         const std::string& text) {
  const Span inside = StartSpan(expression);
  std::string padded;
  if (inside.begin <= kMaxPadding) {
    padded = context.file->source().text().substr(0, inside.begin);
    std::ranges::replace_if(padded, [](char c) { return c != '\n'; }, ' ');
  }
  base::diag::Diagnostics ignored;
  FilePtr file = hcl::ParseExpression(context.file->name(), padded + text, ignored);
  const hcl::TraversalExpression* traversal =
      file->expression() == nullptr || ignored.HasErrors() ? nullptr : hcl::AsTraversal(*file->expression());
  if (traversal == nullptr) {
    context.Error("Invalid reference", fmt::format("\"{}\" is not a reference.", text), expression.span);
    return {};
  }
  return {std::move(file), traversal};
}

}  // namespace

ExpressionRef UnwrapReference(const DecodeContext& context, const hcl::Expression& expression) {
  if (!context.file->is_json()) return {context.file, &expression};
  if (expression.kind != hcl::ExpressionKind::kJsonText) {
    context.Error("Invalid reference expression", "A reference in a text is required here: \"a.b\".",
                  expression.span);
    return {};
  }
  return hcl::ParseEmbedded(context.file, hcl::As<hcl::JsonTextExpression>(expression), context.diagnostics);
}

TraversalRef DecodeTraversal(const DecodeContext& context, const hcl::Expression& expression,
                             bool allow_quoted) {
  if (const auto* traversal = hcl::AsTraversal(expression)) return {context.file, traversal};
  if (expression.kind == hcl::ExpressionKind::kJsonText) {
    base::diag::Diagnostics ignored;
    const ExpressionRef inside =
        hcl::ParseEmbedded(context.file, hcl::As<hcl::JsonTextExpression>(expression), ignored);
    const auto* traversal = inside ? hcl::AsTraversal(*inside.expression) : nullptr;
    if (traversal != nullptr) return {inside.file, traversal};
  } else if (allow_quoted) {
    if (const auto text = hcl::AsLiteralString(expression)) {
      context.Warning(
          "Quoted references are deprecated",
          "References are written without quotes here. Remove the quotes to silence this warning.",
          expression.span);
      return ParseQuoted(context, expression, *text);
    }
  }
  context.Error(
      "Invalid expression",
      "A single static reference is required here: names, attributes and constant indexes only, no function "
      "calls, templates or calculations.",
      expression.span);
  return {};
}

std::vector<TraversalRef> DecodeTraversalList(const DecodeContext& context,
                                              const hcl::Expression& expression) {
  std::vector<TraversalRef> result;
  const hcl::TupleExpression* list = hcl::AsTuple(expression);
  if (list == nullptr) {
    context.Error("Invalid expression", "A static list is required here: [a, b].", StartSpan(expression));
    return result;
  }
  result.reserve(list->elements.size());
  for (const hcl::Expression* element : list->elements) {
    TraversalRef reference = DecodeTraversal(context, *element, true);
    if (reference.traversal != nullptr) result.push_back(std::move(reference));
  }
  return result;
}

std::optional<LocalProviderName> DecodeProviderName(const DecodeContext& context,
                                                    const hcl::Expression& expression,
                                                    std::string_view what) {
  const auto invalid = [&](std::string detail, Span span) -> std::optional<LocalProviderName> {
    context.Error("Invalid provider configuration reference", std::move(detail), span);
    return std::nullopt;
  };
  const std::string form = fmt::format(
      "The {} argument takes the name of a provider, optionally followed by a dot and an alias: okta or "
      "okta.west.",
      what);
  TraversalRef reference;
  if (expression.kind == hcl::ExpressionKind::kJsonText) {
    base::diag::Diagnostics ignored;
    reference = DecodeTraversal({context.file, context.module, ignored}, expression, false);
    if (reference.traversal == nullptr) return invalid(form, expression.span);
  } else if (hcl::AsTraversal(expression) != nullptr || hcl::AsLiteralString(expression)) {
    reference = DecodeTraversal(context, expression, true);
    if (reference.traversal == nullptr) return std::nullopt;
  } else {
    return invalid(form, expression.span);
  }
  const hcl::TraversalExpression& traversal = *reference.traversal;
  if (traversal.steps.size() > 1) return invalid(form, expression.span);
  LocalProviderName name{std::string(traversal.root), ""};
  if (!traversal.steps.empty()) {
    if (traversal.steps[0].kind != hcl::TraversalStep::Kind::kAttribute) {
      return invalid("A provider configuration has no index: write a dot and its alias.",
                     traversal.steps[0].span);
    }
    name.alias = traversal.steps[0].name;
  }
  if (std::string problem = ProviderNameProblem(name.name); !problem.empty()) {
    context.Error("Invalid provider local name", std::move(problem),
                  context.file->is_json() ? traversal.span : expression.span);
    return std::nullopt;
  }
  return name;
}

}  // namespace engine::config
