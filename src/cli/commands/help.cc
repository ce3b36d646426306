#include "cli/commands/help.h"

#include <map>

#include "base/core/product.h"

namespace cli::commands {
namespace {

struct Family {
  std::string_view word;
  std::string_view synopsis;
  std::string_view help;
};

constexpr Family kFamilies[] = {
    {"metadata", "Metadata related commands", "What the program itself knows, for other programs to read."},
    {"providers", "Show the providers required for this configuration", "Providers of the configuration."},
    {"state", "Advanced state management",
     "Looks at the state and changes it by hand. Commands that change it keep a copy of the state as it\nwas "
     "before."},
    {"workspace", "Workspace management",
     "Several states for one configuration, each under a name of its own."},
};

const Family* FindFamily(std::string_view word) {
  for (const Family& family : kFamilies)
    if (family.word == word) return &family;
  return nullptr;
}

}  // namespace

std::string Overview(const std::string& program) {
  std::string main_commands;
  std::map<std::string_view, std::string> others;
  for (const Command* command : AllCommands()) {
    const size_t space = command->name.find(' ');
    const Family* family = FindFamily(command->name.substr(0, space));
    if (command->main)
      main_commands += fmt::format("  {:<14}{}\n", command->name, base::core::Spoken(command->synopsis));
    else if (space == std::string_view::npos)
      others[command->name] = base::core::Spoken(command->synopsis);
    else if (family)
      others.emplace(family->word, family->synopsis);
  }
  std::string other_commands;
  for (const auto& [name, synopsis] : others) other_commands += fmt::format("  {:<14}{}\n", name, synopsis);
  return fmt::format(
      "Usage: {} [global options] <subcommand> [args]\n\n"
      "The available commands for execution are listed below.\nThe primary workflow commands are given "
      "first, followed by\nless common or more advanced commands.\n\n"
      "Main commands:\n{}\nAll other commands:\n{}\n"
      "Global options (use these before the subcommand, if any):\n"
      "  -chdir=DIR    Switch to a different working directory before executing the\n"
      "                given subcommand.\n"
      "  -help         Show this help output, or the help for a specified subcommand.\n"
      "  -version      An alias for the \"version\" subcommand.\n",
      program, main_commands, other_commands);
}

std::string HelpOf(const Command& command) {
  return base::core::Spoken(fmt::format("Usage: {}\n\n{}\n\n{}", command.usage, command.help,
                                        session::OptionsHelp(command.options)));
}

std::optional<std::string> FamilyHelp(const std::string& program, std::string_view word) {
  const std::string prefix = std::string(word) + " ";
  std::map<std::string_view, std::string> lines;
  for (const Command* command : AllCommands())
    if (command->name.starts_with(prefix))
      lines[command->name] =
          fmt::format("    {:<20}{}\n", command->name.substr(prefix.size()), command->synopsis);
  std::string members;
  for (const auto& [name, line] : lines) members += line;
  if (members.empty()) return std::nullopt;
  const Family* family = FindFamily(word);
  return fmt::format("Usage: {} [global options] {} <subcommand> [options] [args]\n\n{}{}Subcommands:\n{}\n",
                     program, word, family ? family->help : "", family ? "\n\n" : "", members);
}

}  // namespace cli::commands
