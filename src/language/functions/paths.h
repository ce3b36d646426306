// Paths as texts, by the rules of Go's path/filepath, and files by the way of an Environment.
// Does no I/O of its own. Used by filesystem.cc and by templatefile() in language/eval.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "language/functions/functions.h"

namespace language::functions {

// Lexical: without `.`, `..` and double slashes where that is possible; "." when nothing is left.
std::string CleanPath(std::string_view path);
std::string PathBase(std::string_view path);
std::string PathDirectory(std::string_view path);

// `~` and `~/x` by the home folder; nothing for `~user`.
std::optional<std::string> ExpandHome(const Environment& environment, std::string_view path);
// Where a function's relative path lies: below the base folder.
std::string ResolvePath(const Environment& environment, std::string_view path);
// The bytes of the file; errors in the words that functions show.
base::core::Result<std::string> ReadFileOf(const Environment& environment, std::string_view path);
// What to say of a file whose bytes are no text.
CallError NotText(std::string_view path);

}  // namespace language::functions
