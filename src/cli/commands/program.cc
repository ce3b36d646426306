#include "cli/commands/program.h"
#include "cli/commands/state_document.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/core/files.h"
#include "base/core/log.h"
#include "base/core/memory.h"
#include "base/core/process.h"
#include "base/core/product.h"
#include "base/core/strings.h"
#include "base/text/suggest.h"
#include "cli/commands/command.h"
#include "cli/commands/completion.h"
#include "cli/commands/environment_words.h"
#include "cli/commands/help.h"
#include "cli/view/diagnostics_view.h"
#include "cli/view/json_log.h"
#include "cli/view/settings_problems.h"
#include "install/settings/settings.h"

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
  if (const std::optional<std::string> family = FamilyHelp(name, words[0])) {
    fmt::print("{}", *family);
    return words.size() > 1 && (words[1] == "-help" || words[1] == "--help" || words[1] == "-h") ? 0 : 1;
  }
  std::vector<std::string_view> known;
  for (const Command* command : AllCommands()) known.push_back(command->name);
  std::string near = base::text::Suggest(words[0], known);
  fmt::print(stderr,
             "{} has no command named \"{}\".{}\n\nTo see all of {} top-level commands, run:\n  {} -help\n\n",
             base::core::SpeaksAsTerraform() ? base::core::ProductName() : name, words[0],
             near.empty() ? "" : " Did you mean \"" + near + "\"?",
             base::core::SpeaksAsTerraform() ? "Terraform's" : "its", name);
  return 1;
}

// The words by which older versions knew the workspace commands.
void ReplaceOldNames(std::vector<std::string>& words) {
  if (words.size() < 2 || words[0] != "env") return;
  words[0] = "workspace";
  fmt::print(
      "Warning: the \"{0} env\" family of commands is deprecated.\n\n\"Workspace\" is now the preferred term "
      "for what earlier Terraform versions\ncalled \"environment\", to reduce ambiguity caused by the latter "
      "term colliding\nwith other concepts.\n\nThe \"{0} workspace\" commands should be used instead. \"{0} "
      "env\"\nwill be removed in a future {1} version.\n\n",
      base::core::ProgramName(), base::core::ProductName());
  std::fflush(stdout);
}

void PrintInterruptNotice(view::Terminal& terminal, bool json) {
  const std::string notice = base::core::Spoken(
      "\nInterrupt received.\nPlease wait for Parterre to exit or data loss may occur.\nGracefully shutting "
      "down...\n");
  constexpr std::string_view kStopping = "Stopping operation...";
  if (json) {
    view::JsonLog log(terminal);
    log.Message(notice);
    log.Message(kStopping);
  } else {
    terminal.Print(fmt::format("{}\n{}\n", notice, kStopping));
  }
  terminal.Flush();
}

void PrintSecondInterrupt(view::Terminal& terminal, bool json) {
  constexpr std::string_view kNotice =
      "Two interrupts received. Exiting immediately. Note that data loss may have occurred.\n";
  if (json)
    view::JsonLog(terminal).Message(fmt::format("\n{}", kNotice));
  else
    terminal.PrintError(fmt::format("{}\nError: operation canceled\n", kNotice));
  terminal.Flush();
}

bool TakesLock(const Command& command) {
  return command.name == "test" ||
         std::ranges::any_of(command.options, [](const auto& option) { return option.name == "lock"; });
}

using Settings = std::shared_ptr<const install::settings::Settings>;

// What is wrong with the CLI configuration is told before anything else, and ends nothing: most commands have
// no use for it.
Settings ReadCliConfiguration(const base::core::Environment& environment) {
  base::diag::Diagnostics problems;
  auto settings =
      std::make_shared<install::settings::Settings>(install::settings::ReadSettings(environment, problems));
  if (!problems.empty()) fmt::print(stderr, "{}", view::SettingsProblems(problems));
  return settings;
}

