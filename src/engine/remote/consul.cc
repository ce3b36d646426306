#include "engine/remote/consul.h"

#include <algorithm>
#include <set>

#include "base/core/strings.h"
#include "engine/remote/empty_state.h"

namespace engine::remote {
namespace {

using base::core::Error;
using base::core::Result;

constexpr std::string_view kWorkspaceMark = "-env:";

}  // namespace

ConsulBackend::ConsulBackend(ConsulAddress address, ConsulPlace place,
                             const base::core::Environment& environment)
    : client_(std::make_shared<ConsulClient>(std::move(address), environment)), place_(std::move(place)) {}

std::unique_ptr<ConsulStorage> ConsulBackend::Open(std::string_view workspace) const {
  ConsulPlace place = place_;
  if (workspace != backend::kDefaultWorkspace) place.path.append(kWorkspaceMark).append(workspace);
  return std::make_unique<ConsulStorage>(client_, std::move(place));
}

std::string ConsulBackend::Url() const { return client_->unix_socket().empty() ? client_->url() : ""; }

Result<std::vector<std::string>> ConsulBackend::Workspaces() {
  const std::string prefix = place_.path + std::string(kWorkspaceMark);
  ASSIGN_OR_RETURN(const std::vector<std::string> keys, client_->Keys(prefix));
  std::set<std::string> names;
  for (const std::string& key : keys) {
    // What has a slash is a lock or a chunk.
    if (!key.starts_with(prefix) || key.find('/', prefix.size()) != std::string::npos) continue;
    if (key.size() > prefix.size()) names.insert(key.substr(prefix.size()));
  }
  std::vector<std::string> all = {std::string(backend::kDefaultWorkspace)};
  all.insert(all.end(), names.begin(), names.end());
  return all;
}

Result<void> ConsulBackend::CreateWorkspace(std::string_view name) {
  if (!backend::IsValidWorkspaceName(name))
    return Error("the workspace name " + base::core::GoQuote(name) + " is not allowed");
  if (name == backend::kDefaultWorkspace) return {};
  return EnsureState(*Open(name));
}

Result<void> ConsulBackend::DeleteWorkspace(std::string_view name) {
  if (name == backend::kDefaultWorkspace) return Error("can't delete default state");
  if (!backend::IsValidWorkspaceName(name))
    return Error("the workspace name " + base::core::GoQuote(name) + " is not allowed");
  return Open(name)->Remove();
}

std::unique_ptr<state::StateStorage> ConsulBackend::Storage(std::string_view workspace) {
  return Open(workspace);
}

}  // namespace engine::remote
