#include "install/login/browser.h"

#include <optional>

#include "base/core/log.h"
#include "base/core/process.h"
#include "base/core/strings.h"

namespace install::login {
namespace {

constexpr std::string_view kPrograms[] = {"xdg-open", "x-www-browser", "www-browser", "wslview", "open"};
// For a starter to end, well or not, before it is taken for the browser itself.
constexpr std::chrono::milliseconds kPatience{1000};

std::string FileOf(const std::vector<std::string>& command, const base::core::Environment& environment) {
  return base::core::FindProgram(command[0], environment.Get("PATH")).value_or("");
}

}  // namespace

std::vector<std::vector<std::string>> BrowserCommands(const std::string& url,
                                                      const base::core::Environment& environment) {
  std::vector<std::vector<std::string>> commands;
  const std::string wanted = environment.Get("BROWSER");
  for (std::string_view each : base::core::SplitNonEmpty(wanted, ':')) {
    std::vector<std::string> words;
    bool placed = false;
    for (std::string_view word : base::core::SplitNonEmpty(each, ' ')) {
      placed |= base::core::Contains(word, "%s");
      words.push_back(base::core::ReplaceAll(word, "%s", url));
    }
    if (words.empty()) continue;
    if (!placed) words.push_back(url);
    commands.push_back(std::move(words));
  }
  for (std::string_view program : kPrograms) commands.push_back({std::string(program), url});
  return commands;
}

bool OpenInBrowser(const std::string& url, const base::core::Environment& environment) {
  base::core::Environment harmless;
  for (const auto& [name, value] : environment.variables())
    if (!name.starts_with("TF_TOKEN_")) harmless.Set(name, value);
  for (std::vector<std::string>& command : BrowserCommands(url, environment)) {
    const std::string program = FileOf(command, environment);
    if (program.empty()) continue;
    command[0] = program;
    using base::core::Stream;
    auto child = base::core::Child::Start({.argv = command, .environment = harmless.ToStrings()},
                                          Stream::kNull, Stream::kNull, Stream::kNull);
    if (!child.ok()) continue;
    const std::optional<base::core::ExitStatus> status = child->WaitFor(kPatience);
    base::core::Log(base::core::LogLevel::kDebug, "login", "{} {}", program,
                    status ? fmt::format("ended with {}", status->code) : "was started");
    if (!status) child->Leave();
    if (!status || status->code == 0) return true;
  }
  return false;
}

}  // namespace install::login
