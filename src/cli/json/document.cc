#include "cli/json/document.h"

#include <fmt/format.h>

namespace cli::json {
namespace {

constexpr size_t kMuch = size_t{64} << 10;

}  // namespace

void Document::Pass() {
  if (text_.size() < kMuch) return;
  output_(text_);
  text_.clear();
}

void Document::End() {
  text_ += '\n';
  output_(text_);
  text_.clear();
}

std::string_view ModeName(language::address::ResourceMode mode) {
  switch (mode) {
    case language::address::ResourceMode::kData:
      return "data";
    case language::address::ResourceMode::kManaged:
      return "managed";
    case language::address::ResourceMode::kEphemeral:
      return "ephemeral";
  }
  return "managed";
}

void WriteIndex(const language::address::InstanceKey& key, base::json::Writer& json) {
  if (key.IsInt()) json.Member("index", key.AsInt());
  if (key.IsString()) json.Member("index", key.AsString());
}

base::core::Result<const provider::api::ResourceSchema*> SchemaOf(
    const Schemas& schemas, const language::address::Provider& provider,
    const engine::state::ResourceInstance& address) {
  const provider::api::ResourceSchema* schema = schemas.resource(provider, address.resource);
  if (schema != nullptr) return schema;
  return base::core::Error(
      fmt::format("no schema found for {} (in provider {})", address.ToString(), provider.ToString()));
}

}  // namespace cli::json
