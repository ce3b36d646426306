#include <array>

#include "cli/commands/command.h"

namespace cli::commands {
namespace {

constexpr std::array<const Command*, 12> kCommands = {
    &kInitCommand,      &kValidateCommand,     &kPlanCommand,      &kApplyCommand,
    &kDestroyCommand,   &kFmtCommand,          &kOutputCommand,    &kShowCommand,
    &kStateListCommand, &kStateRecoverCommand, &kStateShowCommand, &kVersionCommand,
};

}  // namespace

std::span<const Command* const> AllCommands() { return kCommands; }

}  // namespace cli::commands
