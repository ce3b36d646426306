#include "engine/remote/consul_client.h"

#include "base/core/strings.h"
#include "base/json/reader.h"
#include "base/json/writer.h"
#include "engine/remote/client_options.h"
#include "engine/remote/retry.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::Result;
using base::json::Document;
using base::json::Node;
using base::net::ClientRequest;
using base::net::ClientResponse;

constexpr size_t kWordsOfError = 500;
constexpr std::chrono::seconds kRenewalTimeout{5};
const RetryPolicy kRetries{.retries = 2, .first_wait = std::chrono::milliseconds(250)};

base::net::ClientOptions OptionsFor(const ConsulAddress& address,
                                    const base::core::Environment& environment) {
  base::net::ClientOptions options = MakeClientOptions(environment);
  options.tls = address.tls;
  options.unix_socket = address.unix_socket;
  return options;
}

Error Refused(const ClientResponse& response) {
  std::string words(base::core::Trim(response.body).substr(0, kWordsOfError));
  if (words.empty()) words = response.reason;
  std::string hint;
  if (response.status == 401) hint = " (argument \"http_auth\", or CONSUL_HTTP_AUTH)";
  if (response.status == 403)
    hint =
        " (the token of \"access_token\" or CONSUL_HTTP_TOKEN must be valid, may write these keys and create "
        "sessions)";
  return Error(fmt::format("Consul answered {}: {}{}", response.status, words, hint));
}

Result<void> Done(const Result<ClientResponse>& response) {
  if (!response.ok()) return response.error();
  return response->status == 200 ? Result<void>() : Result<void>(Refused(*response));
}

bool SaysTooLarge(const ClientResponse& response) {
  return response.status == 413 || response.body.find("too large") != std::string::npos;
}

std::string EncodePath(std::string_view key) {
  std::string path;
  for (unsigned char c : key) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
        std::string_view("-._~/:@!$&'()*+,;=").find(static_cast<char>(c)) != std::string_view::npos;
    path += plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  }
  return path;
}

std::string EncodeValue(std::string_view text) {
  return base::core::ReplaceAll(EncodePath(text), "&", "%26");
}

}  // namespace

ConsulClient::ConsulClient(ConsulAddress address, const base::core::Environment& environment)
    : address_(std::move(address)), client_(OptionsFor(address_, environment)) {}

ClientRequest ConsulClient::Request(std::string method, const std::string& path, const Query& query,
                                    std::string body) const {
  ClientRequest request{.method = std::move(method), .url = address_.url + path};
  Query all = query;
  if (!address_.datacenter.empty()) all.emplace_back("dc", address_.datacenter);
  if (!address_.namespace_name.empty()) all.emplace_back("ns", address_.namespace_name);
  if (!address_.partition.empty()) all.emplace_back("partition", address_.partition);
  for (size_t i = 0; i < all.size(); ++i)
    request.url += fmt::format("{}{}={}", i == 0 ? "?" : "&", all[i].first, EncodeValue(all[i].second));
  if (!address_.token.empty()) request.headers.emplace_back("X-Consul-Token", address_.token);
  if (!address_.username.empty() || !address_.password.empty())
    request.headers.emplace_back(
        "Authorization", "Basic " + base::core::Base64Encode(address_.username + ":" + address_.password));
  request.body = std::move(body);
  return request;
}

Result<ClientResponse> ConsulClient::Call(std::string method, const std::string& path, const Query& query,
                                          std::string body) {
  return CallWithRetries(client_, Request(std::move(method), path, query, std::move(body)), kRetries);
}

Result<ClientResponse> ConsulClient::CallKey(std::string method, const std::string& key, const Query& query,
                                             std::string body) {
  return Call(std::move(method), "/v1/kv/" + EncodePath(key), query, std::move(body));
}

Result<std::optional<ConsulEntry>> ConsulClient::Get(const std::string& key) {
  ASSIGN_OR_RETURN(ClientResponse response, CallKey("GET", key, {}));
  if (response.status == 404) return std::optional<ConsulEntry>();
  if (response.status != 200) return Refused(response);
  ASSIGN_OR_RETURN(const Document document, Document::Parse(response.body));
  const Node root = document.root();
  if (!root.IsArray() || root.size() != 1) return Error("Consul answered something else than one key");
  const Node found = *root.Elements().begin();
  const Node index = found.Find("ModifyIndex"), flags = found.Find("Flags");
  ConsulEntry entry{.session = found.FindString("Session").value_or("")};
  if (index && index.IsNumber()) entry.modify_index = index.AsUint64().value_or(0);
  if (flags && flags.IsNumber()) entry.flags = flags.AsUint64().value_or(0);
  std::optional<std::string> value = base::core::Base64Decode(found.FindString("Value").value_or(""));
  if (entry.modify_index == 0 || !value) return Error("Consul answered a key without index or value");
  entry.value = *std::move(value);
  return std::optional(std::move(entry));
}

