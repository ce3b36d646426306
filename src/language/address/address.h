// Addresses: names of modules, resources and their instances, in configuration and in state.
// Parsing from and printing to the syntax of the command line, state and diagnostics.
// Used by engine, provider and cli.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/core/result.h"
#include "language/value/value.h"

namespace language::address {

// No key, an integer (count) or a string (for_each).
class InstanceKey {
 public:
  InstanceKey() = default;
  explicit InstanceKey(int64_t index) : key_(index) {}
  explicit InstanceKey(std::string key) : key_(std::move(key)) {}
  bool IsNone() const { return key_.index() == 0; }
  bool IsInt() const { return key_.index() == 1; }
  bool IsString() const { return key_.index() == 2; }
  int64_t AsInt() const { return std::get<1>(key_); }
  const std::string& AsString() const { return std::get<2>(key_); }
  std::string ToString() const;  // "", "[0]", "[\"k\"]" (HCL quoting: ${ becomes $${)
  value::Value ToValue() const;  // number or string; null of dynamic for none
  // none first, integers ascending, then strings bytewise
  friend std::strong_ordering operator<=>(const InstanceKey&, const InstanceKey&);
  friend bool operator==(const InstanceKey&, const InstanceKey&) = default;

 private:
  std::variant<std::monostate, int64_t, std::string> key_;
};

struct ModuleStep {
  std::string name;
  InstanceKey key;
  friend bool operator==(const ModuleStep&, const ModuleStep&) = default;
  friend std::strong_ordering operator<=>(const ModuleStep&, const ModuleStep&) = default;
};

// module.a["k"].module.b ; empty is the root module.
struct ModuleInstance {
  std::vector<ModuleStep> steps;
  bool IsRoot() const { return steps.empty(); }
  ModuleInstance Child(std::string name, InstanceKey key = {}) const;
  ModuleInstance WithoutKeys() const;  // the configuration's module path
  std::string ToString() const;        // "" for root
  friend bool operator==(const ModuleInstance&, const ModuleInstance&) = default;
  // Outer modules first, as plans and states list them.
  friend std::strong_ordering operator<=>(const ModuleInstance& a, const ModuleInstance& b);
};

enum class ResourceMode : uint8_t { kData, kManaged, kEphemeral };  // data sorts first, as plans print

struct Resource {
  ResourceMode mode = ResourceMode::kManaged;
  std::string type;
  std::string name;
  std::string ToString() const;  // "aws_x.y", "data.t.n"
  friend bool operator==(const Resource&, const Resource&) = default;
  friend std::strong_ordering operator<=>(const Resource&, const Resource&) = default;
};

// A resource block of one module instance; with a keyless module path it names the configuration's block.
struct ModuleResource {
  ModuleInstance module;
  Resource resource;
  std::string ToString() const;
  friend bool operator==(const ModuleResource&, const ModuleResource&) = default;
  friend std::strong_ordering operator<=>(const ModuleResource&, const ModuleResource&) = default;
};

struct ResourceInstance {
  ModuleInstance module;
  Resource resource;
  InstanceKey key;
  ModuleResource Containing() const { return {module, resource}; }
  std::string ToString() const;
  friend bool operator==(const ResourceInstance&, const ResourceInstance&) = default;
  friend std::strong_ordering operator<=>(const ResourceInstance&, const ResourceInstance&) = default;
};

// registry.terraform.io/hashicorp/aws
struct Provider {
  std::string host = "registry.terraform.io";
  std::string space = "hashicorp";
  std::string type;
  std::string ToString() const;    // always with host
  std::string ForDisplay() const;  // default host left out: hashicorp/aws
  bool IsBuiltIn() const { return host == "terraform.io" && space == "builtin"; }
  friend bool operator==(const Provider&, const Provider&) = default;
  friend std::strong_ordering operator<=>(const Provider&, const Provider&) = default;
};

// A provider configuration: provider["registry.terraform.io/okta/okta"].alias, with its keyless module path.
struct ProviderConfig {
  ModuleInstance module;
  Provider provider;
  std::string alias;
  std::string ToString() const;  // as state files write it
  friend bool operator==(const ProviderConfig&, const ProviderConfig&) = default;
  friend std::strong_ordering operator<=>(const ProviderConfig&, const ProviderConfig&) = default;
};

// What -target, state commands, moved and import take.
struct Target {
  ModuleInstance module;
  std::optional<Resource> resource;  // none: the whole module
  InstanceKey key;
  std::string ToString() const;
  // Whether the instance lies inside what this names. A resource without key stands for all of its instances,
  // a module whose last step has no key for all of that module's instances; other steps count as they are.
  bool Contains(const ResourceInstance& instance) const;
};

// Errors name what is wrong with the text.
base::core::Result<ResourceInstance> ParseResourceInstance(std::string_view text);
base::core::Result<ModuleInstance> ParseModuleInstance(std::string_view text);
base::core::Result<Target> ParseTarget(std::string_view text);
base::core::Result<Provider> ParseProvider(
    std::string_view source);  // "okta/okta", "registry.../okta/okta", "aws"
base::core::Result<ProviderConfig> ParseProviderConfig(std::string_view text);
// Config address of a dependency: "module.m.aws_z.w", "data.t.n".
base::core::Result<ModuleResource> ParseModuleResource(std::string_view text);

// Letters, digits, underscores, dashes; not beginning with a digit or dash (Unicode identifiers allowed).
bool IsValidName(std::string_view name);

}  // namespace language::address
