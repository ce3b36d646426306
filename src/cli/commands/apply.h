// The part of apply that destroy shares: plan, question, carrying out.
// Not the apply of a saved plan (apply.cc), and not the engine's apply (engine/run/apply.h).
// Called by the commands apply, destroy, refresh and import.
#pragma once

#include "cli/commands/operation.h"

namespace cli::commands {

// Plans (with `destroy`: everything away), shows, asks, applies. Exit code.
int RunApplyWithPlan(CommandContext& command, bool destroy);

// "Outputs:" and such. The reference's markup: the codes stand before the line end that opens the text.
std::string GreenTitle(std::string_view text, const view::Style& style);

}  // namespace cli::commands
