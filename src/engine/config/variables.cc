#include <fmt/format.h>

#include "base/core/files.h"
#include "engine/config/decode.h"
#include "engine/config/load.h"
#include "engine/config/test_file.h"
#include "engine/config/variable_values.h"
#include "language/eval/evaluate.h"
#include "language/value/convert.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;
using Kind = VariableSource::Kind;

constexpr std::string_view kEnvironmentPrefix = "TF_VAR_";

class Collector {
 public:
  // Without a root every variable counts as declared.
  Collector(const FileSource& files, const Module* root, base::diag::Diagnostics& diagnostics)
      : files_(files), root_(root), diagnostics_(diagnostics) {}

  void AddFile(const std::string& path, Kind kind) {
    for (FileVariable& variable : ReadVariableFile(files_, path, diagnostics_)) {
      if (!IsDeclared(variable.name)) {
        WarnUndeclared(variable.name, path);
        continue;
      }
      inputs_.by_name[variable.name] = {kind, variable.name, "", std::move(variable.value),
                                        std::move(variable.place)};
    }
  }

  void AddOption(const std::string& text) {
    const size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    if (equals == std::string::npos || name.empty() || name.ends_with(' ')) {
      // What follows the name may be a secret: only the name is shown.
      diagnostics_.Error(
          "Invalid -var option",
          equals == std::string::npos
              ? "A -var option has a name and a value with an equals sign between them: -var=\"name=value\"."
              : fmt::format("The option -var=\"{}=...\" needs a name right before the equals sign.", name));
      return;
    }
    if (!IsDeclared(name)) {
      diagnostics_.Error(
          "Value for undeclared variable",
          fmt::format(
              "A variable named \"{0}\" was assigned on the command line, but the root module does not "
              "declare a variable of that name. To use this value, add a variable \"{0}\" block to the "
              "configuration.",
              name));
      return;
    }
    inputs_.by_name[name] = {Kind::kCommandLine, name, text.substr(equals + 1), std::nullopt, std::nullopt};
  }

  void AddEnvironment(const std::map<std::string, std::string>& environment) {
    for (auto at = environment.lower_bound(std::string(kEnvironmentPrefix));
         at != environment.end() && at->first.starts_with(kEnvironmentPrefix); ++at) {
      const std::string name = at->first.substr(kEnvironmentPrefix.size());
      if (!IsDeclared(name)) continue;  // may be meant for other configurations
      inputs_.by_name[name] = {Kind::kEnvironment, name, at->second, std::nullopt, std::nullopt};
    }
  }

  VariableInputs Finish() {
    if (undeclared_ > kWarned) {
      diagnostics_.Warning(
          "Values for undeclared variables",
          fmt::format("In addition to the other similar warnings shown, {} other variable(s) defined without "
                      "being declared.",
                      undeclared_ - kWarned));
    }
    return std::move(inputs_);
  }

 private:
  static constexpr int kWarned = 2;

  bool IsDeclared(const std::string& name) const {
    return root_ == nullptr || root_->variables.contains(name);
  }

  void WarnUndeclared(const std::string& name, const std::string& path) {
    if (++undeclared_ > kWarned) return;
    diagnostics_.Warning(
        "Value for undeclared variable",
        fmt::format(
            "The root module does not declare a variable named \"{0}\" but a value was found in file "
            "\"{1}\". To use it, add a variable \"{0}\" block to the configuration.\n\nTo give values to "
            "many configurations at once without these warnings, use TF_VAR_... environment variables.",
            name, path));
  }

  const FileSource& files_;
  const Module* root_;
  base::diag::Diagnostics& diagnostics_;
  VariableInputs inputs_;
  int undeclared_ = 0;
};

// One variable's final value.
class Resolver {
 public:
  // `unsuitable`: for values that could be read, but do not fit the variable.
  Resolver(const Variable& variable, const VariableSource* source, base::diag::Diagnostics& diagnostics,
           base::diag::Diagnostics& unsuitable)
      : variable_(variable), source_(source), diagnostics_(diagnostics), unsuitable_(unsuitable) {}

