// The handshake of go-plugin: what the host tells a plugin by its environment, and the one line with which
// the plugin answers. Not the start of the process (plugin_process.h). Used by the client and by the server.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/core/result.h"
#include "provider/plugin/methods.h"

namespace provider::plugin {

// A plugin serves only those who know this: it tells a host from a curious user, and is no secret.
inline constexpr std::pair<std::string_view, std::string_view> kMagicCookie = {
    "TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"};
inline constexpr std::string_view kProtocolVersionsVariable = "PLUGIN_PROTOCOL_VERSIONS";
inline constexpr std::string_view kClientCertificateVariable = "PLUGIN_CLIENT_CERT";
inline constexpr size_t kMaxHandshakeLine = 64 << 10;

struct Handshake {
  Protocol protocol = Protocol::k6;
  std::string network;          // "unix" or "tcp"
  std::string address;          // path of the socket, or host:port
  std::string certificate_der;  // empty: no TLS
  friend bool operator==(const Handshake&, const Handshake&) = default;
};

// CORE|APP|NETWORK|ADDRESS|grpc|CERTIFICATE, with or without white space around it.
base::core::Result<Handshake> ParseHandshake(std::string_view line);
std::string HandshakeLine(const Handshake& handshake);

std::string PemOfDer(std::string_view der);
base::core::Result<std::string> DerOfPem(std::string_view pem);

}  // namespace provider::plugin
