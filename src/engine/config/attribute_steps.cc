#include "engine/config/attribute_steps.h"

#include <fmt/format.h>

#include "base/text/suggest.h"
#include "language/address/address.h"
#include "language/eval/access.h"

namespace engine::config {
namespace {

using language::hcl::TraversalStep;
using language::schema::Block;
using language::schema::Nesting;
using language::value::Value;

class Walk {
 public:
  Walk(const language::hcl::File& file, base::diag::Diagnostics& diagnostics)
      : file_(file), diagnostics_(diagnostics) {}

  bool Enter(const Block& block, std::span<const TraversalStep> steps) {
    if (steps.empty()) return true;
    const TraversalStep& step = steps[0];
    if (!IsAttribute(step)) return NotAnIndex(step);
    if (const auto* attribute = block.FindAttribute(step.name)) {
      if (attribute->deprecated) {
        diagnostics_.Add(
            language::hcl::MakeDiagnostic(base::diag::Severity::kWarning, "Deprecated attribute",
                                          fmt::format("The attribute \"{}\" is deprecated: the provider's "
                                                      "documentation tells what takes its place.",
                                                      step.name),
                                          file_, step.span));
      }
      return Apply(Value::Unknown(attribute->type).NotNull(), steps.subspan(1));
    }
    if (const auto* nested = block.FindBlock(step.name)) return EnterNested(*nested, steps);
    return Unsupported(block, step);
  }

 private:
  static bool IsAttribute(const TraversalStep& step) { return step.kind == TraversalStep::Kind::kAttribute; }

  bool EnterNested(const language::schema::NestedBlock& nested, std::span<const TraversalStep> steps) {
    const std::string_view type = steps[0].name;
    steps = steps.subspan(1);
    if (nested.nesting == Nesting::kSingle || nested.nesting == Nesting::kGroup)
      return Enter(*nested.block, steps);
    if (steps.empty()) return true;
    if (nested.nesting == Nesting::kSet) {
      return Error(
          "Cannot index a set value",
          fmt::format("Blocks of type \"{}\" make a set of objects, whose elements have no keys. To find "
                      "those that you mean, use a for expression with if.",
                      type),
          steps[0]);
    }
    if (nested.nesting == Nesting::kList && IsAttribute(steps[0])) {
      return Error(
          "Invalid operation",
          fmt::format("Blocks of type \"{0}\" make a list of objects: write the number of one of them, as "
                      "in .{0}[0].",
                      type),
          steps[0]);
    }
    return Enter(*nested.block, steps.subspan(1));
  }

  // The rest concerns a value of the attribute's type.
  bool Apply(Value value, std::span<const TraversalStep> steps) {
    for (const TraversalStep& step : steps) {
      language::eval::AccessResult result = IsAttribute(step) ? language::eval::GetAttribute(value, step.name)
                                                              : language::eval::GetElement(value, step.key);
      if (result.error) return Error(std::move(result.error->summary), std::move(result.error->detail), step);
      value = std::move(result.value);
    }
    return true;
  }

  bool NotAnIndex(const TraversalStep& step) {
    const bool name = step.key.IsKnownNotNull() && step.key.type().IsString() &&
                      language::address::IsValidName(step.key.AsString());
    return Error(
        "Invalid index operation",
        name ? fmt::format("Only an attribute can follow here. Did you mean .{}?", step.key.AsString())
             : "Only an attribute can follow here: a dot and its name.",
        step);
  }

  bool Unsupported(const Block& block, const TraversalStep& step) {
    std::vector<std::string_view> names;
    for (const auto& attribute : block.attributes) names.push_back(attribute.name);
    for (const auto& nested : block.blocks) names.push_back(nested.type_name);
    const std::string suggestion = base::text::Suggest(step.name, names);
    return Error(
        "Unsupported attribute",
        fmt::format("This object has no argument, nested block, or exported attribute named \"{}\".{}",
                    step.name, suggestion.empty() ? "" : fmt::format(" Did you mean \"{}\"?", suggestion)),
        step);
  }

  bool Error(std::string summary, std::string detail, const TraversalStep& step) {
    language::hcl::AddError(diagnostics_, std::move(summary), std::move(detail), file_, step.span);
    return false;
  }

  const language::hcl::File& file_;
  base::diag::Diagnostics& diagnostics_;
};

}  // namespace

bool CheckAttributeSteps(const Block& schema, std::span<const TraversalStep> steps,
                         const language::hcl::File& file, base::diag::Diagnostics& diagnostics) {
  return Walk(file, diagnostics).Enter(schema, steps);
}

}  // namespace engine::config
