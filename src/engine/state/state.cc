#include "engine/state/state.h"

#include <algorithm>

#include "base/json/writer.h"
#include "engine/state/writer.h"
#include "language/value/codec.h"

namespace engine::state {
namespace {

using base::core::Error;
using base::core::Result;

int CompareModules(const ModuleInstance& a, const ModuleInstance& b) {
  if (a == b) return 0;
  if (a.IsRoot() || b.IsRoot()) return a.IsRoot() ? -1 : 1;
  return a.ToString().compare(b.ToString());
}

int CompareResources(const ModuleInstance& module_a, const Resource& a, const ModuleInstance& module_b,
                     const Resource& b) {
  if (const int modules = CompareModules(module_a, module_b)) return modules;
  if (a.mode != b.mode) return a.mode < b.mode ? -1 : 1;
  if (const int types = a.type.compare(b.type)) return types;
  return a.name.compare(b.name);
}

// As the state file would hold it; empty when it cannot be written.
std::string ObjectText(const Object& object) {
  std::string out;
  base::json::Writer writer(&out);
  return WriteObject(InstanceKey(), "", object, &writer).ok() ? out : std::string();
}

// Enough to be the same, and found without writing anything: both as they were read.
bool HaveSameFields(const Object& a, const Object& b) {
  const bool same_dependencies = a.dependencies == b.dependencies ||
                                 (a.dependencies && b.dependencies && *a.dependencies == *b.dependencies);
  return !a.value && !b.value && a.json == b.json && same_dependencies &&
         a.schema_version == b.schema_version && a.tainted == b.tainted &&
         a.create_before_destroy == b.create_before_destroy && a.flatmap == b.flatmap &&
         a.sensitive_paths.empty() && b.sensitive_paths.empty() && a.private_data == b.private_data &&
         a.identity_json == b.identity_json && a.identity_version == b.identity_version &&
         a.unknown_keys == b.unknown_keys;
}

bool SameInstance(const Instance& a, const Instance& b) {
  if (a.key != b.key || a.deposed.size() != b.deposed.size() || !SameObject(a.current, b.current))
    return false;
  return std::equal(a.deposed.begin(), a.deposed.end(), b.deposed.begin(), [](const auto& x, const auto& y) {
    return x.first == y.first && SameObject(x.second, y.second);
  });
}

bool SameResource(const ResourceState& a, const ResourceState& b) {
  return a.module == b.module && a.resource == b.resource && a.provider == b.provider &&
         a.unknown_keys == b.unknown_keys &&
         std::equal(a.instances.begin(), a.instances.end(), b.instances.begin(), b.instances.end(),
                    SameInstance);
}

// Null outputs are not stored, so they do not count.
std::vector<std::pair<std::string_view, const OutputValue*>> StoredOutputs(const State& state) {
  std::vector<std::pair<std::string_view, const OutputValue*>> out;
  for (const auto& [name, output] : state.outputs) {
    if (!output.value.IsNull()) out.emplace_back(name, &output);
  }
  return out;
}

bool SameOutputs(const State& a, const State& b) {
  const auto x = StoredOutputs(a);
  const auto y = StoredOutputs(b);
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const auto& p, const auto& q) {
    return p.first == q.first && p.second->sensitive == q.second->sensitive &&
           p.second->unknown_keys == q.second->unknown_keys && p.second->value.RawEquals(q.second->value);
  });
}

std::string CompactText(const std::string& json) {
  std::string out;
  base::json::AppendCompact(json, &out);
  return out;
}

}  // namespace

Result<Value> Object::Decode(Type type) const {
  if (value) return *value;
  if (flatmap)
    return Error("the object is stored in the format of Terraform 0.11; its provider must upgrade it first");
  if (json.empty()) return Value::Null(type);
  return language::value::FromJson(json, type, language::value::UnknownAttributes::kLeaveOut);
}

std::string Object::AttributesJson() const {
  if (value) {
    Result<std::string> text = language::value::ToJson(*value, type);
    CHECK(text.ok());  // whoever set the value has seen to it that it can be stored
    return std::move(text).value();
  }
  std::string out;
  base::json::AppendCompact(json.empty() ? std::string_view("null") : json, &out);
  return out;
}

ObjectPtr Instance::FindDeposed(const std::string& deposed_key) const {
  for (const auto& [candidate, object] : deposed) {
    if (candidate == deposed_key) return object;
  }
  return nullptr;
}

const Instance* ResourceState::Find(const InstanceKey& key) const {
  const auto found =
      std::lower_bound(instances.begin(), instances.end(), key,
                       [](const Instance& instance, const InstanceKey& k) { return instance.key < k; });
  return found != instances.end() && found->key == key ? &*found : nullptr;
}

const ResourceState* State::Find(const ModuleInstance& module, const Resource& resource) const {
  const auto found =
      std::partition_point(resources.begin(), resources.end(), [&](const ResourceState& candidate) {
        return CompareResources(candidate.module, candidate.resource, module, resource) < 0;
      });
  if (found == resources.end() || found->resource != resource || found->module != module) return nullptr;
  return &*found;
}

ObjectPtr State::FindObject(const ResourceInstance& address, const std::string& deposed) const {
  const ResourceState* resource = Find(address.module, address.resource);
  const Instance* instance = resource == nullptr ? nullptr : resource->Find(address.key);
  if (instance == nullptr) return nullptr;
  return deposed.empty() ? instance->current : instance->FindDeposed(deposed);
}

bool FileOrderLess(const ResourceState& a, const ResourceState& b) {
  return CompareResources(a.module, a.resource, b.module, b.resource) < 0;
}

bool SameObject(const ObjectPtr& a, const ObjectPtr& b) {
  if (a == b) return true;
  if (!a || !b) return false;
  if (HaveSameFields(*a, *b)) return true;
  return ObjectText(*a) == ObjectText(*b);
}

bool SameContent(const State& a, const State& b) {
  return SameOutputs(a, b) &&
         std::equal(a.resources.begin(), a.resources.end(), b.resources.begin(), b.resources.end(),
                    SameResource) &&
         CompactText(a.check_results) == CompactText(b.check_results) && a.unknown_keys == b.unknown_keys;
}

}  // namespace engine::state
