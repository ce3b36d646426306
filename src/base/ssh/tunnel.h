// The way through a bastion: a descriptor whose bytes come out at another host's port.
// Not what is spoken over it. Used by client.cc.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "base/core/files.h"
#include "base/core/result.h"
#include "base/ssh/session.h"

namespace base::ssh {

class Tunnel {
 public:
  // The session is the tunnel's from now on, and of its thread.
  static core::Result<std::unique_ptr<Tunnel>> Open(std::unique_ptr<Session> bastion, const std::string& host,
                                                    uint16_t port, Deadline deadline, std::stop_token stop);
  ~Tunnel();
  core::UniqueFd TakeDescriptor() { return std::move(theirs_); }

 private:
  explicit Tunnel(std::unique_ptr<Session> bastion) : bastion_(std::move(bastion)) {}
  void Run();
  void ToBastion(uint32_t window);
  int FromBastion(std::string_view bytes);

  std::unique_ptr<Session> bastion_;
  core::UniqueFd ours_, theirs_;
  ssh_channel channel_ = nullptr;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace base::ssh
