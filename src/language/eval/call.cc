#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/core/strings.h"
#include "language/eval/evaluator.h"

namespace language::eval {

using functions::CallResult;
using functions::Function;
using value::Value;

// Arguments with the expressions that they come from; elements of an expanded one share theirs.
struct Evaluator::CallArguments {
  std::vector<Value> values;
  std::vector<const hcl::Expression*> expressions;
  size_t expanded_from = SIZE_MAX;  // from this one on they are elements of the last argument

  // Where a mistake in an argument is shown.
  hcl::Span SpanOf(size_t index) const {
    return index >= expanded_from ? expressions[index]->span : StartSpan(*expressions[index]);
  }
  // Whose values are in play then: those of an expanded argument are not the element's.
  const hcl::Expression& About(size_t index) const {
    static const hcl::LiteralExpression kNothing{{hcl::ExpressionKind::kLiteral}, Value()};
    if (index < expanded_from) return *expressions[index];
    return kNothing;
  }
};

namespace {

// Functions that the language once had, for their signatures.
const Function& Removed(std::string_view name) {
  static const auto make = [](const char* called) {
    return Function{.name = called,
                    .description = "Removed.",
                    .parameters = {},
                    .variadic = functions::Parameter{"vals", value::Type::Dynamic()},
                    .result = value::Type::Dynamic(),
                    .call = {}};
  };
  static const Function list = make("list"), map = make("map");
  return name == "list" ? list : map;
}

// What to write instead of functions that the language once had; empty for others.
std::string_view RemovedFunction(std::string_view name) {
  if (name == "list") {
    return "the \"list\" function was deprecated in Terraform v0.12 and is no longer available; use tolist([ "
           "... ]) syntax to write a literal list";
  }
  if (name == "map") {
    return "the \"map\" function was deprecated in Terraform v0.12 and is no longer available; use tomap({ "
           "... }) syntax to write a literal map";
  }
  return "";
}

}  // namespace

const Function* Evaluator::FindFunction(const hcl::CallExpression& call) {
  std::string_view name = call.name;
  if (const std::string_view instead = RemovedFunction(name); !instead.empty()) {
    Error("Error in function call",
          fmt::format("Call to function {} failed: {}.", base::core::GoQuote(name), instead), StartSpan(call),
          call.span, call, {call.name, &Removed(name)});
    return nullptr;
  }
  const Function* function = nullptr;
  if (name.find("::") == std::string_view::npos || name.starts_with("core::")) {
    name.remove_prefix(name.starts_with("core::") ? 6 : 0);
    function = functions::Find(name);
    if (function) return function;
  }
  const size_t separator = call.name.find("::");
  if (separator != std::string_view::npos) {
    std::string problem;
    if (scope_.functions().find_function) {
      function = scope_.functions().find_function(call.name, &problem);
      if (function) return function;
    }
    const std::vector<std::string_view> parts = base::core::SplitNonEmpty(call.name, ':');
    std::string detail = fmt::format(
        "There is no function named {}. Ensure that provider name {} is declared in this "
        "module's required_providers block, and that this provider offers a function named {}.",
        base::core::GoQuote(call.name), base::core::GoQuote(parts[std::min<size_t>(1, parts.size() - 1)]),
        base::core::GoQuote(parts.back()));
    if (!problem.empty()) {
      detail = std::move(problem);
    } else if (parts.size() == 2 && parts[0] == "provider") {
      detail = "The function call must include the provider name after the \"provider::\" prefix.";
    } else if (!call.name.starts_with("provider::")) {
      detail = fmt::format(
          "The function namespace {} is not valid. Provider function calls must use the \"provider::\" "
          "namespace prefix.",
          base::core::GoQuote(call.name.substr(0, separator)));
    }
    Error("Unknown provider function", std::move(detail), call.name_span, call.span, call);
    return nullptr;
  }
  const std::string_view suggestion = functions::Suggest(name);
  std::string detail = fmt::format("There is no function named {}.", base::core::GoQuote(call.name));
  if (!suggestion.empty()) detail += fmt::format(" Did you mean {}?", base::core::GoQuote(suggestion));
  Error("Call to unknown function", std::move(detail), call.name_span, call.span, call);
  return nullptr;
}

// The last argument's elements as arguments. A value when the call ends here.
std::optional<Value> Evaluator::ExpandFinal(const hcl::CallExpression& call, const Function& function,
                                            CallArguments* arguments) {
  constexpr char kSummary[] = "Invalid expanding argument value";
  const hcl::Expression& last = *call.arguments.back();
  const size_t mark = ErrorMark();
  const Value list = Evaluate(last);
  if (FailedSince(mark)) return Value::DynamicUnknown();
  const value::Type type = list.type();
  if (!type.IsDynamic() && !type.IsTuple() && !type.IsList() && !type.IsSet()) {
    Error(kSummary, "The expanding argument (indicated by ...) must be of a tuple, list, or set type.",
          last.span, call.span, last, {call.name, &function});
    return Value::DynamicUnknown();
  }
  if (list.IsNull()) {
    Error(kSummary, "The expanding argument (indicated by ...) must not be null.", last.span, call.span, last,
          {call.name, &function});
    return Value::DynamicUnknown();
  }
  if (list.IsUnknown()) return Value::DynamicUnknown().WithMarks(list.marks());
  for (const Value& element : list.Unmarked().Elements()) {
    arguments->values.push_back(element.WithMarks(list.marks()));
    arguments->expressions.push_back(&last);
  }
  return std::nullopt;
}

bool Evaluator::CheckArgumentCount(const hcl::CallExpression& call, const Function& function,
                                   const CallArguments& arguments) {
  const size_t given = arguments.expressions.size(), wanted = function.parameters.size();
  if (given < wanted) {
    Error("Not enough function arguments",
          fmt::format("Function {} expects{} {} argument(s). Missing value for {}.",
                      base::core::GoQuote(call.name), function.variadic ? " at least" : "", wanted,
                      base::core::GoQuote(function.parameters[given].name)),
          call.close_span, call.span, call, {call.name, &function});
    return false;
  }
  if (given > wanted && !function.variadic) {
    Error("Too many function arguments",
          fmt::format("Function {} expects only {} argument(s).", base::core::GoQuote(call.name), wanted),
          arguments.SpanOf(wanted), call.span, call, {call.name, &function});
    return false;
  }
  return true;
}

bool Evaluator::ConvertArguments(const hcl::CallExpression& call, const Function& function,
                                 CallArguments* arguments) {
  bool ok = true;
  for (size_t i = 0; i < arguments->values.size(); ++i) {
    const functions::Parameter& parameter =
        i < function.parameters.size() ? function.parameters[i] : *function.variadic;
    Value& value = arguments->values[i];
    if (parameter.type.IsDynamic() || value.type() == parameter.type) continue;
    value::Conversion converted = value::Convert(value, parameter.type);
    if (converted.ok()) {
      value = std::move(converted.value);
      continue;
    }
    Error("Invalid function argument",
          fmt::format("Invalid value for {} parameter: {}.", base::core::GoQuote(parameter.name),
                      converted.error->message),
          arguments->SpanOf(i), call.span, arguments->About(i), {call.name, &function});
    ok = false;
  }
  return ok;
}

Value Evaluator::Finish(const hcl::CallExpression& call, const Function& function,
                        const CallArguments& arguments, CallResult result) {
  if (!result.error) return std::move(result.value);
  const functions::CallError& error = *result.error;
  if (error.argument >= 0 && static_cast<size_t>(error.argument) < arguments.expressions.size()) {
    const size_t index = static_cast<size_t>(error.argument);
    const functions::Parameter& parameter =
        index < function.parameters.size() ? function.parameters[index] : *function.variadic;
    Error("Invalid function argument",
          fmt::format("Invalid value for {} parameter: {}.", base::core::GoQuote(parameter.name),
                      error.message),
          arguments.SpanOf(index), call.span, arguments.About(index), {call.name, &function});
  } else {
    Error("Error in function call",
          fmt::format("Call to function {} failed: {}.", base::core::GoQuote(call.name), error.message),
          StartSpan(call), call.span, call, {call.name, &function});
  }
  return Value::DynamicUnknown();
}

Value Evaluator::Call(const hcl::CallExpression& call) {
  const Function* function = FindFunction(call);
  if (!function) return Value::DynamicUnknown();
  CallArguments arguments;
  arguments.expressions.assign(call.arguments.begin(), call.arguments.end());

  if (function->special == functions::Special::kType) {
    if (!CheckArgumentCount(call, *function, arguments)) return Value::DynamicUnknown();
    Error("Invalid use of type function",
          "The console-only \"type\" function cannot be used as part of an expression.", call.name_span,
          call.span, call);
    return Value::DynamicUnknown();
  }
  if (function->special == functions::Special::kConvert) {
    if (!CheckArgumentCount(call, *function, arguments)) return Value::DynamicUnknown();
    return ConvertCall(call);
  }
  const bool lazy =
      function->special == functions::Special::kTry || function->special == functions::Special::kCan;
  if (lazy && !call.expand_final) {
    if (!CheckArgumentCount(call, *function, arguments)) return Value::DynamicUnknown();
    return Finish(call, *function, arguments,
                  function->special == functions::Special::kTry ? Try(call) : Can(call));
  }

  const size_t mark = ErrorMark();
  std::optional<Value> ended;
  if (call.expand_final) {
    CallArguments expanded;
    ended = ExpandFinal(call, *function, &expanded);
    if (ended) return *ended;
    arguments.expressions.pop_back();
    arguments.expanded_from = arguments.expressions.size();
    arguments.expressions.insert(arguments.expressions.end(), expanded.expressions.begin(),
                                 expanded.expressions.end());
    if (!CheckArgumentCount(call, *function, arguments)) return Value::DynamicUnknown();
    for (const hcl::Expression* argument : call.arguments.first(call.arguments.size() - 1)) {
      arguments.values.push_back(Evaluate(*argument));
    }
    std::ranges::move(expanded.values, std::back_inserter(arguments.values));
  } else {
    if (!CheckArgumentCount(call, *function, arguments)) return Value::DynamicUnknown();
    arguments.values.reserve(call.arguments.size());
    for (const hcl::Expression* argument : call.arguments) arguments.values.push_back(Evaluate(*argument));
  }
  if (function->special == functions::Special::kTemplateString && !FailedSince(mark)) {
    if (std::optional<CallResult> ended = CheckTemplate(call, arguments.values))
      return Finish(call, *function, arguments, *std::move(ended));
  }
  if (!ConvertArguments(call, *function, &arguments) || FailedSince(mark)) return Value::DynamicUnknown();
  uint32_t weight = 0;
  for (const Value& value : arguments.values) weight = value::AddWeights(weight, value.Weight());
  if (weight > value::kMaxWeight) {
    TooLarge(call);
    return Value::DynamicUnknown();
  }

  const auto special = [&](const functions::Environment&, functions::Arguments values) -> CallResult {
    switch (function->special) {
      case functions::Special::kTemplateFile:
        return RenderTemplateFile(*function, values);
      case functions::Special::kTemplateString:
        return RenderTemplateString(*function, call, values);
      case functions::Special::kTry:
        if (values.empty()) return functions::CallError{"at least one argument is required"};
        return values[0];
      case functions::Special::kCan:
        return Value::True();
      default:
        CHECK(false && "not a special function");
    }
  };
  if (function->special == functions::Special::kNone) {
    return Finish(call, *function, arguments,
                  functions::Call(*function, scope_.functions(), arguments.values));
  }
  return Finish(call, *function, arguments,
                functions::Call(*function, scope_.functions(), arguments.values, special));
}

}  // namespace language::eval
