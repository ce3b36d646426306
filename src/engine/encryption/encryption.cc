#include "engine/encryption/encryption.h"

#include "engine/encryption/target.h"

namespace engine::encryption {

Encryption::Encryption(const Configuration& configuration) : keys_(std::make_shared<KeySource>()) {
  if (configuration.state) {
    state_ = MakeSealer(*configuration.state, Content::kState, "the state", keys_);
    journal_ = MakeSealer(*configuration.state, Content::kBytes, "the journal of an interrupted run", keys_);
  }
  if (configuration.plan) plan_ = MakeSealer(*configuration.plan, Content::kBytes, "the plan", keys_);
  constexpr std::string_view kRemote = "the state that terraform_remote_state reads";
  if (configuration.remote_default)
    remote_default_ = MakeSealer(*configuration.remote_default, Content::kState, std::string(kRemote), keys_);
  for (const auto& [name, methods] : configuration.remote)
    remote_.emplace(name, MakeSealer(methods, Content::kState, std::string(kRemote), keys_));
}

Encryption::~Encryption() = default;

state::Sealer* Encryption::remote(std::string_view name) const {
  auto found = remote_.find(name);
  if (found == remote_.end()) found = remote_.find(name.substr(0, name.rfind('[')));
  return found == remote_.end() ? remote_default_.get() : found->second.get();
}

}  // namespace engine::encryption
