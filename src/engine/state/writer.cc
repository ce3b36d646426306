#include "engine/state/writer.h"

#include "base/core/strings.h"
#include "language/value/codec.h"

namespace engine::state {
namespace {

using base::core::Error;
using base::core::Result;
using base::json::Writer;
using language::address::ResourceMode;
using language::value::PathStep;

Result<void> WriteSensitivePaths(const std::vector<Path>& paths, Writer* writer) {
  writer->BeginArray();
  for (const Path& path : paths) {
    writer->BeginArray();
    for (const PathStep& step : path) {
      writer->BeginObject().Member("type", step.IsAttribute() ? "get_attr" : "index").Key("value");
      if (step.IsAttribute()) {
        writer->String(step.attribute);
      } else {
        ASSIGN_OR_RETURN(const std::string key, language::value::ToJson(step.key, Type::Dynamic()));
        writer->Raw(key);
      }
      writer->EndObject();
    }
    writer->EndArray();
  }
  writer->EndArray();
  return {};
}

Result<void> WriteResource(const ResourceState& resource, Writer* writer) {
  writer->BeginObject();
  if (!resource.module.IsRoot()) writer->Member("module", resource.module.ToString());
  writer->Member("mode", resource.resource.mode == ResourceMode::kData ? "data" : "managed")
      .Member("type", resource.resource.type)
      .Member("name", resource.resource.name)
      .Member("provider", resource.provider.provider.type.empty() ? "" : resource.provider.ToString());
  writer->Key("instances").BeginArray();
  for (const Instance& instance : resource.instances) {
    auto write = [&](std::string_view deposed, const Object& object) -> Result<void> {
      Result<void> written = WriteObject(instance.key, deposed, object, writer);
      const ResourceInstance address{resource.module, resource.resource, instance.key};
      return std::move(written).Wrap(address.ToString());
    };
    if (instance.current) RETURN_IF_ERROR(write("", *instance.current));
    for (const auto& [key, object] : instance.deposed) RETURN_IF_ERROR(write(key, *object));
  }
  writer->EndArray();
  if (!resource.unknown_keys.empty()) writer->RawMembers(resource.unknown_keys);
  writer->EndObject();
  return {};
}

// A guess at the size of the file, so that the text is not moved while it grows.
size_t GuessSize(const State& state) {
  size_t size = 4096;
  for (const ResourceState& resource : state.resources) {
    size += 400;
    for (const Instance& instance : resource.instances) {
      size += 500 + (instance.current ? instance.current->json.size() * 5 / 4 : 0);
    }
  }
  return size;
}

}  // namespace

Result<void> WriteObject(const InstanceKey& key, std::string_view deposed, const Object& object,
                         Writer* writer) {
  writer->BeginObject();
  if (key.IsInt()) writer->Member("index_key", key.AsInt());
  if (key.IsString()) writer->Member("index_key", key.AsString());
  if (object.tainted) writer->Member("status", "tainted");
  if (!deposed.empty()) writer->Member("deposed", deposed);
  writer->Member("schema_version", object.schema_version);
  if (object.value) {
    ASSIGN_OR_RETURN(const std::string json, language::value::ToJson(*object.value, object.type));
    writer->Key("attributes").Raw(json);
  } else if (!object.json.empty()) {
    writer->Key(object.flatmap ? "attributes_flat" : "attributes").Raw(object.json);
  }
  writer->Key("sensitive_attributes");
  RETURN_IF_ERROR(WriteSensitivePaths(object.sensitive_paths, writer));
  if (!object.identity_json.empty())
    writer->Member("identity_schema_version", object.identity_version)
        .Key("identity")
        .Raw(object.identity_json);
  if (!object.private_data.empty()) writer->Member("private", base::core::Base64Encode(object.private_data));
  if (object.dependencies && !object.dependencies->empty()) {
    writer->Key("dependencies").BeginArray();
    for (const ModuleResource& dependency : *object.dependencies) writer->String(dependency.ToString());
    writer->EndArray();
  }
  if (object.create_before_destroy) writer->Member("create_before_destroy", true);
  if (!object.unknown_keys.empty()) writer->RawMembers(object.unknown_keys);
  writer->EndObject();
  return {};
}

Result<void> WriteOutput(const std::string& name, const OutputValue& output, Writer* writer) {
  const Type type = output.value.type();
  Result<std::string> json = language::value::ToJson(output.value, type);
  if (!json.ok()) return Error("output " + name + ": " + json.error().message());
  writer->Key(name).BeginObject().Key("value").Raw(*json).Key("type").Raw(type.ToJson());
  if (output.sensitive) writer->Member("sensitive", true);
  if (!output.unknown_keys.empty()) writer->RawMembers(output.unknown_keys);
  writer->EndObject();
  return {};
}

namespace {

// `made` is called between resources with what has been appended to `out`, and may take it away.
template <typename Made>
Result<void> AppendState(const State& state, std::string& out, const Made& made) {
  Writer writer(&out, Writer::Style::kIndented);
  writer.BeginObject()
      .Member("version", 4)
      .Member("terraform_version", kWriterVersion)
      .Member("serial", state.serial)
      .Member("lineage", state.lineage);
  writer.Key("outputs").BeginObject();
  for (const auto& [name, output] : state.outputs) {
    if (!output.value.IsNull()) RETURN_IF_ERROR(WriteOutput(name, output, &writer));
  }
  writer.EndObject();
  writer.Key("resources").BeginArray();
  for (const ResourceState& resource : state.resources) {
    RETURN_IF_ERROR(WriteResource(resource, &writer));
    made();
  }
  writer.EndArray();
  writer.Key("check_results");
  if (state.check_results.empty()) {
    writer.Null();
  } else {
    writer.Raw(state.check_results);
  }
  if (!state.unknown_keys.empty()) writer.RawMembers(state.unknown_keys);
  writer.EndObject();
  out.push_back('\n');
  return {};
}

}  // namespace

Result<std::string> WriteState(const State& state) {
  std::string out;
  out.reserve(GuessSize(state));
  RETURN_IF_ERROR(AppendState(state, out, [] {}));
  return out;
}

Result<void> WriteStateInPieces(const State& state, const std::function<void(std::string_view)>& put) {
  constexpr size_t kPiece = 256 << 10;
  std::string out;
  RETURN_IF_ERROR(AppendState(state, out, [&] {
    if (out.size() < kPiece) return;
    put(out);
    out.clear();
  }));
  put(out);
  return {};
}

}  // namespace engine::state
