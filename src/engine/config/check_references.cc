#include <algorithm>

#include <fmt/format.h>

#include "base/text/suggest.h"
#include "engine/config/attribute_steps.h"
#include "engine/config/body_references.h"
#include "engine/config/checks.h"
#include "engine/config/load.h"
#include "engine/config/reference.h"
#include "language/hcl/content.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;
using base::diag::Diagnostics;
using Kind = ReferencedObject::Kind;

constexpr std::string_view kResourceArguments[] = {"count", "for_each", "provider", "depends_on"};
constexpr std::string_view kResourceBlocks[] = {"lifecycle", "locals", "connection", "provisioner", "_"};
constexpr std::string_view kProvisionerArguments[] = {"when", "on_failure"};
constexpr std::string_view kProviderArguments[] = {"alias", "version"};

// What the checks find.
struct Findings {
  std::vector<ReferenceMistakes::Unit> units;
  Diagnostics when_planning;
  std::unordered_set<const void*> wrong;
  const SchemaLookup* schemas = nullptr;
  size_t names_compared = 0;  // for suggestions
};

// What an expression may use besides the objects of its module.
struct Surroundings {
  bool count = false;
  bool for_each = false;
  bool self = false;
  const Resource* inside = nullptr;  // the resource that these expressions configure
  const Local* local = nullptr;      // the local value that this expression defines
  bool module_argument = false;      // each and count are evaluation's business
  bool when_planning = false;        // what is wrong here is told when a plan is made
};

// The reference evaluates the references of one body or expression in two steps: what the configuration alone
// tells of resources and modules, and only where that is well, variables, local values and the like.
class Unit {
 public:
  Unit(const ModuleNode& node, Surroundings place, Findings& findings, std::string& key_buffer)
      : node_(node), module_(*node.module), place_(place), findings_(findings), key_(key_buffer) {}
  ~Unit() {
    if (failed()) findings_.wrong.insert(parts_.begin(), parts_.end());
    Diagnostics found = static_failed_ ? std::move(static_) : Joined();
    if (place_.when_planning) {
      findings_.when_planning.Append(std::move(found));
    } else if (!found.empty()) {
      if (owner_ != nullptr) parts_.push_back(owner_);
      findings_.units.push_back({&node_, std::move(parts_), std::move(found)});
    }
  }

  // The expression or body that the references belong to.
  void AddPart(const void* part) { parts_.push_back(part); }
  // A part of the same object, where the references themselves are none that is evaluated.
  void SetOwner(const void* owner) { owner_ = owner; }

  void Add(const hcl::File& file, const hcl::TraversalExpression& traversal) {
    file_ = &file;
    const ParsedReference parsed = ParseReferenceIn(file, traversal, &static_);
    switch (parsed.object.kind) {
      case Kind::kUnknown:
        return;
      case Kind::kResource:
        return CheckResource(parsed, traversal);
      case Kind::kModule:
      case Kind::kModuleOutput:
        return CheckModule(parsed);
      case Kind::kVariable:
        return CheckVariable(parsed);
      case Kind::kLocal:
        return CheckLocal(parsed);
      case Kind::kEach:
        return CheckEach(parsed);
      case Kind::kCount:
        return CheckCount(parsed);
      case Kind::kPath:
        return CheckPath(parsed);
      case Kind::kTerraform:
        return CheckTerraform(parsed);
      case Kind::kSelf:
        if (!place_.self) {
          StaticError("Invalid \"self\" reference",
                      "\"self\" stands for the resource in its own postconditions only. Write the resource's "
                      "address.",
                      parsed.span);
        }
        return;
    }
  }

  void Add(const ExpressionRef& expression) {
    if (expression) Add(*expression.file, *expression.expression);
  }
  void Add(const hcl::File& file, const hcl::Expression& expression) {
    if (expression.kind == hcl::ExpressionKind::kLiteral) return;
    AddPart(&expression);
    hcl::ForEachTraversal(expression,
                          [&](const hcl::TraversalExpression& traversal) { Add(file, traversal); });
  }

  bool failed() const { return static_failed_ || static_.HasErrors() || dynamic_.HasErrors(); }

