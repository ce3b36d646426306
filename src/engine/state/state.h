// The state in memory: resources, their instances and objects, outputs; as state file format v4 holds them.
// Not the file (reader.h, writer.h), not locking and saving (manager.h). Objects are immutable and shared
// between snapshots, so that copying a State of 100,000 instances copies pointers. Used by engine/run,
// engine/backend, cli state commands.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/result.h"
#include "language/address/address.h"
#include "language/value/value.h"

namespace engine::state {

using language::address::InstanceKey;
using language::address::ModuleInstance;
using language::address::ModuleResource;
using language::address::ProviderConfig;
using language::address::Resource;
using language::address::ResourceInstance;
using language::value::Path;
using language::value::Type;
using language::value::Value;

// Sorted, without duplicates; shared by all instances that have the same (interned by the reader and by the
// engine).
using Dependencies = std::shared_ptr<const std::vector<ModuleResource>>;

// One remote object as last known.
struct Object {
  int64_t schema_version = 0;
  bool tainted = false;
  bool create_before_destroy = false;
  // The attributes as JSON text (a view into `backing`, or owned through it) until somebody needs the value.
  // Exactly one of `json` and `value` is authoritative: `value` when it is set (unmarked).
  std::string_view json;
  std::shared_ptr<const std::string> backing;
  std::optional<Value> value;
  Type type;  // the constraint with which `value` is written
  std::vector<Path> sensitive_paths;
  std::string private_data;   // decoded from base64
  Dependencies dependencies;  // may be null
  std::string identity_json;  // what names the remote object for good, where the provider tells; else empty
  int64_t identity_version = 0;
  std::string unknown_keys;  // raw JSON members of newer writers, kept for rewriting
  bool flatmap = false;      // `json` is the flat map of strings that ancient states hold

  // The attributes as a value of the type (decodes `json`; missing attributes are null, those that the type
  // no longer has are left out). Not for other schema versions: those go through the provider's upgrade.
  base::core::Result<Value> Decode(Type type) const;
  // Compact JSON of the attributes, whichever way they are held.
  std::string AttributesJson() const;
};
using ObjectPtr = std::shared_ptr<const Object>;

struct Instance {
  InstanceKey key;
  ObjectPtr current;                                       // may be null when only deposed objects are left
  std::vector<std::pair<std::string, ObjectPtr>> deposed;  // by key of 8 hex digits, sorted
  ObjectPtr FindDeposed(const std::string& deposed_key) const;
};

struct ResourceState {
  ModuleInstance module;
  Resource resource;
  ProviderConfig provider;
  std::vector<Instance> instances;  // sorted by key
  std::string unknown_keys;         // raw JSON members of newer writers
  const Instance* Find(const InstanceKey& key) const;
};

struct OutputValue {
  Value value;  // unmarked
  bool sensitive = false;
  std::string unknown_keys;  // raw JSON members of newer writers
};

struct State {
  std::string terraform_version;
  std::string lineage;
  uint64_t serial = 0;
  std::map<std::string, OutputValue> outputs;
  std::vector<ResourceState> resources;  // in file order: module text, mode (data first), type, name
  std::string check_results;             // raw JSON; empty: null
  std::string unknown_keys;              // raw JSON members of newer writers

  bool Empty() const { return outputs.empty() && resources.empty(); }
  // Binary search; null when absent.
  const ResourceState* Find(const ModuleInstance& module, const Resource& resource) const;
  // `deposed`: a key, or empty for the current object.
  ObjectPtr FindObject(const ResourceInstance& address, const std::string& deposed = {}) const;
};

// Whether a file would hold the same but for version, serial and lineage. Cheap where objects are shared.
bool SameContent(const State& a, const State& b);
// Whether both would be written alike. Null is like null only.
bool SameObject(const ObjectPtr& a, const ObjectPtr& b);
// Bytewise order of resources in the file.
bool FileOrderLess(const ResourceState& a, const ResourceState& b);

// A State under construction or being changed: constant-time access by address, for appliers.
class StateEditor {
 public:
  explicit StateEditor(State base);
  // null object: the instance's current object is removed; empty husks go with it.
  void SetCurrent(const ResourceInstance& address, const ProviderConfig& provider, ObjectPtr object);
  void SetDeposed(const ResourceInstance& address, const ProviderConfig& provider, const std::string& key,
                  ObjectPtr object);
  void SetOutput(const std::string& name, std::optional<OutputValue> value);
  ObjectPtr Current(const ResourceInstance& address) const;
  ObjectPtr Deposed(const ResourceInstance& address, const std::string& key) const;
  State& header();  // lineage, serial, check_results
  // A snapshot in file order. Cost is proportional to the number of instances.
  State Snapshot() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace engine::state
