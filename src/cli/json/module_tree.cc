#include "cli/json/module_tree.h"

namespace cli::json {

void ModuleTree::Add(const language::address::ModuleInstance& module, size_t item) {
  ModuleTree* at = this;
  language::address::ModuleInstance path;
  for (const language::address::ModuleStep& step : module.steps) {
    path.steps.push_back(step);
    std::string address = path.ToString();
    at = &at->children_[address];
    at->address_ = std::move(address);
  }
  at->items_.push_back(item);
}

void ModuleTree::Write(base::json::Writer& json, const std::function<void(size_t item)>& write_item) const {
  json.BeginObject();
  if (!items_.empty()) {
    json.Key("resources").BeginArray();
    for (const size_t item : items_) write_item(item);
    json.EndArray();
  }
  if (!address_.empty()) json.Member("address", address_);
  if (!children_.empty()) {
    json.Key("child_modules").BeginArray();
    for (const auto& [address, child] : children_) child.Write(json, write_item);
    json.EndArray();
  }
  json.EndObject();
}

}  // namespace cli::json
