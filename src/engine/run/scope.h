// ModuleScope: what names mean inside one module instance, with the values known so far; and InstanceScope,
// which adds each, count and self. Locals, variables and outputs are evaluated on first use and remembered.
// Not the order of evaluation, which the planner and applier keep. Used by engine/run and the console.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/diag/diagnostics.h"
#include "engine/config/load.h"
#include "engine/config/module.h"
#include "engine/run/check_results.h"
#include "engine/run/context.h"
#include "engine/run/providers.h"
#include "language/eval/evaluate.h"

namespace engine::run {

using base::diag::Diagnostics;
using language::address::InstanceKey;
using language::address::ModuleInstance;

// kEval: the console's, over the state without a plan.
enum class Phase : uint8_t { kValidate, kPlan, kApply, kEval };
enum class Repetition : uint8_t { kNone, kCount, kForEach };

// The instances of a resource (or module call) in one module instance.
struct Expansion {
  Repetition repetition = Repetition::kNone;
  std::vector<InstanceKey> keys;   // sorted; one without key for kNone
  std::vector<Value> each_values;  // kForEach: parallel to keys
};

// Values of a resource's instances as references see them; `values` is parallel to expansion.keys.
// An instance whose value is not there yet has null of dynamic type.
struct ResourceValues {
  Expansion expansion;
  std::vector<Value> values;
  bool expanded = false;
  std::optional<Value> whole;  // the tuple or object of all, built once when asked for

  void Set(size_t index, Value value) {
    values[index] = std::move(value);
    whole.reset();
  }
  const Value& Whole();
};

struct Memo {
  bool done = false;
  bool failed = false;
  Value value;
};

class ModuleScope;

// What all scopes of a run share.
struct ScopeContext {
  Phase phase = Phase::kPlan;
  const RunContext* run = nullptr;
  ProviderPool* providers = nullptr;
  CheckResults* checks = nullptr;  // where outcomes of conditions go; may be null
  // What an output's precondition that does not hold is; nothing: they are not asked.
  std::optional<base::diag::Severity> output_conditions = std::nullopt;
  // Fills a resource's values in a module instance when they are first referred to (while applying, and in
  // the console); may be empty.
  std::function<void(ModuleScope&, const config::Resource&, Diagnostics&)> materialize;
  // While validating: expressions and bodies whose references are wrong, which has been told.
  const std::unordered_set<const void*>* misreferenced = nullptr;

  bool IsMisreferenced(const config::ExpressionRef& expression) const {
    return misreferenced != nullptr && misreferenced->contains(expression.expression);
  }
};

class ModuleScope : public language::eval::Scope {
 public:
  ModuleScope(const ScopeContext& context, const config::ModuleNode& node, ModuleInstance path,
              ModuleScope* parent, InstanceKey key, Value each_value);

  const config::ModuleNode& node() const { return node_; }
  const RunContext& run() const { return *context_.run; }
  const ModuleInstance& path() const { return path_; }
  const std::string& path_text() const { return path_text_; }
  ModuleScope* parent() const { return parent_; }
  const InstanceKey& key() const { return key_; }
  const Value& each_value() const { return each_value_; }

  std::optional<Resolved> Resolve(const language::eval::Reference& reference, const language::hcl::File& file,
                                  Diagnostics& diagnostics) const override;
  const language::functions::Environment& functions() const override {
    return functions_ ? *functions_ : context_.run->functions;
  }

  // Evaluate on first use; false when that failed, now or before (the error is reported only once).
  bool EnsureVariable(const std::string& name, Diagnostics& diagnostics);
  bool EnsureLocal(const std::string& name, Diagnostics& diagnostics);
  bool EnsureOutput(const std::string& name, Diagnostics& diagnostics);
  const Value& VariableValue(const std::string& name) const { return variables_.at(name).value; }
  const Value& OutputValue(const std::string& name) const { return outputs_.at(name).value; }

