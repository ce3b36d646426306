#include "engine/run/static_checks.h"

#include <fmt/format.h>

#include "engine/config/attribute_steps.h"

namespace engine::run {
namespace {

using language::hcl::AddError;
using language::hcl::TraversalStep;
using language::value::Type;

const config::Resource* TargetOf(const config::Import& import, const ModuleScope& root) {
  const config::ModuleNode* node = &root.node();
  for (const language::address::ModuleStep& step : import.to_module.steps) {
    const auto child = node->children.find(step.name);
    if (child == node->children.end()) return nullptr;
    node = child->second.get();
  }
  const auto found = node->module->resources.find(import.to_resource.ToString());
  return found == node->module->resources.end() ? nullptr : &found->second;
}

// Why a key of this kind names no instance; nothing when it may.
std::string KeyProblem(const config::Resource& target, const Value& key) {
  if (key.IsNull()) {
    if (target.count) return "The resource is counted, so write the number of one instance: [0].";
    if (target.for_each) return "The resource has for_each, so write the key of one instance: [\"key\"].";
    return "";
  }
  if (key.type().IsNumber() && !target.count)
    return "The resource has no count, so no instance has a number.";
  if (key.type().IsString() && !target.for_each)
    return "The resource has no for_each, so no instance has a key.";
  return "";
}

std::string IdProblem(const Value& id) {
  if (id.IsNull()) return "The import ID is null.";
  if (id.IsKnown() && id.AsString().empty()) return "The import ID is an empty string.";
  return "";
}

// One instance of the block. False after errors.
bool CheckInstance(const config::Import& import, const config::Resource* target, const ModuleScope& root,
                   const language::eval::Scope& scope, Diagnostics& diagnostics) {
  Diagnostics own;
  Value key;
  if (import.to_key && !root.IsMisreferenced(import.to_key))
    key = language::eval::Evaluate(*import.to_key.file, *import.to_key.expression, scope, own);
  if (!own.HasErrors() && target != nullptr) {
    if (std::string problem = KeyProblem(*target, key); !problem.empty()) {
      AddError(own, "Invalid import 'to' expression", std::move(problem), *import.to.file,
               import.to.expression->span);
    }
  }
  if (!own.HasErrors() && import.id && !root.IsMisreferenced(import.id)) {
    const Value id =
        language::eval::EvaluateAs(*import.id.file, *import.id.expression, Type::String(), scope, own);
    if (!own.HasErrors()) {
      if (std::string problem = IdProblem(id.Unmarked()); !problem.empty()) {
        AddError(own, "Invalid import id argument", std::move(problem), *import.id.file,
                 import.id.expression->span);
      }
    }
  }
  const bool ok = !own.HasErrors();
  diagnostics.Append(std::move(own));
  return ok;
}

}  // namespace

void CheckImport(const config::Import& import, ModuleScope& root, Diagnostics& diagnostics) {
  const config::Resource* target = TargetOf(import, root);
  if (!import.for_each) {
    CheckInstance(import, target, root, root, diagnostics);
    return;
  }
  if (root.IsMisreferenced(import.for_each)) return;
  Diagnostics own;
  const Value all =
      language::eval::Evaluate(*import.for_each.file, *import.for_each.expression, root, own).Unmarked();
  const bool failed = own.HasErrors();
  diagnostics.Append(std::move(own));
  const Type type = all.type();
  const bool iterable = type.IsMap() || type.IsObject() || type.IsSet() || type.IsTuple() || type.IsList();
  if (failed || !iterable || !all.IsKnownNotNull()) return;
  for (size_t i = 0; i < all.Length(); ++i) {
    const Value& element = all.ElementAt(i);
    Value key = element;
    if (type.IsMap() || type.IsObject()) key = Value::String(all.KeyAt(i));
    if (type.IsTuple() || type.IsList()) key = Value::Int(static_cast<int64_t>(i));
    language::eval::LocalScope scope(&root, root.functions());
    scope.Set("each", Value::Object({{"key", std::move(key)}, {"value", element}}));
    if (!CheckInstance(import, target, root, scope, diagnostics)) return;
  }
}

void AddMissingImportTarget(const language::address::ResourceInstance& address, Diagnostics& diagnostics) {
  diagnostics.Error("Configuration for import target does not exist",
                    fmt::format("The configuration has no instance {}, so nothing can be imported there. "
                                "Correct the key, or the count or for_each that makes the instances.",
                                address.ToString()));
}

void CheckIgnoreChanges(const config::Resource& resource, const language::schema::Block& schema,
                        Diagnostics& diagnostics) {
  for (const config::TraversalRef& reference : resource.lifecycle.ignore_changes_refs) {
    const language::hcl::TraversalExpression& traversal = *reference.traversal;
    std::vector<TraversalStep> steps;
    TraversalStep first;
    first.kind = TraversalStep::Kind::kAttribute;
    first.name = traversal.root;
    first.span = traversal.root_span;
    steps.push_back(std::move(first));
    steps.insert(steps.end(), traversal.steps.begin(), traversal.steps.end());
    if (!config::CheckAttributeSteps(schema, steps, *reference.file, diagnostics)) continue;
    const language::schema::Attribute* attribute = schema.FindAttribute(traversal.root);
    if (attribute == nullptr || !attribute->computed || attribute->optional || attribute->required) continue;
    diagnostics.Add(language::hcl::MakeDiagnostic(
        base::diag::Severity::kWarning, "Redundant ignore_changes element",
        fmt::format(
            "The provider alone decides \"{}\", so that the configuration can never differ from it. Ignoring "
            "its changes does nothing: remove it from ignore_changes.",
            traversal.root),
        *resource.place.file, resource.type_span));
  }
}

}  // namespace engine::run
