// What init tells as it goes: lines for people, or with -json the same as lines of JSON, some of them with a
// code by which programs know them. Not what it does. Used by init and the files of its parts.
#pragma once

#include <string>
#include <string_view>

#include "base/diag/diagnostics.h"
#include "cli/commands/command.h"

namespace cli::commands {

class InitOutput {
 public:
  explicit InitOutput(CommandContext& command)
      : terminal_(command.terminal), json_(command.options.Flag("json")) {}

  bool json() const { return json_; }
  // Before anything else.
  void Begin();
  // A step begins: "Initializing the backend..."
  void Step(std::string_view code, std::string_view text);
  // Lines as people see them, with their ends and colours; programs get `plain`, known by `code` if there is
  // one.
  void Say(std::string_view text, std::string_view plain, std::string_view code = {});
  void Diagnostics(const base::diag::Diagnostics& diagnostics);

 private:
  view::Terminal& terminal_;
  const bool json_;
};

}  // namespace cli::commands
