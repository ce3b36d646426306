#include "engine/run/check_results.h"

#include <algorithm>
#include <array>

#include "base/json/reader.h"
#include "base/json/writer.h"

namespace engine::run {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"pass", "unknown", "fail", "error"};

ConditionStatus StatusByName(std::string_view name) {
  auto found = std::find(kNames.begin(), kNames.end(), name);
  return found == kNames.end() ? ConditionStatus::kUnknown
                               : static_cast<ConditionStatus>(found - kNames.begin());
}

std::string_view NameOf(ConditionStatus status) { return kNames[static_cast<size_t>(status)]; }

}  // namespace

CheckedObject CheckedResource(const language::address::ResourceInstance& address) {
  language::address::ModuleResource config{address.module.WithoutKeys(), address.resource};
  return {.kind = "resource", .config_address = config.ToString(), .address = address.ToString()};
}

CheckedObject CheckedName(std::string_view kind, std::string_view name,
                          const language::address::ModuleInstance& module) {
  auto in = [&](const language::address::ModuleInstance& path) {
    return fmt::format("{}{}{}.{}", path.ToString(), path.IsRoot() ? "" : ".", kind, name);
  };
  return {.kind = kind, .config_address = in(module.WithoutKeys()), .address = in(module)};
}

bool HasConditions(const config::Resource& resource) {
  return !resource.lifecycle.preconditions.empty() || !resource.lifecycle.postconditions.empty();
}

CheckResults::CheckResults(const config::Configuration& configuration) {
  AddConfiguration(*configuration.root);
}

void CheckResults::AddConfiguration(const config::ModuleNode& node) {
  auto add = [&](const CheckedObject& object, size_t conditions) {
    checked_[{std::string(object.kind), object.config_address}].conditions = conditions;
  };
  for (const auto& [name, resource] : node.module->resources) {
    size_t conditions = resource.lifecycle.preconditions.size() + resource.lifecycle.postconditions.size();
    if (conditions) add(CheckedResource({node.path, resource.address, {}}), conditions);
  }
  for (const auto& [name, output] : node.module->outputs)
    if (!output.preconditions.empty())
      add(CheckedName("output", name, node.path), output.preconditions.size());
  for (const auto& [name, variable] : node.module->variables)
    if (!variable.validations.empty()) add(CheckedName("var", name, node.path), variable.validations.size());
  for (const auto& [name, check] : node.module->checks)
    add(CheckedName("check", name, node.path), check.assertions.size());
  for (const auto& [name, child] : node.children) AddConfiguration(*child);
}

void CheckResults::Expect(const CheckedObject& object) {
  checked_[{std::string(object.kind), object.config_address}].objects[object.address];
}

void CheckResults::Add(const CheckedObject& object, ConditionStatus status, std::string_view message) {
  Object& target = checked_[{std::string(object.kind), object.config_address}].objects[object.address];
  if (target.kept) target = {};
  ++target.results;
  target.status = std::max(target.status, status);
  if (status == ConditionStatus::kFail && !message.empty()) target.messages.emplace_back(message);
}

void CheckResults::TakeObjects(std::string_view json,
                               const std::function<bool(std::string_view kind)>& keeps) {
  if (json.empty()) return;
  auto document = base::json::Document::Parse(json);
  if (!document.ok() || !document->root().IsArray()) return;
  for (base::json::Node item : document->root().Elements()) {
    if (!item.IsObject()) continue;
    base::json::Node objects = item.Find("objects");
    if (!objects || !objects.IsArray()) continue;
    std::string kind(item.FindString("object_kind").value_or(""));
    std::string address(item.FindString("config_addr").value_or(""));
    bool kept = keeps(kind);
    Checked& checked = checked_[{std::move(kind), std::move(address)}];
    for (base::json::Node node : objects.Elements()) {
      if (!node.IsObject()) continue;
      Object& object = checked.objects[std::string(node.FindString("object_addr").value_or(""))];
      object.kept = kept;
      if (!kept) continue;
      object.status = StatusByName(node.FindString("status").value_or(""));
      base::json::Node messages = node.Find("failure_messages");
      if (!messages || !messages.IsArray()) continue;
      for (base::json::Node message : messages.Elements())
        if (message.IsString()) object.messages.emplace_back(message.AsString());
    }
  }
}

ConditionStatus CheckResults::StatusOf(const Checked& checked, const Object& object) {
  bool complete = object.kept || object.results >= checked.conditions;
  return complete ? object.status : std::max(object.status, ConditionStatus::kUnknown);
}

std::string CheckResults::ToJson() const {
  if (checked_.empty()) return "";
  std::string out;
  base::json::Writer writer(&out);
  writer.BeginArray();
  for (const auto& [key, checked] : checked_) {
    bool known = all_known_ || !checked.objects.empty();
    ConditionStatus worst = known ? ConditionStatus::kPass : ConditionStatus::kUnknown;
    for (const auto& [address, object] : checked.objects) worst = std::max(worst, StatusOf(checked, object));
    writer.BeginObject().Member("object_kind", key.first).Member("config_addr", key.second);
    writer.Member("status", NameOf(worst)).Key("objects");
    if (checked.objects.empty()) {
      writer.Null().EndObject();
      continue;
    }
    writer.BeginArray();
    for (const auto& [address, object] : checked.objects) {
      writer.BeginObject().Member("object_addr", address);
      writer.Member("status", NameOf(StatusOf(checked, object)));
      if (!object.messages.empty()) {
        std::vector<std::string> messages = object.messages;
        std::sort(messages.begin(), messages.end());
        writer.Key("failure_messages").BeginArray();
        for (const std::string& message : messages) writer.String(message);
        writer.EndArray();
      }
      writer.EndObject();
    }
    writer.EndArray().EndObject();
  }
  writer.EndArray();
  return out;
}

}  // namespace engine::run
