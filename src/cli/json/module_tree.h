// Module instances as a tree, with the items that lie in each: what states and planned values are in JSON.
// Not the configuration's modules. Used by state_json.cc and planned_values.cc.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/json/writer.h"
#include "language/address/address.h"

namespace cli::json {

class ModuleTree {
 public:
  // Items keep the order in which they come.
  void Add(const language::address::ModuleInstance& module, size_t item);
  // The members of a module's object: resources, address, child modules by address.
  void Write(base::json::Writer& json, const std::function<void(size_t item)>& write_item) const;

 private:
  std::string address_;
  std::vector<size_t> items_;
  std::map<std::string, ModuleTree> children_;  // by address
};

}  // namespace cli::json
