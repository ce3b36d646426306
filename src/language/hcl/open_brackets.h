// Whether a text is the beginning of something longer, as a console has to know before it evaluates.
// Not a check of syntax. Used by cli/commands/console_input.
#pragma once

#include <string_view>

namespace language::hcl {

// A bracket, the sequence of a template or a heredoc is open at the end of the text. At most 4 GiB.
bool HasOpenBrackets(std::string_view text);

}  // namespace language::hcl
