#include "engine/run/validate.h"

#include "base/text/suggest.h"
#include "engine/graph/config_graph.h"
#include "engine/run/conditions.h"
#include "engine/run/meta_arguments.h"
#include "engine/run/provider_config.h"
#include "engine/run/provider_diagnostics.h"
#include "engine/run/scope.h"

namespace engine::run {
namespace {

using graph::NodeId;
using graph::NodeKind;

class Validator {
 public:
  Validator(const RunContext& context, Diagnostics& diagnostics)
      : context_(context),
        diagnostics_(diagnostics),
        providers_(context.providers),
        scope_context_{Phase::kValidate, &context, &providers_} {}

  void Run() {
    graph::ConfigGraph graph(*context_.configuration, {}, diagnostics_);
    root_ = std::make_unique<ModuleScope>(scope_context_, *context_.configuration->root, ModuleInstance(),
                                          nullptr, InstanceKey(), Value());
    scopes_[&root_->node()] = root_.get();
    for (const std::vector<NodeId>& level : graph.levels())
      for (NodeId id : level) Visit(graph.node(id));
  }

 private:
  void Visit(const graph::Node& node) {
    auto found = scopes_.find(node.module);
    if (node.kind == NodeKind::kModule && node.module->parent) return Module(*node.module);
    if (found == scopes_.end()) return;
    ModuleScope& scope = *found->second;
    switch (node.kind) {
      case NodeKind::kVariable:
        scope.EnsureVariable(std::string(node.name), diagnostics_);
        break;
      case NodeKind::kLocal:
        scope.EnsureLocal(std::string(node.name), diagnostics_);
        break;
      case NodeKind::kOutput:
        if (scope.EnsureOutput(std::string(node.name), diagnostics_) && !scope.parent())
          CheckOutputMarks(node.module->module->outputs.at(std::string(node.name)),
                           scope.OutputValue(std::string(node.name)), diagnostics_);
        break;
      case NodeKind::kProvider:
        ProviderBlock(node, scope);
        break;
      case NodeKind::kResource:
        Resource(*node.resource, scope);
        break;
      case NodeKind::kModule:
      case NodeKind::kCheck:
        break;
    }
  }

  void Module(const config::ModuleNode& node) {
    auto parent = scopes_.find(node.parent);
    if (parent == scopes_.end()) return;
    const config::ModuleCall& call = *node.call;
    std::optional<Expansion> expansion = Expand(call.count, call.for_each, *parent->second, Phase::kValidate,
                                                "module." + call.name, diagnostics_);
    // A broken count must not hide the mistakes inside: the stand-in is looked at all the same.
    Expansion stand_in;
    stand_in.repetition = call.count      ? Repetition::kCount
                          : call.for_each ? Repetition::kForEach
                                          : Repetition::kNone;
    if (stand_in.repetition == Repetition::kNone) stand_in.keys.emplace_back();
    (void)expansion;
    parent->second->ExpandCall(call.name, std::move(stand_in));
    scopes_[&node] = parent->second->Children(call.name)[0].get();
  }

  void ProviderBlock(const graph::Node& node, ModuleScope& scope) {
    Provider* provider = providers_.Unconfigured(node.provider.provider, diagnostics_);
    const config::ProviderBlock* block = FindProviderBlock(*node.module->module, node.provider);
    if (!provider || !block) return;
    Diagnostics own;
    Value value = language::eval::DecodeBody(*block->body.file, *block->body.body, provider->ConfigSchema(),
                                             scope, kProviderMetaArguments, {}, own);
    bool failed = own.HasErrors();
    diagnostics_.Append(std::move(own));
    if (!failed)
      AppendProviderDiagnostics(provider->ValidateConfig(value.UnmarkedDeep()), BlockSource(block->body),
                                node.provider.ToString(), diagnostics_);
  }

  void Resource(const config::Resource& resource, ModuleScope& scope) {
    Provider* provider = providers_.Unconfigured(resource.provider.provider, diagnostics_);
    if (!provider) return;
    bool data = resource.address.mode == language::address::ResourceMode::kData;
    const ResourceSchema* schema = data ? provider->FindDataSource(resource.address.type)
                                        : provider->FindResource(resource.address.type);
    std::string address = language::address::ModuleResource{scope.path(), resource.address}.ToString();
    if (!schema) return UnknownType(resource, *provider, data, address);
    Repetition repetition = resource.count      ? Repetition::kCount
                            : resource.for_each ? Repetition::kForEach
                                                : Repetition::kNone;
    Expand(resource.count, resource.for_each, scope, Phase::kValidate, address, diagnostics_);
    size_t first = diagnostics_.size();
    InstanceKey key;
    Value each;
    InstanceScope instance(scope, repetition, key, each);
    Diagnostics own;
    Value config = language::eval::DecodeBody(*resource.body.file, *resource.body.body, schema->block,
                                              instance, kResourceMetaArguments, kResourceMetaBlocks, own);
    if (!own.HasErrors()) {
      provider::api::ProviderDiagnostics list =
          data ? provider->ValidateDataSource(resource.address.type, config.UnmarkedDeep())
               : provider->ValidateResource(resource.address.type, config.UnmarkedDeep());
      AppendProviderDiagnostics(list, BlockSource(&resource), address, own);
    }
    diagnostics_.Append(std::move(own));
    Value self = Value::Unknown(schema->block.implied_type()).NotNull();
    InstanceScope after(scope, repetition, key, each, &self);
    for (const config::Condition& condition : resource.lifecycle.preconditions)
      Condition(condition, instance);
    for (const config::Condition& condition : resource.lifecycle.postconditions) Condition(condition, after);
    diagnostics_.SetAddress(address, first);
  }

  void Condition(const config::Condition& condition, const language::eval::Scope& scope) {
    language::eval::Evaluate(*condition.condition.file, *condition.condition.expression, scope, diagnostics_);
  }

  void UnknownType(const config::Resource& resource, Provider& provider, bool data,
                   const std::string& address) {
    std::vector<std::string> types = data ? provider.DataSourceTypes() : provider.ResourceTypes();
    std::string hint =
        base::text::Suggest(resource.address.type, std::vector<std::string_view>(types.begin(), types.end()));
    std::string detail =
        fmt::format("The provider {} does not support {} \"{}\".", resource.provider.provider.ForDisplay(),
                    data ? "data source" : "resource type", resource.address.type);
    if (!hint.empty()) detail += fmt::format(" Did you mean \"{}\"?", hint);
    base::diag::Diagnostic diagnostic = language::hcl::MakeDiagnostic(
        base::diag::Severity::kError, data ? "Invalid data source" : "Invalid resource type", detail,
        *resource.place.file, resource.place.span);
    diagnostic.address = address;
    diagnostics_.Add(std::move(diagnostic));
  }

  const RunContext& context_;
  Diagnostics& diagnostics_;
  ProviderPool providers_;
  ScopeContext scope_context_;
  std::unique_ptr<ModuleScope> root_;
  std::unordered_map<const config::ModuleNode*, ModuleScope*> scopes_;
};

}  // namespace

void Validate(const RunContext& context, Diagnostics& diagnostics) { Validator(context, diagnostics).Run(); }

}  // namespace engine::run