  // Makes the children of one call, after its count or for_each is known. In the validate phase: one
  // stand-in.
  void ExpandCall(const std::string& name, Expansion expansion);
  // Evaluates the call's count or for_each if that has not been done; false after errors.
  bool EnsureExpanded(const std::string& name, Diagnostics& diagnostics);
  bool IsMisreferenced(const config::ExpressionRef& expression) const {
    return context_.IsMisreferenced(expression);
  }
  // What the module's call gives for the variable; empty where it gives nothing, and in the root.
  config::ExpressionRef Argument(std::string_view variable) const;
  bool IsCallExpanded(const std::string& name) const { return calls_.contains(name); }
  std::vector<std::unique_ptr<ModuleScope>>& Children(const std::string& name) {
    return calls_.at(name).children;
  }
  // The child instance with this key; null when the call is not expanded, or gives no such instance.
  ModuleScope* FindChild(const std::string& name, const InstanceKey& key) const;

  // By "type.name" or "data.type.name", as config::Module::resources is keyed.
  ResourceValues& Values(std::string_view resource_key) { return resources_[std::string(resource_key)]; }
  const ResourceValues* FindValues(std::string_view resource_key) const;
  // Makes place for the values of a resource's instances, which are unknown at first.
  ResourceValues& Expanded(std::string_view resource_key, Expansion expansion);
  // Whoever refers to the resource sees these instead: instances as they are stored, where nothing is
  // planned.
  void ShowInstead(std::string_view resource_key, ResourceValues values) {
    stored_.insert_or_assign(std::string(resource_key), std::move(values));
  }

 private:
  struct Call {
    Expansion expansion;
    std::vector<std::unique_ptr<ModuleScope>> children;  // parallel to expansion.keys
  };
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  using Reference = language::eval::Reference;
  std::optional<Resolved> ResolveResource(std::string_view key, const config::Resource& resource,
                                          size_t steps_used, const Reference& reference,
                                          const language::hcl::File& file, Diagnostics& diagnostics) const;
  std::optional<Resolved> ResolveModule(const Reference& reference, const language::hcl::File& file,
                                        Diagnostics& diagnostics) const;
  std::optional<Resolved> ResolvePath(const Reference& reference, const language::hcl::File& file,
                                      Diagnostics& diagnostics) const;
  std::optional<Resolved> ResolveTerraform(const Reference& reference, const language::hcl::File& file,
                                           Diagnostics& diagnostics) const;
  std::optional<Resolved> Undeclared(const Reference& reference, const language::hcl::File& file,
                                     std::string what, Diagnostics& diagnostics) const;
  Value ChildOutputs(ModuleScope& child, Diagnostics& diagnostics) const;
  Value EvaluateArgument(const config::ExpressionRef& argument, Diagnostics& diagnostics) const;
  Value ArgumentValue(const config::Variable& variable, Diagnostics& diagnostics);

  const ScopeContext& context_;
  const config::ModuleNode& node_;
  // With the functions of the module's providers; null where there are none.
  const std::unique_ptr<const language::functions::Environment> functions_;
  const ModuleInstance path_;
  const std::string path_text_;
  ModuleScope* const parent_;
  const InstanceKey key_;
  const Value each_value_;
  std::unordered_map<std::string, Memo, TextHash, std::equal_to<>> variables_, locals_, outputs_;
  std::unordered_map<std::string, Call, TextHash, std::equal_to<>> calls_;
  mutable std::unordered_map<std::string, ResourceValues, TextHash, std::equal_to<>> resources_, stored_;
};

// A module's names, and those of one instance of something in it.
class InstanceScope : public language::eval::Scope {
 public:
  InstanceScope(const language::eval::Scope& outer, Repetition repetition, const InstanceKey& key,
                const Value& each_value, const Value* self = nullptr)
      : outer_(outer), repetition_(repetition), key_(key), each_value_(each_value), self_(self) {}
  std::optional<Resolved> Resolve(const language::eval::Reference& reference, const language::hcl::File& file,
                                  Diagnostics& diagnostics) const override;
  const language::functions::Environment& functions() const override { return outer_.functions(); }

 private:
  const language::eval::Scope& outer_;
  const Repetition repetition_;
  const InstanceKey& key_;
  const Value& each_value_;
  const Value* self_;
};

// Evaluates count and for_each of a resource or module call. Nothing after errors ("Invalid count argument",
// ...).
std::optional<Expansion> Expand(const config::ExpressionRef& count, const config::ExpressionRef& for_each,
                                const language::eval::Scope& scope, Phase phase, std::string_view address,
                                Diagnostics& diagnostics);
std::optional<Expansion> ExpandResource(const ModuleScope& scope, const config::Resource& resource,
                                        Phase phase, Diagnostics& diagnostics);

}  // namespace engine::run
