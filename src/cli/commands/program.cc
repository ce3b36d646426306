#include "cli/commands/program.h"

#include <unistd.h>

#include "base/core/files.h"
#include "base/text/suggest.h"
#include "cli/commands/command.h"

namespace cli::commands {
namespace {

using session::Options;

struct Invocation {
  std::string chdir;
  bool version = false;
  bool help = false;
  std::vector<std::string> rest;  // from the command's name on
};

base::core::Result<Invocation> ReadGlobalOptions(std::vector<std::string> arguments) {
  Invocation invocation;
  size_t index = 0;
  for (; index < arguments.size(); ++index) {
    const std::string& argument = arguments[index];
    if (argument.starts_with("-chdir="))
      invocation.chdir = argument.substr(7);
    else if (argument == "-chdir")
      return base::core::Error(
          "The -chdir option must be followed by an equals sign and a folder: -chdir=example");
    else if (argument == "-v" || argument == "-version" || argument == "--version")
      invocation.version = true;
    else if (argument == "-h" || argument == "-help" || argument == "--help")
      invocation.help = true;
    else
      break;
  }
  invocation.rest.assign(arguments.begin() + static_cast<ptrdiff_t>(index), arguments.end());
  return invocation;
}

std::string Overview(const std::string& name) {
  std::string main_commands, others;
  for (const Command* command : AllCommands())
    (command->main ? main_commands : others) += fmt::format("  {:<14}{}\n", command->name, command->synopsis);
  return fmt::format(
      "Usage: {} [global options] <subcommand> [args]\n\n"
      "Main commands:\n{}\nAll other commands:\n{}\n"
      "Global options (use these before the subcommand, if any):\n"
      "  -chdir=DIR    Switch to a different working directory before executing the\n"
      "                given subcommand.\n"
      "  -help         Show this help output, or the help for a specified subcommand.\n"
      "  -version      An alias for the \"version\" subcommand.\n",
      name, main_commands, others);
}

std::string HelpOf(const Command& command) {
  return fmt::format("Usage: {}\n\n{}\n\n{}", command.usage, command.help,
                     session::OptionsHelp(command.options));
}

// The command whose words the arguments begin with; the longest wins.
const Command* FindCommand(const std::vector<std::string>& words, size_t& used) {
  const Command* best = nullptr;
  for (const Command* command : AllCommands()) {
    size_t count = 1 + static_cast<size_t>(std::count(command->name.begin(), command->name.end(), ' '));
    if (words.size() < count) continue;
    std::string typed = words[0];
    for (size_t index = 1; index < count; ++index) typed += " " + words[index];
    if (typed == command->name && (!best || count > used)) {
      best = command;
      used = count;
    }
  }
  return best;
}

int UnknownCommand(const std::string& name, const std::vector<std::string>& words) {
  std::vector<std::string_view> known;
  std::string family;
  for (const Command* command : AllCommands()) {
    known.push_back(command->name);
    if (command->name.starts_with(words[0] + " "))
      family += fmt::format("  {:<16}{}\n", command->name, command->synopsis);
  }
  if (!family.empty()) {
    fmt::print(stderr, "Usage: {} {} <subcommand> [options] [args]\n\nSubcommands:\n{}", name, words[0],
               family);
    return 1;
  }
  std::string near = base::text::Suggest(words[0], known);
  fmt::print(
      stderr,
      "{} has no command named \"{}\".{}\n\nTo see all of its top-level commands, run:\n  {} -help\n\n", name,
      words[0], near.empty() ? "" : " Did you mean \"" + near + "\"?", name);
  return 1;
}

void PrintInterruptNotice(view::Terminal& terminal) {
  terminal.Print(
      "\nInterrupt received.\nPlease wait for Parterre to exit or data loss may occur.\nGracefully shutting "
      "down...\n\n"
      "Stopping operation...\n");
  terminal.Flush();
}

int RunCommand(const Command& command, const Options& options, base::core::Environment environment,
               const std::string& original) {
  view::Terminal terminal(options.Flag("no-color"));
  session::InterruptWatcher interrupt(
      [&] { PrintInterruptNotice(terminal); },
      [&] {
        terminal.PrintError(
            "Two interrupts received. Exiting immediately. Note that data loss may have occurred.\n\n"
            "Error: operation canceled\n");
        terminal.Flush();
      });
  session::Session session(std::move(environment), original, interrupt.stop());
  CommandContext context{session, terminal, options, interrupt};
  int code = command.run(context);
  terminal.Flush();
  return code;
}

// Words of TF_CLI_ARGS and TF_CLI_ARGS_<command>, split as a shell does, quotes included.
std::vector<std::string> SplitWords(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool inside = false;
  char quote = 0;
  for (size_t index = 0; index < text.size(); ++index) {
    char c = text[index];
    if (quote) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      inside = true;
    } else if (c == '\\' && index + 1 < text.size()) {
      word += text[++index];
      inside = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (inside || !word.empty()) words.push_back(std::move(word));
      word.clear();
      inside = false;
    } else {
      word += c;
    }
  }
  if (inside || !word.empty()) words.push_back(std::move(word));
  return words;
}

}  // namespace

int RunProgram(const std::string& name, std::vector<std::string> arguments) {
  base::core::Environment environment = base::core::Environment::OfProcess();
  std::vector<std::string> common = SplitWords(environment.Get("TF_CLI_ARGS"));
  auto invocation = ReadGlobalOptions(std::move(arguments));
  if (!invocation.ok()) {
    fmt::print(stderr, "{}\n", invocation.error().message());
    return 1;
  }
  auto original = base::core::CurrentDirectory();
  if (!invocation->chdir.empty() && chdir(invocation->chdir.c_str()) != 0) {
    std::string reason = std::strerror(errno);
    if (!reason.empty()) reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
    fmt::print(stderr, "Error handling -chdir option: chdir {}: {}\n", invocation->chdir, reason);
    return 1;
  }
  if (invocation->version) invocation->rest.insert(invocation->rest.begin(), "version");
  if (invocation->rest.empty() || (invocation->help && invocation->rest.empty())) {
    fmt::print("{}", Overview(name));
    return invocation->help ? 0 : 127;
  }
  size_t used = 0;
  const Command* command = FindCommand(invocation->rest, used);
  if (!command) return UnknownCommand(name, invocation->rest);
  std::vector<std::string> words = common;
  std::string variable = "TF_CLI_ARGS_" + std::string(command->name);
  std::replace(variable.begin(), variable.end(), ' ', '_');
  for (std::string& word : SplitWords(environment.Get(variable))) words.push_back(std::move(word));
  words.insert(words.end(), invocation->rest.begin() + static_cast<ptrdiff_t>(used), invocation->rest.end());
  for (const std::string& word : words)
    if (word == "-help" || word == "--help" || word == "-h") invocation->help = true;
  if (invocation->help) {
    fmt::print("{}", HelpOf(*command));
    return 0;
  }
  auto options = Options::Parse(command->options, words);
  if (!options.ok()) {
    fmt::print(
        stderr,
        "\nError: Failed to parse command-line flags\n\n{}\n\nFor more help on this command, run:\n  {} "
        "{} -help\n",
        options.error().message(), name, command->name);
    return 1;
  }
  return RunCommand(*command, *options, std::move(environment), original.ok() ? *original : ".");
}

}  // namespace cli::commands