Result<std::optional<std::string>> ConsulClient::GetValue(const std::string& key) {
  ASSIGN_OR_RETURN(ClientResponse response, CallKey("GET", key, {{"raw", ""}}));
  if (response.status == 404) return std::optional<std::string>();
  if (response.status != 200) return Refused(response);
  return std::optional(std::move(response.body));
}

Result<std::vector<std::string>> ConsulClient::Keys(const std::string& prefix) {
  ASSIGN_OR_RETURN(const ClientResponse response, CallKey("GET", prefix, {{"keys", ""}, {"separator", "/"}}));
  std::vector<std::string> keys;
  if (response.status == 404) return keys;
  if (response.status != 200) return Refused(response);
  ASSIGN_OR_RETURN(const Document document, Document::Parse(response.body));
  if (!document.root().IsArray()) return Error("Consul answered something else than a list of keys");
  for (Node key : document.root().Elements())
    if (key.IsString()) keys.push_back(key.AsString());
  return keys;
}

Result<void> ConsulClient::Put(const std::string& key, std::string value) {
  return Done(CallKey("PUT", key, {}, std::move(value)));
}

Result<ConsulStored> ConsulClient::Store(const std::string& key, std::string_view value,
                                         std::optional<uint64_t> index) {
  // A plain PUT would not tell the new index.
  std::string body;
  base::json::Writer writer(&body);
  writer.BeginArray().BeginObject().Key("KV").BeginObject();
  writer.Member("Verb", index ? "cas" : "set").Member("Key", key);
  writer.Key("Value").RawVerbatim("\"" + base::core::Base64Encode(value) + "\"");
  if (index) writer.Member("Index", *index);
  writer.EndObject().EndObject().EndArray();
  ASSIGN_OR_RETURN(const ClientResponse response, Call("PUT", "/v1/txn", {}, std::move(body)));
  if (response.status == 409) return ConsulStored{.outcome = ConsulStored::Outcome::kStale};
  if (response.status != 200 && SaysTooLarge(response))
    return ConsulStored{.outcome = ConsulStored::Outcome::kTooLarge};
  if (response.status != 200) return Refused(response);
  ASSIGN_OR_RETURN(const Document document, Document::Parse(response.body));
  const Node results = document.root().Find("Results");
  if (!results || !results.IsArray() || results.size() != 1)
    return Error("Consul answered a transaction without its result");
  const Node entry = (*results.Elements().begin()).Find("KV");
  const Node stored = entry ? entry.Find("ModifyIndex") : Node();
  if (!stored || !stored.IsNumber()) return Error("Consul answered a transaction without the key's index");
  return ConsulStored{.modify_index = stored.AsUint64().value_or(0)};
}

Result<void> ConsulClient::Delete(const std::string& key) { return Done(CallKey("DELETE", key, {})); }
Result<void> ConsulClient::DeleteIf(const std::string& key, uint64_t index) {
  return Done(CallKey("DELETE", key, {{"cas", fmt::to_string(index)}}));
}
Result<void> ConsulClient::DeleteTree(const std::string& prefix) {
  return Done(CallKey("DELETE", prefix, {{"recurse", ""}}));
}

Result<bool> ConsulClient::Acquire(const std::string& key, const std::string& session, uint64_t flags) {
  ASSIGN_OR_RETURN(const ClientResponse response,
                   CallKey("PUT", key, {{"acquire", session}, {"flags", fmt::to_string(flags)}}));
  if (response.status != 200) return Refused(response);
  return base::core::Trim(response.body) == "true";
}

Result<void> ConsulClient::Release(const std::string& key, const std::string& session, uint64_t flags) {
  return Done(CallKey("PUT", key, {{"release", session}, {"flags", fmt::to_string(flags)}}));
}

Result<std::string> ConsulClient::CreateSession(const std::string& json) {
  ASSIGN_OR_RETURN(const ClientResponse response, Call("PUT", "/v1/session/create", {}, json));
  if (response.status != 200) return Refused(response);
  ASSIGN_OR_RETURN(const Document document, Document::Parse(response.body));
  std::string id = document.root().FindString("ID").value_or("");
  if (id.empty()) return Error("Consul answered a new session without its id");
  return id;
}

Result<bool> ConsulClient::RenewSession(const std::string& session) {
  ASSIGN_OR_RETURN(const ClientResponse response,
                   Call("PUT", "/v1/session/renew/" + EncodePath(session), {}));
  if (response.status == 404) return false;
  if (response.status != 200) return Refused(response);
  return true;
}

Result<void> ConsulClient::DestroySession(const std::string& session) {
  return Done(Call("PUT", "/v1/session/destroy/" + EncodePath(session), {}));
}

}  // namespace engine::remote
