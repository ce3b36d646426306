#include "provider/plugin/reattach.h"

#include <fmt/format.h>

#include "base/json/reader.h"

namespace provider::plugin {

using base::core::Error;
using base::core::Result;

namespace {

// {"Protocol":"grpc","ProtocolVersion":6,"Pid":123,"Test":true,"Addr":{"Network":"unix","String":"/run/plugin"}}
Result<Handshake> ParseEntry(base::json::Node node) {
  if (!node.IsObject()) return Error("is not an object");
  base::json::Node address = node.Find("Addr");
  if (node.FindString("Protocol") != "grpc") return Error("has a \"Protocol\" other than \"grpc\"");
  if (!address || !address.IsObject()) return Error("has no \"Addr\"");
  int64_t version = node.FindInt64("ProtocolVersion").value_or(0);
  if (version != 0 && version != 5 && version != 6)
    return Error("has a \"ProtocolVersion\" other than 5 and 6");
  return ParseHandshake(fmt::format("1|{}|{}|{}|grpc|", version == 0 ? 5 : version,
                                    address.FindString("Network").value_or(""),
                                    address.FindString("String").value_or("")));
}

}  // namespace

Result<std::map<std::string, Handshake>> ParseReattach(std::string_view json) {
  std::map<std::string, Handshake> plugins;
  if (json.empty()) return plugins;
  ASSIGN_OR_RETURN(auto document, base::json::Document::Parse(json, {.max_depth = 10}));
  if (!document.root().IsObject()) return Error("it is not an object of providers");
  for (base::json::Member member : document.root().Members()) {
    std::string source = member.key();
    ASSIGN_OR_RETURN(plugins[source], ParseEntry(member.value).Wrap(source));
  }
  return plugins;
}

}  // namespace provider::plugin
