#include <set>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "engine/config/decode.h"
#include "engine/config/version.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;
using language::address::Provider;

bool IsHost(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '-' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
    if (!fits) return false;
  }
  return text.front() != '.' && text.front() != ':';
}

// One entry of required_providers.
class Entry {
 public:
  Entry(const DecodeContext& context, const hcl::Attribute& attribute)
      : context_(context), attribute_(attribute) {
    provider_.local_name = attribute.name;
    provider_.place = {context.file, attribute.expression->span};
  }

  // Nothing after an error.
  std::optional<RequiredProvider> Read() {
    if (std::string problem = ProviderNameProblem(attribute_.name); !problem.empty()) {
      Error("Invalid provider local name", std::move(problem), attribute_.expression->span);
      return std::nullopt;
    }
    if (const auto* object = hcl::AsObject(*attribute_.expression)) {
      for (const auto& item : object->items) ReadItem(item);
      if (source_written_.empty()) provider_.source = ImpliedProvider(provider_.local_name);
    } else {
      ReadLegacy();
    }
    if (failed_) return std::nullopt;
    return std::move(provider_);
  }

 private:
  void ReadLegacy() {
    const hcl::Expression& expression = *attribute_.expression;
    const auto value = hcl::AsTraversal(expression) == nullptr
                           ? ConstantValue(context_.file, expression, context_.diagnostics)
                           : std::optional<Value>(Value());
    if (!value) {
      failed_ = true;
      return;
    }
    if (value->IsNull() || !value->type().IsPrimitive()) {
      return Error(
          "Invalid required_providers object",
          "An entry of required_providers is an object: { source = \"okta/okta\", version = \"~> 4.0\" }.",
          expression.span);
    }
    provider_.source = ImpliedProvider(provider_.local_name);
    if (const auto text = ConstantString(context_, &attribute_)) SetVersion(*text, expression.span);
  }

  void ReadItem(const hcl::ObjectItem& item) {
    if (item.key_is_parenthesized) {
      failed_ |= !ConstantValue(context_.file, *item.key, context_.diagnostics);
      return;
    }
    std::string name(hcl::AsKeyword(*item.key));
    if (item.key_is_identifier && item.key->kind == hcl::ExpressionKind::kLiteral) {
      name = hcl::As<hcl::LiteralExpression>(*item.key).value.AsString();
    } else if (auto text = hcl::AsLiteralString(*item.key)) {
      name = *std::move(text);
    }
    if (name == "source") return ReadSource(*item.value);
    if (name == "version") return ReadVersion(*item.value);
    if (name == "configuration_aliases") return ReadAliases(*item.value);
    Error("Invalid required_providers object",
          "An entry of required_providers holds \"source\", \"version\" and \"configuration_aliases\" only. "
          "Settings of the provider go into a provider block.",
          item.key->span);
  }

  void ReadVersion(const hcl::Expression& expression) {
    const auto text = hcl::AsLiteralString(expression);
    if (!text) {
      return Error("Invalid version constraint", "The version must be written as a string.",
                   StartSpan(expression));
    }
    SetVersion(*text, expression.span);
  }

  void SetVersion(const std::string& text, Span span) {
    if (!VersionConstraints::Parse(text)) {
      return Error(
          "Invalid version constraint",
          "This is not a version constraint. Write conditions such as \">= 4.1, < 5.0\" or \"~> 4.8\".",
          span);
    }
    provider_.version = text;
  }

  void ReadSource(const hcl::Expression& expression) {
    const auto text = hcl::AsLiteralString(expression);
    if (!text)
      return Error("Invalid source", "The source must be written as a string.", StartSpan(expression));
    source_written_ = *text;
    if (source_written_.empty()) source_written_ = "?";
    if (std::string summary, detail; !ParseSource(*text, &summary, &detail)) {
      Error(std::move(summary), std::move(detail), expression.span);
    }
  }

