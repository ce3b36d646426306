// The words that TF_CLI_ARGS and TF_CLI_ARGS_<command> put before the arguments of a command, split as a
// shell does. Not their meaning (cli/session/options.h). Called by RunProgram.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/environment.h"
#include "base/core/result.h"

namespace cli::commands {

// Quotes and backslashes as in a shell; nothing is expanded. What follows an operator (;&|<>) does not count,
// as with the reference. Nothing where a quote or parenthesis is not closed.
std::optional<std::vector<std::string>> SplitWords(std::string_view text);

// Those of the command first, so that TF_CLI_ARGS has the last word. Errors: "TF_CLI_ARGS: invalid command
// line string".
base::core::Result<std::vector<std::string>> WordsOfEnvironment(const base::core::Environment& environment,
                                                                std::string_view command);

}  // namespace cli::commands
