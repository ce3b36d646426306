#include "engine/run/validate.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/text/suggest.h"
#include "engine/graph/config_graph.h"
#include "engine/run/conditions.h"
#include "engine/run/failures.h"
#include "engine/run/meta_arguments.h"
#include "engine/run/provider_checks.h"
#include "engine/run/provider_config.h"
#include "engine/run/provider_diagnostics.h"
#include "engine/run/provisioners.h"
#include "engine/run/scope.h"
#include "engine/run/static_checks.h"

namespace engine::run {
namespace {

using graph::NodeId;
using graph::NodeKind;

class Validator {
 public:
  Validator(const RunContext& context, Diagnostics& diagnostics)
      : context_(context),
        diagnostics_(diagnostics),
        providers_(context.providers, context.substitutes),
        scope_context_{Phase::kValidate, &context, &providers_} {
    scope_context_.output_conditions = base::diag::Severity::kError;
  }

  void Run(bool for_plan) {
    if (!for_plan && !HasAllProviders()) return;  // a plan has made sure of them
    Diagnostics references, cycles;
    const graph::ConfigGraph graph(*context_.configuration, {}, cycles);
    const config::SchemaLookup schemas = Schemas(graph);
    std::optional<config::ReferenceMistakes> mistakes =
        config::CheckConfiguration(*context_.configuration, references, &schemas);
    if (mistakes && cycles.HasErrors()) references = std::move(cycles);
    diagnostics_.Append(std::move(references));
    if (!mistakes || graph.levels().empty()) return;
    scope_context_.misreferenced = &mistakes->wrong;
    graph_ = &graph;
    root_ = std::make_unique<ModuleScope>(scope_context_, *context_.configuration->root, ModuleInstance(),
                                          nullptr, InstanceKey(), Value());
    scopes_[&root_->node()] = root_.get();
    for (const std::vector<NodeId>& level : graph.levels())
      for (NodeId id : level) Visit(id);
    // Of what depends on something wrong, the reference tells nothing before that is right.
    for (config::ReferenceMistakes::Unit& unit : mistakes->units) {
      const bool hidden = std::ranges::any_of(
          unit.parts, [&](const void* part) { return hidden_.contains({unit.module, part}); });
      if (!hidden) diagnostics_.Append(std::move(unit.diagnostics));
    }
    if (for_plan && !diagnostics_.HasErrors()) diagnostics_.Append(std::move(mistakes->when_planning));
  }

 private:
  bool HasAllProviders() {
    bool all = true;
    for (const language::address::Provider& source : context_.configuration->Providers())
      all = providers_.Unconfigured(source, diagnostics_) != nullptr && all;
    return all;
  }

  config::SchemaLookup Schemas(const graph::ConfigGraph& graph) {
    config::SchemaLookup schemas;
    schemas.resource = [this](const config::Resource& resource) -> const language::schema::Block* {
      Provider* provider = providers_.Unconfigured(resource.provider.provider, diagnostics_);
      return provider == nullptr ? nullptr : FindBlock(*provider, resource.address);
    };
    schemas.provider = [this, &graph](const config::ModuleNode& node,
                                      const config::ProviderBlock& block) -> const language::schema::Block* {
      auto required = node.module->required_providers.find(block.name.name);
      if (required == node.module->required_providers.end()) return nullptr;
      const ProviderConfig config{node.path, required->second.source, block.name.alias};
      if (graph.FindProvider(config) == graph::kNoNode) return nullptr;
      Provider* provider = providers_.Unconfigured(config.provider, diagnostics_);
      return provider == nullptr ? nullptr : &provider->ConfigSchema();
    };
    return schemas;
  }

  // What needs something that failed fails with it, without a word: it would tell the same mistake again.
  void Visit(NodeId id) {
    const graph::Node& node = graph_->node(id);
    const bool is_call = node.kind == NodeKind::kModule && node.module->parent;
    const auto found = scopes_.find(is_call ? node.module->parent : node.module);
    if (found == scopes_.end() || failures_.Blocks(*graph_, id, *found->second)) {
      Hide(node);
      failures_.Add(id, nullptr);
    } else if (!Check(node, *found->second)) {
      failures_.Add(id, nullptr);
    }
  }

