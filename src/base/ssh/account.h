// Who signs in where and with what, and the way there: plain data.
// Not the blocks of a configuration (provider/provisioner). Filled by callers of client.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/core/result.h"

namespace base::ssh {

// "host:22", "[::1]:22"
inline std::string HostAndPort(const std::string& host, uint16_t port) {
  return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

// Empty texts are absent. Secrets are in here: never to be shown or logged.
struct Account {
  std::string host;  // name or address; IPv6 without brackets
  uint16_t port = 22;
  std::string user;
  std::string password;
  std::string private_key;  // PEM, or OpenSSH's format
  std::string certificate;  // "ssh-ed25519-cert-v01@openssh.com AAAA...", for the private key
  std::string host_key;     // "ssh-ed25519 AAAA..."; empty: any is taken
  std::string agent_socket;
  std::string agent_identity;  // the key to offer first: its comment, or the path of its .pub file

  std::string Name() const { return user + "@" + HostAndPort(host, port); }
};

struct Proxy {
  std::string scheme;  // "http" or "socks5"
  std::string host;
  uint16_t port = 0;
  std::string user;
  std::string password;
};

// How to come to `target`: through the proxy to the bastion, and from there on.
struct Route {
  Account target;
  std::optional<Account> bastion;
  std::optional<Proxy> proxy;
};

// What can be known to be wrong before any connection is made: keys that cannot be read, and such.
core::Result<void> CheckAccount(const Account& account);

}  // namespace base::ssh
