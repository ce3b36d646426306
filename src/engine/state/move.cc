#include "engine/state/move.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <unordered_map>

#include "base/core/product.h"

namespace engine::state {
namespace {

using base::diag::Diagnostics;
using language::address::ResourceMode;

constexpr std::string_view kInvalidSource = "Invalid source address";
constexpr std::string_view kInvalidTarget = "Invalid target address";

void SortAsFile(State& state) {
  std::stable_sort(state.resources.begin(), state.resources.end(), FileOrderLess);
}

ResourceState* FindResource(State& state, const ModuleInstance& module, const Resource& resource) {
  return const_cast<ResourceState*>(state.Find(module, resource));
}

bool BeginsWith(const ModuleInstance& module, const ModuleInstance& prefix) {
  return module.steps.size() >= prefix.steps.size() &&
         std::equal(prefix.steps.begin(), prefix.steps.end(), module.steps.begin());
}

// Drops the dependencies of those who depend on something that has moved.
class DependencyCleaner {
 public:
  void Moved(const ModuleInstance& module) {
    // Dependencies are written without keys, so that a module with keys cannot be told from its siblings.
    if (module == module.WithoutKeys()) modules_.insert(module.ToString());
  }
  void Moved(const ModuleInstance& module, const Resource& resource) {
    resources_.insert(language::address::ModuleResource{module.WithoutKeys(), resource}.ToString());
  }

  void Clean(State& state) {
    for (ResourceState& resource : state.resources)
      for (Instance& instance : resource.instances) {
        if (!instance.current || !instance.current->dependencies || !Touches(instance.current->dependencies))
          continue;
        auto object = std::make_shared<Object>(*instance.current);
        object->dependencies = nullptr;
        instance.current = std::move(object);
      }
  }

 private:
  bool Touches(const Dependencies& dependencies) {
    const auto [known, is_new] = known_.try_emplace(dependencies.get(), false);
    if (is_new)
      known->second = std::any_of(dependencies->begin(), dependencies->end(),
                                  [&](const ModuleResource& dependency) { return Names(dependency); });
    return known->second;
  }
  bool Names(const ModuleResource& dependency) const {
    if (resources_.contains(dependency.ToString())) return true;
    ModuleInstance module = dependency.module;
    for (; !module.IsRoot(); module.steps.pop_back())
      if (modules_.contains(module.ToString())) return true;
    return false;
  }

  std::set<std::string> modules_, resources_;
  std::unordered_map<const void*, bool> known_;  // lists are shared by many objects
};

class Mover {
 public:
  Mover(State& from, State& to, const Target& destination, Diagnostics& diagnostics)
      : from_(from), to_(to), destination_(destination), diagnostics_(diagnostics) {}

  std::vector<MovedObject> Move(const Target& source) {
    if (!source.resource) {
      MoveModules(source.module);
    } else if (!source.key.IsNone()) {
      MoveInstance({source.module, *source.resource, source.key});
    } else if (const ResourceState* resource = from_.Find(source.module, *source.resource)) {
      // Without count and for_each, a resource's address is also that of its instance.
      if (resource->Find({}))
        MoveInstance({source.module, *source.resource, {}});
      else
        MoveResource(source.module, *source.resource);
    } else {
      NothingAt(source.ToString());
    }
    if (diagnostics_.HasErrors()) return {};
    cleaner_.Clean(to_);
    return std::move(moved_);
  }

 private:
  void NothingAt(const std::string& source) {
    diagnostics_.Error(kInvalidSource,
                       fmt::format("Cannot move {}: the state has nothing there. To see what it has, run: {} "
                                   "state list",
                                   source, base::core::ProgramName()));
  }
  void Refuse(std::string_view summary, std::string detail) {
    diagnostics_.Error(summary, std::move(detail));
  }

  void MoveModules(const ModuleInstance& source) {
    std::set<std::string> addresses;
    std::vector<ModuleInstance> modules;
    for (const ResourceState& resource : from_.resources)
      if (BeginsWith(resource.module, source) && addresses.insert(resource.module.ToString()).second)
        modules.push_back(resource.module);
    if (modules.empty()) return NothingAt(source.ToString());
    if (destination_.resource)
      return Refuse(kInvalidTarget, fmt::format("Cannot move {} to {}: a module can only become a module.",
                                                source.ToString(), destination_.ToString()));
    std::vector<ResourceState> moving;
    auto stays = std::stable_partition(
        from_.resources.begin(), from_.resources.end(),
        [&](const ResourceState& resource) { return !BeginsWith(resource.module, source); });
    std::move(stays, from_.resources.end(), std::back_inserter(moving));
    from_.resources.erase(stays, from_.resources.end());
    std::set<std::string> taken;
    for (const ResourceState& resource : to_.resources) taken.insert(resource.module.ToString());
    std::map<std::string, ModuleInstance> renamed;
    for (const ModuleInstance& module : modules) {
      ModuleInstance target = destination_.module;
      target.steps.insert(target.steps.end(),
                          module.steps.begin() + static_cast<ptrdiff_t>(source.steps.size()),
                          module.steps.end());
      if (taken.contains(target.ToString()))
        return Refuse(
            kInvalidTarget,
            fmt::format("Cannot move to {}: there is a module at that address already.", target.ToString()));
      moved_.push_back({module.ToString(), target.ToString()});
      cleaner_.Moved(module);
      renamed.emplace(module.ToString(), std::move(target));
    }
    for (ResourceState& resource : moving) {
      resource.module = renamed.at(resource.module.ToString());
      to_.resources.push_back(std::move(resource));
    }
    SortAsFile(to_);
  }

