// Upgrade: objects of older schemas are brought to today's by their provider; plugins are shown those of
// today's schema, too, as the reference does, since they may tidy them.
#include <mutex>

#include "base/json/reader.h"
#include "base/json/writer.h"
#include "engine/run/planner.h"
#include "engine/run/provider_diagnostics.h"

namespace engine::run {

using base::json::Node;
using base::json::Writer;
using language::value::Type;

namespace {

// What the type has of a document, level by level: a schema may lose attributes without a new version.
void WriteKnown(const Node& node, Type type, Writer& writer) {
  const bool in_order = type.IsTuple() && node.IsArray() && node.size() == type.elements().size();
  if (type.IsObject() && node.IsObject()) {
    writer.BeginObject();
    for (const base::json::Member member : node.Members()) {
      const std::string key = member.key();
      const int index = type.AttributeIndex(key);
      if (index < 0) continue;
      writer.Key(key);
      WriteKnown(member.value, type.attributes()[static_cast<size_t>(index)].type, writer);
    }
    writer.EndObject();
  } else if (type.IsMap() && node.IsObject()) {
    writer.BeginObject();
    for (const base::json::Member member : node.Members()) {
      writer.Key(member.key());
      WriteKnown(member.value, type.element(), writer);
    }
    writer.EndObject();
  } else if ((type.IsList() || type.IsSet() || in_order) && node.IsArray()) {
    writer.BeginArray();
    size_t index = 0;
    for (const Node element : node.Elements())
      WriteKnown(element, in_order ? type.elements()[index++] : type.element(), writer);
    writer.EndArray();
  } else {
    writer.Raw(node.raw());
  }
}

std::string AttributesFor(const state::Object& stored, const ResourceSchema& schema) {
  std::string json = stored.AttributesJson();
  if (stored.flatmap || stored.schema_version != schema.version) return json;
  auto document = base::json::Document::Parse(json);
  if (!document.ok()) return json;
  std::string known;
  Writer writer(&known);
  WriteKnown(document->root(), schema.block.implied_type(), writer);
  return known;
}

}  // namespace

void Planner::UpgradeObjects(std::vector<PendingUpgrade> pending, Provider& provider) {
  if (pending.empty()) return;
  std::vector<provider::api::UpgradeRequest> requests;
  requests.reserve(pending.size());
  for (const PendingUpgrade& each : pending) {
    const state::Object& stored = *each.object->object;
    requests.push_back({.type = each.run->state->resource.type,
                        .version = stored.schema_version,
                        .json = AttributesFor(stored, *each.run->schema),
                        .flat = stored.flatmap});
  }
  std::mutex mutex;
  std::vector<provider::api::UpgradeResponse> responses(requests.size());
  provider.UpgradeAll(
      requests,
      [&](size_t index, provider::api::UpgradeResponse response) {
        std::lock_guard lock(mutex);
        responses[index] = std::move(response);
      },
      context_.stop);
  for (size_t index = 0; index < pending.size(); ++index) {
    const PendingUpgrade& each = pending[index];
    ObjectRun& object = *each.object;
    provider::api::UpgradeResponse& response = responses[index];
    AppendProviderDiagnostics(response.diagnostics, BlockSource(each.run->config), each.address.ToString(),
                              diagnostics_);
    object.failed = provider::api::HasErrors(response.diagnostics);
    if (!object.failed && !response.state.IsWhollyKnown()) {
      diagnostics_.Error(
          "Invalid resource state upgrade",
          fmt::format("Provider {} upgraded the state of {}, and left parts of it unknown. This is a bug in "
                      "the provider.",
                      each.run->provider.provider.ForDisplay(), each.address.ToString()));
      object.failed = true;
    }
    object.before = object.refreshed = std::move(response.state);
    object.upgraded = !each.decoded || !each.decoded->RawEquals(object.before);
  }
}

}  // namespace engine::run
