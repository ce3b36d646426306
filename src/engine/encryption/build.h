// Evaluates the encryption block: names become values, references become pointers, settings are checked.
// Not its reading (engine/config/encryption.h). No key is made or fetched here. Called by cli/session.
#pragma once

#include <optional>

#include "base/diag/diagnostics.h"
#include "engine/config/encryption.h"
#include "engine/encryption/configuration.h"
#include "language/eval/evaluate.h"

namespace engine::encryption {

// Only what some target uses is looked at. Nothing after errors; diagnostics show no source and no values.
std::optional<Configuration> Build(const config::EncryptionBlock& block, const language::eval::Scope& scope,
                                   base::diag::Diagnostics& diagnostics);

}  // namespace engine::encryption
