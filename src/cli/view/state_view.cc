#include "cli/view/state_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/json/writer.h"
#include "cli/view/value_render.h"
#include "language/eval/render.h"
#include "language/value/codec.h"

namespace cli::view {
namespace {

using engine::state::Instance;
using engine::state::Object;
using engine::state::OutputValue;
using engine::state::ResourceState;
using engine::state::State;
using language::schema::Block;
using language::value::kSensitive;
using language::value::Type;

constexpr RenderOptions kStateOptions{
    .hide_null_suffix = false, .show_unchanged = true, .hide_symbols = true};

// The attributes with their marks; null where the object does not fit the schema.
Value ObjectValue(const Object& object, const Block& block) {
  auto value = object.Decode(block.implied_type());
  if (!value.ok()) return Value();
  std::vector<std::pair<language::value::Path, language::value::Marks>> marks;
  for (const language::value::Path& path : object.sensitive_paths) marks.emplace_back(path, kSensitive);
  Value marked = value->MarkedAt(marks);
  return block.ContainsSensitive() ? language::schema::MarkSensitive(block, marked) : marked;
}

std::string AddressText(const ResourceState& resource, const Instance& instance) {
  return language::address::ResourceInstance{resource.module, resource.resource, instance.key}.ToString();
}

void AppendObject(const ResourceState& resource, const Instance& instance, const Object& object,
                  std::string_view deposed, const Block& block, const Style& style, std::string* out) {
  *out += "# " + AddressText(resource, instance) + ":";
  if (!deposed.empty()) {
    *out += fmt::format(" (deposed object {})", deposed);
  } else if (object.tainted) {
    *out += " (tainted)";
  }
  const bool managed = resource.resource.mode == language::address::ResourceMode::kManaged;
  *out += fmt::format("\n{} \"{}\" \"{}\" ", managed ? "resource" : "data", resource.resource.type,
                      resource.resource.name);
  const Value value = ObjectValue(object, block);
  RenderDiff(DiffBlock(block, value, value, {}), 0, kStateOptions, style, out);
  *out += '\n';
}

void AppendOutputs(const State& state, const Style& style, std::string* out) {
  if (state.outputs.empty()) return;
  *out += "\n\nOutputs:\n\n";
  for (const auto& [name, output] : state.outputs) {
    const Value value = output.sensitive ? output.value.WithMarks(kSensitive) : output.value;
    *out += name + " = ";
    RenderDiff(DiffTyped(output.value.type(), value, value), 0, kStateOptions, style, out);
    *out += '\n';
  }
}

// A module's children follow it, by the text of their addresses.
bool ComesBefore(const language::address::ModuleInstance& a, const language::address::ModuleInstance& b) {
  const auto [differing, other] = std::ranges::mismatch(a.steps, b.steps);
  if (differing == a.steps.end() || other == b.steps.end()) return a.steps.size() < b.steps.size();
  return language::address::ModuleInstance{{*differing}}.ToString() <
         language::address::ModuleInstance{{*other}}.ToString();
}

// As people read them: data first, by name, then the modules inside.
std::vector<const ResourceState*> DisplayOrder(const State& state) {
  std::vector<const ResourceState*> out;
  for (const ResourceState& resource : state.resources) out.push_back(&resource);
  std::ranges::stable_sort(out, [](const ResourceState* a, const ResourceState* b) {
    return a->module == b->module ? a->resource < b->resource : ComesBefore(a->module, b->module);
  });
  return out;
}

bool IsInsideOf(language::address::ModuleInstance module,
                const std::set<language::address::ModuleInstance>& others) {
  while (!module.IsRoot()) {
    module.steps.pop_back();
    if (others.contains(module)) return true;
  }
  return false;
}

}  // namespace

std::string RenderState(const State& state, const SchemaLookup& schemas, const Style& style) {
  if (state.Empty()) return "The state file is empty. No resources are represented.\n";
  std::string out;
  const language::address::ModuleInstance* module = nullptr;
  std::set<language::address::ModuleInstance> shown;
  bool separate =
      false;  // as in the reference, only from what an outer module has shown, and within a module
  static const Block kNoSchema = [] {
    Block block;
    block.Finish();
    return block;
  }();
  for (const ResourceState* resource : DisplayOrder(state)) {
    const provider::api::ResourceSchema* schema = schemas(resource->provider.provider, resource->resource);
    const Block& block = schema ? schema->block : kNoSchema;
    auto append = [&](const Instance& instance, const Object& object, std::string_view deposed) {
      if (separate) out += '\n';
      separate = true;
      AppendObject(*resource, instance, object, deposed, block, style, &out);
    };
    if (module == nullptr || !(*module == resource->module)) {
      separate = IsInsideOf(resource->module, shown);
      if (separate) out += '\n';
      shown.insert(resource->module);
    }
    module = &resource->module;
    for (const Instance& instance : resource->instances) {
      if (instance.current) append(instance, *instance.current, "");
      for (const auto& [key, object] : instance.deposed) append(instance, *object, key);
    }
  }
  AppendOutputs(state, style, &out);
  return out;
}

std::string RenderInstance(const ResourceState& resource, const Instance& instance, const Block& schema,
                           const Style& style) {
  std::string out;
  if (instance.current) AppendObject(resource, instance, *instance.current, "", schema, style, &out);
  return out;
}

std::string RenderOutputs(const std::vector<std::pair<std::string, Value>>& outputs) {
  std::vector<const std::pair<std::string, Value>*> sorted;
  for (const auto& output : outputs) {
    if (!output.second.IsNull()) sorted.push_back(&output);
  }
  std::ranges::sort(sorted, {}, [](const auto* output) -> const std::string& { return output->first; });
  std::string out;
  for (const auto* output : sorted) {
    out += output->first + " = ";
    out += output->second.IsMarked(kSensitive) ? "<sensitive>" : language::eval::RenderValue(output->second);
    out += '\n';
  }
  return out;
}

std::string OutputsJson(const std::map<std::string, OutputValue>& outputs) {
  std::string out;
  base::json::Writer json(&out, base::json::Writer::Style::kIndented);
  json.BeginObject();
  for (const auto& [name, output] : outputs) {
    const Type type = output.value.type();
    auto value = language::value::ToJson(output.value, type);
    json.Key(name).BeginObject().Member("sensitive", output.sensitive);
    json.Key("type").Raw(type.ToJson());
    json.Key("value").Raw(value.ok() ? *value : "null");
    json.EndObject();
  }
  json.EndObject();
  return out + "\n";
}

}  // namespace cli::view
