// The backend "kubernetes": states in Secrets of one namespace, workspaces told by labels.
// Not the layout of one state (kubernetes_storage.h) nor the way to a cluster (kubernetes_access.h).
// Opened through kKubernetesType.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/remote/backend_type.h"
#include "engine/remote/kubernetes_client.h"
#include "engine/remote/kubernetes_storage.h"

namespace engine::remote {

class KubernetesBackend : public Backend {
 public:
  // `place`: of the default workspace.
  KubernetesBackend(std::shared_ptr<KubernetesClient> client, SecretPlace place)
      : client_(std::move(client)), place_(std::move(place)) {}
  std::string_view type() const override { return "kubernetes"; }
  std::string Url() const override { return client_->server(); }
  base::core::Result<std::vector<std::string>> Workspaces() override;
  base::core::Result<void> CreateWorkspace(std::string_view name) override;
  base::core::Result<void> DeleteWorkspace(std::string_view name) override;
  std::unique_ptr<state::StateStorage> Storage(std::string_view workspace) override;

 private:
  std::unique_ptr<KubernetesStorage> Open(std::string_view workspace) const;

  const std::shared_ptr<KubernetesClient> client_;
  const SecretPlace place_;
};

extern const BackendType kKubernetesType;

}  // namespace engine::remote
