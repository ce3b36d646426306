// The evaluator of one expression: a switch over the kinds of the syntax tree, with the local names of `for`
// and splats at hand. Not a public header: evaluate.h is. One file per group of kinds beside this.
// Used by the files of this room.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "language/eval/access.h"
#include "language/eval/evaluate.h"
#include "language/value/convert.h"

namespace language::eval {

class Evaluator {
 public:
  Evaluator(const hcl::File& file, const Scope& scope, base::diag::Diagnostics& diagnostics)
      : file_(file), scope_(scope), diagnostics_(&diagnostics), final_diagnostics_(&diagnostics) {}

  value::Value Evaluate(const hcl::Expression& expression);

  // Set while the text of templatefile() or templatestring() is evaluated: these may not nest.
  void set_in_template(bool in_template) { in_template_ = in_template; }
  // What evaluation has cost so far: templates rendered by a function count towards their caller.
  uint64_t steps() const { return steps_; }
  void set_steps(uint64_t steps) { steps_ = steps; }

  // The values of references in the expression, in words.
  std::vector<base::diag::ExpressionValue> ValuesInPlay(const hcl::Expression& expression,
                                                        const ExpressionErrorOptions& cause) const;

 private:
  // A name of a `for` expression.
  struct Local {
    std::string_view name;
    const value::Value* value;
    const Local* outer;
  };
  // The element that a splat is at.
  struct Item {
    const hcl::SplatItemExpression* item;
    const value::Value* value;
    const Item* outer;
  };
  // One step of a chain and the expression that it belongs to.
  struct Step {
    ReferenceStep step;
    const hcl::Expression* owner;
  };

  // evaluator.cc
  value::Value Dispatch(const hcl::Expression& expression);
  value::Value Bounded(value::Value value, const hcl::Expression& expression);
  void TooLarge(const hcl::Expression& expression);
  bool Exhausted() const { return steps_ > kMaxSteps; }
  value::Value Traversal(const hcl::TraversalExpression& traversal);
  value::Value Chain(const hcl::Expression& expression);
  value::Value ResolveReference(const hcl::TraversalExpression& traversal, std::span<const Step> steps,
                                hcl::Span span);
  value::Value ApplyStep(const value::Value& value, const ReferenceStep& step, const hcl::Expression& owner);
  value::Value Tuple(const hcl::TupleExpression& tuple);
  value::Value Object(const hcl::ObjectExpression& object);
  // json.cc
  value::Value JsonText(const hcl::JsonTextExpression& text);
  value::Value JsonObject(const hcl::ObjectExpression& object);
  const value::Value* FindLocal(std::string_view name) const;

  // operators.cc
  value::Value Binary(const hcl::BinaryExpression& binary);
  value::Value ApplyBinary(const hcl::BinaryExpression& binary, const value::Value& left,
                           const value::Value& right, bool failed);
  value::Value Unary(const hcl::UnaryExpression& unary);
  std::optional<value::Value> Operand(const value::Value& given, value::Type type, std::string_view which,
                                      const hcl::Expression& expression, hcl::Span context);

  // conditional.cc
  value::Value Conditional(const hcl::ConditionalExpression& conditional);
  value::Value Choose(const hcl::ConditionalExpression& conditional, value::Value if_true,
                      value::Value if_false, base::diag::Diagnostics true_diagnostics,
                      base::diag::Diagnostics false_diagnostics);

  // for.cc, splat.cc
  value::Value For(const hcl::ForExpression& expression);
  value::Value Splat(const hcl::SplatExpression& splat);
  std::optional<value::Type> SplatType(const hcl::SplatExpression& splat, value::Type source, bool quiet);
  value::Value EvaluateItem(const hcl::SplatExpression& splat, const value::Value& element);
  friend class ForLoop;

  // template.cc
  value::Value Template(const hcl::TemplateExpression& expression);
  value::Value TemplateFor(const hcl::TemplateForExpression& expression);

  // call.cc, special.cc
  struct CallArguments;
  value::Value Call(const hcl::CallExpression& call);
  const functions::Function* FindFunction(const hcl::CallExpression& call);
  std::optional<value::Value> ExpandFinal(const hcl::CallExpression& call,
                                          const functions::Function& function, CallArguments* arguments);
  bool CheckArgumentCount(const hcl::CallExpression& call, const functions::Function& function,
                          const CallArguments& arguments);
  bool ConvertArguments(const hcl::CallExpression& call, const functions::Function& function,
                        CallArguments* arguments);
  value::Value Finish(const hcl::CallExpression& call, const functions::Function& function,
                      const CallArguments& arguments, functions::CallResult result);
  functions::CallResult Try(const hcl::CallExpression& call);
  functions::CallResult Can(const hcl::CallExpression& call);
  static std::optional<functions::CallResult> CheckTemplate(const hcl::CallExpression& call,
                                                            functions::Arguments arguments);
  value::Value ConvertCall(const hcl::CallExpression& call);
  functions::CallResult RenderTemplateFile(const functions::Function& function,
                                           functions::Arguments arguments);
  functions::CallResult RenderTemplateString(const functions::Function& function,
                                             const hcl::CallExpression& call, functions::Arguments arguments);
  functions::CallResult RenderTemplate(const functions::Function& function, const std::string& name,
                                       std::string text, const value::Value& variables);

  // report.cc
  struct Callee {  // the function in whose call a mistake lies
    std::string_view called_as;
    const functions::Function* function;
  };
  // An error; `about` is where values in play are looked for.
  void Error(std::string summary, std::string detail, hcl::Span subject, hcl::Span context,
             const hcl::Expression& about, const Callee& callee = {});
  std::optional<value::Value> ResolveQuietly(const hcl::TraversalExpression& traversal, size_t steps) const;

  // Evaluates into another list of diagnostics; whether it stayed without errors.
  value::Value EvaluateInto(const hcl::Expression& expression, base::diag::Diagnostics* diagnostics);
  size_t ErrorMark() const { return diagnostics_->size(); }
  bool FailedSince(size_t mark) const { return diagnostics_->size() > mark; }

  const hcl::File& file_;
  const Scope& scope_;
  base::diag::Diagnostics* diagnostics_;
  base::diag::Diagnostics* final_diagnostics_;  // errors that nothing hides
  const Local* locals_ = nullptr;
  const Item* items_ = nullptr;
  // Inside of try() and can(): errors need no snippet, since they are hidden.
  bool quiet_ = false;
  bool in_template_ = false;
  // Loops within loops come to an end: after so many expressions, which take some seconds.
  static constexpr uint64_t kMaxSteps = 50'000'000;
  uint64_t steps_ = 0;
};

// Where diagnostics that only show the beginning of an expression point.
hcl::Span StartSpan(const hcl::Expression& expression);

}  // namespace language::eval
