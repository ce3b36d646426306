#include "cli/commands/command.h"

namespace cli::commands {
namespace {

constexpr const Command* kCommands[] = {
    &kInitCommand,
    &kValidateCommand,
    &kPlanCommand,
    &kApplyCommand,
    &kDestroyCommand,
    &kConsoleCommand,
    &kFmtCommand,
    &kGetCommand,
    &kGraphCommand,
    &kWhyCommand,
    &kLoginCommand,
    &kLogoutCommand,
    &kMetadataFunctionsCommand,
    &kModulesCommand,
    &kProvidersCommand,
    &kProvidersLockCommand,
    &kProvidersMirrorCommand,
    &kProvidersSchemaCommand,
    &kOutputCommand,
    &kShowCommand,
    &kStateListCommand,
    &kStateRecoverCommand,
    &kStateShowCommand,
    &kStateIdentitiesCommand,
    &kStateMvCommand,
    &kStateRmCommand,
    &kStatePullCommand,
    &kStatePushCommand,
    &kStateReplaceProviderCommand,
    &kForceUnlockCommand,
    &kImportCommand,
    &kQueryCommand,
    &kRefreshCommand,
    &kTaintCommand,
    &kUntaintCommand,
    &kWorkspaceDeleteCommand,
    &kWorkspaceListCommand,
    &kWorkspaceNewCommand,
    &kWorkspaceSelectCommand,
    &kWorkspaceShowCommand,
    &kTestCommand,
    &kVersionCommand,
};

}  // namespace

std::span<const Command* const> AllCommands() { return kCommands; }

}  // namespace cli::commands
