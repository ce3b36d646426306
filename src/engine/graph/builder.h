// Builds a ConfigGraph: first declares a node for every object, then connects them by what their expressions
// name. Not the order that follows from it (config_graph.cc).
// Only config_graph.cc includes this.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/graph/config_graph.h"
#include "engine/graph/references.h"

namespace engine::graph {

class ConfigGraphBuilder {
 public:
  // `references`: also told of everything that makes an edge; may be null.
  explicit ConfigGraphBuilder(ConfigGraph& graph, std::vector<Reference>* references = nullptr)
      : graph_(graph), references_(references) {}
  void Build(const config::Configuration& configuration,
             std::span<const language::address::ProviderConfig> more_providers);

 private:
  struct ModuleIds {
    NodeId module = kNoNode;
    std::unordered_map<std::string_view, NodeId> variables, locals, outputs, checks, resources;
  };

  NodeId AddNode(Node node);
  void DeclareModule(const config::ModuleNode& module);
  void ConnectModule(const config::ModuleNode& module);
  void ConnectResource(NodeId id, const config::ModuleNode& module, const config::Resource& resource);
  void ConnectImport(const config::ModuleNode& module, const config::Import& import);
  void ConnectBody(NodeId id, const config::ModuleNode& module, const config::BodyRef& body);
  void ConnectExpression(NodeId id, const config::ModuleNode& module,
                         const config::ExpressionRef& expression);
  void ConnectExpression(NodeId id, const config::ModuleNode& module, const language::hcl::File& file,
                         const language::hcl::Expression& expression);
  // `except`: a postcondition may name its own resource.
  void ConnectCondition(NodeId id, const config::ModuleNode& module, const config::Condition& condition,
                        NodeId except = kNoNode);
  void ConnectTraversal(NodeId id, const config::ModuleNode& module, const language::hcl::File& file,
                        const language::hcl::TraversalExpression& traversal);
  void Remember(NodeId id, const config::ModuleNode& module, const language::hcl::File& file,
                const language::hcl::TraversalExpression& traversal, std::span<const NodeId> targets);
  std::vector<NodeId> Targets(const config::ModuleNode& module,
                              const language::hcl::TraversalExpression& traversal) const;
  void AddModuleResources(const config::ModuleNode& module, std::vector<NodeId>& ids) const;
  NodeId ProviderNode(const language::address::ProviderConfig& provider, const config::ModuleNode& user);
  void DependOn(NodeId id, NodeId dependency);
  static void Unique(std::vector<NodeId>& ids);

  ConfigGraph& graph_;
  std::vector<Reference>* references_;
  std::unordered_map<const config::ModuleNode*, ModuleIds> modules_;
};

}  // namespace engine::graph
