// CheckResults: how the conditions of resources, outputs, variables and check blocks came out, as states keep
// it ("check_results"). Does not evaluate them (conditions.h). Filled in by planner and applier.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/module.h"

namespace engine::run {

// In the order of gravity: the worst of an object's conditions is the object's.
enum class ConditionStatus : uint8_t { kPass, kUnknown, kFail, kError };

// What conditions belong to: an instance and what it is in the configuration ("terraform_data.a[0]",
// "terraform_data.a"). Kinds are "resource", "output", "var" and "check".
struct CheckedObject {
  std::string_view kind;
  std::string config_address;
  std::string address;
};
CheckedObject CheckedResource(const language::address::ResourceInstance& address);
// kind "output", "var" or "check": also how the address of the name in the module begins.
CheckedObject CheckedName(std::string_view kind, std::string_view name,
                          const language::address::ModuleInstance& module);

bool HasConditions(const config::Resource& resource);

class CheckResults {
 public:
  CheckResults() = default;
  // Everything in the configuration that has conditions; which objects there are is not known yet.
  explicit CheckResults(const config::Configuration& configuration);

  // There is such an object; unknown until as many results have come as it has conditions.
  void Expect(const CheckedObject& object);
  // All objects are known: what has none passes.
  void KnowAll() { all_known_ = true; }
  // Expects the objects of a plan's results. Those of the kinds that `keeps` names keep
  // their results until new ones come. Other texts than ToJson's give nothing.
  void TakeObjects(std::string_view json, const std::function<bool(std::string_view kind)>& keeps);
  // One condition's result. `message` counts for kFail; empty: none that may be shown.
  void Add(const CheckedObject& object, ConditionStatus status, std::string_view message);

  // The array as the state keeps it; "" when nothing has conditions.
  std::string ToJson() const;

 private:
  struct Object {
    size_t results = 0;
    bool kept = false;  // from the plan
    ConditionStatus status = ConditionStatus::kPass;
    std::vector<std::string> messages;
  };
  struct Checked {
    size_t conditions = 0;
    std::map<std::string, Object, std::less<>> objects;
  };
  void AddConfiguration(const config::ModuleNode& node);
  static ConditionStatus StatusOf(const Checked& checked, const Object& object);

  std::map<std::pair<std::string, std::string>, Checked>
      checked_;  // by kind and address in the configuration
  bool all_known_ = false;
};

}  // namespace engine::run
