// Addresses from text: a small reader of names, dots and constant indexes, and what they mean in order.
#include <algorithm>

#include "base/core/strings.h"
#include "base/text/unicode.h"
#include "language/address/address.h"
#include "language/address/typed.h"

namespace language::address {

namespace {

using base::core::Error;
using base::core::Result;

constexpr size_t kMaxSteps = 1000;

// `a.b[0].c["k"]`: the first step is a name, too.
struct Step {
  std::string name;  // empty for an index
  InstanceKey key;
  bool IsName() const { return !name.empty(); }
};

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  Result<std::vector<Step>> Steps() {
    std::vector<Step> steps;
    ASSIGN_OR_RETURN(Step first, Name());
    steps.push_back(std::move(first));
    while (!rest_.empty()) {
      if (steps.size() > kMaxSteps) return Error("the address is too long");
      if (Accept('.')) {
        summary_ = "Attribute name required";
        ASSIGN_OR_RETURN(Step step, Name());
        steps.push_back(std::move(step));
      } else if (Accept('[')) {
        summary_ = "Index value required";
        ASSIGN_OR_RETURN(Step step, Index());
        steps.push_back(std::move(step));
      } else {
        summary_ = "Invalid character";
        return Error("unexpected " + base::core::GoQuote(rest_.substr(0, FirstLength())) + " in the address");
      }
    }
    return steps;
  }

  // After an error of Steps: what the reference calls it.
  std::string_view summary() const { return summary_; }

 private:
  size_t FirstLength() const {
    return static_cast<size_t>(std::max(base::text::DecodeRune(rest_).length, 1));
  }

  bool Accept(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  Result<Step> Name() {
    size_t length = 0;
    while (length < rest_.size()) {
      base::text::DecodedRune rune = base::text::DecodeRune(rest_.substr(length));
      bool fits = length == 0 ? base::text::IsIdStart(rune.value) || rune.value == '_'
                              : base::text::IsIdContinue(rune.value) || rune.value == '-';
      if (!fits) break;
      length += static_cast<size_t>(rune.length);
    }
    if (length == 0) return Error("a name is required");
    Step step{.name = std::string(rest_.substr(0, length))};
    rest_.remove_prefix(length);
    return step;
  }

  Result<Step> Index() {
    Step step;
    if (Accept('"')) {
      ASSIGN_OR_RETURN(std::string text, Quoted());
      step.key = InstanceKey(base::text::NormalizeNfc(text));
    } else {
      size_t length = std::min(rest_.find(']'), rest_.size());
      std::optional<int64_t> index = base::core::ParseInt64(rest_.substr(0, length));
      if (!index || *index < 0) return Error("an index must be a whole number, or a string in quotes");
      step.key = InstanceKey(*index);
      rest_.remove_prefix(length);
    }
    if (!Accept(']')) {
      summary_ = "Unclosed index brackets";
      return Error("missing closing bracket");
    }
    return step;
  }

  // After the opening quote.
  Result<std::string> Quoted() {
    std::string out;
    while (!rest_.empty()) {
      if (Accept('"')) return out;
      if (rest_.starts_with("$${") || rest_.starts_with("%%{"))
        rest_.remove_prefix(1);
      else if (rest_.starts_with("${") || rest_.starts_with("%{"))
        return Error("templates are not allowed in an address");
      if (!Accept('\\')) {
        out += rest_.front();
        rest_.remove_prefix(1);
        continue;
      }
      RETURN_IF_ERROR(Escape(&out));
    }
    return Error("missing closing quote");
  }

  Result<void> Escape(std::string* out) {
    char c = rest_.empty() ? '\0' : rest_.front();
    rest_.remove_prefix(rest_.empty() ? 0 : 1);
    switch (c) {
      case 'n':
        *out += '\n';
        return {};
      case 'r':
        *out += '\r';
        return {};
      case 't':
        *out += '\t';
        return {};
      case '"':
      case '\\':
        *out += c;
        return {};
      case 'u':
      case 'U':
        break;
      default:
        return Error("unsupported escape sequence in the key");
    }
    size_t digits = c == 'u' ? 4 : 8;
    char32_t rune = 0;
    if (rest_.size() < digits) return Error("unfinished escape sequence in the key");
    for (char digit : rest_.substr(0, digits)) {
      std::optional<std::string> bits = base::core::HexDecode(std::string{'0', digit});
      if (!bits) return Error("unsupported escape sequence in the key");
      rune = rune << 4 | static_cast<unsigned char>((*bits)[0]);
    }
    rest_.remove_prefix(digits);
    base::text::AppendRune(rune, out);
    return {};
  }

  std::string_view rest_;
  std::string_view summary_ = "Variable name required";
};

// The steps of a text, taken from the front.
class Steps {
 public:
  static Result<Steps> Of(std::string_view text) {
    ASSIGN_OR_RETURN(std::vector<Step> steps, Reader(text).Steps());
    return Steps(std::move(steps));
  }

