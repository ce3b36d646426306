#include "engine/remote/kubernetes.h"

#include <set>

#include "base/core/strings.h"
#include "engine/remote/empty_state.h"
#include "engine/remote/kubernetes_objects.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::Result;
using base::json::Document;

}  // namespace

std::unique_ptr<KubernetesStorage> KubernetesBackend::Open(std::string_view workspace) const {
  SecretPlace place = place_;
  place.workspace = workspace;
  return std::make_unique<KubernetesStorage>(client_, std::move(place));
}

Result<std::vector<std::string>> KubernetesBackend::Workspaces() {
  // Their metadata is enough: the Secrets hold all states.
  ASSIGN_OR_RETURN(const KubernetesAnswer answer,
                   client_->Call("GET", place_.SecretsPath() + "?labelSelector=tfstate%3Dtrue", "",
                                 KubernetesClient::kMetadataOnly));
  if (!answer.ok()) return Error("listing the Secrets: " + answer.message);
  ASSIGN_OR_RETURN(const Document list, Document::Parse(answer.body));
  const base::json::Node items = list.root().Find("items");
  std::set<std::string> names;
  if (items && items.IsArray())
    for (base::json::Node item : items.Elements()) {
      Labels labels = LabelsOf(item);
      if (labels["tfstateSecretSuffix"] != place_.suffix) continue;
      const std::string& name = labels["tfstateWorkspace"];
      if (!name.empty() && name != backend::kDefaultWorkspace) names.insert(name);
    }
  std::vector<std::string> all = {std::string(backend::kDefaultWorkspace)};
  all.insert(all.end(), names.begin(), names.end());
  return all;
}

Result<void> KubernetesBackend::CreateWorkspace(std::string_view name) {
  if (name == backend::kDefaultWorkspace) return {};
  return EnsureState(*Open(name));
}

Result<void> KubernetesBackend::DeleteWorkspace(std::string_view name) {
  if (name == backend::kDefaultWorkspace) return Error("can't delete default state");
  return Open(name)->Remove();
}

std::unique_ptr<state::StateStorage> KubernetesBackend::Storage(std::string_view workspace) {
  return Open(workspace);
}

}  // namespace engine::remote
