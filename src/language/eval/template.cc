#include <algorithm>

#include "language/eval/evaluator.h"

namespace language::eval {

using hcl::As;
using value::Type;
using value::Value;

namespace {

constexpr std::string_view kInvalidValue = "Invalid template interpolation value";

Value UnknownText(std::string_view prefix) {
  value::Refinements refinements;
  refinements.not_null = true;
  constexpr size_t kMaxPrefix = 128;
  size_t length = std::min(prefix.size(), kMaxPrefix);
  while (length > 0 && length < prefix.size() && (static_cast<unsigned char>(prefix[length]) & 0xC0) == 0x80)
    --length;
  refinements.string_prefix = value::SafePrefix(prefix.substr(0, length));
  return Value::Unknown(Type::String(), refinements);
}

}  // namespace

Value Evaluator::Template(const hcl::TemplateExpression& expression) {
  if (expression.IsLiteral()) {
    return expression.parts.empty() ? Value::StringRaw("")
                                    : As<hcl::LiteralExpression>(*expression.parts[0]).value;
  }
  std::string text;
  bool known = true;
  value::Marks marks = value::kNoMarks;
  const size_t mark = ErrorMark();
  for (const hcl::Expression* part : expression.parts) {
    if (text.size() > value::kMaxTextSize) {
      TooLarge(expression);
      break;
    }
    const Value value = Evaluate(*part);
    if (value.IsNull()) {
      Error(std::string(kInvalidValue),
            "The expression result is null. Cannot include a null value in a string template.", part->span,
            expression.span, *part);
      continue;
    }
    marks |= value.marks();
    if (value.IsUnknown()) {
      known = false;
      continue;
    }
    if (value.type().IsString()) {
      if (known) text += value.AsString();
      continue;
    }
    const value::Conversion converted = value::Convert(value, Type::String());
    if (!converted.ok()) {
      Error(std::string(kInvalidValue),
            "Cannot include the given value in a string template: " + converted.error->message + ".",
            part->span, expression.span, *part);
      continue;
    }
    if (known) text += converted.value.AsString();
  }
  if (text.size() > value::kMaxTextSize && !FailedSince(mark)) TooLarge(expression);
  if (FailedSince(mark)) return Value::Unknown(Type::String()).WithMarks(marks);
  const Value result = known ? Value::String(text) : UnknownText(text);
  return marks ? result.WithMarks(marks) : result;
}

Value Evaluator::TemplateFor(const hcl::TemplateForExpression& expression) {
  const size_t mark = ErrorMark();
  const Value tuple = Evaluate(*expression.tuple);
  if (FailedSince(mark)) return Value::Unknown(Type::String());
  if (tuple.IsUnknown()) return Value::Unknown(Type::String()).WithMarks(tuple.marks());
  value::Marks marks = tuple.marks();
  std::string text;
  bool known = true;
  for (const Value& element : tuple.Unmarked().Elements()) {
    marks |= element.marks();
    if (text.size() > value::kMaxTextSize) {
      TooLarge(expression);
      break;
    }
    if (element.IsNull()) {
      Error(std::string(kInvalidValue),
            "An iteration result is null. Cannot include a null value in a string template.", expression.span,
            expression.span, expression);
      continue;
    }
    const value::Conversion converted = value::Convert(element, Type::String());
    if (!converted.ok()) {
      Error(std::string(kInvalidValue),
            "Cannot include one of the interpolation results into the string template: " +
                converted.error->message + ".",
            expression.span, expression.span, expression);
      continue;
    }
    if (converted.value.IsUnknown()) {
      known = false;
    } else if (known) {
      text += converted.value.AsString();
    }
  }
  if (text.size() > value::kMaxTextSize && !FailedSince(mark)) TooLarge(expression);
  if (FailedSince(mark)) return Value::Unknown(Type::String()).WithMarks(marks);
  return (known ? Value::String(text) : UnknownText(text)).WithMarks(marks);
}

}  // namespace language::eval
