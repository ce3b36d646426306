#include "cli/commands/prompt.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace cli::commands {
namespace {

// While it lives, the terminal does not show what is typed.
class EchoOff {
 public:
  EchoOff() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;  // a pipe shows nothing
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    active_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
  }
  ~EchoOff() {
    if (active_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

 private:
  termios before_{};
  bool active_ = false;
};

// Byte by byte, so that what follows the line stays for the next question.
base::core::Result<std::string> ReadLine(int interrupted) {
  std::string line;
  while (true) {
    pollfd waits[2] = {{STDIN_FILENO, POLLIN, 0}, {interrupted, POLLIN, 0}};
    if (poll(waits, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return base::core::ErrnoError("reading the answer", errno);
    }
    if (waits[1].revents & POLLIN) return base::core::Error("interrupted");
    char c = 0;
    ssize_t count = read(STDIN_FILENO, &c, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      if (!line.empty()) return line;
      return base::core::Error(std::string(kEndOfInput));
    }
    if (c == '\n') return line;
    if (c != '\r') line += c;
    if (line.size() > 1 << 20) return base::core::Error("the answer is too long");
  }
}

std::string Indented(std::string_view text) {
  std::string out = "  ";
  for (char c : text) {
    out += c;
    if (c == '\n') out += "  ";
  }
  return out;
}

}  // namespace

base::core::Result<std::string> Ask(CommandContext& command, const Question& question) {
  if (!question.always && !command.options.Flag("input", true))
    return base::core::Error(
        "input is disabled, so there is nobody to ask. Use -auto-approve to go ahead without asking.");
  const view::Style& style = command.terminal.style();
  const std::string text = question.text.empty() ? "" : Indented(question.text) + "\n\n";
  command.terminal.Print(fmt::format("{}{}{}{}\n{}  {}Enter a value:{} {}", style.Reset(), style.Bold(),
                                     question.title, style.Reset(), text, style.Bold(), style.Reset(),
                                     style.Reset()));
  command.terminal.Flush();
  std::optional<EchoOff> hidden;
  if (question.hidden) hidden.emplace();
  auto line = ReadLine(command.interrupt.event_descriptor());
  hidden.reset();
  if (line.ok() || line.error().message() != kEndOfInput) command.terminal.Print("\n");
  return line;
}

base::core::Result<std::string> ReadAnswer(CommandContext& command) {
  command.terminal.Flush();
  return ReadLine(command.interrupt.event_descriptor());
}

std::optional<std::string> AskForVariable(CommandContext& command, const engine::config::Variable& variable) {
  const view::Style& style = command.terminal.style();
  std::string description = variable.description.empty() ? "" : Indented(variable.description) + "\n\n";
  command.terminal.Print(fmt::format("{}{}var.{}{}{}\n{}  {}Enter a value:{} {}", style.Reset(), style.Bold(),
                                     variable.name, variable.ephemeral ? " (ephemeral)" : "", style.Reset(),
                                     description, style.Bold(), style.Reset(), style.Reset()));
  command.terminal.Flush();
  std::optional<EchoOff> hidden;
  if (variable.sensitive) hidden.emplace();
  auto line = ReadLine(command.interrupt.event_descriptor());
  hidden.reset();
  if (line.ok()) command.terminal.Print("\n");
  if (!line.ok()) return std::nullopt;
  return *line;
}

}  // namespace cli::commands