 private:
  void CheckResource(const ParsedReference& parsed, const hcl::TraversalExpression& traversal) {
    const language::address::Resource& address = parsed.object.resource;
    const Resource* resource = Find(address);
    if (resource == nullptr) return UndeclaredResource(address, parsed.span);
    if (place_.inside == resource) {
      return hcl::AddError(
          findings_.when_planning, "Self-referential block",
          fmt::format("The configuration of {0} refers to {0}, whose values are not known before it exists. "
                      "In a postcondition, write self.",
                      address.ToString()),
          *file_, parsed.span);
    }
    const bool repeated = resource->count || resource->for_each;
    const bool has_key = parsed.object.steps_used > 0 && traversal.steps[parsed.object.steps_used - 1].kind !=
                                                             hcl::TraversalStep::Kind::kAttribute;
    if (has_key && !repeated) {
      StaticError(
          "Unexpected resource instance key",
          fmt::format(
              "{} has neither count nor for_each, so it has one instance without a key. Remove the brackets.",
              address.ToString()),
          parsed.span);
    } else if (!has_key && repeated && traversal.steps.size() > parsed.object.steps_used) {
      StaticError(
          "Missing resource instance key",
          fmt::format(
              "{0} has \"{1}\" set, so its attributes belong to one of its instances. For the instance that "
              "goes with the one at hand, write:\n    {0}[{2}]",
              address.ToString(), resource->count ? "count" : "for_each",
              resource->count ? "count.index" : "each.key"),
          parsed.span);
    } else if (!place_.when_planning && findings_.schemas != nullptr &&
               traversal.steps.size() > parsed.object.steps_used) {
      const language::schema::Block* schema = findings_.schemas->resource(*resource);
      if (schema != nullptr &&
          !CheckAttributeSteps(*schema, traversal.steps.subspan(parsed.object.steps_used), *file_, static_))
        static_failed_ = true;
    }
  }

  const Resource* Find(const language::address::Resource& address) const {
    key_.clear();
    if (address.mode == ResourceMode::kData) key_ += "data.";
    if (address.mode == ResourceMode::kEphemeral) key_ += "ephemeral.";
    key_.append(address.type).append(".").append(address.name);
    const auto found = module_.resources.find(std::string_view(key_));
    return found == module_.resources.end() ? nullptr : &found->second;
  }

  void UndeclaredResource(const language::address::Resource& address, Span span) {
    const char* mode = address.mode == ResourceMode::kData        ? "data"
                       : address.mode == ResourceMode::kEphemeral ? "ephemeral"
                                                                  : "managed";
    std::string detail = fmt::format("{} {} resource \"{}\" \"{}\" has not been declared in {}.",
                                     address.mode == ResourceMode::kEphemeral ? "An" : "A", mode,
                                     address.type, address.name, ModuleName());
    language::address::Resource other = address;
    other.mode = address.mode == ResourceMode::kData ? ResourceMode::kManaged : ResourceMode::kData;
    if (Find(other) != nullptr) {
      detail += fmt::format("\n\nDid you mean the {} resource {}?",
                            other.mode == ResourceMode::kData ? "data" : "managed", other.ToString());
    } else if (std::string near = NearestName(address); !near.empty()) {
      detail += fmt::format(" Did you mean \"{}\"?", near);
    }
    StaticError("Reference to undeclared resource", std::move(detail), span);
  }

  // Names of the same type are neighbours in the map.
  std::string NearestName(const language::address::Resource& address) const {
    const std::string prefix = fmt::format("{}{}.",
                                           address.mode == ResourceMode::kData        ? "data."
                                           : address.mode == ResourceMode::kEphemeral ? "ephemeral."
                                                                                      : "",
                                           address.type);
    std::vector<std::string_view> names;
    for (auto at = module_.resources.lower_bound(prefix);
         at != module_.resources.end() && names.size() < 1000; ++at) {
      if (!at->first.starts_with(prefix)) break;
      names.push_back(at->second.address.name);
    }
    return base::text::Suggest(address.name, names);
  }

  // Which outputs there are is told by evaluation.
  void CheckModule(const ParsedReference& parsed) {
    if (module_.module_calls.contains(parsed.object.name)) return;
    StaticError("Reference to undeclared module",
                fmt::format("No module call named \"{}\" is declared in {}.{}", parsed.object.name,
                            ModuleName(), DidYouMean(parsed.object.name, module_.module_calls)),
                parsed.span);
  }

  void CheckVariable(const ParsedReference& parsed) {
    const std::string& name = parsed.object.name;
    if (module_.variables.contains(name)) return;
    const std::string suggestion = DidYouMean(name, module_.variables);
    DynamicError(
        "Reference to undeclared input variable",
        fmt::format(
            "An input variable with the name \"{}\" has not been declared.{}", name,
            suggestion.empty()
                ? fmt::format(" This variable can be declared with a variable \"{}\" {{}} block.", name)
                : suggestion),
        parsed.span);
  }

