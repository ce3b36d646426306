// The functions of libssh that this room calls, found when first needed: the start of the program does not
// pay for them. Not a wrapper: they are called as libssh documents them. Used inside of base/ssh.
#pragma once

#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <memory>
#include <string>

#include "base/core/result.h"

namespace base::ssh {

#define PARTERRE_SSH_FUNCTIONS(X)    \
  X(ssh_new)                         \
  X(ssh_free)                        \
  X(ssh_options_set)                 \
  X(ssh_connect)                     \
  X(ssh_disconnect)                  \
  X(ssh_is_connected)                \
  X(ssh_get_error)                   \
  X(ssh_get_server_publickey)        \
  X(ssh_key_free)                    \
  X(ssh_key_type_from_name)          \
  X(ssh_pki_export_pubkey_base64)    \
  X(ssh_pki_import_privkey_base64)   \
  X(ssh_pki_import_cert_base64)      \
  X(ssh_pki_copy_cert_to_privkey)    \
  X(ssh_string_free_char)            \
  X(ssh_userauth_none)               \
  X(ssh_userauth_list)               \
  X(ssh_userauth_publickey)          \
  X(ssh_userauth_password)           \
  X(ssh_userauth_agent)              \
  X(ssh_set_agent_socket)            \
  X(ssh_userauth_kbdint)             \
  X(ssh_userauth_kbdint_getnprompts) \
  X(ssh_userauth_kbdint_setanswer)   \
  X(ssh_channel_new)                 \
  X(ssh_channel_free)                \
  X(ssh_channel_open_session)        \
  X(ssh_channel_open_forward)        \
  X(ssh_channel_request_pty_size)    \
  X(ssh_channel_request_exec)        \
  X(ssh_channel_write)               \
  X(ssh_channel_send_eof)            \
  X(ssh_channel_close)               \
  X(ssh_channel_window_size)         \
  X(ssh_add_channel_callbacks)       \
  X(ssh_remove_channel_callbacks)    \
  X(ssh_event_new)                   \
  X(ssh_event_free)                  \
  X(ssh_event_add_session)           \
  X(ssh_event_remove_session)        \
  X(ssh_event_dopoll)

struct Library {
#define PARTERRE_MEMBER(name) decltype(::name)* name = nullptr;
  PARTERRE_SSH_FUNCTIONS(PARTERRE_MEMBER)
#undef PARTERRE_MEMBER
};

// Immortal. The error names the package to install.
core::Result<const Library*> LoadedLibrary();

struct KeyDeleter {
  const Library* library;
  void operator()(ssh_key key) const { library->ssh_key_free(key); }
};
using OwnedKey = std::unique_ptr<std::remove_pointer_t<ssh_key>, KeyDeleter>;

// A private key, joined with its certificate where there is one.
core::Result<OwnedKey> ReadPrivateKey(const Library& library, const std::string& text,
                                      const std::string& certificate);

}  // namespace base::ssh
