// Values as people read them: what the console, `output` and the end of an apply print.
// Not plan bodies (cli/view) nor JSON (language/value/codec.h). Used by cli/view and cli/commands.
#pragma once

#include <optional>
#include <string>

#include "language/eval/evaluate.h"
#include "language/value/value.h"

namespace language::eval {

// Expression syntax, or nearly: "x", tolist(["a",]), toset([...]), tomap({...}), heredocs for texts of
// several lines
// (<<EOT at the top, <<-EOT inside), tostring(null), (sensitive value), (known after apply). Lines after the
// first are indented by `indent` spaces. Source of rules: terraform's repl FormatValue.
std::string RenderValue(const value::Value& value, int indent = 0);

// A type as the console's type() prints it: list(string), object({ over several lines }).
std::string RenderType(value::Type type);

// One line for diagnostics: "bad", 5, list of string with 2 elements, (sensitive value).
std::string RenderCompact(const value::Value& value);

// What the console says of an expression: its value, or for type(x) at the top the type. Nothing after
// errors.
struct ConsoleAnswer {
  std::string text;
  value::Type type;  // of the value; string for type(x)
};
std::optional<ConsoleAnswer> AnswerConsole(const hcl::File& file, const hcl::Expression& expression,
                                           const Scope& scope, base::diag::Diagnostics& diagnostics);

}  // namespace language::eval
