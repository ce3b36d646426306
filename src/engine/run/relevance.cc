#include "engine/run/relevance.h"

#include <set>

#include "engine/config/load.h"
#include "language/eval/evaluate.h"
#include "language/hcl/content.h"
#include "language/hcl/parser.h"
#include "language/value/convert.h"

namespace engine::run {
namespace {

namespace hcl = language::hcl;
using changes::RelevantAttribute;
using config::ModuleNode;
using config::ReferencedObject;
using hcl::TraversalExpression;
using hcl::TraversalStep;
using language::address::InstanceKey;
using language::address::ModuleInstance;
using language::schema::Attribute;
using language::schema::Block;
using language::schema::NestedBlock;
using language::schema::NestedType;
using language::schema::Nesting;
using language::value::Path;
using language::value::PathStep;
using language::value::Type;
using language::value::Value;
using Kind = ReferencedObject::Kind;
using Steps = std::span<const TraversalStep>;

// The path that steps of a traversal make in an object of the schema, as far as they fit it.
class PathReader {
 public:
  static Path Read(const Block& block, Steps steps) {
    PathReader reader;
    reader.InBlock(block, steps);
    return std::move(reader.path_);
  }

 private:
  // False where the step cannot be what is asked for.
  bool AddName(const TraversalStep& step, std::string* name) {
    if (step.kind == TraversalStep::Kind::kAttribute) {
      *name = step.name;
    } else {
      auto text = language::value::Convert(step.key, Type::String());
      if (!text.ok() || !text.value.IsKnownNotNull()) return false;
      *name = text.value.AsString();
    }
    return true;
  }
  bool AddIndex(const TraversalStep& step, Type type) {
    const Value key = step.kind == TraversalStep::Kind::kAttribute ? Value::String(step.name) : step.key;
    auto converted = language::value::Convert(key, type);
    if (!converted.ok() || !converted.value.IsKnownNotNull()) return false;
    path_.push_back(PathStep::Index(converted.value));
    return true;
  }

  void InBlock(const Block& block, Steps steps) {
    std::string name;
    if (steps.empty() || !AddName(steps[0], &name)) return;
    if (const Attribute* attribute = block.FindAttribute(name)) {
      path_.push_back(PathStep::Attribute(name));
      InAttribute(*attribute, steps.subspan(1));
    } else if (const NestedBlock* nested = block.FindBlock(name)) {
      path_.push_back(PathStep::Attribute(name));
      if (EnterNesting(nested->nesting, &(steps = steps.subspan(1)))) InBlock(*nested->block, steps);
    }
  }
  // Sets have no parts that could be named.
  bool EnterNesting(Nesting nesting, Steps* steps) {
    if (nesting == Nesting::kSingle || nesting == Nesting::kGroup) return true;
    if (nesting == Nesting::kSet || steps->empty()) return false;
    if (!AddIndex((*steps)[0], nesting == Nesting::kList ? Type::Number() : Type::String())) return false;
    *steps = steps->subspan(1);
    return true;
  }
  void InAttribute(const Attribute& attribute, Steps steps) {
    if (steps.empty()) return;
    if (!attribute.nested) return InType(attribute.type, steps);
    if (!EnterNesting(attribute.nested->nesting, &steps) || steps.empty()) return;
    std::string name;
    if (!AddName(steps[0], &name)) return;
    for (const Attribute& inner : attribute.nested->attributes)
      if (inner.name == name) {
        path_.push_back(PathStep::Attribute(name));
        return InAttribute(inner, steps.subspan(1));
      }
  }
  void InType(Type type, Steps steps) {
    for (; !steps.empty(); steps = steps.subspan(1)) {
      const TraversalStep& step = steps[0];
      std::string name;
      if (type.IsDynamic()) {
        path_.push_back(step.kind == TraversalStep::Kind::kAttribute
                            ? PathStep::Attribute(std::string(step.name))
                            : PathStep::Index(step.key));
      } else if (type.IsList()) {
        if (!AddIndex(step, Type::Number())) return;
        type = type.element();
      } else if (type.IsMap()) {
        if (!AddIndex(step, Type::String())) return;
        type = type.element();
      } else if (type.IsObject()) {
        const auto index = AddName(step, &name) ? type.AttributeIndex(name) : -1;
        if (index < 0) return;
        path_.push_back(PathStep::Attribute(name));
        type = type.attributes()[static_cast<size_t>(index)].type;
      } else if (type.IsTuple()) {
        if (!AddIndex(step, Type::Number())) return;
        const std::optional<int64_t> index = path_.back().key.AsInt64();
        if (!index || *index < 0 || static_cast<size_t>(*index) >= type.elements().size()) return;
        type = type.elements()[static_cast<size_t>(*index)];
      } else {
        return;
      }
    }
  }

