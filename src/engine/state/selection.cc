#include "engine/state/selection.h"

#include <algorithm>

namespace engine::state {
namespace {

using language::address::ModuleStep;

// Whether `inner` is the module that `outer` names, or lies within it.
bool LiesIn(const ModuleInstance& inner, const ModuleInstance& outer) {
  if (inner.steps.size() < outer.steps.size()) return false;
  for (size_t i = 0; i < outer.steps.size(); ++i) {
    const ModuleStep& wanted = outer.steps[i];
    if (inner.steps[i].name != wanted.name) return false;
    const bool any_key = i + 1 == outer.steps.size() && wanted.key.IsNone();
    if (!any_key && inner.steps[i].key != wanted.key) return false;
  }
  return true;
}

void AppendAll(const ResourceState& resource, std::vector<ResourceInstance>* out) {
  for (const Instance& instance : resource.instances)
    out->push_back({resource.module, resource.resource, instance.key});
}

}  // namespace

std::vector<ResourceInstance> AllInstances(const State& state) { return InstancesAt(state, Target{}); }

std::vector<ResourceInstance> InstancesAt(const State& state, const Target& target) {
  std::vector<ResourceInstance> out;
  if (!target.resource) {
    for (const ResourceState& resource : state.resources)
      if (LiesIn(resource.module, target.module)) AppendAll(resource, &out);
  } else if (const ResourceState* resource = state.Find(target.module, *target.resource)) {
    if (target.key.IsNone())
      AppendAll(*resource, &out);
    else if (resource->Find(target.key))
      out.push_back({target.module, *target.resource, target.key});
  }
  std::sort(out.begin(), out.end());
  return out;
}

void RemoveInstances(State& state, std::vector<ResourceInstance> addresses) {
  std::sort(addresses.begin(), addresses.end());
  for (ResourceState& resource : state.resources) {
    ResourceInstance address{resource.module, resource.resource, {}};
    std::erase_if(resource.instances, [&](const Instance& instance) {
      address.key = instance.key;
      return std::binary_search(addresses.begin(), addresses.end(), address);
    });
  }
  std::erase_if(state.resources, [](const ResourceState& resource) { return resource.instances.empty(); });
}

}  // namespace engine::state
