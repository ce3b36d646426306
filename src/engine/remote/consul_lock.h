// The lock of one state in Consul: a session that is kept alive while it holds <path>/.lock, and the word of
// its holder beside it. When the session dies, the lock is taken again if nobody else has it by then.
// Not the state itself (consul_storage.h). Called by consul_storage.cc.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/core/clock.h"
#include "base/core/result.h"
#include "engine/remote/consul_client.h"
#include "engine/state/lock_info.h"

namespace engine::remote {

class ConsulLock {
 public:
  // `renewal`: how often the session is kept alive; well below its TTL of 15 s.
  ConsulLock(std::shared_ptr<ConsulClient> client, std::string path, base::core::Duration renewal);
  ~ConsulLock();

  // Sets info's id to the session, so that whoever finds it can end it.
  base::core::Result<std::optional<state::LockConflict>> TryAcquire(state::LockInfo* info);
  base::core::Result<void> Release();
  bool held() const { return held_; }
  // Asks Consul whether the lock is still ours; takes it again where it is free. An error says who has it.
  base::core::Result<void> Confirm();
  // Ends the session `id`, which must be the holder's, and with it the lock.
  base::core::Result<void> Break(const std::string& id);

 private:
  std::string LockKey() const { return path_ + "/.lock"; }
  std::string InfoKey() const { return path_ + "/.lockinfo"; }
  base::core::Result<bool> Acquire();
  base::core::Result<std::optional<state::LockInfo>> Holder();
  base::core::Result<void> Regain();
  void KeepAlive(std::stop_token stop);

  const std::shared_ptr<ConsulClient> client_;
  const std::string path_;
  const base::core::Duration renewal_;
  std::mutex mutex_;
  std::string session_;
  state::LockInfo info_;
  bool held_ = false;
  std::jthread keeper_;
};

}  // namespace engine::remote