  Path path_;
};

class Search {
 public:
  Search(const config::Configuration& configuration, const ResourceSchemaLookup& schemas)
      : configuration_(configuration), schemas_(schemas) {}

  void FromResource(const ModuleInstance& module, const language::address::Resource& resource) {
    const ModuleNode* node = configuration_.Find(module);
    if (node == nullptr) return;
    auto found = node->module->resources.find(resource.ToString());
    if (found != node->module->resources.end()) AddBody(module, found->second, {});
  }
  void FromOutput(const ModuleInstance& module, const std::string& name) {
    const ModuleNode* node = configuration_.Find(module);
    if (node == nullptr) return;
    auto output = node->module->outputs.find(name);
    if (output != node->module->outputs.end()) AddExpression(module, output->second.expression);
  }

  std::vector<RelevantAttribute> Run() {
    while (!pending_.empty()) {
      const Reference reference = std::move(pending_.back());
      pending_.pop_back();
      Follow(reference);
    }
    std::vector<RelevantAttribute> sorted;
    for (auto& [key, attribute] : found_) sorted.push_back(std::move(attribute));
    return sorted;
  }

 private:
  struct Reference {
    ModuleInstance module;  // in which it stands
    const config::Resource* container = nullptr;
    const TraversalExpression* traversal = nullptr;
  };

  void Add(const ModuleInstance& module, const config::Resource* container,
           const TraversalExpression& traversal) {
    if (seen_.emplace(module.ToString(), container, &traversal).second)
      pending_.push_back({module, container, &traversal});
  }
  void AddExpression(const ModuleInstance& module, const config::ExpressionRef& expression) {
    if (!expression) return;
    hcl::ForEachTraversal(*expression.expression,
                          [&](const TraversalExpression& traversal) { Add(module, nullptr, traversal); });
  }

  // What the resource's body reads in the attribute or blocks of that name; everything for no name.
  void AddBody(const ModuleInstance& module, const config::Resource& resource, std::string_view part) {
    if (!bodies_.emplace(module.ToString(), &resource, std::string(part)).second) return;
    const Block* schema = schemas_(resource.provider.provider, resource.address);
    if (schema == nullptr || resource.body.body == nullptr) return;
    Block narrowed;
    const Block* block = schema;
    if (!part.empty()) {
      if (const Attribute* attribute = block->FindAttribute(part)) narrowed.attributes.push_back(*attribute);
      if (const NestedBlock* nested = block->FindBlock(part)) narrowed.blocks.push_back(*nested);
      narrowed.Finish();
      block = &narrowed;
    }
    language::eval::ForEachTraversal(
        *resource.body.file, *resource.body.body, *block, {},
        [&](const TraversalExpression& traversal) { Add(module, &resource, traversal); });
  }

