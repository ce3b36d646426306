// The backend "consul": states as keys of Consul's key-value store, workspaces as <path>-env:<workspace>.
// Not the layout of one state (consul_storage.h) nor the calls (consul_client.h). Opened through kConsulType.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/remote/backend_type.h"
#include "engine/remote/consul_client.h"
#include "engine/remote/consul_storage.h"

namespace engine::remote {

class ConsulBackend : public Backend {
 public:
  // `place`: of the default workspace.
  ConsulBackend(ConsulAddress address, ConsulPlace place, const base::core::Environment& environment);
  std::string_view type() const override { return "consul"; }
  std::string Url() const override;
  base::core::Result<std::vector<std::string>> Workspaces() override;
  base::core::Result<void> CreateWorkspace(std::string_view name) override;
  base::core::Result<void> DeleteWorkspace(std::string_view name) override;
  std::unique_ptr<state::StateStorage> Storage(std::string_view workspace) override;

 private:
  std::unique_ptr<ConsulStorage> Open(std::string_view workspace) const;

  const std::shared_ptr<ConsulClient> client_;
  const ConsulPlace place_;
};

extern const BackendType kConsulType;

}  // namespace engine::remote
