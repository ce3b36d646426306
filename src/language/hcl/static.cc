// Static reading of expressions, and walks over what they refer to.
#include <algorithm>
#include <string>
#include <vector>

#include "base/core/strings.h"
#include "base/text/unicode.h"
#include "language/hcl/parser.h"

namespace language::hcl {
namespace {

// Visits every expression below one in source order, knowing which names `for` has bound. Keeps its own
// stack: chains of operators are as deep as they are long.
class Walk {
 public:
  explicit Walk(const Expression& root) { Push(&root); }

  // The next traversal or call; null at the end.
  const Expression* Next() {
    while (!stack_.empty()) {
      const Step step = stack_.back();
      stack_.pop_back();
      if (step.bind != nullptr) {
        Bind(*step.bind);
      } else if (step.unbind != 0) {
        locals_.resize(locals_.size() - step.unbind);
      } else if (const Expression* found = Open(*step.expression)) {
        return found;
      }
    }
    return nullptr;
  }

 private:
  struct Step {
    const Expression* expression = nullptr;
    const ForExpression* bind = nullptr;
    size_t unbind = 0;
  };

  void Push(const Expression* expression) {
    if (expression != nullptr) stack_.push_back({.expression = expression});
  }
  void PushAll(std::span<const Expression* const> expressions) {
    for (size_t i = expressions.size(); i > 0; --i) Push(expressions[i - 1]);
  }
  static size_t BoundNames(const ForExpression& loop) { return loop.key_name.empty() ? 1 : 2; }
  void Bind(const ForExpression& loop) {
    if (!loop.key_name.empty()) locals_.push_back(loop.key_name);
    locals_.push_back(loop.value_name);
  }
  bool IsLocal(std::string_view name) const { return std::ranges::find(locals_, name) != locals_.end(); }

  // Pushes the children, last first; the expression itself if it is what the walk looks for.
  const Expression* Open(const Expression& e) {
    switch (e.kind) {
      case ExpressionKind::kLiteral:
      case ExpressionKind::kSplatItem:
        break;
      case ExpressionKind::kTraversal:
        if (!IsLocal(As<TraversalExpression>(e).root)) return &e;
        break;
      case ExpressionKind::kRelative:
        Push(As<RelativeExpression>(e).source);
        break;
      case ExpressionKind::kIndex:
        Push(As<IndexExpression>(e).key);
        Push(As<IndexExpression>(e).collection);
        break;
      case ExpressionKind::kSplat:
        Push(As<SplatExpression>(e).each);
        Push(As<SplatExpression>(e).source);
        break;
      case ExpressionKind::kCall: {
        const CallExpression& call = As<CallExpression>(e);
        // The second argument of convert() is a type: its words name no objects.
        const bool typed = call.name == "convert" || call.name == "core::convert";
        PushAll(typed && call.arguments.size() == 2 ? call.arguments.first(1) : call.arguments);
        return &e;
      }
      case ExpressionKind::kConditional:
        Push(As<ConditionalExpression>(e).if_false);
        Push(As<ConditionalExpression>(e).if_true);
        Push(As<ConditionalExpression>(e).condition);
        break;
      case ExpressionKind::kBinary:
        Push(As<BinaryExpression>(e).right);
        Push(As<BinaryExpression>(e).left);
        break;
      case ExpressionKind::kUnary:
        Push(As<UnaryExpression>(e).operand);
        break;
      case ExpressionKind::kTuple:
        PushAll(As<TupleExpression>(e).elements);
        break;
      case ExpressionKind::kObject: {
        const auto items = As<ObjectExpression>(e).items;
        for (size_t i = items.size(); i > 0; --i) {
          Push(items[i - 1].value);
          Push(items[i - 1].key);
        }
        break;
      }
      case ExpressionKind::kFor: {
        const ForExpression& loop = As<ForExpression>(e);
        stack_.push_back({.unbind = BoundNames(loop)});
        Push(loop.condition);
        Push(loop.value);
        Push(loop.key);
        stack_.push_back({.bind = &loop});
        Push(loop.collection);
        break;
      }
      case ExpressionKind::kTemplate:
        PushAll(As<TemplateExpression>(e).parts);
        break;
      case ExpressionKind::kTemplateWrap:
        Push(As<TemplateWrapExpression>(e).wrapped);
        break;
      case ExpressionKind::kTemplateFor:
        Push(As<TemplateForExpression>(e).tuple);
        break;
      case ExpressionKind::kParentheses:
        Push(As<ParenthesesExpression>(e).inner);
        break;
      case ExpressionKind::kJsonText:
        Push(As<JsonTextExpression>(e).parsed);
        break;
    }
    return nullptr;
  }

  std::vector<Step> stack_;
  std::vector<std::string_view> locals_;
};

}  // namespace

const TraversalExpression* AsTraversal(const Expression& expression) {
  return expression.kind == ExpressionKind::kTraversal ? &As<TraversalExpression>(expression) : nullptr;
}

std::string_view AsKeyword(const Expression& expression) {
  if (const TraversalExpression* traversal = AsTraversal(expression)) {
    return traversal->steps.empty() ? traversal->root : std::string_view();
  }
  if (expression.kind == ExpressionKind::kJsonText) {
    const std::string_view text = base::core::Trim(As<JsonTextExpression>(expression).text);
    return base::text::IsIdentifier(text) ? text : std::string_view();
  }
  if (expression.kind != ExpressionKind::kLiteral) return "";
  const value::Value& value = As<LiteralExpression>(expression).value;
  if (value.IsUnknown()) return "";
  if (value.IsNull()) return "null";
  if (value.type().IsBool()) return value.AsBool() ? "true" : "false";
  return "";
}

const CallExpression* AsCall(const Expression& expression) {
  return expression.kind == ExpressionKind::kCall ? &As<CallExpression>(expression) : nullptr;
}

const TupleExpression* AsTuple(const Expression& expression) {
  return expression.kind == ExpressionKind::kTuple ? &As<TupleExpression>(expression) : nullptr;
}

const ObjectExpression* AsObject(const Expression& expression) {
  return expression.kind == ExpressionKind::kObject ? &As<ObjectExpression>(expression) : nullptr;
}

std::optional<std::string> AsLiteralString(const Expression& expression) {
  if (expression.kind == ExpressionKind::kJsonText)
    return std::string(As<JsonTextExpression>(expression).text);
  if (expression.kind != ExpressionKind::kTemplate) return std::nullopt;
  const TemplateExpression& text = As<TemplateExpression>(expression);
  if (!text.IsLiteral()) return std::nullopt;
  if (text.parts.empty()) return "";
  return std::string(As<LiteralExpression>(*text.parts[0]).value.AsString());
}

void ForEachTraversal(const Expression& expression,
                      const std::function<void(const TraversalExpression&)>& callback) {
  Walk walk(expression);
  while (const Expression* found = walk.Next()) {
    if (found->kind == ExpressionKind::kTraversal) callback(As<TraversalExpression>(*found));
  }
}

void ForEachCall(const Expression& expression, const std::function<void(const CallExpression&)>& callback) {
  Walk walk(expression);
  while (const Expression* found = walk.Next()) {
    if (found->kind == ExpressionKind::kCall) callback(As<CallExpression>(*found));
  }
}

}  // namespace language::hcl