  // The expressions and bodies of a node that is not looked at.
  void Hide(const graph::Node& node) {
    const config::Module& module = *node.module->module;
    const std::string name(node.name);
    const config::ModuleNode* where = node.module;
    auto hide = [&](const config::ExpressionRef& expression) {
      hidden_.insert({where, expression.expression});
    };
    auto hide_conditions = [&](const std::vector<config::Condition>& conditions) {
      for (const config::Condition& condition : conditions) {
        hide(condition.condition);
        hide(condition.error_message);
      }
    };
    switch (node.kind) {
      case NodeKind::kVariable:
        hide_conditions(module.variables.at(name).validations);
        if (!where->parent) break;
        where = where->parent;
        if (const auto* argument = node.module->call->body.body->FindAttribute(name))
          hidden_.insert({where, argument->expression});
        break;
      case NodeKind::kLocal:
        hide(module.locals.at(name).expression);
        break;
      case NodeKind::kOutput:
        hide(module.outputs.at(name).expression);
        hide_conditions(module.outputs.at(name).preconditions);
        break;
      case NodeKind::kResource:
        hide(node.resource->count);
        hide(node.resource->for_each);
        hidden_.insert({where, node.resource->body.body});
        hide_conditions(node.resource->lifecycle.preconditions);
        hide_conditions(node.resource->lifecycle.postconditions);
        break;
      case NodeKind::kProvider:
        if (const config::ProviderBlock* block = FindProviderBlock(module, node.provider))
          hidden_.insert({where, block->body.body});
        break;
      case NodeKind::kModule:
        if (!where->parent) break;
        where = where->parent;
        hide(node.module->call->count);
        hide(node.module->call->for_each);
        hidden_.insert({where, node.module->call->body.body});
        break;
      case NodeKind::kCheck:
        hide_conditions(module.checks.at(name).assertions);
        break;
    }
    hidden_.erase({where, nullptr});
  }

  // False after errors.
  bool Check(const graph::Node& node, ModuleScope& scope) {
    const std::string name(node.name);
    switch (node.kind) {
      case NodeKind::kVariable:
        return scope.EnsureVariable(name, diagnostics_);
      case NodeKind::kLocal:
        return scope.EnsureLocal(name, diagnostics_);
      case NodeKind::kOutput:
        return scope.EnsureOutput(name, diagnostics_) &&
               (scope.parent() || CheckOutputMarks(node.module->module->outputs.at(name),
                                                   scope.OutputValue(name), diagnostics_));
      case NodeKind::kProvider:
        return ProviderBlock(node, scope);
      case NodeKind::kResource: {
        const size_t before = diagnostics_.size();
        return Resource(*node.resource, scope) && !HasErrorsSince(before);
      }
      case NodeKind::kModule:
        if (!node.module->parent) return Imports(*node.module, scope);
        return Module(*node.module, scope);
      case NodeKind::kCheck:
        for (const config::Condition& condition : node.module->module->checks.at(name).assertions)
          Message(condition, scope);
        break;
    }
    return true;
  }

  bool HasErrorsSince(size_t before) const {
    const auto& items = diagnostics_.items();
    return std::any_of(items.begin() + static_cast<std::ptrdiff_t>(before), items.end(),
                       [](const auto& each) { return each.severity == base::diag::Severity::kError; });
  }

  bool ExpandsWell(const config::ExpressionRef& count, const config::ExpressionRef& for_each,
                   const ModuleScope& scope, const std::string& address) {
    if (scope_context_.IsMisreferenced(count) || scope_context_.IsMisreferenced(for_each)) return false;
    return Expand(count, for_each, scope, Phase::kValidate, address, diagnostics_).has_value();
  }

  bool Module(const config::ModuleNode& node, ModuleScope& parent) {
    const config::ModuleCall& call = *node.call;
    if (!ExpandsWell(call.count, call.for_each, parent, "module." + call.name)) return false;
    Expansion stand_in;
    stand_in.repetition = call.count      ? Repetition::kCount
                          : call.for_each ? Repetition::kForEach
                                          : Repetition::kNone;
    if (stand_in.repetition == Repetition::kNone) stand_in.keys.emplace_back();
    parent.ExpandCall(call.name, std::move(stand_in));
    scopes_[&node] = parent.Children(call.name)[0].get();
    return true;
  }

  bool ProviderBlock(const graph::Node& node, ModuleScope& scope) {
    Provider* provider = providers_.UnconfiguredFor(node.provider, diagnostics_);
    const config::ProviderBlock* block = FindProviderBlock(*node.module->module, node.provider);
    if (!provider) return false;
    if (!block || block->mock) return true;
    if (scope_context_.misreferenced->contains(block->body.body)) return false;
    Diagnostics own;
    Value value = language::eval::DecodeBody(*block->body.file, *block->body.body, provider->ConfigSchema(),
                                             ScopeOfProvider(*block, scope), kProviderMetaArguments, {}, own);
    bool failed = own.HasErrors();
    diagnostics_.Append(std::move(own));
    if (failed) return false;
    const size_t before = diagnostics_.size();
    AppendProviderDiagnostics(provider->ValidateConfig(value.UnmarkedDeep()), BlockSource(block->body),
                              node.provider.ToString(), diagnostics_);
    return !HasErrorsSince(before);
  }

