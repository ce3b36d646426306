#include "cli/commands/console_session.h"

#include "base/core/strings.h"
#include "engine/config/load.h"
#include "language/hcl/parser.h"

namespace cli::commands {
namespace {

constexpr std::string_view kHelp =
    "Type an expression of the configuration language and press enter to see its value: 1 + 2, var.region,\n"
    "okta_user.ann.id, upper(\"a\"). Names mean what they mean in the root module; resources have the values "
    "that\nthe state holds. type(...) shows the type of a value.\n\n"
    "An expression may go over several lines while a bracket or a heredoc is open.\n\n"
    "To leave the console, type \"exit\" and press enter, or use Control-C or Control-D.";

}  // namespace

std::optional<language::eval::ConsoleAnswer> ConsoleSession::Evaluate(const std::string& expression,
                                                                      Diagnostics& diagnostics) const {
  Diagnostics own;
  std::optional<language::eval::ConsoleAnswer> answer;
  const language::hcl::FilePtr file = language::hcl::ParseExpression("<console-input>", expression, own);
  if (!own.HasErrors() && file->expression() &&
      engine::config::CheckExpression(root_, *file, *file->expression(), own))
    answer = language::eval::AnswerConsole(*file, *file->expression(), scope_, own);
  diagnostics.Append(std::move(own));
  return answer;
}

ConsoleSession::Reply ConsoleSession::Handle(const std::string& line, Diagnostics& diagnostics) const {
  const std::string_view word = base::core::Trim(line);
  if (word.empty()) return {};
  if (word == "exit") return {.exit = true};
  if (word == "help") return {.text = std::string(kHelp)};
  std::optional<language::eval::ConsoleAnswer> answer = Evaluate(line, diagnostics);
  return {.text = answer ? std::move(answer->text) : ""};
}

}  // namespace cli::commands
