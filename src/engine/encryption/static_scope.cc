#include "engine/encryption/static_scope.h"

#include <algorithm>

#include <fmt/format.h>

namespace engine::encryption {

using base::diag::Diagnostics;
using config::Value;

std::optional<Value> StaticScope::Variable(const std::string& name, Diagnostics& diagnostics) const {
  if (const auto found = names_.variables.find(name); found != names_.variables.end()) return found->second;
  const config::Place& place = names_.module->variables.at(name).place;
  language::hcl::AddError(
      diagnostics, "No value for required variable",
      fmt::format(
          "Encryption needs the variable \"{}\" before anything else is done. Set TF_VAR_{}, or give it "
          "with -var or in a .tfvars file.",
          name, name),
      *place.file, place.span);
  return std::nullopt;
}

std::optional<Value> StaticScope::Local(const std::string& name, Diagnostics& diagnostics) const {
  const config::Local& local = names_.module->locals.at(name);
  if (std::find(open_.begin(), open_.end(), name) != open_.end()) {
    language::hcl::AddError(diagnostics, "Circular reference detected",
                            fmt::format("local.{} refers to itself, by way of others.", name),
                            *local.place.file, local.place.span);
    return std::nullopt;
  }
  open_.push_back(name);
  Value value =
      language::eval::Evaluate(*local.expression.file, *local.expression.expression, *this, diagnostics);
  open_.pop_back();
  return value;
}

std::optional<language::eval::Scope::Resolved> StaticScope::Resolve(
    const language::eval::Reference& reference, const language::hcl::File& file,
    Diagnostics& diagnostics) const {
  if (!reference.steps.empty() && reference.steps[0].is_attribute) {
    const std::string name(reference.steps[0].name);
    std::optional<Value> value;
    if (reference.root == "var" && names_.module->variables.contains(name))
      value = Variable(name, diagnostics);
    else if (reference.root == "local" && names_.module->locals.contains(name))
      value = Local(name, diagnostics);
    else if (reference.root == "path" && (name == "module" || name == "root"))
      value = Value::String(names_.root_directory);
    else if (reference.root == "path" && name == "cwd")
      value = Value::String(names_.working_directory);
    else if (reference.root == "terraform" && name == "workspace")
      value = Value::String(names_.workspace);
    else
      language::hcl::AddError(
          diagnostics, "Invalid reference in the encryption block",
          fmt::format(
              "{}.{} cannot be used here: encryption is set up before anything is planned. Variables, "
              "local values made of them, path.* and terraform.workspace can.",
              reference.root, name),
          file, reference.span);
    if (!value) return std::nullopt;
    return Resolved{std::move(*value), 1};
  }
  language::hcl::AddError(diagnostics, "Invalid reference in the encryption block",
                          fmt::format("\"{}\" is not a value.", reference.root), file, reference.span);
  return std::nullopt;
}

}  // namespace engine::encryption
