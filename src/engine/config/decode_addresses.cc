#include <algorithm>

#include <fmt/format.h>

#include "engine/config/decode.h"
#include "engine/config/test_file.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;
using language::address::Target;

constexpr AttributeSpec kMovedAttributes[] = {{"from", true}, {"to", true}};
constexpr AttributeSpec kRemovedAttributes[] = {{"from", true}};
constexpr BlockSpec kRemovedBlocks[] = {{"lifecycle", {}}, {"connection", {}}, {"provisioner", kTypeLabel}};
constexpr AttributeSpec kRemovedLifecycle[] = {{"destroy"}};
constexpr AttributeSpec kImportAttributes[] = {
    {"provider"}, {"id"}, {"identity"}, {"to", true}, {"for_each"}};
constexpr std::string_view kKeywords[] = {"var",  "local",     "each",     "count", "self",
                                          "path", "terraform", "template", "lazy",  "arg"};

struct AddressSpans {
  std::optional<Span> module_key, key, resource;
};

// Reads an address from a traversal's steps; names and indexes one after the other.
class AddressReader {
 public:
  AddressReader(const TraversalRef& reference, base::diag::Diagnostics& diagnostics)
      : file_(*reference.file), traversal_(*reference.traversal), diagnostics_(diagnostics) {}

  std::optional<Target> Read(AddressSpans* spans) {
    Target target;
    while (Name() == "module") {
      const Span prefix = NameSpan();
      Next();
      if (!IsName()) {
        return Error("Invalid address operator",
                     "\"module\" must be followed by a dot and the name of a module.", prefix);
      }
      target.module = target.module.Child(std::string(Name()));
      Next();
      if (IsKey()) {
        spans->module_key = KeySpan();
        target.module.steps.back().key = Key();
        Next();
      }
      if (AtEnd()) return target;
    }
    return ReadResource(std::move(target), spans);
  }

 private:
  std::optional<Target> ReadResource(Target target, AddressSpans* spans) {
    language::address::Resource resource;
    const Span begin = IsName() ? NameSpan() : KeySpan();
    if (IsName() && std::ranges::find(kKeywords, Name()) != std::end(kKeywords)) {
      return Error(
          "Invalid address",
          fmt::format(
              "\"{0}\" is a keyword and names no resource. If a resource type is really called that, write "
              "resource.{0}.",
              Name()),
          {NameSpan().begin, traversal_.span.end});
    }
    if (IsName() && Name() == "data") resource.mode = ResourceMode::kData;
    if (IsName() && Name() == "ephemeral") resource.mode = ResourceMode::kEphemeral;
    const bool prefixed = resource.mode != ResourceMode::kManaged || (IsName() && Name() == "resource");
    if (prefixed && Remaining() > 1) Next();
    if (!IsName()) return NoResource(begin);
    resource.type = Name();
    Next();
    if (!IsName()) return NoResource(begin);
    resource.name = Name();
    spans->resource = base::text::Cover(begin, NameSpan());
    Next();
    target.resource = std::move(resource);
    if (IsKey()) {
      spans->key = KeySpan();
      target.key = Key();
      Next();
    }
    if (!AtEnd()) {
      // What stands where the key belongs is the mistake only if nothing follows it.
      if (!spans->key && Remaining() > 1) Next();
      return Error("Invalid address",
                   "A resource instance ends with its name or with a key in square brackets; what follows "
                   "has no meaning here.",
                   NameSpan());
    }
    return target;
  }

  std::optional<Target> NoResource(Span span) {
    return Error("Invalid address",
                 "The address of a resource consists of its type and its name: okta_user.bird.", span);
  }

  // Position 0 is the root, position n the n-th step.
  bool AtEnd() const { return at_ > traversal_.steps.size(); }
  size_t Remaining() const { return traversal_.steps.size() + 1 - at_; }
  bool IsName() const {
    return !AtEnd() && (at_ == 0 || traversal_.steps[at_ - 1].kind == hcl::TraversalStep::Kind::kAttribute);
  }
  bool IsKey() const { return !AtEnd() && !IsName(); }
  std::string_view Name() const {
    if (!IsName()) return {};
    return at_ == 0 ? traversal_.root : traversal_.steps[at_ - 1].name;
  }
  Span NameSpan() const { return at_ == 0 ? traversal_.root_span : traversal_.steps[at_ - 1].span; }
  Span KeySpan() const { return AtEnd() ? traversal_.span : NameSpan(); }
  InstanceKey Key() const {
    const Value& key = traversal_.steps[at_ - 1].key;
    if (!key.IsKnownNotNull()) return InstanceKey();
    if (key.type().IsString()) return InstanceKey(std::string(key.AsString()));
    const auto index = key.AsInt64();
    return index ? InstanceKey(*index) : InstanceKey();
  }
  void Next() { ++at_; }

  std::optional<Target> Error(std::string summary, std::string detail, Span span) {
    hcl::AddError(diagnostics_, std::move(summary), std::move(detail), file_, span);
    return std::nullopt;
  }

