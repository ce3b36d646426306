// Addresses that a user has typed: what is wrong becomes a diagnostic with the reference's summary.
// Not for addresses in files that the program wrote itself (address.h). Used by cli/commands.
#pragma once

#include <optional>
#include <string_view>

#include "base/diag/diagnostics.h"
#include "language/address/address.h"

namespace language::address {

// source: the name by which a mistake shows the text, where it does.
std::optional<Target> ParseTarget(std::string_view text, base::diag::Diagnostics& diagnostics);
std::optional<ResourceInstance> ParseResourceInstance(std::string_view text,
                                                      base::diag::Diagnostics& diagnostics,
                                                      std::string_view source = "");

}  // namespace language::address
