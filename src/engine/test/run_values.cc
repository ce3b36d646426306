#include "engine/test/run_values.h"

#include <set>

#include <fmt/format.h>

#include "language/hcl/parser.h"

namespace engine::test {

using language::eval::Reference;
using language::hcl::File;

RunOutputs::RunOutputs(const config::TestFile& file) {
  for (const config::TestRun& run : file.runs) outputs_[run.name];
}

void RunOutputs::Set(const std::string& run, Value outputs) {
  std::lock_guard lock(mutex_);
  outputs_[run] = std::move(outputs);
}

std::optional<Value> RunOutputs::Find(const std::string& run) const {
  std::lock_guard lock(mutex_);
  const auto found = outputs_.find(run);
  return found == outputs_.end() ? std::nullopt : found->second;
}

std::vector<std::string_view> RunOutputs::Names() const {
  std::vector<std::string_view> names;
  for (const auto& [name, outputs] : outputs_) names.push_back(name);
  return names;
}

const Value* RunValues::Variable(const std::string& name, Diagnostics& diagnostics) {
  const Value* value = FileVariable(name, diagnostics);
  return value ? value : GlobalVariable(name, diagnostics);
}

const Value* RunValues::FileVariable(const std::string& name, Diagnostics& diagnostics) {
  if (const auto known = file_values_.find(name); known != file_values_.end()) return &known->second;
  const auto written = file_.variables.find(name);
  if (written == file_.variables.end()) return nullptr;
  const config::ExpressionRef& expression = written->second;
  const ValuesScope scope(ValuesScope::Kind::kFileVariable, *this);
  Value value = language::eval::Evaluate(*expression.file, *expression.expression, scope, diagnostics);
  return &(file_values_[name] = std::move(value));
}

const Value* RunValues::GlobalVariable(const std::string& name, Diagnostics& diagnostics) {
  if (const auto known = global_values_.find(name); known != global_values_.end()) return &known->second;
  const auto source = globals_.by_name.find(name);
  if (source == globals_.by_name.end()) return nullptr;
  const auto declared = root_.variables.find(name);
  const config::Variable* variable = declared == root_.variables.end() ? nullptr : &declared->second;
  const auto value = config::GivenValue(source->second, variable, diagnostics);
  return &(global_values_[name] = value.value_or(Value::DynamicUnknown()));
}

language::hcl::Span NameSpan(const Reference& reference) {
  if (reference.steps.empty()) return reference.root_span;
  return base::text::Cover(reference.root_span, reference.steps[0].span);
}

std::optional<language::eval::Scope::Resolved> ValuesScope::Resolve(const Reference& reference,
                                                                    const File& file,
                                                                    Diagnostics& diagnostics) const {
  const bool named = !reference.steps.empty() && reference.steps[0].is_attribute;
  if (reference.root == "var" && named) return ResolveVariable(reference, file, diagnostics);
  if (reference.root == "run" && named && kind_ != Kind::kFileVariable)
    return ResolveRun(reference, file, diagnostics);
  std::string_view detail;
  switch (kind_) {
    case Kind::kFileVariable:
      detail = "The variables of a test file can refer to values given from outside only: var.NAME.";
      break;
    case Kind::kRunVariable:
      detail =
          "The variables of a run can refer to earlier runs of the file (run.NAME.OUTPUT), and to variables "
          "of the file or given from outside (var.NAME).";
      break;
    case Kind::kProvider:
      detail =
          "A provider block of a test file can refer to runs of the file that come before (run.NAME.OUTPUT), "
          "and to variables of the file or given from outside (var.NAME).";
      break;
  }
  language::hcl::AddError(diagnostics, "Invalid reference", std::string(detail), file, NameSpan(reference));
  return std::nullopt;
}

std::optional<language::eval::Scope::Resolved> ValuesScope::ResolveVariable(const Reference& reference,
                                                                            const File& file,
                                                                            Diagnostics& diagnostics) const {
  const std::string name(reference.steps[0].name);
  const Value* value = kind_ == Kind::kFileVariable ? values_.GlobalVariable(name, diagnostics)
                                                    : values_.Variable(name, diagnostics);
  if (value) return Resolved{*value, 1};
  language::hcl::AddError(
      diagnostics, "Reference to unavailable variable",
      fmt::format(
          "There is no value for \"{}\" here: neither {}a .tfvars file, an option -var nor the environment "
          "has one.",
          name, kind_ == Kind::kFileVariable ? "" : "the variables block of the test file, "),
      file, NameSpan(reference));
  return std::nullopt;
}

std::optional<language::eval::Scope::Resolved> ValuesScope::ResolveRun(const Reference& reference,
                                                                       const File& file,
                                                                       Diagnostics& diagnostics) const {
  const std::string name(reference.steps[0].name);
  const auto error = [&](std::string summary, std::string detail) -> std::optional<Resolved> {
    language::hcl::AddError(diagnostics, std::move(summary), std::move(detail), file, NameSpan(reference));
    return std::nullopt;
  };
  if (!values_.outputs().Exists(name))
    return error(
        "Reference to unknown run block",
        fmt::format("This file has no run block \"{}\". Only runs of the same file, further up, can be "
                    "referred to.",
                    name));
  const std::optional<Value> outputs = values_.outputs().Find(name);
  if (!outputs)
    return error(
        "Reference to unavailable run block",
        fmt::format("The run \"{}\" has not been executed yet. Only runs further up can be referred to.",
                    name));
  Value part = *outputs;
  for (const language::eval::ReferenceStep& step : reference.steps.subspan(1)) {
    if (!step.is_attribute || !part.IsKnownNotNull() || !part.type().IsObject()) break;
    const Value* next = part.Find(step.name);
    if (!next) {
      language::hcl::AddError(diagnostics, "Unsupported attribute",
                              fmt::format("The run \"{}\" has no output \"{}\".", name, step.name), file,
                              step.span);
      return std::nullopt;
    }
    part = Value(*next);
  }
  if (!part.IsWhollyKnown())
    return error(
        "Reference to unknown value",
        fmt::format("What the run \"{}\" gives here is known after an apply only, and its command is plan.",
                    name));
  return Resolved{*outputs, 1};
}

namespace {

// The variables that a run is about: those of the module, and those that its assertions name.
std::set<std::string> RelevantVariables(const config::TestRun& run, const config::Module& root) {
  std::set<std::string> names;
  for (const auto& [name, variable] : root.variables) names.insert(name);
  const auto add = [&](const language::hcl::TraversalExpression& traversal) {
    if (traversal.root != "var" || traversal.steps.empty()) return;
    if (traversal.steps[0].kind == language::hcl::TraversalStep::Kind::kAttribute)
      names.emplace(traversal.steps[0].name);
  };
  for (const config::Condition& assertion : run.assertions) {
    language::hcl::ForEachTraversal(*assertion.condition.expression, add);
    language::hcl::ForEachTraversal(*assertion.error_message.expression, add);
  }
  return names;
}

}  // namespace

RunVariables VariablesOfRun(const config::TestRun& run, RunValues& values, bool warn,
                            Diagnostics& diagnostics) {
  RunVariables result;
  const std::set<std::string> relevant = RelevantVariables(run, values.root());
  const auto take = [&](const std::string& name, Value value, std::optional<config::Place> place) {
    if (values.root().variables.contains(name))
      result.module.by_name[name] = {config::VariableSource::Kind::kFile, name, "", std::move(value),
                                     std::move(place)};
    else
      result.others[name] = std::move(value);
  };
  const ValuesScope scope(ValuesScope::Kind::kRunVariable, values);
  for (const auto& [name, expression] : run.variables) {
    Value value = language::eval::Evaluate(*expression.file, *expression.expression, scope, diagnostics);
    if (relevant.contains(name)) {
      take(name, std::move(value), config::Place{expression.file, expression.expression->span});
    } else if (warn) {
      diagnostics.Add(language::hcl::MakeDiagnostic(
          base::diag::Severity::kWarning, "Value for undeclared variable",
          fmt::format(
              "The run \"{0}\" gives a value for \"{1}\", but the module under test has no variable of that "
              "name, and no assertion reads it.",
              run.name, name),
          *expression.file, expression.expression->span));
    }
  }
  for (const std::string& name : relevant) {
    if (run.variables.contains(name)) continue;
    if (const Value* value = values.FileVariable(name, diagnostics)) {
      const config::ExpressionRef& expression = values.file().variables.at(name);
      take(name, *value, config::Place{expression.file, expression.expression->span});
    } else if (const Value* global = values.GlobalVariable(name, diagnostics)) {
      take(name, *global, values.PlaceOfGlobal(name));
    }
  }
  return result;
}

}  // namespace engine::test