  void CheckLocal(const ParsedReference& parsed) {
    const std::string& name = parsed.object.name;
    if (place_.local != nullptr && place_.local->name == name) {
      return DynamicError(
          "Self-referencing local value",
          fmt::format("The local value local.{} is defined by itself. Define it by other objects.", name),
          parsed.span);
    }
    if (module_.locals.contains(name)) return;
    std::vector<std::string_view> names;
    if (MayCompareWith(module_.locals.size())) {
      for (const auto& [each, local] : module_.locals)
        if (&local != place_.local) names.push_back(each);
    }
    const std::string suggestion = base::text::Suggest(name, names);
    DynamicError("Reference to undeclared local value",
                 fmt::format("A local value with the name \"{}\" has not been declared.{}", name,
                             suggestion.empty() ? "" : fmt::format(" Did you mean \"{}\"?", suggestion)),
                 parsed.span);
  }

  void CheckEach(const ParsedReference& parsed) {
    if (parsed.object.name != "key" && parsed.object.name != "value") {
      return DynamicError(
          "Invalid \"each\" attribute",
          fmt::format("The \"each\" object has no attribute \"{}\". It has each.key and each.value.",
                      parsed.object.name),
          parsed.span);
    }
    if (place_.for_each || place_.module_argument) return;
    if (parsed.object.name == "value") {
      return DynamicError(
          "each.value cannot be used in this context",
          "each.value is the element of for_each that an instance belongs to, and there is no for_each here.",
          parsed.span);
    }
    DynamicError(
        "Reference to \"each\" in context without for_each",
        "\"each\" can be used only inside of resource, data and module blocks that have \"for_each\" set.",
        parsed.span);
  }

  void CheckCount(const ParsedReference& parsed) {
    if (parsed.object.name != "index") {
      return DynamicError("Invalid \"count\" attribute",
                          fmt::format("The \"count\" object has no attribute \"{}\". It has count.index.",
                                      parsed.object.name),
                          parsed.span);
    }
    if (place_.count || place_.module_argument) return;
    DynamicError(
        "Reference to \"count\" in non-counted context",
        "\"count\" can be used only inside of resource, data and module blocks that have \"count\" set.",
        parsed.span);
  }

  void CheckPath(const ParsedReference& parsed) {
    const std::string& name = parsed.object.name;
    if (name == "module" || name == "root" || name == "cwd") return;
    static constexpr std::string_view kNames[] = {"cwd", "module", "root"};
    const std::string suggestion = base::text::Suggest(name, kNames);
    DynamicError("Invalid \"path\" attribute",
                 fmt::format("The \"path\" object does not have an attribute named \"{}\".{}", name,
                             suggestion.empty() ? " It has path.module, path.root and path.cwd."
                                                : fmt::format(" Did you mean \"{}\"?", suggestion)),
                 parsed.span);
  }

  void CheckTerraform(const ParsedReference& parsed) {
    const std::string& name = parsed.object.name;
    if (name == "workspace" || name == "applying") return;
    DynamicError(
        "Invalid \"terraform\" attribute",
        name == "env"
            ? "terraform.env was removed in v0.12: what was called \"state environment\" until v0.10 is the "
              "\"workspace\" since, and terraform.workspace is its name."
            : fmt::format("The \"terraform\" object does not have an attribute named \"{}\". It has "
                          "terraform.workspace and terraform.applying.",
                          name),
        parsed.span);
  }

  // Thousands of mistakes among thousands of names are no longer helped by suggestions, which cost the
  // product.
  bool MayCompareWith(size_t names) {
    constexpr size_t kMostCompared = 10'000'000;
    findings_.names_compared += names;
    return findings_.names_compared <= kMostCompared;
  }

  template <typename Map>
  std::string DidYouMean(std::string_view name, const Map& declared) {
    if (!MayCompareWith(declared.size())) return "";
    std::vector<std::string_view> names;
    for (const auto& [each, object] : declared) names.push_back(each);
    const std::string suggestion = base::text::Suggest(name, names);
    return suggestion.empty() ? "" : fmt::format(" Did you mean \"{}\"?", suggestion);
  }

  std::string ModuleName() const { return node_.path.IsRoot() ? "the root module" : node_.path.ToString(); }

  void StaticError(std::string summary, std::string detail, Span span) {
    static_failed_ = true;
    hcl::AddError(static_, std::move(summary), std::move(detail), *file_, span);
  }
  void DynamicError(std::string summary, std::string detail, Span span) {
    hcl::AddError(dynamic_, std::move(summary), std::move(detail), *file_, span);
  }
  Diagnostics Joined() {
    static_.Append(std::move(dynamic_));
    return std::move(static_);
  }

