#include "language/address/address.h"

#include "base/core/strings.h"
#include "base/text/unicode.h"
#include "language/hcl/quote.h"

namespace language::address {

namespace {

void AppendDotted(std::string_view part, std::string* out) {
  if (part.empty()) return;
  if (!out->empty()) *out += '.';
  *out += part;
}

std::string Dotted(const ModuleInstance& module, std::string_view rest) {
  std::string out = module.ToString();
  AppendDotted(rest, &out);
  return out;
}

}  // namespace

std::string InstanceKey::ToString() const {
  if (IsInt()) return "[" + std::to_string(AsInt()) + "]";
  if (IsString()) return "[" + hcl::QuoteText(AsString()) + "]";
  return "";
}

value::Value InstanceKey::ToValue() const {
  if (IsInt()) return value::Value::Int(AsInt());
  if (IsString()) return value::Value::String(AsString());
  return value::Value();
}

std::strong_ordering operator<=>(const InstanceKey& a, const InstanceKey& b) {
  if (a.key_.index() != b.key_.index()) return a.key_.index() <=> b.key_.index();
  if (a.IsInt()) return a.AsInt() <=> b.AsInt();
  if (a.IsString()) return a.AsString() <=> b.AsString();
  return std::strong_ordering::equal;
}

ModuleInstance ModuleInstance::Child(std::string name, InstanceKey key) const {
  ModuleInstance child = *this;
  child.steps.push_back({std::move(name), std::move(key)});
  return child;
}

ModuleInstance ModuleInstance::WithoutKeys() const {
  ModuleInstance result;
  result.steps.reserve(steps.size());
  for (const ModuleStep& step : steps) result.steps.push_back({step.name, InstanceKey()});
  return result;
}

std::string ModuleInstance::ToString() const {
  std::string out;
  for (const ModuleStep& step : steps) {
    AppendDotted("module.", &out);
    out += step.name;
    out += step.key.ToString();
  }
  return out;
}

std::strong_ordering operator<=>(const ModuleInstance& a, const ModuleInstance& b) {
  if (a.steps.size() != b.steps.size()) return a.steps.size() <=> b.steps.size();
  return a.steps <=> b.steps;
}

std::string Resource::ToString() const {
  switch (mode) {
    case ResourceMode::kData:
      return "data." + type + "." + name;
    case ResourceMode::kEphemeral:
      return "ephemeral." + type + "." + name;
    case ResourceMode::kManaged:
      break;
  }
  return type + "." + name;
}

std::string ModuleResource::ToString() const { return Dotted(module, resource.ToString()); }

std::string ResourceInstance::ToString() const {
  return Dotted(module, resource.ToString()) + key.ToString();
}

std::string Provider::ToString() const { return host + "/" + space + "/" + type; }

std::string Provider::ForDisplay() const {
  return host == "registry.terraform.io" ? space + "/" + type : ToString();
}

std::string ProviderConfig::ToString() const {
  std::string out = Dotted(module, "provider[" + base::core::GoQuote(provider.ToString()) + "]");
  AppendDotted(alias, &out);
  return out;
}

std::string Target::ToString() const {
  return resource ? Dotted(module, resource->ToString()) + key.ToString() : module.ToString();
}

bool Target::Contains(const ResourceInstance& instance) const {
  if (resource) {
    if (instance.resource != *resource || instance.module != module) return false;
    return key.IsNone() || instance.key == key;
  }
  if (instance.module.steps.size() < module.steps.size()) return false;
  for (size_t i = 0; i < module.steps.size(); ++i) {
    const ModuleStep &ours = module.steps[i], &theirs = instance.module.steps[i];
    if (ours.name != theirs.name) return false;
    bool whole_module = i + 1 == module.steps.size() && ours.key.IsNone();
    if (!whole_module && ours.key != theirs.key) return false;
  }
  return true;
}

bool IsValidName(std::string_view name) { return base::text::IsIdentifier(name); }

}  // namespace language::address
