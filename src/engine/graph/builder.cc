#include "engine/graph/builder.h"

#include <algorithm>

#include "engine/config/body_references.h"
#include "language/hcl/parser.h"

namespace engine::graph {

using config::ModuleNode;
using config::ReferencedObject;
using language::hcl::TraversalExpression;

void ConfigGraphBuilder::Build(const config::Configuration& configuration,
                               std::span<const language::address::ProviderConfig> more_providers) {
  DeclareModule(*configuration.root);
  ConnectModule(*configuration.root);
  for (const language::address::ProviderConfig& provider : more_providers)
    if (const ModuleNode* home = configuration.Find(provider.module)) ProviderNode(provider, *home);
  for (size_t id = 0; id < graph_.nodes_.size(); ++id) Unique(graph_.nodes_[id].dependencies);
  for (std::vector<NodeId>& list : graph_.data_dependencies_) Unique(list);
}

void ConfigGraphBuilder::Unique(std::vector<NodeId>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

NodeId ConfigGraphBuilder::AddNode(Node node) {
  graph_.nodes_.push_back(std::move(node));
  graph_.data_dependencies_.emplace_back();
  return static_cast<NodeId>(graph_.nodes_.size() - 1);
}

void ConfigGraphBuilder::DeclareModule(const ModuleNode& module) {
  ModuleIds& ids = modules_[&module];
  const config::Module& declared = *module.module;
  ids.module = AddNode({.kind = NodeKind::kModule, .module = &module});
  for (const auto& [name, variable] : declared.variables)
    ids.variables[name] = AddNode({.kind = NodeKind::kVariable, .module = &module, .name = name});
  for (const auto& [name, local] : declared.locals)
    ids.locals[name] = AddNode({.kind = NodeKind::kLocal, .module = &module, .name = name});
  for (const auto& [name, output] : declared.outputs)
    ids.outputs[name] = AddNode({.kind = NodeKind::kOutput, .module = &module, .name = name});
  for (const auto& [name, check] : declared.checks)
    ids.checks[name] = AddNode({.kind = NodeKind::kCheck, .module = &module, .name = name});
  for (const auto& [key, resource] : declared.resources) {
    NodeId id = AddNode({.kind = NodeKind::kResource, .module = &module, .name = key, .resource = &resource});
    ids.resources[key] = id;
    graph_.resource_ids_[&resource][&module] = id;
  }
  for (const auto& [name, child] : module.children) DeclareModule(*child);
}

NodeId ConfigGraphBuilder::ProviderNode(const language::address::ProviderConfig& provider,
                                        const ModuleNode& user) {
  std::string key = provider.ToString();
  auto [found, added] = graph_.provider_ids_.emplace(key, kNoNode);
  if (!added) return found->second;
  const ModuleNode* home = &user;
  while (home->path != provider.module && home->parent) home = home->parent;
  NodeId id = AddNode({.kind = NodeKind::kProvider, .module = home, .provider = provider});
  graph_.provider_ids_[key] = id;
  for (const auto& [name, block] : home->module->provider_blocks) {
    auto required = home->module->required_providers.find(name.name);
    if (required == home->module->required_providers.end() || name.alias != provider.alias ||
        required->second.source != provider.provider || block.of_test)
      continue;
    ConnectBody(id, *home, block.body);
  }
  return id;
}

void ConfigGraphBuilder::ConnectModule(const ModuleNode& module) {
  const ModuleIds ids = modules_.at(&module);
  const config::Module& declared = *module.module;
  if (module.parent) {
    const config::ModuleCall& call = *module.call;
    DependOn(ids.module, modules_.at(module.parent).module);
    ConnectExpression(ids.module, *module.parent, call.count);
    ConnectExpression(ids.module, *module.parent, call.for_each);
    for (const config::TraversalRef& reference : call.depends_on) {
      size_t before = graph_.nodes_[ids.module].dependencies.size();
      ConnectTraversal(ids.module, *module.parent, *reference.file, *reference.traversal);
      const std::vector<NodeId>& all = graph_.nodes_[ids.module].dependencies;
      graph_.data_dependencies_[ids.module].insert(graph_.data_dependencies_[ids.module].end(),
                                                   all.begin() + before, all.end());
    }
  }
  for (const auto& [name, variable] : declared.variables) {
    NodeId id = ids.variables.at(name);
    DependOn(id, ids.module);
    if (module.call)
      if (const language::hcl::Attribute* argument = module.call->body.body->FindAttribute(name))
        ConnectExpression(id, *module.parent, *module.call->body.file, *argument->expression);
    for (const config::Condition& validation : variable.validations) ConnectCondition(id, module, validation);
  }
  for (const auto& [name, local] : declared.locals) {
    DependOn(ids.locals.at(name), ids.module);
    ConnectExpression(ids.locals.at(name), module, local.expression);
  }
  for (const auto& [name, output] : declared.outputs) {
    NodeId id = ids.outputs.at(name);
    DependOn(id, ids.module);
    ConnectExpression(id, module, output.expression);
    for (const config::TraversalRef& reference : output.depends_on)
      ConnectTraversal(id, module, *reference.file, *reference.traversal);
    for (const config::Condition& condition : output.preconditions) ConnectCondition(id, module, condition);
  }
  for (const auto& [name, check] : declared.checks)
    for (const config::Condition& condition : check.assertions)
      ConnectCondition(ids.checks.at(name), module, condition);
  for (const auto& [key, resource] : declared.resources)
    ConnectResource(ids.resources.at(key), module, resource);
  for (const config::Import& import : declared.imports) ConnectImport(module, import);
  for (const auto& [name, child] : module.children) ConnectModule(*child);
}

void ConfigGraphBuilder::ConnectResource(NodeId id, const ModuleNode& module,
                                         const config::Resource& resource) {
  DependOn(id, modules_.at(&module).module);
  ConnectBody(id, module, resource.body);
  ConnectExpression(id, module, resource.count);
  ConnectExpression(id, module, resource.for_each);
  for (const config::ExpressionRef& trigger : resource.lifecycle.replace_triggered_by)
    ConnectExpression(id, module, trigger);
  std::vector<NodeId> direct = graph_.nodes_[id].dependencies;
  for (const auto& [name, meta] : module.module->provider_meta) ConnectBody(id, module, meta.body);
  for (const config::Condition& condition : resource.lifecycle.preconditions)
    ConnectCondition(id, module, condition);
  for (const config::Condition& condition : resource.lifecycle.postconditions)
    ConnectCondition(id, module, condition, id);
  size_t before = graph_.nodes_[id].dependencies.size();
  for (const config::TraversalRef& reference : resource.depends_on)
    ConnectTraversal(id, module, *reference.file, *reference.traversal);
  std::vector<NodeId>& awaited = graph_.data_dependencies_[id];
  for (NodeId dependency : direct)
    if (graph_.nodes_[dependency].kind == NodeKind::kResource) awaited.push_back(dependency);
  const std::vector<NodeId>& all = graph_.nodes_[id].dependencies;
  awaited.insert(awaited.end(), all.begin() + before, all.end());
  for (const ModuleNode* above = &module; above; above = above->parent) {
    const std::vector<NodeId>& inherited = graph_.data_dependencies_[modules_.at(above).module];
    awaited.insert(awaited.end(), inherited.begin(), inherited.end());
  }
  DependOn(id, ProviderNode(resource.provider, module));
}

// What an import's id reads must be known before its resource is planned.
void ConfigGraphBuilder::ConnectImport(const ModuleNode& module, const config::Import& import) {
  const ModuleNode* target = &module;
  for (const language::address::ModuleStep& step : import.to_module.steps) {
    auto child = target->children.find(step.name);
    if (child == target->children.end()) return;
    target = child->second.get();
  }
  const ModuleIds& ids = modules_.at(target);
  auto found = ids.resources.find(import.to_resource.ToString());
  if (found == ids.resources.end()) return;
  ConnectExpression(found->second, module, import.id);
  ConnectExpression(found->second, module, import.identity);
  ConnectExpression(found->second, module, import.for_each);
}

void ConfigGraphBuilder::ConnectBody(NodeId id, const ModuleNode& module, const config::BodyRef& body) {
  // What an override file writes into a lifecycle block does not always count; what does, is connected by
  // itself.
  static constexpr std::string_view kLifecycle[] = {"lifecycle"};
  const std::span<const std::string_view> skipped = std::span(kLifecycle).first(body.body->merged ? 1 : 0);
  config::ForEachTraversalOfBody(*body.file, *body.body, {}, skipped,
                                 [&](const language::hcl::File& file, const TraversalExpression& traversal) {
                                   ConnectTraversal(id, module, file, traversal);
                                 });
}

void ConfigGraphBuilder::ConnectExpression(NodeId id, const ModuleNode& module,
                                           const config::ExpressionRef& expression) {
  if (expression) ConnectExpression(id, module, *expression.file, *expression.expression);
}

void ConfigGraphBuilder::ConnectExpression(NodeId id, const ModuleNode& module,
                                           const language::hcl::File& file,
                                           const language::hcl::Expression& expression) {
  language::hcl::ForEachTraversal(expression, [&](const TraversalExpression& traversal) {
    ConnectTraversal(id, module, file, traversal);
  });
}

void ConfigGraphBuilder::ConnectCondition(NodeId id, const ModuleNode& module,
                                          const config::Condition& condition, NodeId except) {
  auto connect = [&](const config::ExpressionRef& expression) {
    if (!expression) return;
    language::hcl::ForEachTraversal(*expression.expression, [&](const TraversalExpression& traversal) {
      std::vector<NodeId> targets = Targets(module, traversal);
      std::erase_if(targets, [&](NodeId target) { return target == except || target == id; });
      for (NodeId target : targets) DependOn(id, target);
      Remember(id, module, *expression.file, traversal, targets);
    });
  };
  connect(condition.condition);
  connect(condition.error_message);
}

void ConfigGraphBuilder::ConnectTraversal(NodeId id, const ModuleNode& module,
                                          const language::hcl::File& file,
                                          const TraversalExpression& traversal) {
  const std::vector<NodeId> targets = Targets(module, traversal);
  for (NodeId target : targets) DependOn(id, target);
  Remember(id, module, file, traversal, targets);
}

void ConfigGraphBuilder::Remember(NodeId id, const ModuleNode& module, const language::hcl::File& file,
                                  const TraversalExpression& traversal, std::span<const NodeId> targets) {
  if (references_ == nullptr || targets.empty()) return;
  const ReferencedObject object = config::ParseReference(traversal);
  Reference reference{.from = id, .file = file.shared_from_this(), .traversal = &traversal};
  if (object.kind == ReferencedObject::Kind::kModule)
    reference.whole_module = modules_.at(module.children.at(object.name).get()).module;
  else
    reference.object = targets.front();
  reference.targets.assign(targets.begin(), targets.end());
  references_->push_back(std::move(reference));
}

std::vector<NodeId> ConfigGraphBuilder::Targets(const ModuleNode& module,
                                                const TraversalExpression& traversal) const {
  const ModuleIds& ids = modules_.at(&module);
  const ReferencedObject object = config::ParseReference(traversal);
  auto lookup = [](const auto& map, std::string_view name) -> std::vector<NodeId> {
    auto found = map.find(name);
    if (found == map.end()) return {};
    return {found->second};
  };
  switch (object.kind) {
    case ReferencedObject::Kind::kVariable:
      return lookup(ids.variables, object.name);
    case ReferencedObject::Kind::kLocal:
      return lookup(ids.locals, object.name);
    case ReferencedObject::Kind::kResource:
      return lookup(ids.resources, object.resource.ToString());
    case ReferencedObject::Kind::kModule:
    case ReferencedObject::Kind::kModuleOutput: {
      auto child = module.children.find(object.name);
      if (child == module.children.end()) return {};
      const ModuleIds& child_ids = modules_.at(child->second.get());
      if (object.kind == ReferencedObject::Kind::kModuleOutput) {
        std::vector<NodeId> output = lookup(child_ids.outputs, object.output);
        output.push_back(child_ids.module);
        return output;
      }
      std::vector<NodeId> all{child_ids.module};
      for (const auto& [name, id] : child_ids.outputs) all.push_back(id);
      AddModuleResources(*child->second, all);
      return all;
    }
    default:
      return {};
  }
}

// A mere `module.x` (depends_on) waits for everything inside.
void ConfigGraphBuilder::AddModuleResources(const ModuleNode& module, std::vector<NodeId>& ids) const {
  for (const auto& [key, id] : modules_.at(&module).resources) ids.push_back(id);
  for (const auto& [name, child] : module.children) AddModuleResources(*child, ids);
}

// That something refers to itself is told by other checks, in better words than as a cycle.
void ConfigGraphBuilder::DependOn(NodeId id, NodeId dependency) {
  if (id == dependency) return;
  graph_.nodes_[id].dependencies.push_back(dependency);
}

std::vector<Reference> FindReferences(const config::Configuration& configuration,
                                      std::span<const language::address::ProviderConfig> more_providers) {
  ConfigGraph scratch;
  std::vector<Reference> references;
  ConfigGraphBuilder(scratch, &references).Build(configuration, more_providers);
  return references;
}

}  // namespace engine::graph
