#include "cli/view/query_view.h"

#include <fmt/format.h>

#include "base/json/writer.h"
#include "base/text/unicode.h"
#include "engine/run/identity.h"
#include "language/value/codec.h"

namespace cli::view {
namespace {

using engine::run::FoundObject;
using engine::run::ListInstance;
using language::value::Value;

// Names come from outside: they begin no line of their own, and steer no terminal.
std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return line;
}

// A value without marks and unknown parts; null after an answer that has some.
std::string Json(const Value& value) {
  auto json = language::value::ToJson(value, value.type());
  return json.ok() ? *std::move(json) : "null";
}

// An object of the log, begun with what all of them have.
base::json::Writer& Begin(const ListInstance& instance, base::json::Writer& json) {
  return json.BeginObject().Member("address", instance.address);
}

}  // namespace

void QueryLines::ListStarts(const ListInstance&, const Value&) { width_ = 0; }

void QueryLines::Found(const ListInstance& instance, const FoundObject& object) {
  const std::string identity = OneLine(engine::run::IdentityText(object.listed.identity));
  const int columns = base::text::DisplayWidth(identity);
  width_ = std::max(width_, columns);
  const std::string name = OneLine(object.listed.display_name);
  terminal_.Print(fmt::format(
      "{}   {}{}\n", instance.address, identity,
      name.empty() ? "" : std::string(static_cast<size_t>(width_ - columns), ' ') + "   " + name));
}

void QueryLines::ListEnds(const ListInstance& instance, int64_t found) {
  if (found == 0) terminal_.Print(fmt::format("{}   nothing found\n", instance.address));
}

void QueryLog::ListStarts(const ListInstance& instance, const Value& config) {
  std::string payload;
  base::json::Writer json(&payload, base::json::Writer::Style::kCompact);
  Begin(instance, json).Member("resource_type", instance.list->type);
  json.Key("input_config").RawVerbatim(Json(config)).EndObject();
  log_.Write(LogLevel::kInfo, instance.address + ": Starting query...", "list_start",
             {{"list_start", std::move(payload)}});
}

void QueryLog::Found(const ListInstance& instance, const FoundObject& object) {
  std::string payload;
  base::json::Writer json(&payload, base::json::Writer::Style::kCompact);
  Begin(instance, json).Member("display_name", object.listed.display_name);
  json.Key("identity").RawVerbatim(Json(object.listed.identity));
  json.Member("identity_version", object.identity_version).Member("resource_type", instance.list->type);
  if (!object.listed.object.IsNull()) json.Key("resource_object").RawVerbatim(Json(object.listed.object));
  if (!object.resource_config.empty()) json.Member("config", object.resource_config);
  if (!object.import_config.empty()) json.Member("import_config", object.import_config);
  json.EndObject();
  log_.Write(LogLevel::kInfo, instance.address + ": Result found", "list_resource_found",
             {{"list_resource_found", std::move(payload)}});
}

void QueryLog::ListEnds(const ListInstance& instance, int64_t found) {
  std::string payload;
  base::json::Writer json(&payload, base::json::Writer::Style::kCompact);
  Begin(instance, json).Member("resource_type", instance.list->type).Member("total", found).EndObject();
  log_.Write(LogLevel::kInfo, instance.address + ": List complete", "list_complete",
             {{"list_complete", std::move(payload)}});
}

}  // namespace cli::view
