// How a session signs in: with a key, a password, answers to questions, the keys of an agent; in this order,
// as long as the server wants more.
#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/ssh/session.h"

namespace base::ssh {

using core::Error;
using core::Result;

namespace {

// libssh asks for a passphrase by this, or else the terminal.
int NoPassphrase(const char*, char*, size_t, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

std::string MethodNames(int methods) {
  std::vector<std::string_view> names;
  if (methods & SSH_AUTH_METHOD_PUBLICKEY) names.emplace_back("publickey");
  if (methods & SSH_AUTH_METHOD_PASSWORD) names.emplace_back("password");
  if (methods & SSH_AUTH_METHOD_INTERACTIVE) names.emplace_back("keyboard-interactive");
  if (methods & SSH_AUTH_METHOD_GSSAPI_MIC) names.emplace_back("gssapi-with-mic");
  if (methods & SSH_AUTH_METHOD_HOSTBASED) names.emplace_back("hostbased");
  return names.empty() ? "nothing" : core::Join(names, ", ");
}

}  // namespace

Result<OwnedKey> ReadPrivateKey(const Library& library, const std::string& text,
                                const std::string& certificate) {
  bool asked = false;
  ssh_key raw = nullptr;
  if (library.ssh_pki_import_privkey_base64(text.c_str(), nullptr, &NoPassphrase, &asked, &raw) != SSH_OK) {
    if (asked)
      return Error(
          "Failed to read ssh private key: it is protected by a passphrase, which cannot be asked for here. "
          "Decrypt the key, or put it into an agent");
    return Error("Failed to read ssh private key: no key found. Give its text, as by file(\"...\")");
  }
  OwnedKey key(raw, KeyDeleter{&library});
  if (certificate.empty()) return key;
  std::vector<std::string_view> words = core::SplitNonEmpty(core::Trim(certificate), ' ');
  ssh_key raw_certificate = nullptr;
  if (words.size() < 2 ||
      library.ssh_pki_import_cert_base64(std::string(words[1]).c_str(),
                                         library.ssh_key_type_from_name(std::string(words[0]).c_str()),
                                         &raw_certificate) != SSH_OK) {
    return Error(
        "Failed to read the certificate: it is to be one line, as in a -cert.pub file that ssh-keygen makes");
  }
  const OwnedKey read(raw_certificate, KeyDeleter{&library});
  if (library.ssh_pki_copy_cert_to_privkey(read.get(), key.get()) != SSH_OK)
    return Error("The certificate is not one for the private key");
  return key;
}

int Session::TryKey(const Account& account) {
  auto key = ReadPrivateKey(library_, account.private_key, account.certificate);
  return key.ok() ? library_.ssh_userauth_publickey(session_, nullptr, key->get()) : SSH_AUTH_ERROR;
}

// Whatever is asked, the password is the answer.
int Session::TryAnswers(const std::string& password) {
  int rc = library_.ssh_userauth_kbdint(session_, nullptr, nullptr);
  for (int round = 0; rc == SSH_AUTH_INFO && round < 10; ++round) {
    const int prompts = library_.ssh_userauth_kbdint_getnprompts(session_);
    for (int i = 0; i < prompts; ++i)
      library_.ssh_userauth_kbdint_setanswer(session_, static_cast<unsigned>(i), password.c_str());
    rc = library_.ssh_userauth_kbdint(session_, nullptr, nullptr);
  }
  return rc == SSH_AUTH_INFO ? SSH_AUTH_DENIED : rc;
}

int Session::TryAgent(const Account& account) {
  if (!account.agent_identity.empty()) {
    auto relay = AgentRelay::Start(account.agent_socket, account.agent_identity);
    if (relay.ok()) {
      relay_ = std::move(*relay);
      library_.ssh_set_agent_socket(session_, relay_->TakeDescriptor());
    }
  }
  return library_.ssh_userauth_agent(session_, nullptr);
}

Result<void> Session::SignIn(const Account& account) {
  int rc = library_.ssh_userauth_none(session_, nullptr);
  std::string tried = "none";
  auto attempt = [&](bool has, int method, std::string_view name, auto&& run) {
    const bool open = rc == SSH_AUTH_DENIED || rc == SSH_AUTH_PARTIAL;
    if (!open || !has || !(library_.ssh_userauth_list(session_, nullptr) & method)) return;
    tried += fmt::format(", {}", name);
    rc = run();
  };
  attempt(!account.private_key.empty(), SSH_AUTH_METHOD_PUBLICKEY,
          account.certificate.empty() ? "the private key" : "the private key with its certificate",
          [&] { return TryKey(account); });
  attempt(!account.agent_socket.empty(), SSH_AUTH_METHOD_PUBLICKEY, "the keys of the agent",
          [&] { return TryAgent(account); });
  attempt(!account.password.empty(), SSH_AUTH_METHOD_PASSWORD, "the password",
          [&] { return library_.ssh_userauth_password(session_, nullptr, account.password.c_str()); });
  attempt(!account.password.empty(), SSH_AUTH_METHOD_INTERACTIVE, "the password as an answer",
          [&] { return TryAnswers(account.password); });
  if (rc == SSH_AUTH_SUCCESS) return {};
  if (rc != SSH_AUTH_DENIED && rc != SSH_AUTH_PARTIAL) return Error(LastError());
  return Error(fmt::format("the server refused what was offered ({}); it would take: {}", tried,
                           MethodNames(library_.ssh_userauth_list(session_, nullptr))));
}

}  // namespace base::ssh
