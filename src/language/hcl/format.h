// The canonical format of `fmt`: whitespace, alignment and the few rewrites that the reference makes.
// Works on tokens, so that comments stay; never changes the meaning. Used by cli/commands/fmt.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace language::hcl {

// The text must parse as a configuration; otherwise the result is unspecified text.
std::string Format(std::string_view text);

// A minimal unified diff as `diff -u` prints it, with the two labels; empty when equal.
std::string UnifiedDiff(std::string_view before, std::string_view after, std::string_view before_label,
                        std::string_view after_label);

}  // namespace language::hcl