  const hcl::File& file_;
  const hcl::TraversalExpression& traversal_;
  base::diag::Diagnostics& diagnostics_;
  size_t at_ = 0;
};

std::optional<Target> DecodeTarget(const DecodeContext& context, const hcl::Expression& expression,
                                   AddressSpans* spans) {
  const TraversalRef reference = DecodeTraversal(context, expression, false);
  if (reference.traversal == nullptr) return std::nullopt;
  return AddressReader(reference, context.diagnostics).Read(spans);
}

// An address of which keys may be expressions: those stand in the steps as unknown values.
struct OpenAddress {
  std::vector<hcl::TraversalStep> steps;
  std::vector<const hcl::Expression*> keys;  // by step; null where it is constant, or no key
  hcl::TraversalExpression traversal;

  bool Add(const hcl::Expression& expression) {
    if (const auto* start = hcl::AsTraversal(expression)) {
      traversal = *start;
      Append(start->steps);
      return true;
    }
    if (expression.kind == hcl::ExpressionKind::kRelative) {
      const auto& relative = hcl::As<hcl::RelativeExpression>(expression);
      if (!Add(*relative.source)) return false;
      Append(relative.steps);
      return true;
    }
    if (expression.kind != hcl::ExpressionKind::kIndex) return false;
    const auto& index = hcl::As<hcl::IndexExpression>(expression);
    if (!Add(*index.collection)) return false;
    steps.push_back({hcl::TraversalStep::Kind::kIndex, {}, Value::DynamicUnknown(), index.bracket_span});
    keys.push_back(index.key);
    return true;
  }
  void Append(std::span<const hcl::TraversalStep> more) {
    steps.insert(steps.end(), more.begin(), more.end());
    keys.resize(steps.size());
  }
  // The key expressions of the module steps that the address begins with: module.NAME[KEY].
  std::vector<const hcl::Expression*> ModuleKeys() const {
    std::vector<const hcl::Expression*> found;
    bool module = traversal.root == "module";
    for (size_t at = 0; module && at < steps.size();) {
      ++at;  // the name
      const bool key = at < steps.size() && steps[at].kind != hcl::TraversalStep::Kind::kAttribute;
      found.push_back(key ? keys[at] : nullptr);
      if (key) ++at;
      module = at < steps.size() && steps[at].name == "module";
      ++at;
    }
    return found;
  }
};

// `to` of an import block: an address of which any key may be an expression.
bool DecodeImportTarget(const DecodeContext& context, const hcl::Attribute& attribute, Import& import) {
  const ExpressionRef unwrapped = UnwrapReference(context, *attribute.expression);
  if (!unwrapped) return false;
  const DecodeContext inside{unwrapped.file, context.module, context.diagnostics, context.overriding};
  const hcl::Expression* expression = unwrapped.expression;
  if (expression->kind == hcl::ExpressionKind::kIndex) {
    const auto& index = hcl::As<hcl::IndexExpression>(*expression);
    import.to_key = {unwrapped.file, index.key};
    expression = index.collection;
  }
  AddressSpans spans;
  std::optional<Target> target;
  OpenAddress open;
  if (hcl::AsTraversal(*expression) == nullptr && open.Add(*expression)) {
    open.traversal.steps = open.steps;
    target = AddressReader({unwrapped.file, &open.traversal}, inside.diagnostics).Read(&spans);
    for (const hcl::Expression* key : open.ModuleKeys())
      import.to_module_keys.push_back(key == nullptr ? ExpressionRef() : ExpressionRef{unwrapped.file, key});
  } else {
    target = DecodeTarget(inside, *expression, &spans);
  }
  if (!target) return false;
  if (!target->resource) {
    context.Error("Invalid address",
                  "A whole module cannot be imported: name one resource, such as module.a.okta_user.bird.",
                  attribute.expression->span);
    return false;
  }
  if (target->resource->mode != ResourceMode::kManaged) {
    context.Error("Invalid import address",
                  "Only managed resources can be imported: name one such as okta_user.bird.", attribute.span);
    return false;
  }
  import.to = unwrapped;
  import.to_module = target->module;
  import.to_resource = *target->resource;
  if (!target->key.IsNone()) {
    import.to_instance_key = target->key;
    import.to_key_storage = std::make_shared<hcl::LiteralExpression>(
        hcl::LiteralExpression{{hcl::ExpressionKind::kLiteral, *spans.key}, target->key.ToValue()});
    import.to_key = {unwrapped.file, import.to_key_storage.get()};
  }
  return true;
}

}  // namespace

std::optional<Target> ReadAddress(const TraversalRef& reference, base::diag::Diagnostics& diagnostics) {
  AddressSpans spans;
  return AddressReader(reference, diagnostics).Read(&spans);
}