  const ModuleNode& node_;
  const Module& module_;
  const Surroundings place_;
  Findings& findings_;
  std::string& key_;
  std::vector<const void*> parts_;
  const void* owner_ = nullptr;
  const hcl::File* file_ = nullptr;
  Diagnostics static_, dynamic_;
  bool static_failed_ = false;
};

// All expressions of one module.
class ModuleChecker {
 public:
  ModuleChecker(const ModuleNode& node, Findings& findings)
      : node_(node), module_(*node.module), findings_(findings) {}

  void Check() {
    for (const auto& [name, variable] : module_.variables) CheckConditionUnits(variable.validations);
    for (const auto& [name, local] : module_.locals) {
      Begin({.local = &local}).Add(local.expression);
    }
    for (const auto& [name, provider] : module_.provider_blocks) {
      if (provider.of_test) continue;
      const language::schema::Block* schema =
          findings_.schemas != nullptr ? findings_.schemas->provider(node_, provider) : nullptr;
      if (schema != nullptr || findings_.schemas == nullptr)
        CheckBody(provider.body, {}, kProviderArguments, {}, schema);
    }
    for (const auto& [key, resource] : module_.resources) CheckResource(resource);
    for (const auto& [key, list] : module_.lists) CheckList(list);
    for (const auto& [name, call] : module_.module_calls) CheckModuleCall(call);
    for (const auto& [name, output] : module_.outputs) {
      Begin({}).Add(output.expression);
      CheckDependsOn(output.depends_on, output.expression.expression);
      CheckConditionUnits(output.preconditions);
    }
    for (const auto& [name, check] : module_.checks) CheckConditionUnits(check.assertions);
    for (const Import& import : module_.imports) {
      Begin({}).Add(import.for_each);
      const bool for_each = static_cast<bool>(import.for_each);
      Begin({.for_each = for_each}).Add(import.id);
      Begin({.for_each = for_each}).Add(import.identity);
      Begin({.for_each = for_each}).Add(import.to_key);
      for (const ExpressionRef& key : import.to_module_keys) Begin({.for_each = for_each}).Add(key);
    }
  }

 private:
  Unit Begin(Surroundings place) { return Unit(node_, place, findings_, key_); }

  void CheckBody(const BodyRef& body, Surroundings place,
                 std::span<const std::string_view> skipped_attributes,
                 std::span<const std::string_view> skipped_blocks, const language::schema::Block* schema) {
    std::vector<std::string_view> attributes(skipped_attributes.begin(), skipped_attributes.end());
    std::vector<std::string_view> blocks(skipped_blocks.begin(), skipped_blocks.end());
    if (schema != nullptr) {
      for (const auto& attribute : body.body->attributes) {
        if (schema->FindAttribute(attribute.name) == nullptr) attributes.push_back(attribute.name);
      }
      for (const auto& block : body.body->blocks) {
        const bool dynamic = block.type == "dynamic" && block.labels.size() == 1;
        const std::string_view type = dynamic ? block.labels[0].text : block.type;
        if (schema->FindBlock(type) == nullptr && schema->FindAttribute(type) == nullptr)
          blocks.push_back(block.type);
      }
    }
    Unit unit = Begin(place);
    unit.AddPart(body.body);
    ForEachTraversalOfBody(
        *body.file, *body.body, attributes, blocks,
        [&](const hcl::File& file, const hcl::TraversalExpression& traversal) { unit.Add(file, traversal); });
  }

  void CheckResource(const Resource& resource) {
    Begin({.inside = &resource}).Add(resource.count);
    Begin({.inside = &resource}).Add(resource.for_each);
    Surroundings place{.count = static_cast<bool>(resource.count),
                       .for_each = static_cast<bool>(resource.for_each),
                       .inside = &resource};
    const language::schema::Block* schema =
        findings_.schemas != nullptr ? findings_.schemas->resource(resource) : nullptr;
    if (schema != nullptr || findings_.schemas == nullptr)
      CheckBody(resource.body, place, kResourceArguments, kResourceBlocks, schema);
    CheckDependsOn(resource.depends_on, resource.body.body);
    place.inside = nullptr;
    place.when_planning = true;
    for (const ExpressionRef& trigger : resource.lifecycle.replace_triggered_by) Begin(place).Add(trigger);
    place.when_planning = false;
    CheckConditions(resource.lifecycle.preconditions, place);
    place.self = true;
    CheckConditions(resource.lifecycle.postconditions, place);
    for (const Provisioner& provisioner : resource.provisioners)
      CheckBody(provisioner.body, place, kProvisionerArguments, {}, nullptr);
    if (!resource.provisioners.empty() && resource.connection.body != nullptr)
      CheckBody(resource.connection, place, {}, {}, nullptr);
  }