void TellOfLock(const std::string& why, view::Terminal& terminal, bool json) {
  base::diag::Diagnostics diagnostics;
  diagnostics.Error("Error releasing the state lock",
                    "Error message: " + why +
                        base::core::Spoken("\n\nWhat the command did is done and saved. Others may find the "
                                           "state locked: if it still is when "
                                           "nobody works on it, \"parterre force-unlock\" with the id that "
                                           "they are shown takes the lock away."));
  if (json)
    view::JsonLog(terminal).Diagnostics(diagnostics);
  else
    view::ShowDiagnostics(diagnostics, terminal);
}

void PointToHelp(view::Terminal& terminal, const Command& command) {
  terminal.PrintError(fmt::format("\nFor more help on using this command, run:\n  {} {} -help\n",
                                  base::core::ProgramName(), command.name));
}

int RunCommand(const Command& command, const Options& options, base::core::Environment environment,
               Settings settings, const std::string& original) {
  // Options may hold secrets.
  base::core::Log(base::core::LogLevel::kInfo, "cli", "command {}", command.name);
  view::Terminal terminal(options.Flag("no-color"));
  if (options.Flag("no-progress") || options.Flag("json")) terminal.SetLive(false);
  view::LiveLine live(terminal);
  const bool json = command.logs_json && options.Flag("json");
  session::InterruptWatcher interrupt([&] { PrintInterruptNotice(terminal, json); },
                                      [&] {
                                        live.End();
                                        PrintSecondInterrupt(terminal, json);
                                      });
  session::Session session(std::move(environment), std::move(settings), original, interrupt.stop());
  session.set_state_document(MakeStateDocument(session));
  session.UseOptions(options);
  CommandContext context{session, terminal, options, interrupt, live};
  // Who holds a lock or changes a state does not end in the middle because a pager was left.
  if (TakesLock(command)) signal(SIGPIPE, SIG_IGN);
  int code = command.run(context);
  live.End();
  if (!context.unreleased_lock.empty()) {
    TellOfLock(context.unreleased_lock, terminal, json);
    code = 1;
  }
  terminal.Flush();
  if (const int error = terminal.write_error(); error != 0 && error != EPIPE) {
    terminal.PrintError(fmt::format(
        "Error: Not all of the output could be written\n\nStandard output: {}. What the command did is done, "
        "but what it told is incomplete.\n",
        std::strerror(error)));
    return 1;
  }
  if (code == kShowHelp) fmt::print("{}", HelpOf(command));
  if (code == kShowHelpAsMistake) terminal.PrintMistake(HelpOf(command));
  if (code == kPointToHelp && !json) PointToHelp(terminal, command);
  return code < 0 ? 1 : code;
}

// What is wrong with the options, where it is wanted as JSON: the last of several -json counts.
bool WantsJson(const Command& command, std::span<const std::string> words) {
  bool json = false;
  for (const std::string& word : words) {
    if (word == "-json" || word == "--json" || word == "-json=true") json = true;
    if (word == "-json=false") json = false;
  }
  return command.logs_json && json;
}

int BadOptions(const Command& command, std::span<const std::string> words, const std::string& message) {
  constexpr std::string_view kSummary = "Failed to parse command-line flags";
  base::diag::Diagnostics diagnostics;
  diagnostics.Error(kSummary, message);
  const bool json = WantsJson(command, words);
  view::Terminal terminal(json || std::find(words.begin(), words.end(), "-no-color") != words.end());
  if (!json) {
    view::ShowDiagnostics(diagnostics, terminal);
    PointToHelp(terminal, command);
    return 1;
  }
  view::JsonLog log(terminal);
  log.Version();
  log.Diagnostics(diagnostics);
  return 1;
}

int PrintCompletions(std::string line, const base::core::Environment& environment) {
  const auto cursor = base::core::ParseUint64(environment.Get("COMP_POINT"));
  if (cursor && *cursor < line.size()) line.resize(*cursor);
  for (const std::string& word : CompleteLine(line, environment)) fmt::print("{}\n", word);
  return 0;
}

