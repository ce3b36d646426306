// One connection over which somebody is signed in. Not the way of its bytes (dial.h, tunnel.h).
// Used by client.cc, tunnel.cc and command.cc.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "base/core/files.h"
#include "base/core/result.h"
#include "base/ssh/account.h"
#include "base/ssh/agent_relay.h"
#include "base/ssh/cutoff.h"
#include "base/ssh/library.h"

namespace base::ssh {

class Session {
 public:
  // Over a connected socket that does not block. Checks the host's key before anything is told to it.
  static core::Result<std::unique_ptr<Session>> Open(core::UniqueFd fd, const Account& account,
                                                     Deadline deadline, std::stop_token stop);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  const Library& library() const { return library_; }
  ssh_session raw() const { return session_; }
  int fd() const { return fd_.get(); }
  bool IsConnected() const { return library_.ssh_is_connected(session_) != 0; }
  std::string LastError() const;

 private:
  Session(const Library& library, core::UniqueFd fd) : library_(library), fd_(std::move(fd)) {}
  core::Result<void> SetOptions(const Account& account, Deadline deadline);
  core::Result<void> CheckHostKey(const std::string& expected);
  core::Result<void> SignIn(const Account& account);
  int TryKey(const Account& account);
  int TryAnswers(const std::string& password);
  int TryAgent(const Account& account);

  const Library& library_;
  core::UniqueFd fd_;  // libssh has a descriptor of its own for the same connection
  ssh_session session_ = nullptr;
  std::unique_ptr<AgentRelay> relay_;
};

}  // namespace base::ssh