void DecodeMoved(const DecodeContext& context, const hcl::Block& block) {
  const hcl::Body& body = ReadContent(context, block, {kMovedAttributes, {}});
  const auto* from = body.FindAttribute("from");
  const auto* to = body.FindAttribute("to");
  AddressSpans spans;
  std::optional<Target> source, destination;
  if (from != nullptr) source = DecodeTarget(context, *from->expression, &spans);
  if (to != nullptr) destination = DecodeTarget(context, *to->expression, &spans);
  if (!source || !destination) return;
  if (source->resource.has_value() != destination->resource.has_value()) {
    context.Error("Invalid \"moved\" addresses",
                  "Both addresses must name resources, or both must name modules.", block.header_span);
    return;
  }
  context.module.moved.push_back({*std::move(source), *std::move(destination), context.PlaceOf(block)});
}

void DecodeRemoved(const DecodeContext& context, const hcl::Block& block) {
  const hcl::Body& body = ReadContent(context, block, {kRemovedAttributes, kRemovedBlocks});
  Removed removed;
  removed.place = context.PlaceOf(block);
  bool ok = false;
  if (const auto* from = body.FindAttribute("from")) {
    AddressSpans spans;
    if (auto target = DecodeTarget(context, *from->expression, &spans)) {
      ok = true;
      if (spans.module_key) {
        context.Error("Module instance keys not allowed",
                      "A removed block names a module as a whole, without the key of an instance.",
                      *spans.module_key);
        ok = false;
      }
      if (spans.key) {
        context.Error("Resource instance keys not allowed",
                      "A removed block names a resource as a whole, without the key of an instance.",
                      *spans.key);
        ok = false;
      }
      if (target->resource && target->resource->mode == ResourceMode::kData) {
        context.Error("Data source address not allowed",
                      "Data blocks are never destroyed: deleting the data block is enough.", *spans.resource);
        ok = false;
      }
      // The reference takes "ephemeral" for a type here, and so the name for a key.
      const auto* traversal = hcl::AsTraversal(*from->expression);
      if (target->resource && target->resource->mode == ResourceMode::kEphemeral && traversal != nullptr) {
        context.Error("Resource instance keys not allowed",
                      "Ephemeral resources are in no state, so that there is nothing to remove: deleting the "
                      "ephemeral block is enough.",
                      traversal->steps.back().span);
        ok = false;
      }
      removed.from = *std::move(target);
    }
  }
  BodyRef connection;
  for (const auto& inner : body.blocks) {
    if (inner.type == "lifecycle" && HasLabels(inner, 0)) {
      const hcl::Body& lifecycle = ReadContent(context, inner, {kRemovedLifecycle, {}});
      removed.destroy = ConstantBool(context, lifecycle.FindAttribute("destroy")).value_or(true);
    } else if (inner.type == "provisioner" && HasLabels(inner, 1)) {
      DecodeProvisioner(context, inner, /*in_removed=*/true, removed.provisioners);
    } else if (inner.type == "connection" && HasLabels(inner, 0)) {
      connection = {context.file, inner.body};
    }
  }
  SetOuterConnection(context, connection, removed.provisioners);
  if (ok) context.module.removed.push_back(std::move(removed));
}

namespace {

// What to import is named by its id or by its identity.
bool CheckImportName(const DecodeContext& context, const hcl::Block& block, const Import& import) {
  if (import.id && import.identity && !context.overriding) {
    context.Error("Invalid import block", "An object is imported by its id or by its identity: keep one.",
                  block.header_span);
    return false;
  }
  if (import.id || import.identity || context.overriding)
    return static_cast<bool>(import.id) || static_cast<bool>(import.identity);
  context.Error("Missing required argument", "The argument \"id\" is required, but no definition was found.",
                block.body->IsPlain() ? block.open_span : block.body->end_span);
  return false;
}

}  // namespace

void DecodeImport(const DecodeContext& context, const hcl::Block& block) {
  const hcl::Body& body = ReadContent(context, block, {kImportAttributes, {}});
  Import import;
  import.place = context.PlaceOf(block);
  import.id = context.Expression(body.FindAttribute("id"));
  import.identity = context.Expression(body.FindAttribute("identity"));
  import.for_each = context.Expression(body.FindAttribute("for_each"));
  if (const auto* attribute = body.FindAttribute("provider")) {
    import.provider_name = DecodeProviderName(context, *attribute->expression, "provider");
    import.provider_span = attribute->span;
  }
  const auto* to = body.FindAttribute("to");
  const bool named = CheckImportName(context, block, import);
  if (to == nullptr || !DecodeImportTarget(context, *to, import) || !named) return;
  const bool open_key = import.to_key && import.to_instance_key.IsNone();
  if (!import.for_each && (open_key || !import.to_module_keys.empty())) {
    hcl::AddError(context.diagnostics, "Invalid expression",
                  "Without for_each, an import has one target: write its key as a constant.", *import.to.file,
                  import.to.expression->span);
    return;
  }
  context.module.imports.push_back(std::move(import));
}

}  // namespace engine::config
