// The state of one workspace in Consul's keys, in one or in chunks, plain or compressed, as the stock program
// lays it out. Not the lock's life (consul_lock.h) nor the choice of a workspace (consul.h).
// Called by consul.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/remote/consul_client.h"
#include "engine/remote/consul_lock.h"
#include "engine/state/storage.h"

namespace engine::remote {

struct ConsulPlace {
  std::string path;  // of the root key
  bool gzip = false;
  bool lock = true;
  std::string journal_directory;
  base::core::Duration renewal = std::chrono::seconds(5);
};

class ConsulStorage : public state::StateStorage {
 public:
  ConsulStorage(std::shared_ptr<ConsulClient> client, ConsulPlace place);

  base::core::Result<std::optional<state::LockConflict>> TryLock(state::LockInfo* info) override;
  base::core::Result<void> Unlock() override;
  bool locked() const override { return pretended_ || lock_.held(); }
  base::core::Result<void> ForceUnlock(const std::string& id) override;
  base::core::Result<std::string> Read() override;
  base::core::Result<void> Write(std::string_view text) override;
  std::string JournalPath() const override;
  std::string Identity() const override;
  bool IsRemote() const override { return true; }

  base::core::Result<void> Remove();

 private:
  // The root key as it was read or written last.
  struct Root {
    uint64_t modify_index = 0;  // 0: there is none
    std::string hash;           // of the chunks' folder; empty: the state lies in the root key itself
    std::vector<std::string> chunks;
    std::string value;
  };
  base::core::Result<Root> ReadRoot();
  std::string ChunkFolder(const std::string& hash) const;
  base::core::Result<void> StoreRoot(std::string_view value, const std::string& hash, bool* too_large);
  base::core::Result<void> WriteChunks(std::string_view bytes, const std::string& hash);

  const std::shared_ptr<ConsulClient> client_;
  const ConsulPlace place_;
  ConsulLock lock_;
  bool pretended_ = false;  // locked, where locking is turned off
  std::optional<Root> root_;
};

}  // namespace engine::remote
