#include "engine/run/provider_functions.h"

#include <algorithm>
#include <mutex>

#include "base/core/strings.h"

namespace engine::run {
namespace {

namespace functions = language::functions;
using base::diag::Diagnostics;
using language::value::Value;
using provider::api::FunctionParameter;
using provider::api::FunctionSignature;

functions::Parameter ToParameter(const FunctionParameter& parameter) {
  uint8_t allow = functions::kAllowNothing;
  if (parameter.allow_null) allow |= functions::kAllowNull;
  if (parameter.allow_unknown) allow |= functions::kAllowUnknown | functions::kAllowDynamic;
  return {parameter.name, parameter.type, allow, parameter.description};
}

bool AllowsUnknown(const FunctionSignature& signature, size_t argument) {
  return argument < signature.parameters.size() ? signature.parameters[argument].allow_unknown
                                                : signature.variadic && signature.variadic->allow_unknown;
}

functions::Function ToFunction(std::string full_name, const FunctionSignature& signature,
                               Provider& provider) {
  functions::Function function{
      .name = std::move(full_name),
      .description = signature.description.empty() ? signature.summary : signature.description};
  for (const FunctionParameter& parameter : signature.parameters)
    function.parameters.push_back(ToParameter(parameter));
  if (signature.variadic) function.variadic = ToParameter(*signature.variadic);
  function.result = signature.result;
  function.null_result = true;  // what a provider may return is not known before
  function.call = [&provider, &signature](const functions::Environment&,
                                          functions::Arguments arguments) -> functions::CallResult {
    // What is inside of an argument counts too: only wholly known values are sent.
    for (size_t i = 0; i < arguments.size(); ++i)
      if (!AllowsUnknown(signature, i) && !arguments[i].IsWhollyKnown())
        return Value::Unknown(signature.result);
    provider::api::FunctionResult result = provider.CallFunction(signature.name, arguments);
    if (result.error) return functions::CallError{std::move(*result.error), result.argument};
    return std::move(result.value);
  };
  return function;
}

// The functions of a module's providers that were called so far.
class Table {
 public:
  Table(const config::ModuleNode& node, ProviderPool& providers) : node_(node), providers_(providers) {}

  const functions::Function* Find(std::string_view full_name, std::string* problem) {
    const std::vector<std::string_view> parts = base::core::Split(full_name, ':');  // "a::b" has three
    if (parts.size() != 5 || parts[0] != "provider") return nullptr;
    const std::string local_name(parts[2]), name(parts[4]);
    const auto& declared = node_.module->required_providers;
    const auto found = declared.find(local_name);
    if (found == declared.end() || found->second.implied) return nullptr;

    const std::lock_guard lock(mutex_);
    if (const auto known = functions_.find(full_name); known != functions_.end()) return &known->second;
    Diagnostics diagnostics;
    Provider* provider = providers_.Unconfigured(found->second.source, diagnostics);
    if (!provider) {
      *problem = diagnostics.empty() ? "Its provider could not be started." : diagnostics.items()[0].detail;
      return nullptr;
    }
    const std::span<const FunctionSignature> offered = provider->Functions();
    const auto signature = std::ranges::find(offered, name, &FunctionSignature::name);
    if (signature == offered.end()) {
      *problem =
          fmt::format("The function \"{}\" is not available from the provider \"{}\".", name, local_name);
      for (const FunctionSignature& other : offered)
        *problem += (&other == &offered.front() ? " It has " : ", ") + other.name;
      if (!offered.empty()) *problem += ".";
      return nullptr;
    }
    std::string key(full_name);
    functions::Function function = ToFunction(key, *signature, *provider);
    return &functions_.emplace(std::move(key), std::move(function)).first->second;
  }

 private:
  const config::ModuleNode& node_;
  ProviderPool& providers_;
  std::mutex mutex_;
  std::map<std::string, functions::Function, std::less<>> functions_;
};

}  // namespace

std::unique_ptr<const functions::Environment> ModuleFunctions(const functions::Environment& base,
                                                              const config::ModuleNode& node,
                                                              ProviderPool& providers) {
  const auto& declared = node.module->required_providers;
  if (std::ranges::all_of(declared, [](const auto& entry) { return entry.second.implied; })) return nullptr;
  auto environment = std::make_unique<functions::Environment>(base);
  environment->find_function = [table = std::make_shared<Table>(node, providers)](std::string_view name,
                                                                                  std::string* problem) {
    return table->Find(name, problem);
  };
  return environment;
}

}  // namespace engine::run
