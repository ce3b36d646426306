#include <algorithm>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "engine/config/decode.h"
#include "engine/config/encryption.h"
#include "language/hcl/content.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;
using base::diag::Diagnostics;

constexpr BlockSpec kBlocks[] = {{"key_provider", kTypeAndNameLabels},
                                 {"method", kTypeAndNameLabels},
                                 {"state", {}},
                                 {"plan", {}},
                                 {"remote_state_data_sources", {}}};
constexpr BlockSpec kRemoteBlocks[] = {{"default", {}}, {"remote_state_data_source", kNameLabel}};
constexpr BlockSpec kFallback[] = {{"fallback", {}}};
constexpr AttributeSpec kTargetAttributes[] = {{"method"}};
constexpr AttributeSpec kEnforceableAttributes[] = {{"method"}, {"enforced"}};
constexpr std::string_view kEnvironmentName = "TF_ENCRYPTION";

const EncryptionPart* Find(const std::vector<EncryptionPart>& parts, const EncryptionName& name) {
  const auto found = std::ranges::find(parts, name, &EncryptionPart::name);
  return found == parts.end() ? nullptr : &*found;
}

class Decoder {
 public:
  Decoder(const DecodeContext& context, EncryptionBlock& block) : context_(context), block_(block) {}

  void Decode(const hcl::Body& written, Span missing_at) {
    const hcl::Body& body = ReadContent(context_, written, missing_at, {.attributes = {}, .blocks = kBlocks});
    for (const hcl::Block& block : body.blocks) {
      if (block.type == "key_provider") DecodePart(block, "key_provider", block_.key_providers);
      if (block.type == "method") DecodePart(block, "method", block_.methods);
      if (block.type == "state") DecodeOnly(block, kEnforceableAttributes, block_.state);
      if (block.type == "plan") DecodeOnly(block, kEnforceableAttributes, block_.plan);
      if (block.type == "remote_state_data_sources") DecodeRemote(block);
    }
  }

 private:
  void DecodePart(const hcl::Block& block, std::string_view what, std::vector<EncryptionPart>& parts) {
    if (!HasLabels(block, 2)) return;
    const std::string summary = fmt::format("Invalid {} name", what);
    if (!CheckName(context_, block.labels[0], summary) || !CheckName(context_, block.labels[1], summary))
      return;
    EncryptionPart part{.name = {std::string(block.labels[0].text), std::string(block.labels[1].text),
                                 context_.PlaceOf(block)},
                        .arguments = {}};
    if (const EncryptionPart* other = Find(parts, part.name)) {
      context_.Error(fmt::format("Duplicate {}", what),
                     fmt::format("There is a {} \"{}\" \"{}\" already, at {}. Give one of them another name.",
                                 what, part.name.type, part.name.name, DescribePlace(other->name.place)),
                     block.header_span);
      return;
    }
    for (const hcl::Attribute& attribute : ReadArguments(
             context_, *block.body, fmt::format("A {} block holds arguments only, no blocks.", what))) {
      part.arguments.insert_or_assign(
          std::string(attribute.name),
          ExpressionRef{hcl::OwnerOf(attribute, context_.file), attribute.expression});
    }
    parts.push_back(std::move(part));
  }

  void DecodeOnly(const hcl::Block& block, std::span<const AttributeSpec> attributes,
                  std::optional<EncryptionTarget>& target) {
    if (target) {
      context_.Error(fmt::format("Duplicate {} block", block.type),
                     fmt::format("There may be only one {} block here. There is one already at {}.",
                                 block.type, DescribePlace(target->place)),
                     block.header_span);
      return;
    }
    target = DecodeTarget(block, attributes);
  }

  EncryptionTarget DecodeTarget(const hcl::Block& block, std::span<const AttributeSpec> attributes) {
    EncryptionTarget target{.place = context_.PlaceOf(block)};
    const hcl::Body& body = ReadContent(context_, block, {attributes, kFallback});
    if (const hcl::Attribute* method = body.FindAttribute("method"))
      target.method = ReadEncryptionName(context_.Expression(method), "method", context_.diagnostics);
    target.enforced = ConstantBool(context_, body.FindAttribute("enforced")).value_or(false);
    const hcl::Block* fallback = nullptr;
    for (const hcl::Block& inner : body.blocks) {
      if (inner.type != "fallback") continue;
      if (fallback != nullptr)
        context_.Error("Duplicate fallback block",
                       "There may be only one fallback block here; a fallback may have one of its own.",
                       inner.header_span);
      fallback = &inner;
    }
    if (fallback == nullptr) return target;
    EncryptionTarget next = DecodeTarget(*fallback, kTargetAttributes);
    if (next.method) target.fallbacks.push_back(std::move(*next.method));
    std::ranges::move(next.fallbacks, std::back_inserter(target.fallbacks));
    return target;
  }

