#include "engine/run/check_plan.h"

#include <set>

#include "base/core/clock.h"
#include "language/schema/proposed.h"

namespace engine::run {
namespace {

using base::core::Error;
using base::core::Result;
using changes::Action;
using language::address::ResourceMode;
using language::value::Value;

// Which of before and after an action has.
struct Shape {
  bool before = false, after = false;
};

Shape ShapeOf(Action action) {
  switch (action) {
    case Action::kCreate:
    case Action::kRead:
      return {.after = true};
    case Action::kDelete:
    case Action::kForget:
      return {.before = true};
    default:
      return {.before = true, .after = true};
  }
}

Result<void> CheckValue(const Value& value, bool wanted, const provider::api::ResourceSchema* schema) {
  if (value.IsKnownNotNull() != wanted)
    return Error(wanted ? "a value is missing" : "it has a value too many");
  if (!wanted || !schema) return {};
  std::vector<language::schema::Problem> problems =
      language::schema::CheckConforms(schema->block.implied_type(), value.UnmarkedDeep());
  if (!problems.empty()) return Error("a value does not fit the schema: " + problems[0].message);
  return {};
}

Result<void> CheckChange(const language::address::ResourceInstance& address, Action action,
                         const Value& before, const Value& after,
                         const provider::api::ResourceSchema* schema) {
  const bool data = address.resource.mode == ResourceMode::kData;
  if (data != (action == Action::kRead)) return Error("the action does not belong to it");
  const Shape shape = ShapeOf(action);
  RETURN_IF_ERROR(CheckValue(before, shape.before, schema));
  if (shape.before && !before.UnmarkedDeep().IsWhollyKnown())
    return Error("a value is unknown that is there");
  return CheckValue(after, shape.after, schema);
}

}  // namespace

Result<void> CheckPlan(const changes::Plan& plan, const SchemaFinder& schemas) {
  if (!plan.timestamp.empty() && !base::core::ParseRfc3339(plan.timestamp))
    return Error("its time is malformed");
  std::set<std::pair<language::address::ResourceInstance, std::string>> seen;
  for (const changes::ResourceChange& change : plan.resources) {
    const std::string address = change.address.ToString();
    if (!seen.emplace(change.address, change.deposed).second) return Error(address + " is planned twice");
    if (!change.deposed.empty() && change.action != Action::kDelete && change.action != Action::kForget)
      return Error(address + ": the action does not belong to a deposed object");
    const auto* schema = schemas(change.provider.provider, change.address.resource);
    RETURN_IF_ERROR(
        CheckChange(change.address, change.action, change.before, change.after, schema).Wrap(address));
  }
  for (const changes::Drift& drift : plan.drift) {
    const auto* schema = schemas(drift.provider.provider, drift.address.resource);
    if (drift.action != Action::kUpdate && drift.action != Action::kDelete && drift.action != Action::kNoOp)
      return Error(drift.address.ToString() + ": the action does not belong to it");
    RETURN_IF_ERROR(CheckChange(drift.address, drift.action, drift.before, drift.after, schema)
                        .Wrap(drift.address.ToString()));
  }
  return {};
}

}  // namespace engine::run