  // False after errors; others are in the diagnostics.
  bool Resource(const config::Resource& resource, ModuleScope& scope) {
    Provider* provider = providers_.Unconfigured(resource.provider.provider, diagnostics_);
    if (!provider) return false;
    const language::schema::Block* schema = FindBlock(*provider, resource.address);
    std::string address = language::address::ModuleResource{scope.path(), resource.address}.ToString();
    const bool expands = ExpandsWell(resource.count, resource.for_each, scope, address);
    if (!schema) {
      if (expands) UnknownType(resource, *provider);
      return false;
    }
    Repetition repetition = resource.count      ? Repetition::kCount
                            : resource.for_each ? Repetition::kForEach
                                                : Repetition::kNone;
    InstanceKey key;
    Value each;
    InstanceScope instance(scope, repetition, key, each);
    const bool well_referenced = !scope_context_.misreferenced->contains(resource.body.body);
    if (well_referenced) Body(resource, *schema, instance, *provider, address);
    CheckIgnoreChanges(resource, *schema, diagnostics_);
    Value self = Value::Unknown(schema->implied_type()).NotNull();
    InstanceScope after(scope, repetition, key, each, &self);
    for (const config::Condition& condition : resource.lifecycle.preconditions)
      Condition(condition, instance);
    for (const config::Condition& condition : resource.lifecycle.postconditions) Condition(condition, after);
    for (const config::Provisioner& provisioner : resource.provisioners)
      if (!IsMisreferenced(provisioner) && !CheckProvisioner(context_, provisioner, after, diagnostics_))
        break;
    return expands && well_referenced;
  }

  bool IsMisreferenced(const config::Provisioner& provisioner) const {
    return scope_context_.misreferenced->contains(provisioner.body.body) ||
           scope_context_.misreferenced->contains(provisioner.outer_connection.body);
  }

  void Body(const config::Resource& resource, const language::schema::Block& schema,
            const language::eval::Scope& instance, Provider& provider, const std::string& address) {
    Diagnostics own;
    Value config = language::eval::DecodeBody(*resource.body.file, *resource.body.body, schema, instance,
                                              kResourceMetaArguments, kResourceMetaBlocks, own);
    using language::address::ResourceMode;
    const ResourceMode mode = resource.address.mode;
    std::vector<std::pair<language::value::Path, language::value::Marks>> marks;
    if (config.HasMarksDeep()) config = config.UnmarkedDeep(&marks);
    Diagnostics ephemeral;
    if (mode != ResourceMode::kEphemeral) RejectEphemeral(marks, schema, resource, ephemeral);
    ephemeral.SetAddress(address);
    own.Append(std::move(ephemeral));
    if (!own.HasErrors()) {
      const std::string& type = resource.address.type;
      provider::api::ProviderDiagnostics list =
          mode == ResourceMode::kData      ? provider.ValidateDataSource(type, config)
          : mode == ResourceMode::kManaged ? provider.ValidateResource(type, config)
                                           : provider.ValidateEphemeral(type, config);
      AppendProviderDiagnostics(list, BlockSource(&resource), address, own);
    }
    diagnostics_.Append(std::move(own));
  }

  void Condition(const config::Condition& condition, const language::eval::Scope& scope) {
    if (!scope_context_.IsMisreferenced(condition.condition)) {
      language::eval::Evaluate(*condition.condition.file, *condition.condition.expression, scope,
                               diagnostics_);
    }
    Message(condition, scope);
  }

  void Message(const config::Condition& condition, const language::eval::Scope& scope) {
    if (scope_context_.IsMisreferenced(condition.error_message)) return;
    language::eval::Evaluate(*condition.error_message.file, *condition.error_message.expression, scope,
                             diagnostics_);
  }

  // What only concerns the import blocks themselves; nothing depends on them.
  bool Imports(const config::ModuleNode& root, ModuleScope& scope) {
    for (const config::Import& import : root.module->imports) CheckImport(import, scope, diagnostics_);
    return true;
  }

  void UnknownType(const config::Resource& resource, Provider& provider) {
    using language::address::ResourceMode;
    const bool data = resource.address.mode == ResourceMode::kData;
    const bool ephemeral = resource.address.mode == ResourceMode::kEphemeral;
    std::vector<std::string> types = data        ? provider.DataSourceTypes()
                                     : ephemeral ? provider.EphemeralTypes()
                                                 : provider.ResourceTypes();
    std::string hint =
        base::text::Suggest(resource.address.type, std::vector<std::string_view>(types.begin(), types.end()));
    std::string detail =
        fmt::format("The provider {} does not support {} \"{}\".", resource.provider.provider.ForDisplay(),
                    data        ? "data source"
                    : ephemeral ? "ephemeral resource"
                                : "resource type",
                    resource.address.type);
    if (!hint.empty()) detail += fmt::format(" Did you mean \"{}\"?", hint);
    base::diag::Diagnostic diagnostic =
        language::hcl::MakeDiagnostic(base::diag::Severity::kError,
                                      data        ? "Invalid data source"
                                      : ephemeral ? "Invalid ephemeral resource"
                                                  : "Invalid resource type",
                                      detail, *resource.place.file, resource.type_span);
    diagnostics_.Add(std::move(diagnostic));
  }

  const RunContext& context_;
  Diagnostics& diagnostics_;
  ProviderPool providers_;
  ScopeContext scope_context_;
  const graph::ConfigGraph* graph_ = nullptr;
  Failures failures_;
  std::set<std::pair<const config::ModuleNode*, const void*>> hidden_;
  std::unique_ptr<ModuleScope> root_;
  std::unordered_map<const config::ModuleNode*, ModuleScope*> scopes_;
};

}  // namespace

void Validate(const RunContext& context, Diagnostics& diagnostics, bool for_plan) {
  Validator(context, diagnostics).Run(for_plan);
}

}  // namespace engine::run