  void DecodeRemote(const hcl::Block& block) {
    const hcl::Body& body = ReadContent(context_, block, {.attributes = {}, .blocks = kRemoteBlocks});
    for (const hcl::Block& inner : body.blocks) {
      if (inner.type == "default") DecodeOnly(inner, kTargetAttributes, block_.remote_default);
      if (inner.type != "remote_state_data_source" || !HasLabels(inner, 1)) continue;
      std::string name(inner.labels[0].text);
      if (block_.remote.contains(name)) {
        context_.Error("Duplicate remote_state_data_source",
                       fmt::format("There is a remote_state_data_source \"{}\" already.", name),
                       inner.header_span);
        continue;
      }
      block_.remote.emplace(std::move(name), DecodeTarget(inner, kTargetAttributes));
    }
  }

  const DecodeContext& context_;
  EncryptionBlock& block_;
};

void OverrideParts(std::vector<EncryptionPart>& base, std::vector<EncryptionPart> over) {
  for (EncryptionPart& part : over) {
    const auto found = std::ranges::find(base, part.name, &EncryptionPart::name);
    if (found == base.end()) {
      base.push_back(std::move(part));
      continue;
    }
    for (auto& [name, expression] : part.arguments)
      found->arguments.insert_or_assign(name, std::move(expression));
  }
}

void OverrideTarget(EncryptionTarget& base, EncryptionTarget over) {
  if (over.method) base.method = std::move(over.method);
  if (!over.fallbacks.empty()) base.fallbacks = std::move(over.fallbacks);
  base.enforced = base.enforced || over.enforced;
}

void OverrideTarget(std::optional<EncryptionTarget>& base, std::optional<EncryptionTarget> over) {
  if (!over) return;
  if (base)
    OverrideTarget(*base, std::move(*over));
  else
    base = std::move(over);
}

void Override(std::optional<EncryptionBlock>& base, EncryptionBlock over) {
  if (!base) {
    base = std::move(over);
    return;
  }
  OverrideParts(base->key_providers, std::move(over.key_providers));
  OverrideParts(base->methods, std::move(over.methods));
  OverrideTarget(base->state, std::move(over.state));
  OverrideTarget(base->plan, std::move(over.plan));
  OverrideTarget(base->remote_default, std::move(over.remote_default));
  for (auto& [name, target] : over.remote) {
    const auto [known, added] = base->remote.try_emplace(name, target);
    if (!added) OverrideTarget(known->second, std::move(target));
  }
}

bool IsOverride(std::string_view path) {
  std::string_view name = path.substr(path.rfind('/') + 1);
  name = name.substr(0, name.find('.'));
  return name == "override" || name.ends_with("_override");
}

// The encryption blocks of a file, wherever in it.
template <typename Callback>
void ForEachBlock(const FilePtr& file, const Callback& callback) {
  static constexpr BlockSpec kTerraform[] = {{"terraform", {}}};
  static constexpr BlockSpec kEncryption[] = {{"encryption", {}}};
  Module scratch;
  Diagnostics ignored;  // mistakes elsewhere in the file are told when the module is loaded
  const DecodeContext context{file, scratch, ignored};
  const BodySpec outer{.attributes = {}, .blocks = kTerraform, .open = true};
  const BodySpec inner{.attributes = {}, .blocks = kEncryption, .open = true};
  for (const hcl::Block& terraform :
       ReadContent(context, file->body(), file->body().end_span, outer).blocks) {
    if (terraform.type != "terraform") continue;
    for (const hcl::Block& block : ReadContent(context, terraform, inner).blocks)
      if (block.type == "encryption") callback(block);
  }
}

