// Encryption of one run: the sealers of its state, its journal, its plan files and the states that it reads
// from elsewhere. Not the configuration's evaluation (build.h). Held by cli/session.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "engine/encryption/configuration.h"
#include "engine/state/sealer.h"

namespace engine::encryption {

class KeySource;

class Encryption {
 public:
  explicit Encryption(const Configuration& configuration);
  ~Encryption();

  // Each null where nothing is said of it: then it is kept as it is.
  state::Sealer* state() const { return state_.get(); }
  state::Sealer* journal() const { return journal_.get(); }  // of the state's runs
  state::Sealer* plan() const { return plan_.get(); }
  // Of the data source terraform_remote_state with this name: "x", "module.m.x" or, of one instance, "x[0]".
  state::Sealer* remote(std::string_view name) const;

 private:
  std::shared_ptr<KeySource> keys_;
  std::unique_ptr<state::Sealer> state_, journal_, plan_, remote_default_;
  std::map<std::string, std::unique_ptr<state::Sealer>, std::less<>> remote_;
};

}  // namespace engine::encryption