  bool done() const { return at_ == steps_.size(); }
  const Step& front() const { return steps_[at_]; }
  bool Accept(std::string_view name) {
    if (done() || front().name != name) return false;
    ++at_;
    return true;
  }
  std::string TakeName() {
    return done() || !front().IsName() ? std::string() : std::move(steps_[at_++].name);
  }
  InstanceKey TakeKey() { return done() || front().IsName() ? InstanceKey() : std::move(steps_[at_++].key); }

  Result<ModuleInstance> TakeModule() {
    ModuleInstance module;
    while (Accept("module")) {
      ModuleStep step;
      step.name = TakeName();
      if (step.name.empty()) return Error("Prefix \"module.\" must be followed by a module name.");
      step.key = TakeKey();
      module.steps.push_back(std::move(step));
    }
    if (!done() && !front().IsName())
      return Error("Module address prefix must be followed by dot and then a name.");
    return module;
  }

  Result<Resource> TakeResource() {
    Resource resource;
    if (Accept("data")) {
      resource.mode = ResourceMode::kData;
    } else if (Accept("ephemeral")) {
      resource.mode = ResourceMode::kEphemeral;
    } else if (!Accept("resource") && !done()) {
      constexpr std::string_view kReserved[] = {"count",     "each", "local",    "module", "path", "self",
                                                "terraform", "var",  "template", "lazy",   "arg"};
      if (std::ranges::find(kReserved, front().name) != std::end(kReserved)) {
        return Error(
            "The keyword " + base::core::GoQuote(front().name) +
            " is reserved and cannot be used to target a resource address. If you are targeting a resource "
            "type that uses a reserved keyword, please prefix your address with \"resource.\".");
      }
    }
    if (steps_.size() - at_ < 2)
      return Error("Resource specification must include a resource type and name.");
    resource.type = TakeName();
    if (resource.type.empty()) return Error("A resource type name is required.");
    resource.name = TakeName();
    if (resource.name.empty()) return Error("A resource name is required.");
    return resource;
  }

  // The key at the end, if there is one.
  Result<InstanceKey> TakeLastKey() {
    if (!done() && front().IsName()) {
      return Error(at_ + 1 == steps_.size() ? "Resource instance key must be given in square brackets."
                                            : "Unexpected extra operators after address.");
    }
    InstanceKey key = TakeKey();
    if (!done()) return Error("Unexpected extra operators after address.");
    return key;
  }

