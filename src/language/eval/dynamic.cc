#include "language/eval/dynamic.h"

#include <fmt/format.h>

#include <deque>

#include "base/core/strings.h"
#include "language/hcl/parser.h"
#include "language/value/convert.h"

namespace language::eval {

using base::core::GoQuote;
using hcl::AddError;
using value::Value;

bool IsDynamic(const hcl::Block& block) { return block.type == "dynamic" && block.labels.size() == 1; }

namespace {

// The parts stand in the file as long as it lives, also where this is only the order in which JSON has them.
struct OpenedDynamic {
  OpenedDynamic(const hcl::File& file, const hcl::Block& block, base::diag::Diagnostics& diagnostics)
      : content(file, *block.body, {{"for_each", "iterator", "labels"}, {{"content", {}}}, {}, false},
                diagnostics) {}
  hcl::Content content;
};

DynamicBlock PartsOf(const hcl::Block& block, const hcl::Body& body) {
  DynamicBlock parts;
  parts.type = block.labels[0].text;
  parts.type_span = block.labels[0].span;
  parts.iterator = parts.type;
  if (const hcl::Attribute* attribute = body.FindAttribute("for_each"))
    parts.for_each = attribute->expression;
  if (const hcl::Attribute* attribute = body.FindAttribute("iterator")) {
    parts.iterator_given = attribute->expression;
    const bool literal = attribute->expression->kind == hcl::ExpressionKind::kLiteral;
    parts.iterator = literal ? std::string_view() : hcl::AsKeyword(*attribute->expression);
  }
  if (const hcl::Attribute* attribute = body.FindAttribute("labels")) parts.labels = attribute->expression;
  for (const hcl::Block& inner : body.blocks) {
    if (inner.type == "content" && !parts.content) parts.content = inner.body;
  }
  return parts;
}

constexpr char kInvalidForEach[] = "Invalid dynamic for_each value";

// The shape of the block: for_each, iterator, labels, and one content.
bool CheckShape(const hcl::File& file, const hcl::Body& body, const DynamicBlock& parts, bool needs_label,
                base::diag::Diagnostics& diagnostics) {
  const size_t before = diagnostics.size();
  for (const hcl::Attribute& attribute : body.attributes) {
    const bool known = attribute.name == "for_each" || attribute.name == "iterator" ||
                       (attribute.name == "labels" && needs_label);
    if (known) continue;
    AddError(diagnostics, "Unsupported argument",
             fmt::format("An argument named {} is not expected here.", GoQuote(attribute.name)), file,
             attribute.name_span);
  }
  size_t contents = 0;
  for (const hcl::Block& inner : body.blocks) {
    if (inner.type != "content") {
      AddError(diagnostics, "Unsupported block type",
               fmt::format("Blocks of type {} are not expected here.", GoQuote(inner.type)), file,
               inner.type_span);
    } else if (++contents == 2) {
      AddError(diagnostics, "Extraneous dynamic content block",
               "Only one nested content block is allowed for each dynamic block.", file, inner.header_span);
    }
  }
  if (!parts.for_each) {
    AddError(diagnostics, "Missing required argument",
             "The argument \"for_each\" is required, but no definition was found.", file, body.end_span);
  }
  if (!parts.content) {
    AddError(diagnostics, "Missing dynamic content block",
             "A dynamic block must have a nested block of type \"content\" to describe the body of each "
             "generated block.",
             file, body.end_span);
  }
  if (parts.iterator.empty()) {
    const bool text = parts.iterator_given->kind == hcl::ExpressionKind::kJsonText;
    const bool reference = text || hcl::AsTraversal(*parts.iterator_given) != nullptr;
    AddError(diagnostics, reference ? "Invalid dynamic iterator name" : "Invalid expression",
             "Dynamic iterator must be a single variable name.", file, parts.iterator_given->span);
  }
  if (needs_label && !parts.labels) {
    AddError(diagnostics, "Missing required argument",
             "The argument \"labels\" is required, but no definition was found.", file, body.end_span);
  }
  return diagnostics.size() == before;
}

// The label of one generated block of a map.
std::optional<std::string> LabelOf(const hcl::File& file, const DynamicBlock& parts, const Scope& scope,
                                   base::diag::Diagnostics& diagnostics) {
  const hcl::TupleExpression* labels = hcl::AsTuple(*parts.labels);
  if (!labels || labels->elements.size() != 1) {
    AddError(diagnostics,
             labels && labels->elements.empty() ? "Insufficient dynamic block labels"
                                                : "Extraneous dynamic block label",
             fmt::format("Blocks of type {} require 1 label(s).", GoQuote(parts.type)), file,
             parts.labels->span);
    return std::nullopt;
  }
  const hcl::Expression& expression = *labels->elements[0];
  const size_t before = diagnostics.size();
  const Value given = Evaluate(file, expression, scope, diagnostics);
  if (diagnostics.size() > before) return std::nullopt;
  const value::Conversion label = value::Convert(given, value::Type::String());
  std::string_view why;
  if (!label.ok())
    why = label.error->message;
  else if (label.value.IsNull())
    why = "the value is null";
  else if (label.value.IsUnknown())
    why = "the value is not known before the apply";
  else if (label.value.marks())
    why = "the value is sensitive";
  if (why.empty()) return std::string(label.value.AsString());
  AddExpressionError(diagnostics, "Invalid dynamic block label",
                     fmt::format("Cannot use this value as a dynamic block label: {}.", why), file,
                     expression, scope);
  return std::nullopt;
}

}  // namespace

DynamicBlock PartsOf(const hcl::File& file, const hcl::Block& block, base::diag::Diagnostics& diagnostics) {
  return PartsOf(block, OpenedDynamic(file, block, diagnostics).content.body());
}

void ExpandDynamic(const hcl::File& file, const hcl::Block& block, const schema::NestedBlock& nested,
                   const Scope& scope, std::deque<LocalScope>& scopes, std::vector<BlockInstance>& instances,
                   base::diag::Diagnostics& diagnostics) {
  const size_t before = diagnostics.size();
  const OpenedDynamic opened(file, block, diagnostics);
  const DynamicBlock parts = PartsOf(block, opened.content.body());
  const bool needs_label = nested.nesting == schema::Nesting::kMap;
  if (!CheckShape(file, opened.content.body(), parts, needs_label, diagnostics)) return;
  if (diagnostics.size() > before) return;
  const Value given = Evaluate(file, *parts.for_each, scope, diagnostics);
  if (diagnostics.size() > before) return;
  const value::Type type = given.type();
  if (given.IsNull()) {
    return AddExpressionError(diagnostics, kInvalidForEach, "Cannot use a null value in for_each.", file,
                              *parts.for_each, scope);
  }
  if (type.IsPrimitive()) {
    return AddExpressionError(
        diagnostics, kInvalidForEach,
        fmt::format("Cannot use a {} value in for_each. An iterable collection is required.",
                    type.FriendlyName()),
        file, *parts.for_each, scope);
  }
  BlockInstance instance;
  instance.file = &file;
  instance.body = parts.content;
  instance.header_span = block.header_span;
  instance.marks = given.marks();
  const auto add = [&](Value key, Value value) {
    LocalScope& inner = scopes.emplace_back(&scope, scope.functions());
    inner.Set(std::string(parts.iterator),
              Value::Object({{"key", std::move(key)}, {"value", std::move(value)}}));
    instance.scope = &inner;
    if (needs_label && !instance.unknown) {
      std::optional<std::string> label = LabelOf(file, parts, inner, diagnostics);
      if (!label) return;
      instance.label = *std::move(label);
    }
    instances.push_back(instance);
  };
  if (given.IsUnknown()) {
    instance.unknown = true;
    return add(Value::DynamicUnknown(), Value::DynamicUnknown());
  }
  const Value collection = given.Unmarked();
  for (size_t i = 0; i < collection.Length(); ++i) {
    const Value& element = collection.ElementAt(i);
    const bool named = type.IsMap() || type.IsObject();
    const Value key = named ? Value::StringRaw(collection.KeyAt(i))
                            : (type.IsSet() ? element : Value::Int(static_cast<int64_t>(i)));
    add(key.WithMarks(given.marks()), element.WithMarks(given.marks()));
  }
}

}  // namespace language::eval
