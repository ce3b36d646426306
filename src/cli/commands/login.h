// What login and logout have in common: which host is meant, and where its token is. Not the getting of
// tokens (install/login). Used by login.cc and logout.cc.
#pragma once

#include <optional>
#include <string>

#include "base/diag/diagnostics.h"
#include "cli/commands/command.h"
#include "install/discovery/credentials.h"

namespace cli::commands {

using base::diag::Diagnostics;
using install::discovery::Credentials;

struct LoginTarget {
  std::string host;
  Credentials::Location location = Credentials::Location::kNone;
};

// The host of the operands, app.terraform.io without one. Nothing after errors: a name that is none, a
// credentials file that cannot be read, a token that only people can change. Warns of tokens of the
// environment, which stand above what is stored.
std::optional<LoginTarget> FindLoginTarget(const CommandContext& command, const Credentials& credentials,
                                           Diagnostics& diagnostics);

}  // namespace cli::commands
