#include "cli/commands/init_output.h"

#include "base/json/writer.h"
#include "cli/view/diagnostics_view.h"
#include "cli/view/json_log.h"

namespace cli::commands {

void InitOutput::Begin() {
  if (json_) view::JsonLog(terminal_).Version();
}

void InitOutput::Step(std::string_view code, std::string_view text) {
  const view::Style& style = terminal_.style();
  Say(fmt::format("{}{}{}\n", style.Bold(), text, style.Reset()), text, code);
}

void InitOutput::Say(std::string_view text, std::string_view plain, std::string_view code) {
  if (!json_) {
    terminal_.Print(text);
  } else if (code.empty()) {
    view::JsonLog(terminal_).Message(plain);
  } else {
    view::JsonLog(terminal_).Write(view::LogLevel::kInfo, plain, "init_output",
                                   {{"message_code", base::json::Quote(code)}});
  }
  terminal_.Flush();
}

void InitOutput::Diagnostics(const base::diag::Diagnostics& diagnostics) {
  if (json_)
    view::JsonLog(terminal_).Diagnostics(diagnostics);
  else
    view::ShowDiagnostics(diagnostics, terminal_);
}

}  // namespace cli::commands
