#include "engine/run/why.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace engine::run {
namespace {

using changes::Action;
using changes::ActionReason;
using changes::ResourceChange;
using graph::NodeId;
using graph::NodeKind;
using graph::Reference;
using language::address::ModuleInstance;
using language::address::ModuleResource;
using language::address::ResourceInstance;
using language::hcl::Span;

// A chain longer than this is cut: nobody would read it.
constexpr int kMaxHops = 40;

SourceLine LineOf(const language::hcl::File& file, Span span) {
  const base::text::Range range = file.RangeOf(span);
  std::string_view text = file.source().Line(range.start.line);
  const size_t first = text.find_first_not_of(" \t");
  text.remove_prefix(first == std::string_view::npos ? text.size() : first);
  return {range.filename, range.start.line, std::string(text)};
}

bool Contains(Span outer, Span inner) { return outer.begin <= inner.begin && inner.end <= outer.end; }

// The attribute that the traversal reads of a resource: the first name after type, name and key.
std::string AttributeRead(const language::hcl::TraversalExpression& traversal) {
  const config::ReferencedObject object = config::ParseReference(traversal);
  for (size_t index = object.steps_used; index < traversal.steps.size(); ++index)
    if (traversal.steps[index].kind == language::hcl::TraversalStep::Kind::kAttribute)
      return std::string(traversal.steps[index].name);
  return "";
}

Value Part(const Value& object, const std::string& attribute) {
  if (attribute.empty() || !object.IsKnownNotNull() || !object.type().IsObject()) return object;
  const Value* part = object.Find(attribute);
  return part != nullptr ? part->WithMarks(object.marks()) : Value();
}

bool Differs(const Value& before, const Value& after) {
  return !before.UnmarkedDeep().RawEquals(after.UnmarkedDeep());
}

bool Changes(Action action) { return action != Action::kNoOp && action != Action::kForget; }

}  // namespace

struct WhyFinder::Impl {
  Impl(const config::Configuration& configuration, const changes::Plan& plan)
      : configuration(configuration), plan(plan) {
    std::vector<language::address::ProviderConfig> providers;
    for (const ResourceChange& change : plan.resources) providers.push_back(change.provider);
    std::sort(providers.begin(), providers.end());
    providers.erase(std::unique(providers.begin(), providers.end()), providers.end());
    graph = std::make_unique<graph::ConfigGraph>(configuration, providers, ignored);
    references = graph::FindReferences(configuration, providers);
    by_node.resize(graph->nodes().size());
    for (const Reference& reference : references) by_node[reference.from].push_back(&reference);
    for (const ResourceChange& change : plan.resources)
      by_resource[{change.address.module.WithoutKeys(), change.address.resource}].push_back(&change);
    for (const changes::Drift& drift : plan.drift) drifted[drift.address.ToString()] = &drift;
  }

  // One walk back from a change; what was told is not told again.
  struct Walk {
    std::set<const ResourceChange*> changes;
    std::set<NodeId> nodes;
    int hops = 0;
  };

  NodeId NodeOf(const ResourceInstance& address) const {
    const config::ModuleNode* module = configuration.Find(address.module);
    return module != nullptr ? graph->FindResource(*module, address.resource) : graph::kNoNode;
  }

  // The change of a resource that an expression of `user` most likely reads: the named instance, the one with
  // the user's own key, or the first that changes; in the user's module instance before others.
  const ResourceChange* ChangeRead(const Reference& reference, const ResourceChange& user,
                                   const std::string& attribute, size_t* alike) const {
    const graph::Node& node = graph->node(reference.object);
    auto found = by_resource.find({node.module->path, node.resource->address});
    if (found == by_resource.end()) return nullptr;
    const config::ReferencedObject object = config::ParseReference(*reference.traversal);
    const ResourceChange* best = nullptr;
    int best_score = -1;
    for (const ResourceChange* change : found->second) {
      if (!change->deposed.empty() || !Changes(change->action)) continue;
      if (object.key && !object.key->IsNone() && *object.key != change->address.key) continue;
      if (!Differs(Part(change->before, attribute), Part(change->after, attribute))) continue;
      ++*alike;
      const int score = (SharesModule(change->address.module, user.address.module) ? 2 : 0) +
                        (change->address.key == user.address.key ? 1 : 0);
      if (score > best_score) {
        best = change;
        best_score = score;
      }
    }
    if (*alike > 0) --*alike;
    return best;
  }

  // Whether the steps that both paths have are the same instances.
  static bool SharesModule(const ModuleInstance& a, const ModuleInstance& b) {
    for (size_t index = 0; index < std::min(a.steps.size(), b.steps.size()); ++index) {
      if (a.steps[index].name != b.steps[index].name) return true;
      if (a.steps[index].key != b.steps[index].key) return false;
    }
    return true;
  }

