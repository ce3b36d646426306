// What a plugin may send: the handshake line, its schemas, values and diagnostics.
#include <cstdint>
#include <string_view>

#include <tfplugin6.pb.h>

#include "provider/plugin/catalog.h"
#include "provider/plugin/codec.h"
#include "provider/plugin/handshake.h"
#include "provider/plugin/plugin_log.h"
#include "provider/plugin/reattach.h"

using namespace provider::plugin;

namespace {

void ReadSchemas(std::string_view text, Protocol protocol) {
  auto catalog = Catalog::Make({.protocol = protocol, .schemas = text, .identities = text, .owner = nullptr});
  if (!catalog.ok()) return;
  (void)(*catalog)->CheckAll();
  for (const std::string& type : (*catalog)->ResourceTypes()) {
    (void)(*catalog)->FindIdentity(type);
    const auto* schema = (*catalog)->FindResource(type);
    tfplugin6::DynamicValue value;
    value.set_msgpack(std::string(text));
    if (schema) (void)DecodeValue(value, schema->block.implied_type());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 5) {
    case 0:
      if (auto handshake = ParseHandshake(text); handshake.ok()) {
        auto again = ParseHandshake(HandshakeLine(*handshake));
        if (!again.ok() || !(*again == *handshake)) __builtin_trap();
      }
      (void)ParseReattach(text);
      break;
    case 1:
      ReadSchemas(text, Protocol::k5);
      break;
    case 2:
      ReadSchemas(text, Protocol::k6);
      break;
    case 3: {
      tfplugin6::PlanResourceChangeResponse response;
      if (!response.ParseFromArray(text.data(), static_cast<int>(text.size()))) break;
      (void)DecodeDiagnostics(response.diagnostics());
      for (const auto& path : response.requires_replace()) (void)DecodePath(path);
      using language::value::Type;
      (void)DecodeValue(response.planned_state(),
                        Type::Object({{"a", Type::Dynamic()}, {"b", Type::Set(Type::String())}}));
      break;
    }
    default: {
      PluginLog log("fuzz");
      log.Add(text);
      (void)log.LastWords();
      (void)ParseLogLine(text);
      break;
    }
  }
  return 0;
}
