// A command: its name, options and what it does; the table of all is in commands.cc.
// Not the parsing of the command line (cli/session/options.h) nor what commands have in common (operation.h).
// Called by RunProgram (program.h); one file for each command beside it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/session/interrupt.h"
#include "cli/session/options.h"
#include "cli/session/session.h"
#include "cli/view/live_line.h"
#include "cli/view/style.h"

namespace cli::commands {

struct CommandContext {
  session::Session& session;
  view::Terminal& terminal;
  const session::Options& options;
  const session::InterruptWatcher& interrupt;
  view::LiveLine& live;
  std::string unreleased_lock;  // why a lock could not be released; told at the end
};

// What run returns after a mistake in the number of operands: the command's help is shown, and the code is 1.
inline constexpr int kShowHelp = -1;
// The same for the commands whose help the stock program makes part of the mistake, on standard error.
inline constexpr int kShowHelpAsMistake = -3;
// What run returns after it has told a mistake in the options or operands: where help is, is told too,
// code 1.
inline constexpr int kPointToHelp = -2;

struct Command {
  std::string_view name;      // "state list": words as typed
  std::string_view synopsis;  // one line for the list of commands
  std::string_view usage;     // "parterre plan [options]"
  std::string_view help;      // paragraphs
  std::span<const session::OptionSpec> options;
  int (*run)(CommandContext&);  // exit code
  bool main = false;            // listed among the main commands
  bool logs_json = false;  // -json makes it tell everything, mistakes in the options too, as lines of JSON
};

std::span<const Command* const> AllCommands();

extern const Command kApplyCommand;
extern const Command kConsoleCommand;
extern const Command kDestroyCommand;
extern const Command kFmtCommand;
extern const Command kForceUnlockCommand;
extern const Command kGetCommand;
extern const Command kGraphCommand;
extern const Command kImportCommand;
extern const Command kInitCommand;
extern const Command kLoginCommand;
extern const Command kLogoutCommand;
extern const Command kMetadataFunctionsCommand;
extern const Command kModulesCommand;
extern const Command kOutputCommand;
extern const Command kPlanCommand;
extern const Command kProvidersCommand;
extern const Command kProvidersLockCommand;
extern const Command kProvidersMirrorCommand;
extern const Command kProvidersSchemaCommand;
extern const Command kQueryCommand;
extern const Command kRefreshCommand;
extern const Command kShowCommand;
extern const Command kStateIdentitiesCommand;
extern const Command kStateListCommand;
extern const Command kStateMvCommand;
extern const Command kStatePullCommand;
extern const Command kStatePushCommand;
extern const Command kStateRecoverCommand;
extern const Command kStateReplaceProviderCommand;
extern const Command kStateRmCommand;
extern const Command kStateShowCommand;
extern const Command kTaintCommand;
extern const Command kTestCommand;
extern const Command kUntaintCommand;
extern const Command kValidateCommand;
extern const Command kVersionCommand;
extern const Command kWhyCommand;
extern const Command kWorkspaceDeleteCommand;
extern const Command kWorkspaceListCommand;
extern const Command kWorkspaceNewCommand;
extern const Command kWorkspaceSelectCommand;
extern const Command kWorkspaceShowCommand;

}  // namespace cli::commands