void ReadEnvironment(const std::string& text, std::optional<EncryptionBlock>& block,
                     Diagnostics& diagnostics) {
  const std::string_view trimmed = base::core::Trim(text);
  if (trimmed.empty()) return;
  Diagnostics found;
  const FilePtr file = trimmed.starts_with('{')
                           ? hcl::ParseJsonConfig(std::string(kEnvironmentName), text, found)
                           : hcl::ParseConfig(std::string(kEnvironmentName), text, found);
  EncryptionBlock over{.place = {file, file->body().end_span}};
  if (!found.HasErrors()) {
    Module scratch;
    const DecodeContext context{file, scratch, found};
    Decoder(context, over).Decode(file->body(), file->body().end_span);
  }
  diagnostics.Append(WithoutSource(std::move(found)));
  Override(block, std::move(over));
}

const hcl::TraversalExpression* TraversalIn(const hcl::Expression& expression) {
  if (const auto* traversal = hcl::AsTraversal(expression)) return traversal;
  if (expression.kind == hcl::ExpressionKind::kTemplateWrap)
    return hcl::AsTraversal(*hcl::As<hcl::TemplateWrapExpression>(expression).wrapped);
  return nullptr;
}

// "${a.b.c}" and "a.b.c" of JSON, a.b.c of the native syntax.
TraversalRef FindTraversal(const ExpressionRef& written) {
  if (written.expression->kind != hcl::ExpressionKind::kJsonText)
    return {written.file, TraversalIn(*written.expression)};
  const auto& text = hcl::As<hcl::JsonTextExpression>(*written.expression);
  if (text.parsed != nullptr) return {written.file, TraversalIn(*text.parsed)};
  Diagnostics ignored;
  const ExpressionRef inside = hcl::ParseEmbedded(written.file, text, ignored);
  if (!inside || ignored.HasErrors()) return {};
  return {inside.file, hcl::AsTraversal(*inside.expression)};
}

}  // namespace

const EncryptionPart* EncryptionBlock::FindKeyProvider(const EncryptionName& name) const {
  return Find(key_providers, name);
}

const EncryptionPart* EncryptionBlock::FindMethod(const EncryptionName& name) const {
  return Find(methods, name);
}

std::optional<EncryptionName> ReadEncryptionName(const ExpressionRef& expression, std::string_view root,
                                                 Diagnostics& diagnostics) {
  const TraversalRef found = FindTraversal(expression);
  const Place place{expression.file, expression.expression->span};
  if (found.traversal != nullptr && found.traversal->root == root && found.traversal->steps.size() == 2) {
    const auto& steps = found.traversal->steps;
    if (steps[0].kind == hcl::TraversalStep::Kind::kAttribute &&
        steps[1].kind == hcl::TraversalStep::Kind::kAttribute)
      return EncryptionName{std::string(steps[0].name), std::string(steps[1].name), place};
  }
  hcl::AddError(diagnostics, fmt::format("Invalid encryption {} identifier", root),
                fmt::format("A reference of the form {}.<type>.<name> is required here.", root), *place.file,
                place.span);
  return std::nullopt;
}

std::optional<EncryptionBlock> ReadEncryption(const Module& module, const std::string& environment,
                                              Diagnostics& diagnostics) {
  std::optional<EncryptionBlock> result;
  for (const FilePtr& file : module.files) {
    ForEachBlock(file, [&](const hcl::Block& written) {
      Module scratch;
      const DecodeContext context{file, scratch, diagnostics};
      if (result && !IsOverride(file->name())) {
        context.Error("Duplicate encryption configuration",
                      fmt::format("A module may have only one encryption block. There is one already at {}.",
                                  DescribePlace(result->place)),
                      written.header_span);
        return;
      }
      EncryptionBlock block{.place = context.PlaceOf(written)};
      Decoder(context, block).Decode(*written.body, written.open_span);
      Override(result, std::move(block));
    });
  }
  ReadEnvironment(environment, result, diagnostics);
  return result;
}

Diagnostics WithoutSource(Diagnostics diagnostics) {
  for (base::diag::Diagnostic& diagnostic : diagnostics.mutable_items()) diagnostic.snippet.reset();
  return diagnostics;
}

void CheckEncryption(const DecodeContext& context, const hcl::Block& written) {
  EncryptionBlock block;
  Decoder(context, block).Decode(*written.body, written.open_span);
}

}  // namespace engine::config
