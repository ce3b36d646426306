// Drift: what changed outside since the last run, and which attributes the planned changes have to do with.
#include <algorithm>
#include <set>

#include "engine/run/planner.h"
#include "engine/run/provider_checks.h"
#include "language/hcl/parser.h"

namespace engine::run {

using changes::Action;
using changes::RelevantAttribute;

void Planner::CollectDrift() {
  for (ResourceRun& run : runs_) {
    if (!run.schema) continue;
    for (size_t index = 0; index < run.current.size(); ++index) {
      ObjectRun& object = run.current[index];
      if (!object.object || object.failed) continue;
      bool same = object.refreshed.SameNode(object.before) || object.refreshed.RawEquals(object.before);
      if (same && moved_from_.empty()) continue;
      ResourceInstance address{run.state->module, run.state->resource, run.state->instances[index].key};
      auto moved = moved_from_.find(address);
      if (same && moved == moved_from_.end()) continue;
      changes::Drift drift{.address = address, .provider = run.provider};
      if (moved != moved_from_.end()) drift.previous_address = moved->second;
      drift.action = same ? Action::kNoOp : object.refreshed.IsNull() ? Action::kDelete : Action::kUpdate;
      drift.before = MarkedBefore(object.before, object.object.get(), run.schema->block);
      drift.after = MarkedBefore(object.refreshed, object.object.get(), run.schema->block);
      plan_.drift.push_back(std::move(drift));
    }
  }
  std::stable_sort(plan_.drift.begin(), plan_.drift.end(),
                   [](const changes::Drift& a, const changes::Drift& b) { return a.address < b.address; });
  if (!plan_.drift.empty()) CollectRelevantAttributes();
}

namespace {

// Follows references through locals, variables and outputs to attributes of resources.
class RelevanceSearch {
 public:
  explicit RelevanceSearch(std::set<RelevantAttribute>& found) : found_(found) {}

  void Expression(const config::ModuleNode& module, const language::hcl::Expression& expression) {
    language::hcl::ForEachTraversal(expression, [&](const language::hcl::TraversalExpression& traversal) {
      Traversal(module, traversal);
    });
  }
  void Body(const config::ModuleNode& module, const language::hcl::Body& body) {
    graph::ForEachTraversalInBody(
        body, [&](const language::hcl::TraversalExpression& traversal) { Traversal(module, traversal); });
  }

 private:
  void Traversal(const config::ModuleNode& module, const language::hcl::TraversalExpression& traversal) {
    if (!seen_.insert({&module, &traversal}).second) return;
    config::ReferencedObject object = config::ParseReference(traversal);
    using Kind = config::ReferencedObject::Kind;
    if (object.kind == Kind::kResource) {
      size_t step = object.steps_used;
      if (step < traversal.steps.size() &&
          traversal.steps[step].kind != language::hcl::TraversalStep::Kind::kAttribute)
        ++step;
      std::string attribute;
      if (step < traversal.steps.size() &&
          traversal.steps[step].kind == language::hcl::TraversalStep::Kind::kAttribute)
        attribute = traversal.steps[step].name;
      found_.insert({{module.path, object.resource}, std::move(attribute)});
    } else if (object.kind == Kind::kLocal) {
      auto local = module.module->locals.find(object.name);
      if (local != module.module->locals.end()) Expression(module, *local->second.expression.expression);
    } else if (object.kind == Kind::kVariable && module.parent) {
      if (const language::hcl::Attribute* argument = module.call->body.body->FindAttribute(object.name))
        Expression(*module.parent, *argument->expression);
    } else if (object.kind == Kind::kModule || object.kind == Kind::kModuleOutput) {
      auto child = module.children.find(object.name);
      if (child == module.children.end()) return;
      for (const auto& [name, output] : child->second->module->outputs)
        if (object.kind == Kind::kModule || name == object.output)
          Expression(*child->second, *output.expression.expression);
    }
  }

  std::set<RelevantAttribute>& found_;
  std::set<std::pair<const config::ModuleNode*, const language::hcl::TraversalExpression*>> seen_;
};

}  // namespace

void Planner::CollectRelevantAttributes() {
  std::set<RelevantAttribute> found;
  RelevanceSearch search(found);
  std::set<std::pair<const config::ModuleNode*, const config::Resource*>> done;
  for (const changes::ResourceChange& change : plan_.resources) {
    if (change.action == Action::kNoOp) continue;
    const config::ModuleNode* node = context_.configuration->Find(change.address.module);
    if (!node) continue;
    auto resource = node->module->resources.find(change.address.resource.ToString());
    if (resource == node->module->resources.end() || !done.insert({node, &resource->second}).second) continue;
    search.Body(*node, *resource->second.body.body);
    if (resource->second.count) search.Expression(*node, *resource->second.count.expression);
    if (resource->second.for_each) search.Expression(*node, *resource->second.for_each.expression);
  }
  const config::ModuleNode& root = *context_.configuration->root;
  for (const changes::OutputChange& change : plan_.outputs) {
    auto output = root.module->outputs.find(change.name);
    if (change.action != Action::kNoOp && output != root.module->outputs.end())
      search.Expression(root, *output->second.expression.expression);
  }
  // A resource whose own attribute differs from the configuration is relevant by the attributes that were
  // planned.
  for (const changes::ResourceChange& change : plan_.resources) {
    if (change.action == Action::kNoOp || change.before.IsNull() || change.after.IsNull()) continue;
    for (const language::value::ObjectAttribute& attribute : change.before.type().attributes()) {
      const Value* after = change.after.Find(attribute.name);
      if (after && !change.before.Get(attribute.name).UnmarkedDeep().RawEquals(after->UnmarkedDeep()))
        found.insert({change.address.Containing(), attribute.name});
    }
  }
  plan_.relevant_attributes.assign(found.begin(), found.end());
}

}  // namespace engine::run
