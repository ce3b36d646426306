#include "provider/provisioner/connection.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "language/functions/timestamp.h"

namespace provider::provisioner {
namespace {

using base::core::Error;
using base::core::Result;
using base::ssh::Account;
using base::ssh::Client;
using base::ssh::Deadline;

constexpr std::chrono::minutes kDefaultTimeout{5};
constexpr std::chrono::seconds kFirstPause{1}, kLongestPause{20};

// The arguments of a connection block, by name.
class Arguments {
 public:
  explicit Arguments(const api::Value& value) : value_(value) {}
  std::string Text(std::string_view name, std::string_view fallback = {}) const {
    const api::Value& found = value_.Get(name);
    return std::string(found.IsNull() || found.AsString().empty() ? fallback : found.AsString());
  }
  Result<uint16_t> Port(std::string_view name, uint16_t fallback) const {
    const api::Value& found = value_.Get(name);
    if (found.IsNull()) return fallback;
    const auto number = found.AsInt64();
    if (number == 0) return fallback;
    if (!number || *number < 1 || *number > 65535)
      return Error(fmt::format("{} must be a whole number from 1 to 65535", name));
    return static_cast<uint16_t>(*number);
  }
  const api::Value& Get(std::string_view name) const { return value_.Get(name); }

 private:
  const api::Value& value_;
};

std::string WithoutBrackets(std::string host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') return host.substr(1, host.size() - 2);
  return host;
}

Result<std::string> AgentSocket(const Arguments& arguments, const base::core::Environment& environment) {
  const api::Value& agent = arguments.Get("agent");
  const std::string socket = environment.Get("SSH_AUTH_SOCK");
  if (agent.IsNull()) return socket;
  if (!agent.AsBool()) return std::string();
  if (socket.empty())
    return Error(
        "SSH agent requested but SSH_AUTH_SOCK not-specified: start ssh-agent, add the key to it with "
        "ssh-add, and run in the environment that it prints");
  return socket;
}

Result<void> ReadBastion(const Arguments& arguments, Connection& connection) {
  const std::string host = arguments.Text("bastion_host");
  if (host.empty()) return {};
  const Account& target = connection.route.target;
  Account bastion;
  bastion.host = WithoutBrackets(host);
  ASSIGN_OR_RETURN(bastion.port, arguments.Port("bastion_port", target.port));
  bastion.user = arguments.Text("bastion_user", target.user);
  bastion.password = arguments.Text("bastion_password", target.password);
  bastion.private_key = arguments.Text("bastion_private_key", target.private_key);
  bastion.certificate = arguments.Text("bastion_certificate", target.certificate);
  bastion.host_key = arguments.Text("bastion_host_key");
  bastion.agent_socket = target.agent_socket;
  bastion.agent_identity = target.agent_identity;
  connection.route.bastion = std::move(bastion);
  auto checked = base::ssh::CheckAccount(*connection.route.bastion);
  if (!checked.ok()) checked.error() = Error(checked.error().message() + " (of the bastion)");
  return checked;
}

Result<void> ReadProxy(const Arguments& arguments, Connection& connection) {
  const std::string host = arguments.Text("proxy_host");
  if (host.empty()) return {};
  base::ssh::Proxy proxy{.scheme = arguments.Text("proxy_scheme", "http"),
                         .host = WithoutBrackets(host),
                         .port = 0,
                         .user = arguments.Text("proxy_user_name"),
                         .password = arguments.Text("proxy_user_password")};
  ASSIGN_OR_RETURN(proxy.port, arguments.Port("proxy_port", 0));
  if (proxy.scheme == "https")
    return Error(
        "proxy_scheme https, a proxy that is spoken to over TLS, is not supported here: use http or socks5, "
        "or a bastion");
  if (proxy.scheme != "http" && proxy.scheme != "socks5")
    return Error(fmt::format("proxy_scheme must be http or socks5, not \"{}\"", proxy.scheme));
  if (proxy.port == 0) return Error("proxy_host is given without proxy_port");
  connection.route.proxy = std::move(proxy);
  return {};
}

Result<void> CheckType(const std::string& type) {
  if (type == "ssh") return {};
  if (type == "winrm")
    return Error(
        "connection type 'winrm' is not supported here: use type = \"ssh\" with target_platform = "
        "\"windows\" "
        "(OpenSSH is a part of Windows Server), or call a program with the local-exec provisioner");
  return Error(fmt::format("connection type '{}' not supported: write type = \"ssh\"", type));
}

void ReadTimeout(const Arguments& arguments, Connection& connection) {
  connection.timeout = kDefaultTimeout;
  const std::string text = arguments.Text("timeout");
  if (text.empty()) return;
  const auto parsed = language::functions::ParseDuration(text);
  if (parsed.ok()) {
    connection.timeout = std::chrono::nanoseconds(*parsed);
  } else {
    connection.timeout_note =
        fmt::format(" (the timeout \"{}\" is no duration such as \"30s\" or \"5m\", so it was 5m)", text);
  }
}

std::string DescribeAccount(const Account& account, std::string_view head) {
  const std::string host =
      account.host.find(':') == std::string::npos ? account.host : "[" + account.host + "]";
  return fmt::format(
      "{}\n  Host: {}\n  User: {}\n  Password: {}\n  Private key: {}\n  Certificate: {}\n  SSH Agent: {}\n"
      "  Checking Host Key: {}\n",
      head, host, account.user, !account.password.empty(), !account.private_key.empty(),
      !account.certificate.empty(), !account.agent_socket.empty(), !account.host_key.empty());
}

// False after a stop.
bool Pause(std::chrono::nanoseconds time, Deadline deadline, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_until(lock, stop, std::min(Deadline::clock::now() + time, deadline), [] { return false; });
  return !stop.stop_requested();
}

}  // namespace

Result<Connection> ReadConnection(const api::Value& value, const base::core::Environment& environment) {
  if (value.IsNull())
    return Error(
        "Missing connection configuration for provisioner. Add a connection block to the provisioner or to "
        "its resource, with host and the like.");
  const Arguments arguments(value);
  Connection connection;
  RETURN_IF_ERROR(CheckType(arguments.Text("type", "ssh")));
  Account& target = connection.route.target;
  target.host = WithoutBrackets(arguments.Text("host"));
  if (target.host.empty()) return Error("host for provisioner cannot be empty");
  ASSIGN_OR_RETURN(target.port, arguments.Port("port", 22));
  target.user = arguments.Text("user", "root");
  target.password = arguments.Text("password");
  target.private_key = arguments.Text("private_key");
  target.certificate = arguments.Text("certificate");
  target.host_key = arguments.Text("host_key");
  target.agent_identity = arguments.Text("agent_identity");
  ASSIGN_OR_RETURN(target.agent_socket, AgentSocket(arguments, environment));
  if (!target.certificate.empty() && target.private_key.empty())
    return Error("a certificate is of use only beside the private_key that it is for");
  const std::string platform = arguments.Text("target_platform", "unix");
  if (platform != "unix" && platform != "windows")
    return Error("target_platform for provisioner has to be either unix or windows");
  connection.windows = platform == "windows";
  connection.script_path =
      arguments.Text("script_path", connection.windows ? "C:/windows/temp/terraform_%RAND%.cmd"
                                                       : "/tmp/terraform_%RAND%.sh");
  ReadTimeout(arguments, connection);
  RETURN_IF_ERROR(base::ssh::CheckAccount(target));
  RETURN_IF_ERROR(ReadBastion(arguments, connection));
  RETURN_IF_ERROR(ReadProxy(arguments, connection));
  return connection;
}

std::string DescribeConnection(const Connection& connection) {
  const base::ssh::Route& route = connection.route;
  std::string text = DescribeAccount(route.target, "Connecting to remote host via SSH...");
  text += fmt::format("  Target Platform: {}\n", connection.windows ? "windows" : "unix");
  if (route.bastion) text += DescribeAccount(*route.bastion, "Using configured bastion host...");
  if (route.proxy) {
    text += fmt::format(
        "Using configured proxy host...\n  ProxyHost: {}\n  ProxyPort: {}\n  ProxyUserName: {}\n"
        "  ProxyUserPassword: {}\n",
        route.proxy->host, route.proxy->port, route.proxy->user, !route.proxy->password.empty());
  }
  return text;
}

Result<Client> Connect(const Connection& connection, const std::function<void(std::string_view)>& output,
                       std::stop_token stop) {
  const Deadline deadline =
      Deadline::clock::now() + std::chrono::duration_cast<Deadline::duration>(connection.timeout);
  std::chrono::nanoseconds pause = kFirstPause;
  for (;;) {
    if (output) output(DescribeConnection(connection));
    auto client = Client::Connect(connection.route, deadline, stop);
    if (client.ok()) {
      if (output) output("Connected!\n");
      return client;
    }
    if (!Pause(pause, deadline, stop)) return Error("interrupted - last error: " + client.error().message());
    if (Deadline::clock::now() >= deadline)
      return Error(
          fmt::format("timeout - last error: {}{}", client.error().message(), connection.timeout_note));
    pause = std::min<std::chrono::nanoseconds>(pause * 2, kLongestPause);
  }
}

std::string ExpandHome(std::string_view path, const base::core::Environment& environment) {
  if (path != "~" && !path.starts_with("~/")) return std::string(path);
  return environment.HomeDirectory() + std::string(path.substr(1));
}

}  // namespace provider::provisioner