  Value Resolve() { return Marked(Unmarked()); }

  // The value as it was given, before conversion; nothing after an error. The source must be there.
  std::optional<Value> Given() {
    if (source_->value) return *source_->value;
    if (!variable_.parse_as_expression) return Value::String(source_->text);
    base::diag::Diagnostics found;
    const FilePtr file =
        hcl::ParseExpression(fmt::format("<value for var.{}>", variable_.name), source_->text, found);
    std::optional<Value> value;
    if (file->expression() != nullptr && !found.HasErrors())
      value = ConstantValue(file, *file->expression(), found);
    // The text may be a secret: places are told, the text itself is not shown.
    for (base::diag::Diagnostic& each : found.mutable_items()) each.snippet.reset();
    diagnostics_.Append(std::move(found));
    return value;
  }

 private:
  Value Unmarked() {
    const language::value::Type type = Type();
    if (source_ == nullptr) return Missing();
    const auto given = GivenValue(*source_, &variable_, diagnostics_);
    if (!given) return variable_.default_value ? Value::Unknown(type) : Missing();
    if (given->IsUnknown()) return Value::Unknown(type);  // its file has reported why
    if (given->IsNull() && !variable_.nullable) {
      if (variable_.default_value) return *variable_.default_value;
      Unsuitable(
          "Required variable not set",
          fmt::format(
              "Unsuitable value for var.{}{}: the variable has nullable = false, so null is no value for it.",
              variable_.name, Origin()));
      return Value::Unknown(type);
    }
    if (!variable_.type) return *given;
    const Value filled = given->IsNull() ? *given : language::eval::ApplyDefaults(*given, *variable_.type);
    auto converted = language::value::Convert(filled, variable_.type->type);
    if (converted.ok()) return std::move(converted.value);
    const std::string path = language::value::PathToString(converted.error->path);
    Unsuitable("Invalid value for input variable",
               fmt::format("{} value for var.{}{} is not suitable for its type, declared at {}: {}{}.",
                           source_->place ? "The given" : "The", variable_.name, Origin(),
                           DescribePlace(variable_.place), path.empty() ? "" : path + ": ",
                           converted.error->message));
    return Value::Unknown(type);
  }

  Value Missing() {
    if (variable_.default_value) return *variable_.default_value;
    hcl::AddError(
        diagnostics_, "No value for required variable",
        fmt::format(
            "The root module input variable \"{0}\" is not set, and has no default value. Pass "
            "-var=\"{0}=...\", name it in a .tfvars file, or set the environment variable TF_VAR_{0}.",
            variable_.name),
        *variable_.place.file, variable_.place.span);
    return Value::Unknown(Type());
  }

  language::value::Type Type() const {
    return variable_.type ? variable_.type->type.WithoutOptional() : language::value::Type::Dynamic();
  }

  std::string Origin() const {
    switch (source_->kind) {
      case Kind::kEnvironment:
        return fmt::format(" set using the TF_VAR_{} environment variable", variable_.name);
      case Kind::kCommandLine:
        return fmt::format(" set using -var=\"{}=...\"", variable_.name);
      case Kind::kPrompt:
        return " set interactively";
      case Kind::kPlan:
        return " from the saved plan";
      case Kind::kFile:
      case Kind::kAutoFile:
        return "";
    }
    return "";
  }

  void Unsuitable(std::string summary, std::string detail) {
    const Place& place = source_->place ? *source_->place : variable_.place;
    hcl::AddError(unsuitable_, std::move(summary), std::move(detail), *place.file, place.span);
  }

  Value Marked(Value value) const {
    language::value::Marks marks = language::value::kNoMarks;
    if (variable_.sensitive) marks |= language::value::kSensitive;
    if (variable_.ephemeral) marks |= language::value::kEphemeral;
    return marks == language::value::kNoMarks ? value : value.WithMarks(marks);
  }