  bool ParseSource(std::string_view text, std::string* summary, std::string* detail) {
    const auto parts = base::core::Split(text, '/');
    bool empty = false;
    for (std::string_view part : parts) empty |= part.empty();
    if (empty || parts.size() > 3) {
      *summary = "Invalid provider source string";
      *detail = "A source has the form [HOST/][NAMESPACE/]NAME, such as okta/okta.";
      return false;
    }
    Provider& source = provider_.source;
    source = Provider{};
    const auto part = [&](std::string_view each, std::string_view what, std::string* to) {
      *to = base::core::AsciiLower(each);
      if (ProviderNameProblem(*to).empty()) return true;
      *summary = fmt::format("Invalid provider {}", what);
      *detail = fmt::format(
          "The {} \"{}\" in the source \"{}\" may contain only letters, digits and dashes, and no dash "
          "at either end.",
          what, each, text);
      return false;
    };
    if (!part(parts.back(), "type", &source.type)) return false;
    if (parts.size() == 1) {
      source = ImpliedProvider(source.type);
      if (source.IsBuiltIn()) source = Provider{.type = source.type};
    } else if (parts[parts.size() - 2] == "-") {
      source.space = "-";  // legacy addresses
    } else if (!part(parts[parts.size() - 2], "namespace", &source.space)) {
      return false;
    }
    if (parts.size() == 3) {
      source.host = base::core::AsciiLower(parts[0]);
      if (!IsHost(parts[0])) {
        *summary = "Invalid provider source hostname";
        *detail = fmt::format("\"{}\" in the source \"{}\" is not a host name.", parts[0], text);
        return false;
      }
    }
    // A bare name may begin like that, as the reference has it.
    constexpr std::string_view kPrefix = "terraform-provider-";
    if (parts.size() > 1 && source.type.starts_with(kPrefix)) {
      *summary = "Invalid provider type";
      *detail = fmt::format(
          "The name \"{}\" begins with \"{}\", as repositories of providers do; a source has none. Did you "
          "mean \"{}\"?",
          source.type, kPrefix, std::string(text).replace(text.rfind('/') + 1, kPrefix.size(), ""));
      return false;
    }
    return true;
  }

  void ReadAliases(const hcl::Expression& expression) {
    const auto* list = hcl::AsTuple(expression);
    if (list == nullptr) {
      return Error(context_.file->is_json() ? "Invalid expression" : "Invalid configuration_aliases value",
                   "A list of provider configurations is required here: [okta.west].", StartSpan(expression));
    }
    for (const hcl::Expression* element : list->elements) {
      const TraversalRef reference = DecodeTraversal(context_, *element, false);
      const auto* traversal = reference.traversal;
      if (traversal == nullptr) {
        failed_ = true;
      } else if (traversal->root != attribute_.name) {
        // The whole list, as the reference does it.
        Error("Invalid configuration_aliases value",
              fmt::format(
                  "Aliases begin with the provider's own local name: expected \"{}\", but found \"{}\".",
                  attribute_.name, traversal->root),
              expression.span);
      } else if (traversal->steps.size() == 1) {
        provider_.configuration_aliases.push_back(
            fmt::format("{}.{}", traversal->root, traversal->steps[0].name));
      } else if (!traversal->steps.empty()) {
        Error("Invalid configuration_aliases value", "Write the local name, a dot and one alias.",
              element->span);
      }
    }
  }

  void Error(std::string summary, std::string detail, Span span) {
    failed_ = true;
    context_.Error(std::move(summary), std::move(detail), span);
  }

  const DecodeContext& context_;
  const hcl::Attribute& attribute_;
  RequiredProvider provider_;
  std::string source_written_;
  bool failed_ = false;
};

}  // namespace

std::string_view ImpliedLocalName(std::string_view resource_type) {
  return resource_type.substr(0, resource_type.find('_'));
}

Provider ImpliedProvider(std::string_view local_name) {
  if (local_name == "terraform") return {"terraform.io", "builtin", "terraform"};
  return {.type = std::string(local_name)};
}

void DecodeRequiredProviders(const DecodeContext& context, const hcl::Block& block) {
  Module& module = context.module;
  if (module.required_providers_place) {
    context.Error(
        "Duplicate required providers configuration",
        fmt::format(
            "A module may have only one required_providers block. Move these entries to the one at {}.",
            DescribePlace(*module.required_providers_place)),
        block.header_span);
    return;
  }
  module.required_providers_place = context.PlaceOf(block);
  std::map<Provider, std::string> sources;
  for (const auto& attribute : ReadArguments(
           context, *block.body,
           "Blocks are not allowed here. Each entry is an argument: okta = { source = \"okta/okta\" }.")) {
    auto provider = Entry(context, attribute).Read();
    if (!provider) continue;
    const auto [same, added] = sources.emplace(provider->source, provider->local_name);
    if (!added) {
      context.Warning(
          "Duplicate required provider",
          fmt::format(
              "The provider {} is required as \"{}\" already; \"{}\" is a second name of it. Keep one.",
              provider->source.ForDisplay(), same->second, provider->local_name),
          attribute.expression->span);
    }
    std::string local_name = provider->local_name;
    module.required_providers.emplace(std::move(local_name), *std::move(provider));
  }
}

}  // namespace engine::config
