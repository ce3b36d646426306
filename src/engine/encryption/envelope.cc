#include "engine/encryption/envelope.h"

#include "base/core/strings.h"
#include "base/json/reader.h"
#include "base/json/writer.h"

namespace engine::encryption {
namespace {

using base::core::Error;
using base::core::Result;
using base::json::Document;
using base::json::Node;

constexpr std::string_view kVersion = "v0";
constexpr std::string_view kVersionKey = "encryption_version";
constexpr int kMaxDepth = 16;
constexpr size_t kMaxProviders = 64;
constexpr size_t kMaxMetadata = 64 << 10;

Error Damaged(std::string why) {
  return Error("the encrypted file is damaged: " + std::move(why) +
               ". Take it from a backup, or from an earlier version of it");
}

Result<Metadata> ReadMetadata(Node node) {
  Metadata out;
  if (!node || node.IsNull()) return out;
  if (!node.IsObject()) return Damaged("\"meta\" must be an object");
  if (node.size() > kMaxProviders) return Damaged("\"meta\" has too many members");
  for (const base::json::Member member : node.Members()) {
    std::optional<std::string> json;
    if (member.value.IsString()) json = base::core::Base64Decode(member.value.AsString());
    if (!json || json->size() > kMaxMetadata) return Damaged("\"meta\" must hold short Base64 texts");
    out.insert_or_assign(member.key(), std::move(*json));
  }
  return out;
}

// Most texts that are none are told apart without being parsed.
bool MayBeEnvelope(std::string_view text) {
  return text.find("\"encryption_version\"") != std::string_view::npos;
}

std::optional<ClearMembers> ReadClear(Node root) {
  const Node serial = root.Find("serial");
  const std::optional<std::string> lineage = root.FindString("lineage");
  if (!serial && !lineage) return std::nullopt;
  return ClearMembers{serial ? serial.AsUint64() : std::nullopt, lineage.value_or("")};
}

}  // namespace

bool IsEnvelope(std::string_view text) {
  if (!MayBeEnvelope(text)) return false;
  const auto document = Document::Parse(text, {.max_depth = kMaxDepth, .index_depth = 1});
  return document.ok() && document->root().IsObject() && document->root().Find(kVersionKey);
}

Result<std::optional<Envelope>> ParseEnvelope(std::string_view text) {
  if (!MayBeEnvelope(text)) return std::optional<Envelope>();
  auto document = Document::Parse(text, {.max_depth = kMaxDepth, .index_depth = 2});
  // A plain state may nest deeper than an envelope ever does; what it is its own reader tells.
  if (!document.ok() || !document->root().IsObject()) return std::optional<Envelope>();
  const Node root = document->root();
  const Node version = root.Find(kVersionKey);
  if (!version || !version.IsString() || version.StringEquals("")) return std::optional<Envelope>();
  if (!version.StringEquals(kVersion))
    return Error("it was encrypted in the format " + version.AsString() +
                 ", which this version cannot read (it reads v0). Use the program that wrote it");
  Envelope envelope;
  ASSIGN_OR_RETURN(envelope.metadata, ReadMetadata(root.Find("meta")));
  const Node data = root.Find("encrypted_data");
  if (!data || !data.IsString()) return Damaged("\"encrypted_data\" is missing");
  const std::optional<std::string_view> plain = data.PlainString();
  auto bytes = plain ? base::core::Base64Decode(*plain) : base::core::Base64Decode(data.AsString());
  if (!bytes) return Damaged("\"encrypted_data\" is no Base64 text");
  envelope.data = std::move(*bytes);
  envelope.clear = ReadClear(root);
  return std::optional(std::move(envelope));
}

std::string WriteEnvelope(const Metadata& metadata, std::string_view data,
                          const std::optional<ClearMembers>& clear) {
  std::string out;
  base::json::Writer writer(&out);
  writer.BeginObject();
  if (clear) {
    writer.Key("serial");
    clear->serial ? writer.Uint(*clear->serial) : writer.Null();
    writer.Member("lineage", clear->lineage);
  }
  writer.Key("meta").BeginObject();
  for (const auto& [key, json] : metadata) writer.Member(key, base::core::Base64Encode(json));
  writer.EndObject().Key("encrypted_data");
  const std::string text = base::core::Base64Encode(data);
  out.reserve(out.size() + text.size() + 64);
  // Base64 needs no escapes, so that a large state is not looked through once more.
  out.append("\"").append(text).append("\",\"").append(kVersionKey).append("\":\"").append(kVersion);
  return out.append("\"}");
}

Result<ClearMembers> ReadClearMembers(std::string_view state) {
  ASSIGN_OR_RETURN(const Document document, Document::Parse(state, {.max_depth = 10'000, .index_depth = 1}));
  if (!document.root().IsObject()) return Error("a state must be a JSON object");
  return ReadClear(document.root()).value_or(ClearMembers{});
}

}  // namespace engine::encryption