template <typename Change>
int ChangeCompletion(Change change, const std::string& called, const base::core::Environment& environment) {
  std::string path = base::core::FindProgram(called, environment.Get("PATH")).value_or(called);
  const auto here = base::core::CurrentDirectory();
  if (here.ok()) path = base::core::CleanPath(base::core::JoinPath(*here, path));
  const auto changed = change(base::core::BaseName(called), path, environment.HomeDirectory());
  if (!changed.ok()) {
    fmt::print(stderr, "Error: {}\n", changed.error().message());
    return 1;
  }
  for (const std::string& file : *changed) fmt::print("Changed {}. New shells will know of it.\n", file);
  return 0;
}

}  // namespace

int RunProgram(const std::string& called, std::vector<std::string> arguments) {
  base::core::ReportOutOfMemory();
  base::core::TuneAllocator();
  base::core::Environment environment = base::core::Environment::OfProcess();
  const std::string name =
      base::core::SpeaksAsTerraform() ? std::string(base::core::ProgramName()) : base::core::BaseName(called);
  if (const auto line = environment.Find("COMP_LINE")) return PrintCompletions(*line, environment);
  if (arguments.size() == 1 && arguments[0] == "-install-autocomplete")
    return ChangeCompletion(InstallCompletion, called, environment);
  if (arguments.size() == 1 && arguments[0] == "-uninstall-autocomplete")
    return ChangeCompletion(UninstallCompletion, called, environment);
  if (auto started = base::core::StartLog(environment); !started.ok())
    fmt::print(stderr, "The log of TF_LOG cannot be written: {}\n", started.error().message());
  if (auto checked = session::CheckReattach(environment); !checked.ok()) {
    fmt::print(stderr, "{}\n", checked.error().message());
    return 1;
  }
  Settings settings = ReadCliConfiguration(environment);
  auto invocation = ReadGlobalOptions(std::move(arguments));
  if (!invocation.ok()) {
    fmt::print(stderr, "{}\n", invocation.error().message());
    return 1;
  }
  auto original = base::core::CurrentDirectory();
  if (!original.ok()) {
    fmt::print(stderr, "The current folder cannot be found ({}). Has it been removed? Go to another one.\n",
               original.error().message());
    return 1;
  }
  if (!invocation->chdir.empty() && chdir(invocation->chdir.c_str()) != 0) {
    std::string reason = std::strerror(errno);
    if (!reason.empty()) reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
    fmt::print(stderr, "Error handling -chdir option: chdir {}: {}\n", invocation->chdir, reason);
    return 1;
  }
  if (invocation->version) invocation->rest.insert(invocation->rest.begin(), "version");
  std::vector<std::string>& rest = invocation->rest;
  const auto first = std::ranges::find_if(rest, [](const auto& word) { return !word.starts_with('-'); });
  const bool misplaced = first != rest.begin();
  rest.erase(rest.begin(), first);
  if (rest.empty() || rest[0].empty()) {
    fmt::print("{}", Overview(name));
    return invocation->help ? 0 : 127;
  }
  ReplaceOldNames(rest);
  size_t used = 0;
  const Command* command = FindCommand(rest, used);
  if (!command) return UnknownCommand(name, rest);
  if (misplaced) {
    fmt::print("Invalid flags before the subcommand. Those of a subcommand go after it.\n\n{}",
               HelpOf(*command));
    return 1;
  }
  auto words = WordsOfEnvironment(environment, command->name);
  if (!words.ok()) {
    fmt::print(stderr, "Error parsing extra CLI args from {}\n", words.error().message());
    return 1;
  }
  words->insert(words->end(), rest.begin() + static_cast<ptrdiff_t>(used), rest.end());
  for (const std::string& word : *words)
    if (word == "-help" || word == "--help" || word == "-h") invocation->help = true;
  if (invocation->help) {
    fmt::print("{}", HelpOf(*command));
    return 0;
  }
  auto options = Options::Parse(command->options, *words);
  if (!options.ok()) return BadOptions(*command, *words, options.error().message());
  return RunCommand(*command, *options, std::move(environment), std::move(settings), *original);
}

}  // namespace cli::commands
