#include "engine/run/scope.h"

#include <algorithm>

#include "base/text/suggest.h"
#include "engine/run/conditions.h"
#include "engine/run/provider_functions.h"
#include "engine/run/variables.h"
#include "language/hcl/content.h"
#include "language/value/convert.h"

namespace engine::run {

using language::eval::Reference;
using language::hcl::File;
using language::value::Type;

const Value& ResourceValues::Whole() {
  if (whole) return *whole;
  switch (expansion.repetition) {
    case Repetition::kNone:
      whole = values.empty() ? Value::DynamicUnknown() : values[0];
      break;
    case Repetition::kCount:
      whole = Value::Tuple(values);
      break;
    case Repetition::kForEach: {
      std::vector<std::pair<std::string, Value>> attributes;
      attributes.reserve(values.size());
      for (size_t index = 0; index < values.size(); ++index)
        attributes.emplace_back(expansion.keys[index].AsString(), values[index]);
      whole = Value::Object(std::move(attributes));
      break;
    }
  }
  return *whole;
}

ModuleScope::ModuleScope(const ScopeContext& context, const config::ModuleNode& node, ModuleInstance path,
                         ModuleScope* parent, InstanceKey key, Value each_value)
    : context_(context),
      node_(node),
      functions_(ModuleFunctions(context.run->functions, node, *context.providers)),
      path_(std::move(path)),
      path_text_(path_.ToString()),
      parent_(parent),
      key_(std::move(key)),
      each_value_(std::move(each_value)) {}

ResourceValues& ModuleScope::Expanded(std::string_view resource_key, Expansion expansion) {
  ResourceValues& values = Values(resource_key);
  values.values.assign(expansion.keys.size(), Value::DynamicUnknown());
  values.expansion = std::move(expansion);
  values.expanded = true;
  return values;
}

const ResourceValues* ModuleScope::FindValues(std::string_view resource_key) const {
  auto found = resources_.find(resource_key);
  return found == resources_.end() ? nullptr : &found->second;
}

void ModuleScope::ExpandCall(const std::string& name, Expansion expansion) {
  Call& call = calls_[name];
  call.expansion = std::move(expansion);
  const config::ModuleNode& child = *node_.children.at(name);
  bool stand_in = context_.phase == Phase::kValidate && call.expansion.repetition != Repetition::kNone;
  if (stand_in) {
    Value each = Value::DynamicUnknown();
    call.children.push_back(
        std::make_unique<ModuleScope>(context_, child, path_.Child(name), this, InstanceKey(), each));
    return;
  }
  for (size_t index = 0; index < call.expansion.keys.size(); ++index) {
    const InstanceKey& key = call.expansion.keys[index];
    Value each = call.expansion.each_values.empty() ? Value() : call.expansion.each_values[index];
    call.children.push_back(
        std::make_unique<ModuleScope>(context_, child, path_.Child(name, key), this, key, std::move(each)));
  }
}

ModuleScope* ModuleScope::FindChild(const std::string& name, const InstanceKey& key) const {
  auto call = calls_.find(name);
  if (call == calls_.end()) return nullptr;
  const auto& children = call->second.children;
  auto found = std::lower_bound(
      children.begin(), children.end(), key,
      [](const std::unique_ptr<ModuleScope>& child, const InstanceKey& k) { return child->key() < k; });
  return found == children.end() || (*found)->key() != key ? nullptr : found->get();
}

bool ModuleScope::EnsureExpanded(const std::string& name, Diagnostics& diagnostics) {
  if (calls_.contains(name)) return true;
  const config::ModuleCall& call = *node_.children.at(name)->call;
  std::optional<Expansion> expansion =
      Expand(call.count, call.for_each, *this, context_.phase, path_.Child(name).ToString(), diagnostics);
  if (!expansion) return false;
  ExpandCall(name, std::move(*expansion));
  return true;
}

std::optional<language::eval::Scope::Resolved> ModuleScope::Resolve(const Reference& reference,
                                                                    const File& file,
                                                                    Diagnostics& diagnostics) const {
  // Evaluation on first use fills memos: logically the scope stays what it was.
  ModuleScope& self = const_cast<ModuleScope&>(*this);
  std::string_view root = reference.root;
  bool named = !reference.steps.empty() && reference.steps[0].is_attribute;
  std::string name = named ? std::string(reference.steps[0].name) : std::string();
  if (root == "var" && named) {
    if (!node_.module->variables.contains(name))
      return Undeclared(reference, file, "input variable", diagnostics);
    if (!self.EnsureVariable(name, diagnostics) && context_.phase != Phase::kEval)
      return Resolved{Value::DynamicUnknown(), reference.steps.size()};
    return Resolved{variables_.find(name)->second.value, 1};
  }
  if (root == "local" && named) {
    if (!node_.module->locals.contains(name)) return Undeclared(reference, file, "local value", diagnostics);
    if (!self.EnsureLocal(name, diagnostics))
      return Resolved{Value::DynamicUnknown(), reference.steps.size()};
    return Resolved{locals_.find(name)->second.value, 1};
  }
  if (root == "module" && named) return ResolveModule(reference, file, diagnostics);
  if (root == "path" && named) return ResolvePath(reference, file, diagnostics);
  if (root == "terraform" && named) return ResolveTerraform(reference, file, diagnostics);
  const bool prefixed = root == "data" || root == "ephemeral" || root == "resource";
  size_t used = prefixed ? 2 : 1;
  if (reference.steps.size() >= used && named && (!prefixed || reference.steps[1].is_attribute)) {
    std::string key = fmt::format("{}.{}", root, name);
    if (prefixed) key = fmt::format("{}.{}", name, reference.steps[1].name);
    if (prefixed && root != "resource") key = fmt::format("{}.{}", root, key);
    auto resource = node_.module->resources.find(key);
    if (resource != node_.module->resources.end())
      return ResolveResource(key, resource->second, used, reference, file, diagnostics);
  }
  return Undeclared(reference, file, "resource", diagnostics);
}

std::optional<language::eval::Scope::Resolved> ModuleScope::ResolveResource(
    std::string_view key, const config::Resource& resource, size_t used, const Reference& reference,
    const File&, Diagnostics& diagnostics) const {
  if (context_.phase == Phase::kValidate) {
    // Which attributes it has is checked before; of its type evaluation assumes nothing, as in the reference.
    const bool ephemeral = resource.address.mode == language::address::ResourceMode::kEphemeral;
    const Value unknown = Value::DynamicUnknown();
    return Resolved{ephemeral ? unknown.WithMarks(language::value::kEphemeral) : unknown, used};
  }
  auto found = resources_.find(key);
  if ((found == resources_.end() || !found->second.expanded) && context_.materialize) {
    context_.materialize(const_cast<ModuleScope&>(*this), resource, diagnostics);
    found = resources_.find(key);
  }
  if (found == resources_.end() || !found->second.expanded) return Resolved{Value::DynamicUnknown(), used};
  auto stored = stored_.find(key);
  ResourceValues& values = stored == stored_.end() ? found->second : stored->second;
  if (values.expansion.repetition == Repetition::kNone) return Resolved{values.values[0], used};
  // One instance is read without building the collection of all.
  if (reference.steps.size() > used) {
    const language::eval::ReferenceStep& step = reference.steps[used];
    if (values.expansion.repetition == Repetition::kCount && !step.is_attribute &&
        step.key.IsKnownNotNull() && step.key.type().IsNumber() && !step.key.marks()) {
      std::optional<int64_t> index = step.key.AsInt64();
      if (index && *index >= 0 && static_cast<size_t>(*index) < values.values.size())
        return Resolved{values.values[static_cast<size_t>(*index)], used + 1};
    }
    if (values.expansion.repetition == Repetition::kForEach && !step.is_attribute &&
        step.key.IsKnownNotNull() && step.key.type().IsString() && !step.key.marks()) {
      const std::vector<InstanceKey>& keys = values.expansion.keys;
      InstanceKey wanted{std::string(step.key.AsString())};
      auto position = std::lower_bound(keys.begin(), keys.end(), wanted);
      if (position != keys.end() && *position == wanted)
        return Resolved{values.values[static_cast<size_t>(position - keys.begin())], used + 1};
    }
  }
  return Resolved{values.Whole(), used};
}

Value ModuleScope::ChildOutputs(ModuleScope& child, Diagnostics& diagnostics) const {
  std::vector<std::pair<std::string, Value>> outputs;
  for (const auto& [name, output] : child.node().module->outputs) {
    bool ok = child.EnsureOutput(name, diagnostics);
    outputs.emplace_back(name, ok ? child.OutputValue(name) : Value::DynamicUnknown());
  }
  return Value::Object(std::move(outputs));
}

namespace {

// What validation knows of a module's outputs: their names.
Value UnknownOutputs(const config::ModuleNode& parent, const std::string& name, const Expansion& expansion) {
  std::vector<std::pair<std::string, Value>> outputs;
  for (const auto& [output, declared] : parent.children.at(name)->module->outputs)
    outputs.emplace_back(output, Value::DynamicUnknown());
  const Type object = Value::Object(std::move(outputs)).type();
  switch (expansion.repetition) {
    case Repetition::kCount:
      return Value::Unknown(Type::List(object)).NotNull();
    case Repetition::kForEach:
      return Value::Unknown(Type::Map(object)).NotNull();
    case Repetition::kNone:
      break;
  }
  return Value::Unknown(object).NotNull();
}

// Any value that the variable may have.
Value AnyValueOf(const config::Variable& variable) {
  Value value = Value::Unknown(variable.type ? variable.type->type.WithoutOptional() : Type::Dynamic());
  if (variable.sensitive) value = value.WithMarks(language::value::kSensitive);
  if (variable.ephemeral) value = value.WithMarks(language::value::kEphemeral);
  return value;
}

}  // namespace

std::optional<language::eval::Scope::Resolved> ModuleScope::ResolveModule(const Reference& reference,
                                                                          const File& file,
                                                                          Diagnostics& diagnostics) const {
  std::string name(reference.steps[0].name);
  auto found = calls_.find(name);
  if (!node_.children.contains(name)) return Undeclared(reference, file, "module", diagnostics);
  if (found == calls_.end() && (context_.phase == Phase::kApply || context_.phase == Phase::kEval)) {
    const_cast<ModuleScope&>(*this).EnsureExpanded(name, diagnostics);
    found = calls_.find(name);
  }
  if (found == calls_.end()) return Resolved{Value::DynamicUnknown(), reference.steps.size()};
  const Call& call = found->second;
  // One output of one instance, without evaluating the others.
  auto output_of = [&](ModuleScope& child, size_t used) -> Resolved {
    if (reference.steps.size() > used && reference.steps[used].is_attribute) {
      std::string output(reference.steps[used].name);
      if (child.node().module->outputs.contains(output)) {
        bool ok = child.EnsureOutput(output, diagnostics);
        return {ok ? child.OutputValue(output) : Value::DynamicUnknown(),
                ok ? used + 1 : reference.steps.size()};
      }
    }
    return {ChildOutputs(child, diagnostics), used};
  };
  if (context_.phase == Phase::kValidate) return Resolved{UnknownOutputs(node_, name, call.expansion), 1};
  if (call.expansion.repetition == Repetition::kNone) return output_of(*call.children[0], 1);
  if (reference.steps.size() > 1 && !reference.steps[1].is_attribute &&
      reference.steps[1].key.IsKnownNotNull()) {
    const Value& key = reference.steps[1].key;
    std::optional<InstanceKey> wanted;
    if (key.type().IsString()) wanted = InstanceKey(std::string(key.AsString()));
    if (std::optional<int64_t> number = key.type().IsNumber() ? key.AsInt64() : std::nullopt)
      wanted = InstanceKey(*number);
    ModuleScope* child = wanted ? FindChild(name, *wanted) : nullptr;
    if (child) return output_of(*child, 2);
  }
  std::vector<Value> values;
  std::vector<std::pair<std::string, Value>> attributes;
  for (size_t index = 0; index < call.children.size(); ++index) {
    Value outputs = ChildOutputs(*call.children[index], diagnostics);
    if (call.expansion.repetition == Repetition::kCount)
      values.push_back(std::move(outputs));
    else
      attributes.emplace_back(call.expansion.keys[index].AsString(), std::move(outputs));
  }
  if (call.expansion.repetition == Repetition::kCount) return Resolved{Value::Tuple(std::move(values)), 1};
  return Resolved{Value::Object(std::move(attributes)), 1};
}

std::optional<language::eval::Scope::Resolved> ModuleScope::ResolvePath(const Reference& reference,
                                                                        const File& file,
                                                                        Diagnostics& diagnostics) const {
  std::string_view name = reference.steps[0].name;
  if (name == "module") return Resolved{Value::String(node_.module->directory), 1};
  if (name == "root") return Resolved{Value::String(context_.run->root_directory), 1};
  if (name == "cwd") return Resolved{Value::String(context_.run->working_directory), 1};
  language::hcl::AddError(
      diagnostics, "Invalid \"path\" attribute",
      fmt::format("There is no path.{}. There are path.module, path.root and path.cwd.", name), file,
      reference.span);
  return std::nullopt;
}

std::optional<language::eval::Scope::Resolved> ModuleScope::ResolveTerraform(const Reference& reference,
                                                                             const File& file,
                                                                             Diagnostics& diagnostics) const {
  std::string_view name = reference.steps[0].name;
  if (name == "workspace") return Resolved{Value::String(context_.run->workspace), 1};
  if (name == "applying")
    return Resolved{Value::Bool(context_.phase == Phase::kApply).WithMarks(language::value::kEphemeral), 1};
  language::hcl::AddError(diagnostics, "Invalid \"terraform\" attribute",
                          fmt::format("There is no terraform.{}. There is terraform.workspace.", name), file,
                          reference.span);
  return std::nullopt;
}

std::optional<language::eval::Scope::Resolved> ModuleScope::Undeclared(const Reference& reference,
                                                                       const File& file, std::string what,
                                                                       Diagnostics& diagnostics) const {
  const std::string where = path_.IsRoot() ? "the root module" : node_.path.ToString();
  const auto name_at = [&](size_t index) {
    const bool named = index < reference.steps.size() && reference.steps[index].is_attribute;
    return named ? reference.steps[index].name : std::string_view();
  };
  const bool data = reference.root == "data";
  const std::string detail =
      what != "resource"
          ? fmt::format("There is no {} with the name \"{}\" in {}.", what, name_at(0), where)
          : fmt::format("A {} resource \"{}\" \"{}\" has not been declared in {}.", data ? "data" : "managed",
                        data ? name_at(0) : reference.root, name_at(data ? 1 : 0), where);
  language::hcl::AddError(diagnostics, "Reference to undeclared " + what, detail, file, reference.span);
  return std::nullopt;
}

bool ModuleScope::EnsureLocal(const std::string& name, Diagnostics& diagnostics) {
  Memo& memo = locals_[name];
  if (memo.done) return !memo.failed;
  memo.done = true;
  const config::Local& local = node_.module->locals.at(name);
  memo.failed = context_.IsMisreferenced(local.expression);
  if (memo.failed) return false;
  Diagnostics own;
  memo.value = language::eval::Evaluate(*local.expression.file, *local.expression.expression, *this, own);
  Memo& stored = locals_[name];  // evaluation may have added to the table
  stored.failed = own.HasErrors();
  diagnostics.Append(std::move(own));
  return !stored.failed;
}

bool ModuleScope::EnsureOutput(const std::string& name, Diagnostics& diagnostics) {
  if (Memo& memo = outputs_[name]; memo.done) return !memo.failed;
  outputs_[name].done = true;
  const bool substituted = run().substitutes && context_.phase != Phase::kValidate;
  if (const Value* given = substituted ? run().substitutes->OutputsOf(path_) : nullptr) {
    const Value* value = given->Find(name);
    outputs_[name].value = value ? *value : Value();
    return true;
  }
  const config::Output& output = node_.module->outputs.at(name);
  Diagnostics own;
  bool misreferenced =
      std::any_of(output.preconditions.begin(), output.preconditions.end(),
                  [this](const config::Condition& each) { return context_.IsMisreferenced(each.condition); });
  if (context_.output_conditions && !output.preconditions.empty() && !misreferenced &&
      !CheckConditions(output.preconditions, "Module output value precondition failed", *this,
                       *context_.output_conditions, CheckedName("output", name, path_), context_.checks,
                       own)) {
    outputs_[name].failed = true;
    diagnostics.Append(std::move(own));
    return false;
  }
  if (context_.IsMisreferenced(output.expression)) {
    outputs_[name].failed = true;
    return false;
  }
  Value value = language::eval::Evaluate(*output.expression.file, *output.expression.expression, *this, own);
  if (!output.ephemeral && value.MarksDeep() & language::value::kEphemeral)
    language::hcl::AddError(own, "Ephemeral value not allowed",
                            "Ephemeral values are never stored, so this output may not have one. Outputs of "
                            "child modules may, where they are declared with ephemeral = true.",
                            *output.expression.file, output.expression.expression->span);
  // That an output is sensitive hides it where it is shown as an output. As in the reference (1.11.4), the
  // modules that read it get the value as it is: marked where what it comes from is.
  if (output.ephemeral && !own.HasErrors() && !(value.marks() & language::value::kEphemeral))
    language::hcl::AddError(own, "Value not allowed in ephemeral output",
                            "This output is declared with ephemeral = true, so its value as a whole must be "
                            "ephemeral, and this one is not.",
                            *output.expression.file, output.expression.expression->span);
  Memo& stored = outputs_[name];
  stored.value = std::move(value);
  stored.failed = own.HasErrors();
  diagnostics.Append(std::move(own));
  return !stored.failed;
}

bool ModuleScope::EnsureVariable(const std::string& name, Diagnostics& diagnostics) {
  if (Memo& memo = variables_[name]; memo.done) return !memo.failed;
  variables_[name].done = true;
  const config::Variable& variable = node_.module->variables.at(name);
  if (context_.IsMisreferenced(Argument(name))) {
    variables_[name].failed = true;
    return false;
  }
  Diagnostics own;
  Value value;
  if (context_.phase == Phase::kValidate && !parent_) {
    value = AnyValueOf(variable);
  } else if (!parent_) {
    auto found = context_.run->variables.find(name);
    value = found == context_.run->variables.end() ? Value::DynamicUnknown() : found->second;
    auto unsuitable = context_.run->unsuitable.find(name);
    if (unsuitable != context_.run->unsuitable.end()) own.Append(unsuitable->second);
  } else {
    value = ArgumentValue(variable, own);
  }
  variables_[name].value = std::move(value);
  if (!own.HasErrors()) CheckVariable(variable, *this, context_.checks, own);
  Memo& stored = variables_[name];
  stored.failed = own.HasErrors();
  // Validation is of a module for whatever it may be given: what a call gives has been held against the
  // declaration, and is not looked at within, where other arguments may guard against it.
  if (context_.phase == Phase::kValidate && parent_) stored.value = AnyValueOf(variable);
  diagnostics.Append(std::move(own));
  return !stored.failed;
}

config::ExpressionRef ModuleScope::Argument(std::string_view variable) const {
  if (!parent_) return {};
  const config::BodyRef& body = node_.call->body;
  const language::hcl::Attribute* argument = body.body->FindAttribute(variable);
  if (!argument) return {};
  return {language::hcl::OwnerOf(*argument, body.file), argument->expression};
}

// Validation lets pass each and count where the call has no for_each or count: a plan does not.
Value ModuleScope::EvaluateArgument(const config::ExpressionRef& argument, Diagnostics& diagnostics) const {
  const config::ModuleCall& call = *node_.call;
  Repetition repetition = call.count      ? Repetition::kCount
                          : call.for_each ? Repetition::kForEach
                                          : Repetition::kNone;
  if (context_.phase == Phase::kValidate) {
    language::eval::LocalScope scope(parent_, functions());
    scope.Set("each", Value::DynamicUnknown());
    scope.Set("count", Value::DynamicUnknown());
    return language::eval::Evaluate(*argument.file, *argument.expression, scope, diagnostics);
  }
  InstanceScope scope(*parent_, repetition, key_, each_value_);
  return language::eval::Evaluate(*argument.file, *argument.expression, scope, diagnostics);
}

Value ModuleScope::ArgumentValue(const config::Variable& variable, Diagnostics& diagnostics) {
  const config::ExpressionRef argument = Argument(variable.name);
  Value value = variable.default_value.value_or(Value());
  if (argument) {
    value = EvaluateArgument(argument, diagnostics);
    if (diagnostics.HasErrors()) return Value::DynamicUnknown();
    if (!variable.ephemeral && value.MarksDeep() & language::value::kEphemeral) {
      language::hcl::AddError(diagnostics, "Ephemeral value not allowed",
                              fmt::format("The value is ephemeral, and the module's variable \"{}\" is not "
                                          "declared with ephemeral = true.",
                                          variable.name),
                              *argument.file, argument.expression->span);
      return Value::DynamicUnknown();
    }
    config::Place place{argument.file, argument.expression->span};
    const std::string name = (path_.IsRoot() ? "" : path_.ToString() + ".") + "var." + variable.name;
    value = PrepareVariable(variable, std::move(value), name, place, diagnostics);
  }
  if (variable.sensitive) value = value.WithMarks(language::value::kSensitive);
  if (variable.ephemeral) value = value.WithMarks(language::value::kEphemeral);
  return value;
}

std::optional<language::eval::Scope::Resolved> InstanceScope::Resolve(const Reference& reference,
                                                                      const File& file,
                                                                      Diagnostics& diagnostics) const {
  bool named = !reference.steps.empty() && reference.steps[0].is_attribute;
  if (reference.root == "each" && named) {
    bool known = key_.IsString();
    if (reference.steps[0].name == "key" && repetition_ == Repetition::kForEach)
      return Resolved{known ? key_.ToValue() : Value::Unknown(Type::String()).NotNull(), 1};
    if (reference.steps[0].name == "value" && repetition_ == Repetition::kForEach)
      return Resolved{known ? each_value_ : Value::DynamicUnknown(), 1};
    language::hcl::AddError(
        diagnostics, "Reference to \"each\" in context without for_each",
        "\"each\" has a meaning only in a block with for_each, as each.key and each.value.", file,
        reference.span);
    return std::nullopt;
  }
  if (reference.root == "count" && named) {
    if (reference.steps[0].name == "index" && repetition_ == Repetition::kCount)
      return Resolved{key_.IsInt() ? key_.ToValue() : Value::Unknown(Type::Number()).NotNull(), 1};
    language::hcl::AddError(diagnostics, "Reference to \"count\" in non-counted context",
                            "\"count.index\" has a meaning only in a block with count.", file,
                            reference.span);
    return std::nullopt;
  }
  if (reference.root == "self" && self_) return Resolved{*self_, 0};
  return outer_.Resolve(reference, file, diagnostics);
}

}  // namespace engine::run
