#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/text/unicode.h"
#include "language/eval/evaluator.h"
#include "language/functions/paths.h"
#include "language/hcl/parser.h"

namespace language::eval {

using functions::CallError;
using functions::CallResult;
using value::Type;
using value::Value;

namespace {

// "main.tf:3,5-9", as positions appear within texts.
std::string RangeText(const base::text::Range& range) {
  if (range.start.line == range.end.line) {
    return fmt::format("{}:{},{}-{}", range.filename, range.start.line, range.start.column, range.end.column);
  }
  return fmt::format("{}:{},{}-{},{}", range.filename, range.start.line, range.start.column, range.end.line,
                     range.end.column);
}

// All diagnostics in one line of text.
std::string Summarize(const base::diag::Diagnostics& diagnostics) {
  if (diagnostics.empty()) return "no diagnostics";
  const base::diag::Diagnostic& first = diagnostics.items()[0];
  std::string text = first.summary + "; " + first.detail;
  if (first.subject) text = RangeText(*first.subject) + ": " + text;
  if (diagnostics.size() > 1) text += fmt::format(", and {} other diagnostic(s)", diagnostics.size() - 1);
  return text;
}

// The variables of a template file, and nothing else.
class TemplateScope : public Scope {
 public:
  TemplateScope(const Value& variables, const functions::Environment& environment)
      : variables_(variables), environment_(environment) {}

  std::optional<Resolved> Resolve(const Reference& reference, const hcl::File& file,
                                  base::diag::Diagnostics& diagnostics) const override {
    if (const Value* value = variables_.Find(reference.root)) return Resolved{*value, 0};
    hcl::AddError(diagnostics, "Unknown variable",
                  fmt::format("vars map does not contain key {}", base::core::GoQuote(reference.root)), file,
                  reference.root_span);
    return std::nullopt;
  }
  const functions::Environment& functions() const override { return environment_; }

 private:
  const Value& variables_;
  const functions::Environment& environment_;
};

}  // namespace

CallResult Evaluator::Try(const hcl::CallExpression& call) {
  if (call.arguments.empty()) return CallError{"at least one argument is required"};
  const bool outer_quiet = std::exchange(quiet_, true);
  base::diag::Diagnostics failures;
  std::optional<Value> result;
  const size_t final_mark = final_diagnostics_->size();
  for (const hcl::Expression* argument : call.arguments) {
    base::diag::Diagnostics attempt;
    Value value = EvaluateInto(*argument, &attempt);
    if (!attempt.HasErrors() && final_diagnostics_->size() == final_mark) {
      // What is unknown now may yet fail, and another argument be the result.
      result = value.IsWhollyKnown() ? std::move(value) : Value::DynamicUnknown();
      break;
    }
    failures.Append(std::move(attempt));
  }
  quiet_ = outer_quiet;
  if (result) return *std::move(result);
  if (final_diagnostics_->size() > final_mark) return Value::DynamicUnknown();
  std::string message = "no expression succeeded:\n";
  for (const base::diag::Diagnostic& failure : failures.items()) {
    message += "- " + failure.summary;
    if (failure.subject) message += " (at " + RangeText(*failure.subject) + ")";
    message += "\n  " + failure.detail + "\n";
  }
  return CallError{message + "\nAt least one expression must produce a successful result"};
}

CallResult Evaluator::Can(const hcl::CallExpression& call) {
  const bool outer_quiet = std::exchange(quiet_, true);
  base::diag::Diagnostics attempt;
  const Value value = EvaluateInto(*call.arguments[0], &attempt);
  quiet_ = outer_quiet;
  if (attempt.HasErrors()) return Value::False();
  return value.IsWhollyKnown() ? Value::True() : Value::Unknown(Type::Bool());
}

CallResult Evaluator::RenderTemplateFile(const functions::Function& function,
                                         functions::Arguments arguments) const {
  const std::string path(arguments[0].AsString());
  base::core::Result<std::string> text = functions::ReadFileOf(scope_.functions(), path);
  if (!text.ok()) return CallError{text.error().message(), 0};
  if (!base::text::ValidUtf8(*text)) return CallError{"contents of " + path + " are not valid UTF-8", 0};
  return RenderTemplate(function, path, *std::move(text), arguments[1]);
}

CallResult Evaluator::RenderTemplateString(const functions::Function& function,
                                           const hcl::CallExpression& call,
                                           functions::Arguments arguments) const {
  if (call.arguments[0]->kind != hcl::ExpressionKind::kTraversal) {
    return CallError{
        "invalid template expression: templatestring is only for rendering templates retrieved dynamically "
        "from "
        "elsewhere, and so does not support providing a literal template; consider using a template string "
        "expression "
        "instead",
        0};
  }
  CallResult result = RenderTemplate(function, "<templatestring argument>",
                                     std::string(arguments[0].AsString()), arguments[1]);
  if (result.error) return result;
  value::Conversion text = value::Convert(result.value, Type::String());
  if (!text.ok()) return CallError{"invalid template result: " + text.error->message};
  return std::move(text.value);
}

CallResult Evaluator::RenderTemplate(const functions::Function& function, const std::string& name,
                                     std::string text, const Value& variables) const {
  if (in_template_) {
    return CallError{
        fmt::format("cannot recursively call {} from inside another template function", function.name)};
  }
  if (!variables.type().IsObject() && !variables.type().IsMap())
    return CallError{"invalid vars value: must be a map", 1};
  for (size_t i = 0; i < variables.Length(); ++i) {
    if (base::text::IsIdentifier(variables.KeyAt(i))) continue;
    return CallError{
        fmt::format("invalid template variable name {}: must start with a letter, followed by zero or more "
                    "letters, digits, and underscores",
                    base::core::GoQuote(variables.KeyAt(i))),
        1};
  }
  base::diag::Diagnostics diagnostics;
  const hcl::FilePtr file = hcl::ParseTemplate(name, std::move(text), diagnostics);
  if (diagnostics.HasErrors() || !file->expression()) return CallError{Summarize(diagnostics)};

  std::optional<CallError> missing;
  hcl::ForEachTraversal(*file->expression(), [&](const hcl::TraversalExpression& traversal) {
    if (missing || variables.Find(traversal.root)) return;
    missing = CallError{
        fmt::format("vars map does not contain key {}, referenced at {}", base::core::GoQuote(traversal.root),
                    RangeText(file->source().RangeOf(traversal.root_span))),
        1};
  });
  if (missing) return *missing;

  const TemplateScope scope(variables, scope_.functions());
  Evaluator evaluator(*file, scope, diagnostics);
  evaluator.set_in_template(true);
  Value result = evaluator.Evaluate(*file->expression());
  if (diagnostics.HasErrors()) return CallError{Summarize(diagnostics)};
  return result;
}

}  // namespace language::eval
