// replace_triggered_by: whether what it names is updated or replaced by this plan.
#include <algorithm>

#include "engine/run/planner.h"
#include "language/hcl/parser.h"

namespace engine::run {

using changes::Action;
using language::hcl::Expression;
using language::hcl::ExpressionKind;
using language::hcl::TraversalExpression;
using language::hcl::TraversalStep;
using language::value::Path;
using language::value::PathStep;

namespace {

// What one entry names: r, r.a.b, r[0].a, r[count.index].a.
struct Trigger {
  language::address::Resource resource;
  std::optional<InstanceKey> key;
  bool same_key = false;  // [count.index] or [each.key]
  Path path;              // inside of the instance; empty: all of it
};

std::optional<Trigger> ReadTrigger(const Expression& expression) {
  Trigger trigger;
  const Expression* at = &expression;
  std::span<const TraversalStep> steps;
  if (at->kind == ExpressionKind::kRelative) {
    steps = static_cast<const language::hcl::RelativeExpression*>(at)->steps;
    at = static_cast<const language::hcl::RelativeExpression*>(at)->source;
  }
  if (at->kind == ExpressionKind::kIndex) {
    trigger.same_key = true;
    at = static_cast<const language::hcl::IndexExpression*>(at)->collection;
  }
  if (at->kind != ExpressionKind::kTraversal) return std::nullopt;
  const auto& traversal = static_cast<const TraversalExpression&>(*at);
  config::ReferencedObject object = config::ParseReference(traversal);
  if (object.kind != config::ReferencedObject::Kind::kResource) return std::nullopt;
  trigger.resource = object.resource;
  trigger.key = object.key;
  if (!trigger.same_key && object.steps_used < traversal.steps.size())
    steps = traversal.steps.subspan(object.steps_used);
  for (const TraversalStep& step : steps)
    trigger.path.push_back(step.kind == TraversalStep::Kind::kAttribute
                               ? PathStep::Attribute(std::string(step.name))
                               : PathStep::Index(step.key));
  return trigger;
}

// Whether the change replaces or updates the instance, in the part that is named.
bool Triggers(const changes::ResourceChange& change, const Path& path) {
  if (change.action != Action::kUpdate && !changes::IsReplace(change.action)) return false;
  if (path.empty()) return true;
  std::optional<Value> before = language::value::ApplyPath(change.before, path);
  std::optional<Value> after = language::value::ApplyPath(change.after, path);
  if (!before || !after) return before.has_value() != after.has_value();
  return !before->UnmarkedDeep().RawEquals(after->UnmarkedDeep());
}

bool HasInstance(const ResourceValues* values, const InstanceKey& key) {
  return values && values->expanded && std::ranges::binary_search(values->expansion.keys, key);
}

}  // namespace

// A resource is planned as a whole before those that it triggers, so that its changes are complete here.
bool Planner::TriggersReplacement(const ManagedWork& work, bool& triggered) {
  for (const config::ExpressionRef& entry : work.resource->lifecycle.replace_triggered_by) {
    std::optional<Trigger> trigger = ReadTrigger(*entry.expression);
    if (!trigger) continue;
    language::address::ModuleResource resource{work.scope->path(), trigger->resource};
    auto changed = changes_of_.find(resource.ToString());
    auto fail = [&](const std::string& named) {
      diagnostics_.Error(fmt::format("no change found for {} in {}", named,
                                     work.scope->parent() ? work.scope->path_text() : "the root module"),
                         fmt::format("replace_triggered_by of {} names an instance that its count or "
                                     "for_each does not give.",
                                     work.Address().ToString()));
      return false;
    };
    const ResourceValues* values = work.scope->FindValues(trigger->resource.ToString());
    if (!trigger->key && !trigger->same_key && trigger->path.empty()) {
      // What goes away is a change too, though it triggers nothing.
      const bool any = (values && values->expanded && !values->expansion.keys.empty()) ||
                       FindRun(work.scope->path(), trigger->resource);
      if (!any) return fail(resource.ToString());
      if (changed == changes_of_.end()) continue;
      ChangesOfResource& changes = changed->second;
      if (!changes.any_triggers)
        changes.any_triggers = std::ranges::any_of(
            changes.indexes, [&](size_t index) { return Triggers(plan_.resources[index], {}); });
      triggered = triggered || *changes.any_triggers;
      continue;
    }
    const InstanceKey key = trigger->same_key ? work.key() : trigger->key.value_or(InstanceKey());
    if (!HasInstance(values, key))
      return fail(ResourceInstance{work.scope->path(), trigger->resource, key}.ToString());
    if (changed == changes_of_.end()) continue;
    const std::vector<size_t>& indexes = changed->second.indexes;
    auto key_of = [&](size_t index) -> const InstanceKey& { return plan_.resources[index].address.key; };
    auto same = std::ranges::lower_bound(indexes, key, {}, key_of);
    if (same != indexes.end() && key_of(*same) == key)
      triggered = triggered || Triggers(plan_.resources[*same], trigger->path);
  }
  return true;
}

}  // namespace engine::run
