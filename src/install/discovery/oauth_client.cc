#include "install/discovery/oauth_client.h"

#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/net/http_client.h"

namespace install::discovery {
namespace {

using base::core::Error;
using base::core::Result;
using settings::Node;

constexpr std::string_view kService = "login.v1";

// The value of a property; nothing where it is missing.
const Node* Property(const Node& service, std::string_view name) {
  for (const settings::Item& item : service.items)
    if (item.keys.size() == 1 && item.keys[0] == name) return &item.value;
  return nullptr;
}

Error Missing(std::string_view name) {
  return Error(fmt::format("Service {} definition is missing required property \"{}\"", kService, name));
}

Result<std::string> Text(const Node& service, std::string_view name) {
  const Node* node = Property(service, name);
  if (!node || node->kind != Node::Kind::kString || node->text.empty()) return Missing(name);
  return node->text;
}

Result<std::string> Url(const std::string& base, const Node& service, std::string_view name) {
  ASSIGN_OR_RETURN(const std::string reference, Text(service, name));
  auto url = base::net::ResolveUrl(base, reference);
  if (!url || !base::net::ParseUrl(*url))
    return Error(fmt::format("The property \"{}\" of service {} is no http or https URL", name, kService));
  if (base::core::Contains(*url, "#"))
    return Error(fmt::format("The URL \"{}\" must not have a fragment", name));
  return *std::move(url);
}

Result<std::vector<std::string>> Texts(const Node& node, std::string_view mistake) {
  std::vector<std::string> texts;
  if (node.kind != Node::Kind::kList) return Error(std::string(mistake));
  for (const Node& element : node.elements) {
    if (element.kind != Node::Kind::kString) return Error(std::string(mistake));
    texts.push_back(element.text);
  }
  return texts;
}

Result<void> ReadGrants(const Node& service, OAuthClient* client) {
  const Node* grants = Property(service, "grant_types");
  if (!grants) {
    client->authorization_code = true;
    return {};
  }
  ASSIGN_OR_RETURN(
      const std::vector<std::string> names,
      Texts(*grants,
            "Service login.v1 is defined with invalid grant_types property: must be an array of grant type "
            "strings"));
  for (const std::string& name : names) {
    client->authorization_code |= name == "authz_code";
    client->password |= name == "password";
  }
  return {};
}

Result<void> ReadPorts(const Node& service, OAuthClient* client) {
  const Node* ports = Property(service, "ports");
  if (!ports) return {};
  const auto invalid = [](std::string_view must) {
    return Error(fmt::format("Invalid \"ports\" definition for service {}: {}", kService, must));
  };
  if (ports->kind != Node::Kind::kList || ports->elements.size() != 2)
    return invalid("must be a two-element array");
  uint16_t found[2];
  for (size_t index = 0; index < 2; ++index) {
    const Node& node = ports->elements[index];
    const auto port = node.kind == Node::Kind::kNumber ? base::core::ParseUint64(node.text) : std::nullopt;
    if (!port || *port < 1024 || *port > 65535)
      return invalid("both ports must be whole numbers between 1024 and 65535");
    found[index] = static_cast<uint16_t>(*port);
  }
  if (found[0] > found[1]) return invalid("minimum port cannot be greater than maximum port");
  client->first_port = found[0];
  client->last_port = found[1];
  return {};
}

}  // namespace

Result<OAuthClient> ReadOAuthClient(const std::string& base, const Node& given) {
  // Blocks of the older syntax come as lists of one.
  const bool wrapped = given.kind == Node::Kind::kList && given.elements.size() == 1;
  const Node& service = wrapped ? given.elements[0] : given;
  if (service.kind != Node::Kind::kObject) {
    return Error(fmt::format(
        "Service {} must be declared with an object value in the service discovery document", kService));
  }
  OAuthClient client;
  ASSIGN_OR_RETURN(client.id, Text(service, "client"));
  RETURN_IF_ERROR(ReadGrants(service, &client));
  if (client.authorization_code) {
    ASSIGN_OR_RETURN(client.authorization_url, Url(base, service, "authz"));
  }
  ASSIGN_OR_RETURN(client.token_url, Url(base, service, "token"));
  RETURN_IF_ERROR(ReadPorts(service, &client));
  if (const Node* scopes = Property(service, "scopes")) {
    ASSIGN_OR_RETURN(client.scopes,
                     Texts(*scopes, "Invalid \"scopes\" for service login.v1: all scopes must be strings"));
  }
  return client;
}

void TakeLogin(const std::string& base, const std::string& name, const Node& service, LoginOffer* offer) {
  if (name != kService) {
    offer->newer = !offer->client && offer->mistake.empty();
    return;
  }
  offer->newer = false;
  auto client = ReadOAuthClient(base, service);
  if (client.ok()) {
    offer->client = *std::move(client);
  } else {
    offer->mistake = client.error().message();
  }
}

}  // namespace install::discovery
