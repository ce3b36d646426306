#include "cli/json/checks_json.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/json/reader.h"
#include "language/address/address.h"

namespace cli::json {
namespace {

using base::json::Node;
using base::json::Writer;

// Keys of an address's object, sorted.
using Members = std::map<std::string_view, std::string>;

void WriteMembers(const Members& members, Writer& json) {
  for (const auto& [key, text] : members) json.Member(key, text);
}

Members StaticAddress(const std::string& kind, const std::string& address) {
  Members members{{"kind", kind == "output" ? "output_value" : kind}, {"to_display", address}};
  if (kind == "resource") {
    auto parsed = language::address::ParseModuleResource(address);
    if (!parsed.ok()) return members;
    members["mode"] = parsed->resource.mode == language::address::ResourceMode::kData ? "data" : "managed";
    members["type"] = parsed->resource.type;
    members["name"] = parsed->resource.name;
    if (!parsed->module.IsRoot()) members["module"] = parsed->module.ToString();
    return members;
  }
  // module.m.check.c: modules have no keys here, and names no dots.
  const size_t name = address.rfind('.') + 1;
  members["name"] = address.substr(name);
  const size_t tail = kind.size() + 1 + address.size() - name;
  if (address.size() > tail) members["module"] = address.substr(0, address.size() - tail - 1);
  return members;
}

struct Instance {
  Members address;
  std::string index;  // JSON of the instance's key; empty: none
};

Instance DynamicAddress(const std::string& kind, const std::string& name, const std::string& address) {
  Instance instance{.address = {{"to_display", address}}};
  if (kind == "resource") {
    auto parsed = language::address::ParseResourceInstance(address);
    if (!parsed.ok()) return instance;
    if (!parsed->module.IsRoot()) instance.address["module"] = parsed->module.ToString();
    if (parsed->key.IsInt()) instance.index = std::to_string(parsed->key.AsInt());
    if (parsed->key.IsString()) instance.index = base::json::Quote(parsed->key.AsString());
    return instance;
  }
  const size_t tail = kind.size() + 1 + name.size();
  if (address.size() > tail) instance.address["module"] = address.substr(0, address.size() - tail - 1);
  return instance;
}

void WriteInstance(const Instance& instance, Node node, Writer& json) {
  json.BeginObject().Key("address").BeginObject();
  if (!instance.index.empty()) json.Key("instance_key").RawVerbatim(instance.index);
  WriteMembers(instance.address, json);
  json.EndObject().Member("status", node.FindString("status").value_or("unknown"));
  std::vector<std::string> problems;
  if (Node messages = node.Find("failure_messages"); messages && messages.IsArray())
    for (Node message : messages.Elements())
      if (message.IsString()) problems.push_back(message.AsString());
  if (!problems.empty()) {
    std::ranges::sort(problems);
    json.Key("problems").BeginArray();
    for (const std::string& problem : problems) json.BeginObject().Member("message", problem).EndObject();
    json.EndArray();
  }
  json.EndObject();
}

void WriteCheck(Node node, bool asked, Writer& json) {
  const std::string kind = node.FindString("object_kind").value_or("");
  const Members address = StaticAddress(kind, node.FindString("config_addr").value_or(""));
  json.BeginObject().Key("address").BeginObject();
  WriteMembers(address, json);
  json.EndObject().Member("status", asked ? node.FindString("status").value_or("unknown") : "unknown");
  std::vector<std::pair<std::string, Node>> objects;
  if (Node list = node.Find("objects"); asked && list && list.IsArray())
    for (Node object : list.Elements())
      objects.emplace_back(object.FindString("object_addr").value_or(""), object);
  std::ranges::stable_sort(objects, {}, &std::pair<std::string, Node>::first);
  if (!objects.empty()) {
    auto name = address.find("name");
    json.Key("instances").BeginArray();
    for (const auto& [text, object] : objects)
      WriteInstance(DynamicAddress(kind, name == address.end() ? "" : name->second, text), object, json);
    json.EndArray();
  }
  json.EndObject();
}

}  // namespace

void WriteChecks(std::string_view check_results, bool asked, Writer& json) {
  auto document = base::json::Document::Parse(check_results);
  if (!document.ok() || !document->root().IsArray() || document->root().size() == 0) return;
  std::vector<std::pair<std::string, Node>> checks;
  for (Node node : document->root().Elements())
    checks.emplace_back(node.FindString("config_addr").value_or(""), node);
  std::ranges::stable_sort(checks, {}, &std::pair<std::string, Node>::first);
  json.Key("checks").BeginArray();
  for (const auto& [address, node] : checks) WriteCheck(node, asked, json);
  json.EndArray();
}

}  // namespace cli::json
