#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/diag/summary.h"
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
    if (failure.subject) message += " (at " + base::diag::RangeText(*failure.subject) + ")";
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

// The second argument is a type, not an expression.
Value Evaluator::ConvertCall(const hcl::CallExpression& call) {
  const hcl::Expression& given = *call.arguments[0];
  const std::optional<TypeConstraint> constraint =
      ParseTypeConstraint(file_, *call.arguments[1], *diagnostics_);
  const Value value = Evaluate(given);
  if (!constraint) return Value::DynamicUnknown();
  const value::Conversion converted = value::Convert(ApplyDefaults(value, *constraint), constraint->type);
  if (converted.ok()) return converted.value;
  const std::string path = value::PathToString(converted.error->path);
  Error("Invalid function argument",
        fmt::format("Invalid value for \"value\" parameter: {}{}{}.", path, path.empty() ? "" : ": ",
                    converted.error->message),
        given.span, call.span, given, {call.name, functions::Find("convert")});
  return Value::DynamicUnknown();
}

CallResult Evaluator::RenderTemplateFile(const functions::Function& function,
                                         functions::Arguments arguments) {
  const std::string path(arguments[0].AsString());
  base::core::Result<std::string> text = functions::ReadFileOf(scope_.functions(), path);
  if (!text.ok()) return CallError{text.error().message(), 0};
  if (!base::text::ValidUtf8(*text)) return functions::NotText(path);
  return RenderTemplate(function, path, *std::move(text), arguments[1]);
}

// What there is to say of the arguments of templatestring() before they are converted.
std::optional<CallResult> Evaluator::CheckTemplate(const hcl::CallExpression& call,
                                                   functions::Arguments arguments) {
  const Value &text = arguments[0], &variables = arguments[1];
  if (call.arguments[0]->kind != hcl::ExpressionKind::kTraversal) return std::nullopt;
  if (variables.IsUnknown()) {
    const Type type = variables.type().IsDynamic() ? Type::Dynamic() : Type::String();
    return CallResult(Value::Unknown(type).WithMarks(variables.marks()));
  }
  if (text.IsUnknown()) return CallResult(Value::Unknown(Type::String()).WithMarks(text.marks()));
  if (text.type().IsString() || text.IsNull()) return std::nullopt;
  return CallResult(CallError{"invalid template value: a string is required", 0});
}

CallResult Evaluator::RenderTemplateString(const functions::Function& function,
                                           const hcl::CallExpression& call, functions::Arguments arguments) {
  if (call.arguments[0]->kind != hcl::ExpressionKind::kTraversal) {
    return CallError{
        "invalid template expression: templatestring is only for rendering templates retrieved dynamically "
        "from elsewhere, and so does not support providing a literal template; consider using a template "
        "string expression instead",
        0};
  }
  constexpr char kName[] = "<templatestring argument>";
  const std::string text(arguments[0].AsString());
  base::diag::Diagnostics problems;
  hcl::ParseTemplate(kName, text, problems);
  if (problems.HasErrors()) return CallError{"invalid template: " + base::diag::Summarize(problems), 0};
  CallResult result = RenderTemplate(function, kName, text, arguments[1]);
  if (result.error) return result;
  if (result.value.IsNull()) {
    return CallError{
        fmt::format("{}:1,1-{}: Template result is null; The template gives null, which is no text.", kName,
                    base::text::CountGraphemes(text) + 1)};
  }
  value::Conversion converted = value::Convert(result.value, Type::String());
  if (!converted.ok()) return CallError{"invalid template result: " + converted.error->message};
  return std::move(converted.value);
}

CallResult Evaluator::RenderTemplate(const functions::Function& function, const std::string& name,
                                     std::string text, const Value& variables) {
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
  if (diagnostics.HasErrors() || !file->expression()) return CallError{base::diag::Summarize(diagnostics)};

  std::optional<CallError> missing;
  hcl::ForEachTraversal(*file->expression(), [&](const hcl::TraversalExpression& traversal) {
    if (missing || variables.Find(traversal.root)) return;
    missing = CallError{
        fmt::format("vars map does not contain key {}, referenced at {}", base::core::GoQuote(traversal.root),
                    base::diag::RangeText(file->RangeOf(traversal.root_span))),
        1};
  });
  if (missing) return *missing;

  const TemplateScope scope(variables, scope_.functions());
  Evaluator evaluator(*file, scope, diagnostics);
  evaluator.set_in_template(true);
  evaluator.set_steps(steps_);
  Value result = evaluator.Evaluate(*file->expression());
  steps_ = evaluator.steps();
  if (diagnostics.HasErrors()) return CallError{base::diag::Summarize(diagnostics)};
  return result;
}

}  // namespace language::eval
