// The syntax tree of HCL: bodies, attributes, blocks, expressions and templates; both syntaxes make it.
// Not evaluated here (language/eval) and not typed (engine/config). Nodes live in their File's arena.
// Whoever holds a node pointer holds the shared_ptr<const File> that owns it.
//
// Depth: syntax that nests (brackets, blocks, templates, unary operators, splats, and chains of indexes) is
// at most kMaxNesting levels deep, so recursion over it is safe. Two chains are not bounded by that, and must
// be walked in a loop: BinaryExpression::left (a + b + c + ...) and ConditionalExpression::if_false (a ? b :
// c ? d : ...).
//
// JSON: values are the expressions that look like them (kLiteral, kTuple, kObject), strings and the keys of
// objects are kJsonText. What an object holds as a body depends on who asks: content.h tells. Errors: where
// something could not be parsed stands a kLiteral of DynamicUnknown. Spans are those of the reference
// implementation, as its diagnostics show them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/text/source.h"
#include "language/value/value.h"

namespace language::hcl {

using base::text::Span;

enum class ExpressionKind : uint8_t {
  kLiteral,      // number, bool, null, and template parts of plain text
  kTraversal,    // root name and constant steps: a.b[0].c["k"]
  kRelative,     // (expression).b.c : constant steps on any other expression
  kIndex,        // collection[key] with a key that is not constant
  kSplat,        // source.*.each or source[*].each
  kCall,         // f(args), core::f(args), provider::x::f(args)
  kConditional,  // a ? b : c
  kBinary,
  kUnary,
  kTuple,         // [a, b]
  kObject,        // {k = v}
  kFor,           // [for ...] and {for ...}
  kTemplate,      // "..." and heredocs with more than plain text or with a single literal
  kTemplateWrap,  // "${expression}" alone: passes the value through
  kTemplateFor,   // %{ for } : joins the parts of a tuple
  kParentheses,
  kSplatItem,  // stands for the current element inside kSplat's each
  kJsonText,   // a JSON string: a template, or where nothing is evaluated, its text
};

inline constexpr int kMaxNesting = 1000;

struct Expression {
  ExpressionKind kind;
  Span span;
};

struct TraversalStep {
  enum class Kind : uint8_t { kAttribute, kIndex, kLegacyIndex };
  Kind kind;
  std::string_view name;  // kAttribute
  value::Value key;       // kIndex, kLegacyIndex: string or number; a[true] and a[null] come here as well
  Span span;              // with its dot or brackets
};

struct LiteralExpression : Expression {
  value::Value value;
};
// The names true, false and null are literals, not traversals; AsKeyword reads them as names.
struct TraversalExpression : Expression {
  std::string_view root;
  Span root_span;
  std::span<const TraversalStep> steps;
};
struct RelativeExpression : Expression {
  const Expression* source;
  std::span<const TraversalStep> steps;
};
struct IndexExpression : Expression {
  const Expression* collection;
  const Expression* key;
  Span bracket_span;
};
// each applies to one element, which kSplatItem (the same node) stands for: each is the item itself, or a
// chain of kRelative, kIndex and kSplat that begins at the item. The item's span is that of the marker.
struct SplatItemExpression : Expression {};
struct SplatExpression : Expression {
  const Expression* source;
  const Expression* each;
  const SplatItemExpression* item;
  Span marker_span;  // `.*` or `[*]`
};
struct CallExpression : Expression {
  std::string_view name;  // with its namespaces: provider::okta::f
  Span name_span;
  std::span<const Expression* const> arguments;
  bool expand_final = false;  // f(args...)
  Span open_span, close_span;
};
struct ConditionalExpression : Expression {
  const Expression* condition;
  const Expression* if_true;
  const Expression* if_false;
};
enum class BinaryOperator : uint8_t {
  kOr,
  kAnd,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
};
struct BinaryExpression : Expression {
  BinaryOperator op;
  const Expression* left;
  const Expression* right;
  Span operator_span;
};
enum class UnaryOperator : uint8_t { kNot, kNegate };
struct UnaryExpression : Expression {
  UnaryOperator op;
  const Expression* operand;
};
struct Body;

struct TupleExpression : Expression {
  std::span<const Expression* const> elements;
  const Body* body = nullptr;  // of JSON: the array as the content of blocks
};
// A key that is a kTraversal with steps and not in parentheses (a.b = 1) is the evaluator's "Ambiguous
// attribute key".
struct ObjectItem {
  const Expression* key;  // a bare identifier is a kLiteral string with key_is_identifier
  const Expression* value;
  bool key_is_identifier = false;     // {name = ...}
  bool key_is_parenthesized = false;  // begins with a parenthesis: always evaluated
};
struct ObjectExpression : Expression {
  std::span<const ObjectItem> items;
  Span open_span;
  const Body* body = nullptr;  // of JSON: the object as a body
};
struct ForExpression : Expression {
  std::string_view key_name;  // empty when only a value is named
  std::string_view value_name;
  const Expression* collection;
  const Expression* key;  // object form only, else null
  const Expression* value;
  const Expression* condition;  // may be null
  bool group = false;           // value...
  Span open_span;
  Span close_span;
};
// Parts are kLiteral strings, interpolations, kConditional (%{ if }, whose two results are kTemplate) and
// kTemplateFor. There is at least one; neighbouring literals are one. A heredoc's indentation and the `~`
// markers have been applied.
struct TemplateExpression : Expression {
  std::span<const Expression* const> parts;
  // A quoted or heredoc text with no sequences at all.
  bool IsLiteral() const {
    return parts.empty() || (parts.size() == 1 && parts[0]->kind == ExpressionKind::kLiteral);
  }
};
struct TemplateWrapExpression : Expression {
  const Expression* wrapped;
};
struct TemplateForExpression : Expression {
  const Expression* tuple;
};  // a kFor whose value is a kTemplate
struct ParenthesesExpression : Expression {
  const Expression* inner;
};

// A mistake in a template that counts only where the template is evaluated.
struct TextProblem {
  std::string_view summary, detail;
  Span subject, context;
};
// A JSON string. Spans inside of its template begin behind the quote and do not know of escapes, as in the
// reference.
struct JsonTextExpression : Expression {
  std::string_view text;               // decoded
  value::Value value;                  // the text as a value
  const Expression* parsed = nullptr;  // its template, where it has sequences and no problems
  std::span<const TextProblem> problems;
};

template <typename T>
const T& As(const Expression& expression) {
  return static_cast<const T&>(expression);
}

class File;

struct Attribute {
  std::string_view name;
  Span name_span;
  Span equals_span;
  const Expression* expression;
  Span span;                   // name to the end of the expression
  const File* file = nullptr;  // in the content of merged bodies: where it stands
};

struct Label {
  std::string_view text;
  Span span;
};

struct Block {
  std::string_view type;
  Span type_span;
  std::span<const Label> labels;
  Span open_span, close_span;  // the braces; the type's span where the block is broken
  const Body* body;            // never null
  // Type and labels, without the brace: what diagnostics call "resource \"t\" \"n\"".
  Span header_span;
  Span span;
  const File* file = nullptr;  // in the content of merged bodies: where it stands
};

// The body of an override file over that of the file which it overrides; or what an escaping block holds,
// which belongs to the body around it.
struct MergedBody {
  const File* base_file;
  const Body* base;
  const File* file;
  const Body* overriding;
  bool escaped = false;
};

struct Body {
  std::span<const Attribute> attributes;  // in source order; names are unique
  std::span<const Block> blocks;          // in source order
  Span span;
  // Empty; where a missing argument is reported: at the opening brace (single-line blocks: at the argument).
  Span end_span;
  // Where one of these is set, the body has neither attributes nor blocks of its own: content.h reads it.
  const Expression* json = nullptr;
  const MergedBody* merged = nullptr;
  bool IsPlain() const { return json == nullptr && merged == nullptr; }
  const Attribute* FindAttribute(std::string_view name) const;
};

}  // namespace language::hcl
