// Sealer: encryption of whole texts at rest, as storages, journals and plan files see it.
// Not which keys and methods there are. Implemented by engine/encryption; used by engine/state/journal,
// engine/changes and engine/backend.
#pragma once

#include <string>
#include <string_view>

#include "base/core/result.h"

namespace engine::state {

class Sealer {
 public:
  virtual ~Sealer() = default;
  // Whether Seal encrypts; if not it gives back what it gets.
  virtual bool Encrypts() const = 0;
  // Gets ready what Seal needs, so that it cannot fail for want of a key later on.
  virtual base::core::Result<void> Prepare() = 0;
  virtual base::core::Result<std::string> Seal(std::string_view text) = 0;

  struct Opened {
    std::string text;
    bool outdated = false;  // Seal would not do it in this way: an old key, or none
  };
  // Texts that are not encrypted come back as they are where that is allowed. Errors say what to do.
  virtual base::core::Result<Opened> Open(std::string text) = 0;
};

}  // namespace engine::state