  void Follow(const Reference& reference) {
    const ModuleNode* node = configuration_.Find(reference.module);
    if (node == nullptr) return;
    const ReferencedObject object = config::ParseReference(*reference.traversal);
    switch (object.kind) {
      case Kind::kResource:
        return FollowResource(reference, *node, object);
      case Kind::kLocal:
        if (auto local = node->module->locals.find(object.name); local != node->module->locals.end())
          AddExpression(reference.module, local->second.expression);
        return;
      case Kind::kVariable:
        return FollowVariable(reference.module, *node, object.name);
      case Kind::kModule:
      case Kind::kModuleOutput:
        return FollowModule(reference.module, *node, object);
      case Kind::kEach:
      case Kind::kCount:
        if (reference.container != nullptr) {
          AddExpression(reference.module, reference.container->count);
          AddExpression(reference.module, reference.container->for_each);
        }
        return;
      default:
        return;
    }
  }

  void FollowResource(const Reference& reference, const ModuleNode& node, const ReferencedObject& object) {
    auto found = node.module->resources.find(object.resource.ToString());
    if (found == node.module->resources.end()) return;
    const Block* schema = schemas_(found->second.provider.provider, object.resource);
    if (schema == nullptr) return;
    const Steps steps = reference.traversal->steps.subspan(object.steps_used);
    RelevantAttribute attribute{
        .resource = {reference.module, object.resource, object.key.value_or(InstanceKey())},
        .attribute = PathReader::Read(*schema, steps)};
    const std::string part = !attribute.attribute.empty() ? attribute.attribute[0].attribute : "";
    std::pair key{attribute.resource.ToString(), language::value::PathToString(attribute.attribute)};
    found_.emplace(std::move(key), std::move(attribute));
    if (steps.empty() || !part.empty()) AddBody(reference.module, found->second, part);
  }

  void FollowVariable(const ModuleInstance& module, const ModuleNode& node, const std::string& name) {
    if (node.call == nullptr) return;
    base::diag::Diagnostics ignored;
    const config::BodyRef& body = node.call->body;
    const hcl::Content content(*body.file, *body.body, {.attributes = {name}, .open = true}, ignored);
    ModuleInstance caller = module;
    caller.steps.pop_back();
    if (const hcl::Attribute* argument = content.body().FindAttribute(name))
      AddExpression(caller, {body.file, argument->expression});
  }

  void FollowModule(const ModuleInstance& module, const ModuleNode& node, const ReferencedObject& object) {
    auto child = node.children.find(object.name);
    if (child == node.children.end()) return;
    const ModuleInstance callee = module.Child(object.name, object.key.value_or(InstanceKey()));
    for (const auto& [name, output] : child->second->module->outputs)
      if (object.kind == Kind::kModule || name == object.output) AddExpression(callee, output.expression);
  }

  const config::Configuration& configuration_;
  const ResourceSchemaLookup& schemas_;
  std::vector<Reference> pending_;
  std::set<std::tuple<std::string, const config::Resource*, const TraversalExpression*>> seen_;
  std::set<std::tuple<std::string, const config::Resource*, std::string>> bodies_;
  std::map<std::pair<std::string, std::string>, RelevantAttribute> found_;
};

}  // namespace

std::vector<RelevantAttribute> FindRelevantAttributes(const changes::Plan& plan,
                                                      const std::vector<ModuleOutput>& outputs,
                                                      const config::Configuration& configuration,
                                                      const ResourceSchemaLookup& schemas) {
  Search search(configuration, schemas);
  const changes::ResourceInstance* last = nullptr;
  for (const changes::ResourceChange& change : plan.resources) {
    if (change.action == changes::Action::kNoOp) continue;
    const bool sister =
        last != nullptr && last->resource == change.address.resource && last->module == change.address.module;
    if (!sister) search.FromResource(change.address.module, change.address.resource);
    last = &change.address;
  }
  for (const changes::OutputChange& change : plan.outputs)
    if (change.action != changes::Action::kNoOp) search.FromOutput({}, change.name);
  for (const ModuleOutput& output : outputs) search.FromOutput(output.module, output.name);
  return search.Run();
}

}  // namespace engine::run
