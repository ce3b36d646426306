// The state of one workspace in Secrets, and its lock in a Lease, as the stock program lays them out.
// Not the connection (kubernetes_client.h) nor the choice of a workspace (kubernetes.h).
// Called by kubernetes.cc.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/reader.h"
#include "engine/remote/kubernetes_client.h"
#include "engine/state/storage.h"

namespace engine::remote {

// Which Secrets hold a state.
struct SecretPlace {
  std::string namespace_name;
  std::string suffix;
  std::string workspace;
  std::map<std::string, std::string> labels;  // the user's own
  std::string journal_directory;

  std::string SecretName() const { return "tfstate-" + workspace + "-" + suffix; }
  std::string LeaseName() const { return "lock-" + SecretName(); }
  // The Secrets of this state; the user's own labels do not matter, so that they may change.
  std::string ListPath() const;
  std::string SecretsPath() const { return "/api/v1/namespaces/" + namespace_name + "/secrets"; }
  std::string LeasesPath() const {
    return "/apis/coordination.k8s.io/v1/namespaces/" + namespace_name + "/leases";
  }
};

class KubernetesStorage : public state::StateStorage {
 public:
  KubernetesStorage(std::shared_ptr<KubernetesClient> client, SecretPlace place);
  ~KubernetesStorage() override;

  base::core::Result<std::optional<state::LockConflict>> TryLock(state::LockInfo* info) override;
  base::core::Result<void> Unlock() override;
  bool locked() const override { return !lock_id_.empty(); }
  base::core::Result<void> ForceUnlock(const std::string& id) override;
  base::core::Result<std::string> Read() override;
  base::core::Result<void> Write(std::string_view text) override;
  std::string JournalPath() const override;
  std::string Identity() const override;
  bool IsRemote() const override { return true; }

  // The state with all its Secrets, and the lock.
  base::core::Result<void> Remove();

 private:
  base::core::Result<void> CheckName() const;
  base::core::Result<void> Release(const std::string& id);
  base::core::Result<std::string> FindOrCreate(const std::string& name);
  base::core::Result<void> WritePart(size_t number, std::string_view bytes);
  base::core::Result<void> RemoveSurplus(size_t parts);
  base::core::Result<void> CheckOwner(base::json::Node secret) const;

  const std::shared_ptr<KubernetesClient> client_;
  const SecretPlace place_;
  std::string lock_id_;
  // The first Secret's resourceVersion as it was read or written last; empty: there was none.
  std::optional<std::string> version_;
};

}  // namespace engine::remote