  // What the expressions of the node within the span read that changes; `all`: everything it reads, where
  // nothing changes.
  std::vector<Cause> Read(NodeId node, const language::hcl::File* file, std::optional<Span> span,
                          const ResourceChange& user, Walk& walk) const {
    std::vector<Cause> causes;
    if (++walk.hops < kMaxHops)
      for (const Reference* reference : by_node[node]) {
        if (span && (reference->file.get() != file || !Contains(*span, reference->traversal->span))) continue;
        if (reference->object == graph::kNoNode) continue;
        std::optional<Cause> cause = Follow(*reference, user, walk);
        // One object may be named several times.
        const bool told = cause && std::any_of(causes.begin(), causes.end(), [&](const Cause& other) {
                            return other.subject == cause->subject;
                          });
        if (cause && !told) causes.push_back(std::move(*cause));
      }
    --walk.hops;
    // Where another resource's change explains it, values that only might have changed do not matter.
    auto leads_to_change = [](const Cause& cause) { return LeadsToChange(cause); };
    if (std::any_of(causes.begin(), causes.end(), leads_to_change))
      std::erase_if(causes, [&](const Cause& cause) { return !LeadsToChange(cause); });
    return causes;
  }

  static bool LeadsToChange(const Cause& cause) {
    return cause.kind == Cause::Kind::kChange ||
           std::any_of(cause.because.begin(), cause.because.end(),
                       [](const Cause& inner) { return LeadsToChange(inner); });
  }

  std::optional<Cause> Follow(const Reference& reference, const ResourceChange& user, Walk& walk) const {
    const graph::Node& node = graph->node(reference.object);
    if (node.kind == NodeKind::kResource) return FollowResource(reference, user, walk);
    Cause cause{.kind = Cause::Kind::kNamedValue, .subject = graph->NameOf(reference.object)};
    if (node.kind == NodeKind::kVariable && node.module->parent == nullptr)
      return RootVariable(reference.object);
    cause.source = SourceOf(node);
    if (walk.nodes.insert(reference.object).second)
      cause.because = Read(reference.object, nullptr, std::nullopt, user, walk);
    return cause;
  }

  Cause RootVariable(NodeId id) const {
    const graph::Node& node = graph->node(id);
    const config::Variable& variable = node.module->module->variables.at(std::string(node.name));
    Cause cause{.kind = Cause::Kind::kVariable,
                .subject = graph->NameOf(id),
                .source = LineOf(*variable.place.file, variable.place.span)};
    for (const auto& [name, value] : plan.variables)
      if (name == node.name) {
        cause.has_values = true;
        cause.after = variable.sensitive ? value.WithMarks(language::value::kSensitive) : value;
      }
    return cause;
  }

  std::optional<Cause> FollowResource(const Reference& reference, const ResourceChange& user,
                                      Walk& walk) const {
    const std::string attribute = AttributeRead(*reference.traversal);
    size_t alike = 0;
    const ResourceChange* change = ChangeRead(reference, user, attribute, &alike);
    if (change == nullptr || change == &user) return std::nullopt;
    Cause cause{.kind = Cause::Kind::kChange,
                .subject = change->address.ToString() + (attribute.empty() ? "" : "." + attribute),
                .change = change,
                .alike = alike};
    const graph::Node& node = graph->node(reference.object);
    cause.source = LineOf(*node.resource->place.file, node.resource->place.span);
    cause.before = Part(change->before, attribute);
    cause.after = Part(change->after, attribute);
    cause.has_values = !attribute.empty();
    if (walk.changes.insert(change).second) cause.because = CausesOf(*change, reference.object, walk);
    return cause;
  }

  std::optional<SourceLine> SourceOf(const graph::Node& node) const {
    const config::Module& module = *node.module->module;
    const std::string name(node.name);
    if (node.kind == NodeKind::kLocal) {
      const config::Local& local = module.locals.at(name);
      return LineOf(*local.expression.file, local.expression.expression->span);
    }
    if (node.kind == NodeKind::kOutput) {
      const config::Output& output = module.outputs.at(name);
      if (output.expression) return LineOf(*output.expression.file, output.expression.expression->span);
      return LineOf(*output.place.file, output.place.span);
    }
    if (node.kind == NodeKind::kVariable && node.module->call != nullptr) {
      const config::ModuleCall& call = *node.module->call;
      if (const language::hcl::Attribute* argument = call.body.body->FindAttribute(name))
        return LineOf(argument->file != nullptr ? *argument->file : *call.body.file, argument->span);
      const config::Variable& variable = module.variables.at(name);
      return LineOf(*variable.place.file, variable.place.span);
    }
    return std::nullopt;
  }

