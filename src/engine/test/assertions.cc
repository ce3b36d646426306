#include "engine/test/assertions.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text/suggest.h"
#include "engine/run/conditions.h"
#include "language/value/convert.h"

namespace engine::test {
namespace {

using language::eval::AddExpressionError;
using language::eval::Reference;
using language::hcl::File;

// The names of the root module, and those that only tests have: output, run, and variables of the test file.
class AssertionScope : public language::eval::Scope {
 public:
  AssertionScope(run::ModuleScope& module, const std::map<std::string, Value>& others,
                 const RunOutputs& outputs)
      : module_(module), others_(others), outputs_(outputs) {}

  std::optional<Resolved> Resolve(const Reference& reference, const File& file,
                                  Diagnostics& diagnostics) const override {
    const bool named = !reference.steps.empty() && reference.steps[0].is_attribute;
    const std::string name = named ? std::string(reference.steps[0].name) : "";
    if (reference.root == "var" && named) {
      if (const auto found = others_.find(name); found != others_.end()) return Resolved{found->second, 1};
    }
    if (reference.root == "output" && named) return ResolveOutput(name, reference, file, diagnostics);
    if (reference.root == "run" && named) return ResolveRun(name, reference, file, diagnostics);
    std::optional<Resolved> resolved = module_.Resolve(reference, file, diagnostics);
    if (resolved && !HasNext(*resolved, reference, file, diagnostics)) return std::nullopt;
    return resolved;
  }
  const language::functions::Environment& functions() const override { return module_.functions(); }

 private:
  // What a resource does not have by its type is a mistake whatever its value is.
  static bool HasNext(const Resolved& resolved, const Reference& reference, const File& file,
                      Diagnostics& diagnostics) {
    constexpr std::string_view kOthers[] = {"var",       "local", "module", "path",
                                            "terraform", "each",  "count",  "self"};
    if (std::ranges::find(kOthers, reference.root) != std::end(kOthers)) return true;
    if (resolved.steps_used >= reference.steps.size() || !resolved.value.type().IsObject()) return true;
    const language::eval::ReferenceStep& step = reference.steps[resolved.steps_used];
    const auto attributes = resolved.value.type().attributes();
    if (!step.is_attribute ||
        std::ranges::any_of(attributes, [&](const auto& each) { return each.name == step.name; }))
      return true;
    language::hcl::AddError(
        diagnostics, "Unsupported attribute",
        fmt::format("There is no argument, block or attribute named \"{}\" here.", step.name), file,
        step.span);
    return false;
  }

  std::optional<Resolved> ResolveOutput(const std::string& name, const Reference& reference, const File& file,
                                        Diagnostics& diagnostics) const {
    const auto& declared = module_.node().module->outputs;
    if (declared.contains(name)) {
      Diagnostics told_before;
      return Resolved{OutputOf(module_, name, told_before), 1};
    }
    std::vector<std::string_view> names;
    for (const auto& [each, output] : declared) names.push_back(each);
    Undeclared("Reference to undeclared output value", "output", name, names, reference, file, diagnostics);
    return std::nullopt;
  }

  std::optional<Resolved> ResolveRun(const std::string& name, const Reference& reference, const File& file,
                                     Diagnostics& diagnostics) const {
    if (const std::optional<Value> outputs = outputs_.Find(name)) return Resolved{*outputs, 1};
    if (outputs_.Exists(name)) {
      language::hcl::AddError(
          diagnostics, "Reference to unevaluated run block",
          fmt::format("The run \"{}\" has not been executed yet: only runs further up can be referred to.",
                      name),
          file, NameSpan(reference));
    } else {
      Undeclared("Reference to undeclared run block", "run", name, outputs_.Names(), reference, file,
                 diagnostics);
    }
    return std::nullopt;
  }

  static void Undeclared(std::string summary, std::string_view what, const std::string& name,
                         const std::vector<std::string_view>& names, const Reference& reference,
                         const File& file, Diagnostics& diagnostics) {
    std::string detail = fmt::format("There is no {} \"{}\" here.", what, name);
    if (const std::string suggestion = base::text::Suggest(name, names); !suggestion.empty())
      detail += fmt::format(" Did you mean \"{}\"?", suggestion);
    language::hcl::AddError(diagnostics, std::move(summary), std::move(detail), file, NameSpan(reference));
  }

 public:
  // Null where it could not be evaluated.
  static Value OutputOf(run::ModuleScope& module, const std::string& name, Diagnostics& diagnostics) {
    if (!module.EnsureOutput(name, diagnostics)) return Value();
    Value value = module.OutputValue(name);
    if (module.node().module->outputs.at(name).sensitive)
      value = value.WithMarks(language::value::kSensitive);
    return value;
  }

 private:
  run::ModuleScope& module_;
  const std::map<std::string, Value>& others_;
  const RunOutputs& outputs_;
};

Status Check(const config::Condition& assertion, const AssertionScope& scope, Diagnostics& diagnostics) {
  const File& file = *assertion.condition.file;
  const language::hcl::Expression& expression = *assertion.condition.expression;
  Diagnostics own;
  const std::string message =
      run::ConditionMessage(assertion.error_message, scope, base::diag::Origin::kOther, own);
  const Value value = language::eval::Evaluate(file, expression, scope, own);
  const bool failed = own.HasErrors();
  diagnostics.Append(std::move(own));
  if (failed) return Status::kError;
  const auto error = [&](std::string summary, std::string detail) {
    AddExpressionError(diagnostics, std::move(summary), std::move(detail), file, expression, scope);
    return Status::kError;
  };
  if (value.IsNull())
    return error("Invalid condition run", "The condition must give true or false, and this gives null.");
  if (value.IsUnknown())
    return error(
        "Unknown condition value",
        "The condition depends on values that only an apply will know, and the command of this run is plan. "
        "Leave them out, let the run apply, or give them in an override with override_during = plan.");
  const language::value::Conversion truth =
      language::value::Convert(value.UnmarkedDeep(), language::value::Type::Bool());
  if (!truth.ok())
    return error("Invalid condition run",
                 fmt::format("The condition must give true or false, and this gives {}.",
                             value.type().FriendlyName()));
  if (truth.value.AsBool()) return Status::kPass;
  AddExpressionError(diagnostics, "Test assertion failed", message, file, expression, scope,
                     {.caused_by_ephemeral = true});
  return Status::kFail;
}

}  // namespace

Assessment Assess(const config::TestRun& run, run::ModuleScope& scope,
                  const std::map<std::string, Value>& others, const RunOutputs& outputs) {
  Assessment result;
  const AssertionScope names(scope, others, outputs);
  for (const config::Condition& assertion : run.assertions)
    result.status = std::max(result.status, Check(assertion, names, result.diagnostics));
  std::vector<std::pair<std::string, Value>> values;
  for (const auto& [name, output] : scope.node().module->outputs) {
    Diagnostics told_before;
    values.emplace_back(name, AssertionScope::OutputOf(scope, name, told_before));
  }
  result.outputs = Value::Object(std::move(values));
  return result;
}

}  // namespace engine::test