  bool MayBecome(const std::string& from, const Resource& source, const std::string& to,
                 const Resource& target) {
    if (source.mode != target.mode) {
      const char* kind = source.mode == ResourceMode::kManaged ? "managed" : "data";
      Refuse("Invalid state move request",
             fmt::format(
                 "Cannot move {} to {}: a {} resource can only move to the address of another {} resource.",
                 from, to, kind, kind));
      return false;
    }
    if (source.type == target.type) return true;
    Refuse("Invalid state move request",
           fmt::format("Cannot move {} to {}: the resource types are not the same.", from, to));
    return false;
  }

  void MoveResource(const ModuleInstance& module, const Resource& source) {
    const std::string from = Target{module, source, {}}.ToString();
    const std::string to = destination_.ToString();
    if (!destination_.resource || !destination_.key.IsNone())
      return Refuse(
          kInvalidTarget,
          fmt::format("Cannot move {} to {}: all instances of a resource move together, so the target must "
                      "be a whole resource, too. To move one of them, give its key.",
                      from, to));
    MayBecome(from, source, to, *destination_.resource);
    if (to_.Find(destination_.module, *destination_.resource))
      Refuse(kInvalidTarget,
             fmt::format("Cannot move to {}: there is a resource at that address already.", to));
    if (diagnostics_.HasErrors()) return;
    ResourceState* found = FindResource(from_, module, source);
    ResourceState resource = std::move(*found);
    from_.resources.erase(from_.resources.begin() + (found - from_.resources.data()));
    resource.module = destination_.module;
    resource.resource = *destination_.resource;
    to_.resources.push_back(std::move(resource));
    SortAsFile(to_);
    moved_.push_back({from, to});
    cleaner_.Moved(module, source);
  }

  void MoveInstance(const ResourceInstance& source) {
    const std::string from = source.ToString();
    const std::string to = destination_.ToString();
    if (!destination_.resource)
      return Refuse(kInvalidTarget,
                    fmt::format("Cannot move {} to {}: a resource instance can only become a resource "
                                "instance.",
                                from, to));
    MayBecome(from, source.resource, to, *destination_.resource);
    const ResourceState* present = to_.Find(destination_.module, *destination_.resource);
    if (present && present->Find(destination_.key))
      Refuse(kInvalidTarget,
             fmt::format("Cannot move to {}: there is a resource instance at that address already.", to));
    ResourceState* resource = FindResource(from_, source.module, source.resource);
    if (!resource || !resource->Find(source.key))
      Refuse(kInvalidSource, fmt::format("The state does not contain {}.", from));
    if (!resource || diagnostics_.HasErrors()) return;
    auto at = resource->instances.begin() + (resource->Find(source.key) - resource->instances.data());
    Instance instance = std::move(*at);
    const ProviderConfig provider = resource->provider;
    resource->instances.erase(at);
    if (resource->instances.empty())
      from_.resources.erase(from_.resources.begin() + (resource - from_.resources.data()));
    Insert(std::move(instance), provider);
    moved_.push_back({from, to});
    cleaner_.Moved(source.module, source.resource);
  }

  // A resource that is new in the state gets the provider of the instance.
  void Insert(Instance instance, const ProviderConfig& provider) {
    ResourceState* target = FindResource(to_, destination_.module, *destination_.resource);
    if (!target) {
      to_.resources.push_back({destination_.module, *destination_.resource, provider, {}, ""});
      SortAsFile(to_);
      target = FindResource(to_, destination_.module, *destination_.resource);
    }
    instance.key = destination_.key;
    auto at = std::lower_bound(target->instances.begin(), target->instances.end(), instance.key,
                               [](const Instance& i, const InstanceKey& key) { return i.key < key; });
    target->instances.insert(at, std::move(instance));
  }

  State& from_;
  State& to_;
  const Target& destination_;
  Diagnostics& diagnostics_;
  DependencyCleaner cleaner_;
  std::vector<MovedObject> moved_;
};

}  // namespace

std::vector<MovedObject> MoveObjects(State& from, State& to, const Target& source, const Target& destination,
                                     Diagnostics& diagnostics) {
  return Mover(from, to, destination, diagnostics).Move(source);
}

}  // namespace engine::state