  // Why the change is planned: its causes, one for each argument that matters.
  std::vector<Cause> CausesOf(const ResourceChange& change, NodeId node, Walk& walk) const {
    std::vector<Cause> causes;
    if (node == graph::kNoNode) return causes;
    const config::Resource& resource = *graph->node(node).resource;
    if (change.action == Action::kDelete) return Repetition(change, node, walk);
    if (change.reason == ActionReason::kReplaceByTriggers) {
      for (const config::ExpressionRef& trigger : resource.lifecycle.replace_triggered_by) {
        Cause cause{.subject = "replace_triggered_by",
                    .source = LineOf(*trigger.file, trigger.expression->span),
                    .forces_replacement = true};
        cause.because = Read(node, trigger.file.get(), trigger.expression->span, change, walk);
        if (!cause.because.empty()) causes.push_back(std::move(cause));
      }
      return causes;
    }
    for (const auto& [attribute, forces] : ChangedArguments(change))
      causes.push_back(Argument(change, node, resource, attribute, forces, walk));
    // Computed attributes follow from the others.
    const bool configured = std::any_of(causes.begin(), causes.end(), [](const Cause& cause) {
      return cause.source.has_value() || cause.forces_replacement;
    });
    if (configured)
      std::erase_if(causes, [](const Cause& cause) { return !cause.source && !cause.forces_replacement; });
    return causes;
  }

  // For what goes away or comes with its count or for_each: what those read.
  std::vector<Cause> Repetition(const ResourceChange& change, NodeId node, Walk& walk) const {
    const config::Resource& resource = *graph->node(node).resource;
    std::vector<Cause> causes;
    for (const auto& [name, expression] :
         {std::pair<std::string, const config::ExpressionRef&>{"count", resource.count},
          std::pair<std::string, const config::ExpressionRef&>{"for_each", resource.for_each}}) {
      if (!expression) continue;
      Cause cause{.subject = name, .source = LineOf(*expression.file, expression.expression->span)};
      cause.because = Read(node, expression.file.get(), expression.expression->span, change, walk);
      causes.push_back(std::move(cause));
    }
    return causes;
  }

  // Names of top-level arguments that differ, with whether they force a replacement; of a replacement those
  // only, where any is known.
  static std::vector<std::pair<std::string, bool>> ChangedArguments(const ResourceChange& change) {
    std::vector<std::pair<std::string, bool>> names;
    for (const language::value::Path& path : change.replace_paths) {
      if (path.empty() || !path[0].IsAttribute()) continue;
      if (names.empty() || names.back().first != path[0].attribute)
        names.emplace_back(path[0].attribute, true);
    }
    if (!names.empty()) return names;
    const Value& some = change.after.IsKnownNotNull() ? change.after : change.before;
    if (!some.IsKnownNotNull() || !some.type().IsObject()) return names;
    if (change.before.IsNull() || change.after.IsNull()) return names;
    for (const auto& attribute : some.type().attributes()) {
      const std::string name(attribute.name);
      if (Differs(Part(change.before, name), Part(change.after, name))) names.emplace_back(name, false);
    }
    return names;
  }

  Cause Argument(const ResourceChange& change, NodeId node, const config::Resource& resource,
                 const std::string& name, bool forces, Walk& walk) const {
    Cause cause{.subject = name,
                .forces_replacement = forces,
                .has_values = true,
                .before = Part(change.before, name),
                .after = Part(change.after, name)};
    const language::hcl::Body& body = *resource.body.body;
    const language::hcl::File* file = resource.body.file.get();
    std::optional<Span> span;
    if (const language::hcl::Attribute* written = body.FindAttribute(name)) {
      span = written->span;
      if (written->file != nullptr) file = written->file;
    }
    for (const language::hcl::Block& block : body.blocks) {
      const bool dynamic = block.type == "dynamic" && !block.labels.empty() && block.labels[0].text == name;
      if (!span && (block.type == name || dynamic)) span = block.span;
    }
    if (span)
      cause.source = LineOf(*file, *span);
    else if (!body.IsPlain())
      cause.source = LineOf(*resource.place.file, resource.place.span);
    if (std::optional<Cause> outside = Outside(change, name)) {
      cause.because.push_back(std::move(*outside));
      return cause;
    }
    if (cause.source) cause.because = Read(node, file, span, change, walk);
    if (cause.because.empty())
      cause.because.push_back(
          {.kind = cause.source ? Cause::Kind::kConfiguration : Cause::Kind::kProviderDecides});
    return cause;
  }

