// The sealers: one for each kind of text, over the methods of its target. Encrypts with the first method,
// decrypts with the first that fits. Not where the texts lie (storage.h). Made by encryption.h.
#pragma once

#include <memory>

#include "engine/encryption/key_source.h"
#include "engine/state/sealer.h"

namespace engine::encryption {

// kState: serial and lineage stay readable. kBytes: everything else.
enum class Content { kState, kBytes };

// `what` is what errors call it: "the state". The keys are shared by all targets of a run.
std::unique_ptr<state::Sealer> MakeSealer(Methods methods, Content content, std::string what,
                                          std::shared_ptr<KeySource> keys);

}  // namespace engine::encryption
