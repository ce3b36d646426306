// Evaluation of expressions and bodies against a Scope, with unknowns, refinements and marks.
// Knows nothing of resources or state: names are resolved by the Scope that the engine hands in.
// Used by engine/run, engine/config (constant expressions) and the console.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diag/diagnostics.h"
#include "language/functions/functions.h"
#include "language/hcl/file.h"
#include "language/schema/schema.h"
#include "language/value/value.h"

namespace language::eval {

// One step of a reference as far as it is known when it is resolved: keys of `x[count.index].id` are
// evaluated.
struct ReferenceStep {
  bool is_attribute = true;
  std::string_view name;  // attribute
  value::Value key;       // index; may be unknown or marked
  hcl::Span span;
};

struct Reference {
  std::string_view root;  // "var", "local", "okta_user", ...
  hcl::Span root_span;
  std::span<const ReferenceStep> steps;
  hcl::Span span;
};

// What the names of an expression mean. Implementations must be safe to call from several threads.
class Scope {
 public:
  virtual ~Scope() = default;
  struct Resolved {
    value::Value value;
    size_t steps_used = 0;  // how many of reference.steps the value already includes
  };
  // The value of the longest prefix that is one object of the configuration (var.x, okta_user.y,
  // okta_user.y[0].id when that can be answered without building the whole). Nothing after adding an error.
  // Such an error is final: try(), can() and branches not taken do not hide it, since undeclared names are
  // the author's mistake on any path. Missing keys and attributes of declared objects are therefore left to
  // the evaluator, by using fewer steps.
  virtual std::optional<Resolved> Resolve(const Reference& reference, const hcl::File& file,
                                          base::diag::Diagnostics& diagnostics) const = 0;
  // Functions that may be called, and the surroundings that they read (base folder, files, clock).
  virtual const functions::Environment& functions() const = 0;
};

// A scope with a handful of named values over another scope (may be null): each, count, self, iterators.
class LocalScope : public Scope {
 public:
  LocalScope(const Scope* parent, const functions::Environment& environment)
      : parent_(parent), environment_(environment) {}
  void Set(std::string name, value::Value value);
  std::optional<Resolved> Resolve(const Reference&, const hcl::File&,
                                  base::diag::Diagnostics&) const override;
  const functions::Environment& functions() const override { return environment_; }

 private:
  const Scope* parent_;
  const functions::Environment& environment_;
  std::vector<std::pair<std::string, value::Value>> names_;
};

// The value of a JSON expression where nothing is evaluated: texts are taken as they are. Nothing after
// errors.
std::optional<value::Value> LiteralJsonValue(const hcl::File& file, const hcl::Expression& expression,
                                             base::diag::Diagnostics& diagnostics);

// The expression's value. After errors (added to diagnostics, with source, values in play and function
// signature) it is an unknown of dynamic type. Recursion is bounded by the parser's limit of nesting.
value::Value Evaluate(const hcl::File& file, const hcl::Expression& expression, const Scope& scope,
                      base::diag::Diagnostics& diagnostics);

// Evaluate, then convert to the type; a failing conversion is the error "Incorrect value type", and the
// result then is an unknown of that type.
value::Value EvaluateAs(const hcl::File& file, const hcl::Expression& expression, value::Type type,
                        const Scope& scope, base::diag::Diagnostics& diagnostics);

// An error about an expression, with the values of the references in it ("var.x is \"bad\"") read from the
// scope. Unknown and sensitive values are only mentioned when the mistake is that they are so.
struct ExpressionErrorOptions {
  bool caused_by_unknown = false;
  bool caused_by_sensitive = false;
  bool caused_by_ephemeral = false;
  std::optional<hcl::Span> subject;  // else the expression's span
  base::diag::Severity severity = base::diag::Severity::kError;
  base::diag::Origin origin = base::diag::Origin::kOther;
};
void AddExpressionError(base::diag::Diagnostics& diagnostics, std::string summary, std::string detail,
                        const hcl::File& file, const hcl::Expression& expression, const Scope& scope,
                        const ExpressionErrorOptions& options = {});

// Reads a body by a provider's schema: the configuration value (implied type; unset is null) of a resource,
// data or provider block, dynamic blocks expanded. Reports unsupported and missing arguments, wrong types,
// block counts, with the reference's summaries. `reserved` names (meta arguments and meta blocks) are
// skipped.
value::Value DecodeBody(const hcl::File& file, const hcl::Body& body, const schema::Block& schema,
                        const Scope& scope, std::span<const std::string_view> reserved_attributes,
                        std::span<const std::string_view> reserved_blocks,
                        base::diag::Diagnostics& diagnostics);
// All traversals that evaluating the body would read, dynamic blocks included (their iterators left out).
void ForEachTraversal(const hcl::File& file, const hcl::Body& body, const schema::Block& schema,
                      std::span<const std::string_view> reserved_blocks,
                      const std::function<void(const hcl::TraversalExpression&)>& callback);

// Where an attribute path of a value lies in the source, for provider diagnostics: the attribute's
// expression, else the block, else nothing. `file` is the body's; an override's part lies in another.
struct SourcePlace {
  const hcl::File* file;
  hcl::Span span;
};
std::optional<SourcePlace> PlaceOfPath(const hcl::File& file, const hcl::Body& body, const value::Path& path);

// A type constraint expression: string, list(object({a = optional(string, "x")})), any, legacy forms.
struct TypeConstraint {
  value::Type type;  // with optional flags
  // Defaults of optional attributes, applied by ApplyDefaults; null when there are none.
  std::shared_ptr<const struct TypeDefaults> defaults;
};
std::optional<TypeConstraint> ParseTypeConstraint(const hcl::File& file, const hcl::Expression& expression,
                                                  base::diag::Diagnostics& diagnostics);
// The value with defaults filled in where optional attributes are absent or null; before conversion.
value::Value ApplyDefaults(const value::Value& value, const TypeConstraint& constraint);

}  // namespace language::eval