  const Variable& variable_;
  const VariableSource* source_;
  base::diag::Diagnostics& diagnostics_;
  base::diag::Diagnostics& unsuitable_;
};

const VariableSource* Find(const VariableInputs& inputs, const std::string& name) {
  const auto found = inputs.by_name.find(name);
  return found == inputs.by_name.end() ? nullptr : &found->second;
}

VariableInputs Collect(Collector collector, const FileSource& files, const std::string& directory,
                       const std::map<std::string, std::string>& environment,
                       const std::vector<VariableOption>& options) {
  collector.AddEnvironment(environment);
  for (const std::string& path : AutomaticVariableFiles(files, directory))
    collector.AddFile(path, Kind::kAutoFile);
  for (const VariableOption& option : options) {
    if (option.is_file) {
      collector.AddFile(option.text, Kind::kFile);
    } else {
      collector.AddOption(option.text);
    }
  }
  return collector.Finish();
}

}  // namespace

VariableInputs CollectVariables(const FileSource& files, const std::string& directory, const Module& root,
                                const std::map<std::string, std::string>& environment,
                                const std::vector<VariableOption>& options,
                                base::diag::Diagnostics& diagnostics) {
  return Collect(Collector(files, &root, diagnostics), files, directory, environment, options);
}

VariableInputs CollectTestVariables(const FileSource& files, const std::string& directory,
                                    const std::map<std::string, std::string>& environment,
                                    const std::vector<VariableOption>& options,
                                    base::diag::Diagnostics& diagnostics) {
  return Collect(Collector(files, nullptr, diagnostics), files, directory, environment, options);
}

std::optional<Value> GivenValue(const VariableSource& source, const Variable* variable,
                                base::diag::Diagnostics& diagnostics) {
  if (source.value) return *source.value;
  if (variable != nullptr && !variable->parse_as_expression) return Value::String(source.text);
  base::diag::Diagnostics found;
  const FilePtr file =
      hcl::ParseExpression(fmt::format("<value for var.{}>", source.name), source.text, found);
  std::optional<Value> value;
  if (file->expression() != nullptr && !found.HasErrors())
    value = ConstantValue(file, *file->expression(), found);
  // The text may be a secret: places are told, the text itself is not shown.
  for (base::diag::Diagnostic& each : found.mutable_items()) each.snippet.reset();
  diagnostics.Append(std::move(found));
  return value;
}

std::map<std::string, Value> ResolveVariables(const Module& root, const VariableInputs& inputs,
                                              base::diag::Diagnostics& diagnostics,
                                              UnsuitableVariables* unsuitable) {
  std::map<std::string, Value> values;
  for (const auto& [name, variable] : root.variables) {
    base::diag::Diagnostics own;
    Resolver resolver(variable, Find(inputs, name), diagnostics, unsuitable ? own : diagnostics);
    values.emplace(name, resolver.Resolve());
    if (unsuitable && !own.empty()) unsuitable->emplace(name, std::move(own));
  }
  return values;
}

std::map<std::string, Value> GivenVariables(const Module& root, const VariableInputs& inputs) {
  std::map<std::string, Value> values;
  for (const auto& [name, variable] : root.variables) {
    const VariableSource* source = Find(inputs, name);
    if (source == nullptr || variable.ephemeral) continue;
    base::diag::Diagnostics ignored;
    std::optional<Value> value = Resolver(variable, source, ignored, ignored).Given();
    if (value) values.emplace(name, value->UnmarkedDeep());
  }
  return values;
}

std::vector<const Variable*> MissingVariables(const Module& root, const VariableInputs& inputs) {
  std::vector<const Variable*> missing;
  for (const auto& [name, variable] : root.variables) {
    if (!variable.default_value && Find(inputs, name) == nullptr) missing.push_back(&variable);
  }
  return missing;
}

}  // namespace engine::config
