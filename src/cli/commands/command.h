// A command: its name, options and what it does; the table of all is in commands.cc, one file for each
// command beside it. Called by RunProgram (program.h).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/session/interrupt.h"
#include "cli/session/options.h"
#include "cli/session/session.h"
#include "cli/view/style.h"

namespace cli::commands {

struct CommandContext {
  session::Session& session;
  view::Terminal& terminal;
  const session::Options& options;
  const session::InterruptWatcher& interrupt;
};

struct Command {
  std::string_view name;      // "state list": words as typed
  std::string_view synopsis;  // one line for the list of commands
  std::string_view usage;     // "parterre plan [options]"
  std::string_view help;      // paragraphs
  std::span<const session::OptionSpec> options;
  int (*run)(CommandContext&);  // exit code
  bool main = false;            // listed among the main commands
};

std::span<const Command* const> AllCommands();

extern const Command kInitCommand, kValidateCommand, kPlanCommand, kApplyCommand, kDestroyCommand,
    kFmtCommand, kShowCommand, kOutputCommand, kStateListCommand, kStateShowCommand, kStateRecoverCommand,
    kVersionCommand;

}  // namespace cli::commands