  void CheckList(const List& list) {
    Begin({}).Add(list.count);
    Begin({}).Add(list.for_each);
    const Surroundings place{.count = static_cast<bool>(list.count),
                             .for_each = static_cast<bool>(list.for_each)};
    Begin(place).Add(list.include_resource);
    Begin(place).Add(list.limit);
    if (list.config.body != nullptr) CheckBody(list.config, place, {}, {}, nullptr);
  }

  void CheckModuleCall(const ModuleCall& call) {
    Begin({}).Add(call.count);
    Begin({}).Add(call.for_each);
    const Surroundings place{.count = static_cast<bool>(call.count),
                             .for_each = static_cast<bool>(call.for_each),
                             .module_argument = true};
    for (const auto& attribute : call.body.body->attributes) {
      Begin(place).Add(hcl::FileOf(attribute, *call.body.file), *attribute.expression);
    }
    CheckDependsOn(call.depends_on, call.body.body);
  }

  void CheckConditions(const std::vector<Condition>& conditions, Surroundings place) {
    for (const Condition& condition : conditions) {
      Begin(place).Add(condition.condition);
      Begin(place).Add(condition.error_message);
    }
  }

  // Validations, assertions and conditions of outputs evaluate both of their expressions together.
  void CheckConditionUnits(const std::vector<Condition>& conditions) {
    for (const Condition& condition : conditions) {
      Unit unit = Begin({});
      unit.Add(condition.condition);
      unit.Add(condition.error_message);
    }
  }

  // Whole objects only; after a mistake the rest of the list is checked for its form alone.
  void CheckDependsOn(const std::vector<TraversalRef>& references, const void* owner) {
    bool failed = false;
    for (const TraversalRef& reference : references) {
      const ParsedReference parsed = ParseReferenceIn(*reference.file, *reference.traversal, nullptr);
      const auto& steps = reference.traversal->steps;
      if (parsed.object.kind != Kind::kUnknown && parsed.object.steps_used < steps.size()) {
        Diagnostics found;
        hcl::AddError(found, "Invalid depends_on reference",
                      "An object is waited for as a whole, not one of its attributes: name the resource or "
                      "module only.",
                      *reference.file,
                      base::text::Cover(steps[parsed.object.steps_used].span, steps.back().span));
        findings_.units.push_back({&node_, {owner}, std::move(found)});
        failed = true;
      }
      if (failed) continue;
      Unit unit = Begin({});
      unit.SetOwner(owner);
      unit.Add(*reference.file, *reference.traversal);
      failed = unit.failed();
    }
  }

  const ModuleNode& node_;
  const Module& module_;
  Findings& findings_;
  std::string key_;
};

void CheckNode(const ModuleNode& node, Findings& findings) {
  ModuleChecker(node, findings).Check();
  for (const auto& [name, child] : node.children) CheckNode(*child, findings);
}

}  // namespace

bool CheckExpression(const ModuleNode& node, const hcl::File& file, const hcl::Expression& expression,
                     Diagnostics& diagnostics) {
  Findings found;
  std::string key;
  {
    Unit unit(node, {}, found, key);
    hcl::ForEachTraversal(expression,
                          [&](const hcl::TraversalExpression& traversal) { unit.Add(file, traversal); });
  }
  bool ok = true;
  for (ReferenceMistakes::Unit& unit : found.units) {
    ok = ok && !unit.diagnostics.HasErrors();
    diagnostics.Append(std::move(unit.diagnostics));
  }
  return ok;
}

std::optional<ReferenceMistakes> CheckConfiguration(const Configuration& configuration,
                                                    Diagnostics& diagnostics, const SchemaLookup* schemas) {
  Diagnostics tree;
  CheckModuleTree(configuration, tree);
  const bool stop = tree.HasErrors();
  diagnostics.Append(std::move(tree));
  if (stop) return std::nullopt;
  Findings found;
  found.schemas = schemas;
  CheckNode(*configuration.root, found);
  return ReferenceMistakes{std::move(found.units), std::move(found.wrong), std::move(found.when_planning)};
}

}  // namespace engine::config
