#include <algorithm>

#include "engine/state/state.h"

namespace engine::state {
namespace {

using language::address::ResourceMode;

// Sorts as the file does.
std::string SortKey(const ModuleInstance& module, const Resource& resource) {
  std::string key = module.ToString();
  key.push_back('\0');
  key.append(resource.mode == ResourceMode::kData ? "data" : "managed");
  key.push_back('\0');
  key.append(resource.type);
  key.push_back('\0');
  return key.append(resource.name);
}

// A resource whose instances sit in their sorted vector until the first of them changes.
struct EditedResource {
  ResourceState state;
  bool unpacked = false;
  std::map<InstanceKey, Instance> instances;

  std::map<InstanceKey, Instance>& Unpacked() {
    if (!unpacked) {
      for (Instance& instance : state.instances) {
        instances.emplace_hint(instances.end(), instance.key, std::move(instance));
      }
      state.instances.clear();
      unpacked = true;
    }
    return instances;
  }
};

}  // namespace

struct StateEditor::Impl {
  State header;  // without resources
  std::map<std::string, EditedResource> resources;

  const Instance* Find(const ResourceInstance& address) const {
    const auto found = resources.find(SortKey(address.module, address.resource));
    if (found == resources.end()) return nullptr;
    if (!found->second.unpacked) return found->second.state.Find(address.key);
    const auto instance = found->second.instances.find(address.key);
    return instance == found->second.instances.end() ? nullptr : &instance->second;
  }

  // Changes one instance, creating it and its resource on demand, and takes empty ones away.
  template <typename Change>
  void Edit(const ResourceInstance& address, const ProviderConfig& provider, bool removing, Change change) {
    const std::string sort_key = SortKey(address.module, address.resource);
    auto found = resources.find(sort_key);
    if (found == resources.end()) {
      if (removing) return;
      found = resources.try_emplace(sort_key).first;
      found->second.state.module = address.module;
      found->second.state.resource = address.resource;
    }
    EditedResource& resource = found->second;
    std::map<InstanceKey, Instance>& instances = resource.Unpacked();
    auto instance = instances.find(address.key);
    if (instance == instances.end()) {
      if (removing) return;
      instance = instances.try_emplace(address.key).first;
      instance->second.key = address.key;
    }
    if (!removing) resource.state.provider = provider;
    change(instance->second);
    if (!instance->second.current && instance->second.deposed.empty()) instances.erase(instance);
    if (instances.empty()) resources.erase(found);
  }
};

StateEditor::StateEditor(State base) : impl_(std::make_shared<Impl>()) {
  for (ResourceState& resource : base.resources) {
    std::string key = SortKey(resource.module, resource.resource);
    impl_->resources[std::move(key)].state = std::move(resource);
  }
  base.resources.clear();
  impl_->header = std::move(base);
}

void StateEditor::SetCurrent(const ResourceInstance& address, const ProviderConfig& provider,
                             ObjectPtr object) {
  const bool removing = object == nullptr;
  impl_->Edit(address, provider, removing, [&](Instance& instance) { instance.current = std::move(object); });
}

void StateEditor::SetDeposed(const ResourceInstance& address, const ProviderConfig& provider,
                             const std::string& key, ObjectPtr object) {
  const bool removing = object == nullptr;
  impl_->Edit(address, provider, removing, [&](Instance& instance) {
    auto& deposed = instance.deposed;
    auto at = std::lower_bound(deposed.begin(), deposed.end(), key,
                               [](const auto& entry, const std::string& k) { return entry.first < k; });
    const bool exists = at != deposed.end() && at->first == key;
    if (removing) {
      if (exists) deposed.erase(at);
    } else if (exists) {
      at->second = std::move(object);
    } else {
      deposed.emplace(at, key, std::move(object));
    }
  });
}

void StateEditor::SetOutput(const std::string& name, std::optional<OutputValue> value) {
  if (value) {
    impl_->header.outputs.insert_or_assign(name, std::move(*value));
  } else {
    impl_->header.outputs.erase(name);
  }
}

ObjectPtr StateEditor::Current(const ResourceInstance& address) const {
  const Instance* instance = impl_->Find(address);
  return instance == nullptr ? nullptr : instance->current;
}

ObjectPtr StateEditor::Deposed(const ResourceInstance& address, const std::string& key) const {
  const Instance* instance = impl_->Find(address);
  return instance == nullptr ? nullptr : instance->FindDeposed(key);
}

State& StateEditor::header() { return impl_->header; }

State StateEditor::Snapshot() const {
  State out = impl_->header;
  out.resources.reserve(impl_->resources.size());
  for (const auto& [key, resource] : impl_->resources) {
    ResourceState& copy = out.resources.emplace_back(resource.state);
    if (!resource.unpacked) continue;
    copy.instances.reserve(resource.instances.size());
    for (const auto& [instance_key, instance] : resource.instances) copy.instances.push_back(instance);
  }
  return out;
}

}  // namespace engine::state
