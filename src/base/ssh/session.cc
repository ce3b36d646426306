#include "base/ssh/session.h"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "base/core/strings.h"

namespace base::ssh {
namespace {

using core::Error;
using core::Result;

// The algorithms by which a host proves that it has a key of this type.
std::string AlgorithmsFor(std::string_view key_type) {
  return key_type == "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256,ssh-rsa" : std::string(key_type);
}

// {"ssh-ed25519", "AAAA..."}
std::pair<std::string, std::string> KeyParts(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::string_view word : core::SplitNonEmpty(core::Trim(line), ' ')) words.push_back(word);
  if (words.size() < 2) return {};
  return {std::string(words[0]), std::string(core::Trim(words[1]))};
}

}  // namespace

Result<void> CheckAccount(const Account& account) {
  for (const std::string* text : {&account.host, &account.user, &account.password, &account.host_key})
    if (text->find('\0') != std::string::npos) return Error("a character of code zero is in the connection");
  if (!account.host_key.empty() && KeyParts(account.host_key).second.empty())
    return Error("the host key is to be one line: type and key, as in a host's .pub file");
  if (account.private_key.empty()) return {};
  ASSIGN_OR_RETURN(const Library* const library, LoadedLibrary());
  ASSIGN_OR_RETURN(const OwnedKey key, ReadPrivateKey(*library, account.private_key, account.certificate));
  return {};
}

Result<std::unique_ptr<Session>> Session::Open(core::UniqueFd fd, const Account& account, Deadline deadline,
                                               std::stop_token stop) {
  ASSIGN_OR_RETURN(const Library* const library, LoadedLibrary());
  std::unique_ptr<Session> made(new Session(*library, std::move(fd)));
  RETURN_IF_ERROR(made->SetOptions(account, deadline));
  const Cutoff cutoff(made->fd(), deadline, stop);
  auto why = [&](std::string reason) {
    if (stop.stop_requested()) return Error("the run was interrupted");
    if (Deadline::clock::now() >= deadline) reason += " (no answer in time)";
    return Error(std::move(reason));
  };
  if (library->ssh_connect(made->session_) != SSH_OK)
    return why(fmt::format("SSH handshake with {} failed: {}", account.Name(), made->LastError()));
  if (auto checked = made->CheckHostKey(account.host_key); !checked.ok())
    return why(fmt::format("SSH handshake with {} failed: {}", account.Name(), checked.error().message()));
  if (auto signed_in = made->SignIn(account); !signed_in.ok())
    return why(
        fmt::format("SSH authentication failed ({}): {}", account.Name(), signed_in.error().message()));
  return made;
}

Session::~Session() {
  if (session_ == nullptr) return;
  library_.ssh_disconnect(session_);
  library_.ssh_free(session_);
}

std::string Session::LastError() const {
  const std::string_view text = library_.ssh_get_error(session_);
  return text.empty() ? "the connection was lost" : std::string(text);
}

Result<void> Session::SetOptions(const Account& account, Deadline deadline) {
  session_ = library_.ssh_new();
  if (session_ == nullptr) return Error("libssh cannot be set up");
  auto set = [&](ssh_options_e option, const void* value) {
    return library_.ssh_options_set(session_, option, value) == SSH_OK;
  };
  const socket_t own = ::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 3);
  if (own < 0) return core::ErrnoError("dup", errno);
  const unsigned port = account.port;
  const bool process_config = false;
  const long seconds =
      std::max<long>(1, std::chrono::ceil<std::chrono::seconds>(deadline - Deadline::clock::now()).count());
  // The user's own files say nothing here: a connection is what its caller says.
  bool ok = set(SSH_OPTIONS_PROCESS_CONFIG, &process_config) && set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null") &&
            set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null") && set(SSH_OPTIONS_HOST, account.host.c_str()) &&
            set(SSH_OPTIONS_PORT, &port) && set(SSH_OPTIONS_USER, account.user.c_str()) &&
            set(SSH_OPTIONS_TIMEOUT, &seconds) && set(SSH_OPTIONS_FD, &own);
  if (ok && !account.host_key.empty())
    ok = set(SSH_OPTIONS_HOSTKEYS, AlgorithmsFor(KeyParts(account.host_key).first).c_str());
  if (ok && !account.agent_socket.empty()) ok = set(SSH_OPTIONS_IDENTITY_AGENT, account.agent_socket.c_str());
  return ok ? Result<void>() : Error("the connection cannot be set up: " + LastError());
}

Result<void> Session::CheckHostKey(const std::string& expected) {
  if (expected.empty()) return {};
  ssh_key raw = nullptr;
  if (library_.ssh_get_server_publickey(session_, &raw) != SSH_OK) return Error("the host shows no key");
  const OwnedKey key(raw, KeyDeleter{&library_});
  char* text = nullptr;
  if (library_.ssh_pki_export_pubkey_base64(key.get(), &text) != SSH_OK)
    return Error("the host's key cannot be read");
  const bool same = KeyParts(expected).second == text;
  library_.ssh_string_free_char(text);
  if (same) return {};
  return Error(
      "key mismatch: the host shows another key than the one in host_key. Either host_key is out of date, or "
      "somebody stands between");
}

}  // namespace base::ssh
