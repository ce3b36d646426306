#include <algorithm>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/text/suggest.h"
#include "engine/config/decode.h"
#include "language/hcl/content.h"

namespace engine::config {
namespace {

std::string DidYouMean(std::string_view name, const std::vector<std::string_view>& candidates) {
  const std::string suggestion = base::text::Suggest(name, candidates);
  return suggestion.empty() ? "" : fmt::format(" Did you mean \"{}\"?", suggestion);
}

void CheckAttributes(const DecodeContext& context, const language::hcl::Body& body, const BodySpec& spec) {
  for (const auto& attribute : body.attributes) {
    if (std::ranges::find(spec.attributes, attribute.name, &AttributeSpec::name) != spec.attributes.end())
      continue;
    std::string detail = fmt::format("An argument named \"{}\" is not expected here.", attribute.name);
    if (std::ranges::find(spec.blocks, attribute.name, &BlockSpec::type) != spec.blocks.end()) {
      detail += fmt::format(" Did you mean to define a block of type \"{}\"? Then leave out the equals sign.",
                            attribute.name);
    } else {
      std::vector<std::string_view> names;
      for (const auto& known : spec.attributes) {
        if (body.FindAttribute(known.name) == nullptr) names.push_back(known.name);
      }
      detail += DidYouMean(attribute.name, names);
    }
    context.Error("Unsupported argument", std::move(detail), attribute.name_span);
  }
}

void CheckLabels(const DecodeContext& context, const language::hcl::Block& block, const BlockSpec& spec) {
  const size_t want = spec.labels.size();
  if (block.labels.size() > want) {
    context.Error(
        fmt::format("Extraneous label for {}", spec.type),
        want == 0 ? fmt::format("No labels are expected for {} blocks.", spec.type)
                  : fmt::format("Only {} label{} ({}) expected for {} blocks.", want,
                                want == 1 ? " is" : "s are", base::core::Join(spec.labels, ", "), spec.type),
        block.labels[want].span);
  } else if (block.labels.size() < want) {
    context.Error(fmt::format("Missing {} for {}", spec.labels[block.labels.size()], spec.type),
                  fmt::format("All {} blocks must have {} label{} ({}).", spec.type, want,
                              want == 1 ? "" : "s", base::core::Join(spec.labels, ", ")),
                  block.open_span);
  }
}

void CheckBlocks(const DecodeContext& context, const language::hcl::Body& body, const BodySpec& spec) {
  for (const auto& block : body.blocks) {
    const auto known = std::ranges::find(spec.blocks, block.type, &BlockSpec::type);
    if (known != spec.blocks.end()) {
      CheckLabels(context, block, *known);
      continue;
    }
    if (spec.open) continue;
    std::string detail = fmt::format("Blocks of type \"{}\" are not expected here.", block.type);
    if (std::ranges::find(spec.attributes, block.type, &AttributeSpec::name) != spec.attributes.end()) {
      detail += fmt::format(
          " Did you mean to define argument \"{}\"? Then write an equals sign after its name.", block.type);
    } else {
      std::vector<std::string_view> types;
      for (const auto& each : spec.blocks) types.push_back(each.type);
      detail += DidYouMean(block.type, types);
    }
    context.Error("Unsupported block type", std::move(detail), block.type_span);
  }
}

}  // namespace

void DecodeContext::Warning(std::string summary, std::string detail, Span span) const {
  diagnostics.Add(language::hcl::MakeDiagnostic(base::diag::Severity::kWarning, std::move(summary),
                                                std::move(detail), *file, span));
}

std::string DescribePlace(const Place& place) {
  if (place.file == nullptr) return "(unknown)";
  const base::text::Range range = place.file->RangeOf(place.span);
  if (range.start.line == range.end.line) {
    return fmt::format("{}:{},{}-{}", range.filename, range.start.line, range.start.column, range.end.column);
  }
  return fmt::format("{}:{},{}-{},{}", range.filename, range.start.line, range.start.column, range.end.line,
                     range.end.column);
}

const language::hcl::Body& ReadContent(const DecodeContext& context, const language::hcl::Body& written,
                                       Span missing_at, const BodySpec& spec) {
  const language::hcl::Body* body = &written;
  if (!written.IsPlain()) {
    language::hcl::BodyShape shape;
    for (const auto& attribute : spec.attributes) shape.attributes.push_back(attribute.name);
    for (const auto& block : spec.blocks) shape.blocks.push_back({block.type, block.labels});
    shape.open = spec.open;
    body = &language::hcl::KeptContent(*context.file, written, shape, context.diagnostics);
    missing_at = body->end_span;
  }
  for (const auto& attribute : spec.attributes) {
    if (attribute.required && !context.overriding && body->FindAttribute(attribute.name) == nullptr) {
      context.Error(
          "Missing required argument",
          fmt::format("The argument \"{}\" is required, but no definition was found.", attribute.name),
          missing_at);
    }
  }
  if (!spec.open) CheckAttributes(context, *body, spec);
  CheckBlocks(context, *body, spec);
  return *body;
}

std::span<const language::hcl::Attribute> ReadArguments(const DecodeContext& context,
                                                        const language::hcl::Body& body,
                                                        std::string_view detail) {
  for (const auto& inner : body.blocks) {
    context.Error(fmt::format("Unexpected \"{}\" block", inner.type), std::string(detail), inner.type_span);
  }
  return language::hcl::KeptAttributes(*context.file, body, context.diagnostics).attributes;
}

bool CheckName(const DecodeContext& context, const language::hcl::Label& label, std::string_view summary) {
  if (language::address::IsValidName(label.text)) return true;
  context.Error(
      std::string(summary),
      "A name must start with a letter or underscore and may contain only letters, digits, underscores, "
      "and dashes.",
      label.span);
  return false;
}

std::string ProviderNameProblem(std::string_view name) {
  const std::string lower = base::core::AsciiLower(name);
  const bool characters = !name.empty() && std::ranges::all_of(lower, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
  if (!characters || lower.starts_with('-') || lower.ends_with('-') ||
      lower.find("--") != std::string::npos) {
    return fmt::format(
        "\"{}\" is not a provider name: it must contain only letters, digits and dashes, no dash at either "
        "end and no two dashes in a row.",
        name);
  }
  if (lower != name) {
    return fmt::format("Provider names must be normalized. Replace \"{}\" with \"{}\" to fix this error.",
                       name, lower);
  }
  return "";
}

}  // namespace engine::config
