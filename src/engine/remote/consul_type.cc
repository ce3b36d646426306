// The arguments of the backend "consul", and the variables of Consul's own clients that stand in for them.
#include "base/core/files.h"
#include "base/core/strings.h"
#include "engine/remote/arguments.h"
#include "engine/remote/client_options.h"
#include "engine/remote/consul.h"

namespace engine::remote {
namespace {

using base::core::Environment;
using base::core::Error;
using base::core::Result;
using language::schema::Block;
using language::value::Type;
using language::value::Value;

constexpr uint64_t kLargestFile = 1 << 20;

const Block& Schema() {
  static const Block schema = [] {
    Block block;
    block.attributes.push_back(Required("path", Type::String()));
    for (const char* name :
         {"access_token", "address", "ca_file", "cert_file", "datacenter", "http_auth", "key_file", "scheme"})
      block.attributes.push_back(Optional(name, Type::String()));
    for (const char* name : {"gzip", "lock"}) block.attributes.push_back(Optional(name, Type::Bool()));
    block.Finish();
    return block;
  }();
  return schema;
}

std::string TextOf(const Value& arguments, const Environment& environment, std::string_view name,
                   std::initializer_list<std::string_view> variables) {
  return TextOrVariable(arguments, name, environment, variables).value_or("");
}

// As Go's strconv.ParseBool; nothing for other words.
std::optional<bool> ParseBool(std::string_view text) {
  for (std::string_view word : {"1", "t", "T", "TRUE", "true", "True"})
    if (text == word) return true;
  for (std::string_view word : {"0", "f", "F", "FALSE", "false", "False"})
    if (text == word) return false;
  return std::nullopt;
}

Result<std::string> FileText(const std::string& path) {
  if (path.empty()) return std::string();
  return base::core::ReadFile(path, kLargestFile);
}

// All certificates of a folder, one after the other.
Result<std::string> FolderText(const std::string& folder) {
  if (folder.empty()) return std::string();
  ASSIGN_OR_RETURN(const std::vector<std::string> names, base::core::ListDirectory(folder));
  std::string all;
  for (const std::string& name : names) {
    const std::string path = base::core::JoinPath(folder, name);
    if (!base::core::IsRegularFile(path)) continue;
    ASSIGN_OR_RETURN(const std::string text, base::core::ReadFile(path, kLargestFile));
    all += text + "\n";
  }
  return all;
}

// The address in all the forms that Consul's clients take: host, host:port, with a scheme, with a path, or
// unix://path.
Result<void> TakeAddress(const Value& arguments, const Environment& environment, ConsulAddress* address) {
  std::string rest = TextOf(arguments, environment, "address", {"CONSUL_HTTP_ADDR"});
  if (rest.empty()) rest = "127.0.0.1:8500";
  std::string scheme = TextOf(arguments, environment, "scheme", {});
  if (scheme.empty())
    scheme = ParseBool(environment.Get("CONSUL_HTTP_SSL")).value_or(false) ? "https" : "http";
  if (const size_t colon = rest.find("://"); colon != std::string::npos) {
    const std::string given = rest.substr(0, colon);
    rest.erase(0, colon + 3);
    if (given == "unix") {
      address->unix_socket = std::exchange(rest, "localhost");
    } else if (given == "https") {
      scheme = given;
    } else if (given != "http") {
      return Error(fmt::format("Unknown protocol scheme: {}", given));
    }
  }
  if (scheme != "http" && scheme != "https") return Error("scheme must be http or https");
  while (rest.ends_with('/')) rest.pop_back();
  address->url = scheme + "://" + rest;
  if (!base::net::ParseUrl(address->url))
    return Error("the address is no host with a port, nor a URL of one; user names go to \"http_auth\"");
  return {};
}

Result<void> TakeTls(const Value& arguments, const Environment& environment, base::net::TlsOptions* tls) {
  ASSIGN_OR_RETURN(tls->ca_pem, FileText(TextOf(arguments, environment, "ca_file", {"CONSUL_CACERT"})));
  if (tls->ca_pem.empty()) {
    ASSIGN_OR_RETURN(tls->ca_pem, FolderText(environment.Get("CONSUL_CAPATH")));
  }
  ASSIGN_OR_RETURN(tls->certificate_pem,
                   FileText(TextOf(arguments, environment, "cert_file", {"CONSUL_CLIENT_CERT"})));
  ASSIGN_OR_RETURN(tls->private_key_pem,
                   FileText(TextOf(arguments, environment, "key_file", {"CONSUL_CLIENT_KEY"})));
  if (tls->certificate_pem.empty() != tls->private_key_pem.empty())
    return Error("both client cert and client key must be provided (\"cert_file\" and \"key_file\")");
  tls->server_name = environment.Get("CONSUL_TLS_SERVER_NAME");
  tls->skip_verification = !ParseBool(environment.Get("CONSUL_HTTP_SSL_VERIFY")).value_or(true);
  return {};
}

Result<ConsulAddress> ReadAddress(const Value& arguments, const Environment& environment) {
  ConsulAddress address{.datacenter = TextOf(arguments, environment, "datacenter", {}),
                        .namespace_name = environment.Get("CONSUL_NAMESPACE"),
                        .partition = environment.Get("CONSUL_PARTITION"),
                        .token = TextOf(arguments, environment, "access_token", {"CONSUL_HTTP_TOKEN"})};
  RETURN_IF_ERROR(TakeAddress(arguments, environment, &address));
  RETURN_IF_ERROR(TakeTls(arguments, environment, &address.tls));
  if (const std::string file = environment.Get("CONSUL_HTTP_TOKEN_FILE"); !file.empty()) {
    // It counts more than the argument, as with all of Consul's clients.
    ASSIGN_OR_RETURN(const std::string text, base::core::ReadFile(file, kLargestFile));
    if (!base::core::Trim(text).empty()) address.token = base::core::Trim(text);
  }
  const std::string auth = TextOf(arguments, environment, "http_auth", {"CONSUL_HTTP_AUTH"});
  const size_t colon = auth.find(':');
  address.username = auth.substr(0, colon);
  if (colon != std::string::npos) address.password = auth.substr(colon + 1);
  return address;
}

std::optional<ArgumentProblem> Check(const Value& arguments, const Environment& environment) {
  const std::string path = Text(arguments, "path").value_or("");
  if (path.empty() || path.starts_with('/'))
    return ArgumentProblem{
        "Invalid path", "The key of the state in Consul must not be empty nor begin with a slash.", "path"};
  const auto address = ReadAddress(arguments, environment);
  if (!address.ok())
    return ArgumentProblem{"Invalid Consul configuration", address.error().message() + ".", ""};
  return std::nullopt;
}

std::unique_ptr<Backend> Open(const Value& arguments, const Surroundings& surroundings,
                              base::diag::Diagnostics& diagnostics) {
  const Environment& environment = *surroundings.environment;
  Result<ConsulAddress> address = ReadAddress(arguments, environment);
  if (!address.ok()) {
    diagnostics.Error("Invalid Consul configuration", address.error().message() + ".");
    return nullptr;
  }
  ConsulPlace place{.path = *Text(arguments, "path"),
                    .gzip = Text(arguments, "gzip") == "true",
                    .lock = Text(arguments, "lock") != "false",
                    .journal_directory = surroundings.data_directory};
  return std::make_unique<ConsulBackend>(*std::move(address), std::move(place), environment);
}

}  // namespace

const BackendType kConsulType = {.name = "consul", .schema = Schema, .check = Check, .open = Open};

}  // namespace engine::remote