  std::optional<Cause> Outside(const ResourceChange& change, const std::string& attribute) const {
    auto found = drifted.find(change.address.ToString());
    if (found == drifted.end()) return std::nullopt;
    Cause cause{.kind = Cause::Kind::kOutside,
                .has_values = true,
                .before = Part(found->second->before, attribute),
                .after = Part(found->second->after, attribute)};
    if (!Differs(cause.before, cause.after)) return std::nullopt;
    return cause;
  }

  void FindDependants(NodeId node, Explanation& explanation) const {
    std::vector<std::vector<NodeId>> users(graph->nodes().size());
    for (NodeId id = 0; id < graph->nodes().size(); ++id)
      if (graph->node(id).kind == NodeKind::kResource)
        for (NodeId dependency : graph->DirectResources(id)) users[dependency].push_back(id);
    std::vector<bool> seen(users.size());
    seen[node] = true;
    std::vector<NodeId> stack{node};
    while (!stack.empty()) {
      const NodeId here = stack.back();
      stack.pop_back();
      for (NodeId user : users[here]) {
        if (seen[user]) continue;
        seen[user] = true;
        stack.push_back(user);
        explanation.transitive.push_back(graph->NameOf(user));
        if (here == node) explanation.direct.push_back(graph->NameOf(user));
      }
    }
    std::sort(explanation.direct.begin(), explanation.direct.end());
    std::sort(explanation.transitive.begin(), explanation.transitive.end());
  }

  const config::Configuration& configuration;
  const changes::Plan& plan;
  base::diag::Diagnostics ignored;
  std::unique_ptr<graph::ConfigGraph> graph;
  std::vector<Reference> references;
  std::vector<std::vector<const Reference*>> by_node;
  std::map<ModuleResource, std::vector<const ResourceChange*>> by_resource;
  std::unordered_map<std::string, const changes::Drift*> drifted;
};

WhyFinder::WhyFinder(const config::Configuration& configuration, const changes::Plan& plan)
    : impl_(std::make_unique<Impl>(configuration, plan)) {}

WhyFinder::~WhyFinder() = default;

std::optional<Explanation> WhyFinder::Explain(const ResourceInstance& address) const {
  Explanation explanation{.address = address};
  const NodeId node = impl_->NodeOf(address);
  auto changes = impl_->by_resource.find({address.module.WithoutKeys(), address.resource});
  if (changes != impl_->by_resource.end())
    for (const ResourceChange* change : changes->second) {
      if (!Changes(change->action) && change->action != Action::kForget) continue;
      if (change->address == address && change->deposed.empty()) explanation.change = change;
    }
  const state::State* state = impl_->plan.prior_state.get();
  const state::ResourceState* known =
      state != nullptr ? state->Find(address.module, address.resource) : nullptr;
  const bool in_state = known != nullptr && known->Find(address.key) != nullptr;
  if (explanation.change == nullptr && !in_state && changes != impl_->by_resource.end())
    for (const ResourceChange* change : changes->second) {
      const bool inside = address.key.IsNone() && (change->address.module == address.module ||
                                                   address.module == change->address.module.WithoutKeys());
      if (!inside || !change->deposed.empty() || change->action == Action::kNoOp) continue;
      explanation.change == nullptr ? void(explanation.change = change)
                                    : explanation.others.push_back(change);
    }
  const bool whole = address.key.IsNone() && (node != graph::kNoNode || known != nullptr);
  if (explanation.change == nullptr && !in_state && !whole) return std::nullopt;
  if (explanation.change != nullptr) explanation.address = explanation.change->address;
  if (node != graph::kNoNode) {
    const config::Resource& resource = *impl_->graph->node(node).resource;
    explanation.source = LineOf(*resource.place.file, resource.place.span);
    for (const config::ExpressionRef* repeats : {&resource.count, &resource.for_each})
      if (*repeats) explanation.repeats = LineOf(*repeats->file, repeats->expression->span);
    impl_->FindDependants(node, explanation);
  }
  if (explanation.change != nullptr) {
    Impl::Walk walk;
    walk.changes.insert(explanation.change);
    explanation.because = impl_->CausesOf(*explanation.change, node, walk);
  }
  return explanation;
}

std::vector<std::string> WhyFinder::KnownAddresses() const {
  std::set<std::string> known;
  for (const ResourceChange& change : impl_->plan.resources) known.insert(change.address.ToString());
  for (NodeId id = 0; id < impl_->graph->nodes().size(); ++id)
    if (impl_->graph->node(id).kind == NodeKind::kResource) known.insert(impl_->graph->NameOf(id));
  if (impl_->plan.prior_state)
    for (const state::ResourceState& resource : impl_->plan.prior_state->resources)
      for (const state::Instance& instance : resource.instances)
        known.insert(ResourceInstance{resource.module, resource.resource, instance.key}.ToString());
  return {known.begin(), known.end()};
}

}  // namespace engine::run
