// Stands between libssh and the user's SSH agent, and lists the wanted key first: servers hang up after a few
// keys that they do not know. Nothing else is changed, and no private key passes here (RFC draft
// miller-ssh-agent). Used by sign_in.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/core/files.h"
#include "base/core/result.h"

namespace base::ssh {

class AgentRelay {
 public:
  // `identity`: the key's comment, the end of one, or a path whose .pub file has the key.
  static core::Result<std::unique_ptr<AgentRelay>> Start(const std::string& socket_path,
                                                         const std::string& identity);
  ~AgentRelay();
  // The end that speaks as an agent does; the caller closes it.
  int TakeDescriptor() { return theirs_.Release(); }

 private:
  AgentRelay() = default;
  void Run(const std::string& identity) const;

  core::UniqueFd agent_, ours_, theirs_;
  std::thread thread_;
};

// The body of an agent's list of keys with the wanted one in front; as it was where it is not in there, or
// where the list is malformed. `public_key`: the key in binary form, or empty.
std::string PreferIdentity(std::string_view list, std::string_view identity, std::string_view public_key);

}  // namespace base::ssh