 private:
  explicit Steps(std::vector<Step> steps) : steps_(std::move(steps)) {}
  std::vector<Step> steps_;
  size_t at_ = 0;
};

// One part of a provider's source address: lower case letters, digits and single dashes between them.
Result<std::string> ProviderPart(std::string_view given, std::string_view what) {
  std::string part = base::core::AsciiLower(given);
  if (part.empty()) return Error(fmt::format("the {} must not be empty", what));
  if (part == "-" && what == "namespace") return part;  // legacy
  bool characters = std::ranges::all_of(
      part, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
  if (!characters) {
    return Error(
        fmt::format("the {} {} must contain only letters, digits, and dashes, and may not use leading or "
                    "trailing dashes",
                    what, base::core::GoQuote(given)));
  }
  if (part.front() == '-' || part.back() == '-' || part.find("--") != std::string::npos) {
    return Error(fmt::format("the {} {} may not begin or end with a dash, nor have two in a row", what,
                             base::core::GoQuote(given)));
  }
  return part;
}

Result<std::string> ProviderHost(std::string_view given) {
  std::string host = base::core::AsciiLower(given);
  std::string_view name = std::string_view(host).substr(0, host.find(':'));
  bool valid =
      !name.empty() && name.front() != '.' && name.back() != '.' && name.find("..") == std::string_view::npos;
  for (char c : name)
    valid = valid && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.');
  if (name.size() < host.size()) {
    std::optional<int64_t> port = base::core::ParseInt64(std::string_view(host).substr(name.size() + 1));
    valid = valid && port && *port > 0 && *port < 65536;
  }
  if (!valid) return Error("the host name " + base::core::GoQuote(given) + " is not valid");
  if (host.ends_with(":443")) host.resize(host.size() - 4);
  return host;
}

// What the user typed stands in no file.
void AddMistake(std::string_view text, const Error& error, std::string_view source,
                base::diag::Diagnostics& diagnostics) {
  Reader reader(text);
  const bool is_syntax = !reader.Steps().ok();
  std::string detail = error.message();
  detail[0] = base::core::AsciiUpper(detail.substr(0, 1))[0];
  base::diag::Diagnostic diagnostic{.summary = std::string(is_syntax ? reader.summary() : "Invalid address"),
                                    .detail = fmt::format("{}\n\nThe address is: {}", detail, text)};
  diagnostic.subject.emplace();
  diagnostic.subject->start.line = diagnostic.subject->end.line = 1;
  if (!source.empty()) {
    diagnostic.subject->filename = source;
    diagnostic.snippet = base::diag::Snippet{.code = std::string(text), .start_line = 1};
  }
  diagnostics.Add(std::move(diagnostic));
}

}  // namespace

std::optional<Target> ParseTarget(std::string_view text, base::diag::Diagnostics& diagnostics) {
  Result<Target> target = ParseTarget(text);
  if (target.ok()) return *std::move(target);
  AddMistake(text, target.error(), "", diagnostics);
  return std::nullopt;
}

std::optional<ResourceInstance> ParseResourceInstance(std::string_view text,
                                                      base::diag::Diagnostics& diagnostics,
                                                      std::string_view source) {
  Result<ResourceInstance> instance = ParseResourceInstance(text);
  if (instance.ok()) return *std::move(instance);
  AddMistake(text, instance.error(), source, diagnostics);
  return std::nullopt;
}

Result<ResourceInstance> ParseResourceInstance(std::string_view text) {
  ASSIGN_OR_RETURN(Steps steps, Steps::Of(text));
  ResourceInstance instance;
  ASSIGN_OR_RETURN(instance.module, steps.TakeModule());
  ASSIGN_OR_RETURN(instance.resource, steps.TakeResource());
  ASSIGN_OR_RETURN(instance.key, steps.TakeLastKey());
  return instance;
}

Result<ModuleInstance> ParseModuleInstance(std::string_view text) {
  if (text.empty()) return ModuleInstance();
  ASSIGN_OR_RETURN(Steps steps, Steps::Of(text));
  ASSIGN_OR_RETURN(ModuleInstance module, steps.TakeModule());
  if (module.IsRoot()) {
    return Error("A module instance address must begin with \"module.\".");
  }
  if (!steps.done()) return Error("The module instance address is followed by additional invalid content.");
  return module;
}

Result<Target> ParseTarget(std::string_view text) {
  ASSIGN_OR_RETURN(Steps steps, Steps::Of(text));
  Target target;
  ASSIGN_OR_RETURN(target.module, steps.TakeModule());
  if (steps.done()) return target;
  ASSIGN_OR_RETURN(target.resource, steps.TakeResource());
  ASSIGN_OR_RETURN(target.key, steps.TakeLastKey());
  return target;
}

Result<ModuleResource> ParseModuleResource(std::string_view text) {
  ASSIGN_OR_RETURN(ResourceInstance instance, ParseResourceInstance(text));
  if (!instance.key.IsNone()) {
    return Error(
        "Resource address must be a resource (e.g. \"test_instance.foo\"), not a resource instance (e.g. "
        "\"test_instance.foo[1]\").");
  }
  return instance.Containing();
}

Result<Provider> ParseProvider(std::string_view source) {
  std::vector<std::string_view> parts = base::core::Split(source, '/');
  if (source.empty() || parts.size() > 3) {
    return Error("The \"source\" attribute must be in the format \"[hostname/][namespace/]name\"");
  }
  Provider provider;
  ASSIGN_OR_RETURN(provider.type, ProviderPart(parts.back(), "provider type"));
  if (parts.size() >= 2) {
    ASSIGN_OR_RETURN(provider.space, ProviderPart(parts[parts.size() - 2], "namespace"));
  }
  if (parts.size() == 3) {
    ASSIGN_OR_RETURN(provider.host, ProviderHost(parts[0]));
  }
  constexpr std::string_view kPrefix = "terraform-provider-";
  if (provider.type.starts_with(kPrefix)) {
    Provider suggestion = provider;
    suggestion.type.erase(0, kPrefix.size());
    return Error(fmt::format(
        "Provider source {} has a type with the prefix \"{}\", which isn't valid. Although that "
        "prefix is often used in the names of version control repositories for Terraform "
        "providers, provider source strings should not include it.\n\nDid you mean {}?",
        base::core::GoQuote(provider.ForDisplay()), kPrefix, base::core::GoQuote(suggestion.ForDisplay())));
  }
  return provider;
}

Result<ProviderConfig> ParseProviderConfig(std::string_view text) {
  ASSIGN_OR_RETURN(Steps steps, Steps::Of(text));
  ProviderConfig config;
  ASSIGN_OR_RETURN(config.module, steps.TakeModule());
  bool has_keys =
      std::ranges::any_of(config.module.steps, [](const ModuleStep& step) { return !step.key.IsNone(); });
  if (has_keys) return Error("Provider address cannot contain module indexes");
  if (!steps.Accept("provider"))
    return Error("Provider address must begin with \"provider.\", followed by a provider type name.");
  InstanceKey source = steps.TakeKey();
  if (!source.IsString()) {
    return Error("The prefix \"provider.\" must be followed by a provider type name.");
  }
  ASSIGN_OR_RETURN(config.provider, ParseProvider(source.AsString()));
  if (steps.done()) return config;
  config.alias = steps.TakeName();
  if (config.alias.empty())
    return Error("Provider type name must be followed by a configuration alias name.");
  if (!steps.done()) return Error("Extraneous extra operators after provider configuration address.");
  return config;
}

}  // namespace language::address
