#include "engine/remote/kubernetes_objects.h"

#include "base/core/strings.h"
#include "base/json/writer.h"

namespace engine::remote {
namespace {

using base::json::Node;
using base::json::Writer;

constexpr std::string_view kStateKey = "tfstate";
constexpr std::string_view kLockInfoAnnotation = "app.terraform.io/lock-info";

Node Find(Node object, std::string_view key) {
  const Node found = object && object.IsObject() ? object.Find(key) : Node();
  return found && !found.IsNull() ? found : Node();
}

void WriteTexts(Writer& writer, std::string_view key, const Labels& texts) {
  writer.Key(key).BeginObject();
  for (const auto& [name, text] : texts) writer.Member(name, text);
  writer.EndObject();
}

// The members of an object but for the given one.
void WriteOthers(Writer& writer, Node object, std::string_view but) {
  if (!object || !object.IsObject()) return;
  for (const base::json::Member& member : object.Members())
    if (member.key() != but) writer.Key(member.key()).Raw(member.value.raw());
}

}  // namespace

Labels LabelsOf(Node object) {
  Labels labels;
  const Node found = Find(Find(object, "metadata"), "labels");
  if (!found || !found.IsObject()) return labels;
  for (const base::json::Member& member : found.Members())
    if (member.value.IsString()) labels.insert_or_assign(member.key(), member.value.AsString());
  return labels;
}

std::string MetadataText(Node object, std::string_view name) {
  const Node metadata = Find(object, "metadata");
  return metadata ? metadata.FindString(name).value_or("") : "";
}

std::string NewSecret(const std::string& name, const std::string& namespace_name, const Labels& labels) {
  std::string text;
  Writer writer(&text);
  writer.BeginObject().Member("apiVersion", "v1").Member("kind", "Secret").Key("metadata").BeginObject();
  WriteTexts(writer, "annotations", {{"encoding", "gzip"}});
  WriteTexts(writer, "labels", labels);
  writer.Member("name", name).Member("namespace", namespace_name).EndObject().EndObject();
  return text;
}

std::string WithState(Node secret, std::string_view bytes, const std::optional<std::string>& version) {
  std::string text;
  text.reserve(bytes.size() * 4 / 3 + 4096);
  Writer writer(&text);
  writer.BeginObject();
  for (const base::json::Member& member : secret.Members()) {
    const std::string key = member.key();
    if (key == "data" || (key == "metadata" && version)) continue;
    writer.Key(key).Raw(member.value.raw());
  }
  if (version) {
    writer.Key("metadata").BeginObject();
    WriteOthers(writer, Find(secret, "metadata"), "resourceVersion");
    writer.Member("resourceVersion", *version).EndObject();
  }
  writer.Key("data").BeginObject();
  WriteOthers(writer, Find(secret, "data"), kStateKey);
  writer.Key(kStateKey).RawVerbatim("\"" + base::core::Base64Encode(bytes) + "\"");
  writer.EndObject().EndObject();
  return text;
}

std::optional<std::string> StateBytes(Node secret) {
  const Node state = Find(Find(secret, "data"), kStateKey);
  if (!state || !state.IsString()) return std::nullopt;
  return base::core::Base64Decode(state.AsString());
}

std::string NewLease(const std::string& name, const Labels& labels, const std::string& holder,
                     const std::string& info) {
  std::string text;
  Writer writer(&text);
  writer.BeginObject()
      .Member("apiVersion", "coordination.k8s.io/v1")
      .Member("kind", "Lease")
      .Key("metadata")
      .BeginObject();
  WriteTexts(writer, "annotations", {{std::string(kLockInfoAnnotation), info}});
  WriteTexts(writer, "labels", labels);
  writer.Member("name", name).EndObject();
  writer.Key("spec").BeginObject().Member("holderIdentity", holder).EndObject().EndObject();
  return text;
}

std::string HolderOf(Node lease) {
  const Node spec = Find(lease, "spec");
  return spec ? spec.FindString("holderIdentity").value_or("") : "";
}

std::string LockInfoOf(Node lease) {
  const Node annotations = Find(Find(lease, "metadata"), "annotations");
  return annotations ? annotations.FindString(kLockInfoAnnotation).value_or("") : "";
}

std::string WithHolder(Node lease, const std::string& holder, const std::string& info) {
  std::string text;
  Writer writer(&text);
  writer.BeginObject();
  for (const base::json::Member& member : lease.Members())
    if (member.key() != "metadata" && member.key() != "spec")
      writer.Key(member.key()).Raw(member.value.raw());
  const Node metadata = Find(lease, "metadata");
  writer.Key("metadata").BeginObject();
  WriteOthers(writer, metadata, "annotations");
  const Node annotations = Find(metadata, "annotations");
  const size_t others =
      annotations ? annotations.size() - (annotations.Find(kLockInfoAnnotation) ? 1 : 0) : 0;
  if (others > 0 || !holder.empty()) {
    writer.Key("annotations").BeginObject();
    WriteOthers(writer, annotations, kLockInfoAnnotation);
    if (!holder.empty()) writer.Member(kLockInfoAnnotation, info);
    writer.EndObject();
  }
  writer.EndObject();
  writer.Key("spec").BeginObject();
  WriteOthers(writer, Find(lease, "spec"), "holderIdentity");
  if (!holder.empty()) writer.Member("holderIdentity", holder);
  writer.EndObject().EndObject();
  return text;
}

}  // namespace engine::remote
