// Words of a host, made fit for a terminal. Not for HTML (cli/view/markup.h). Called by this room and the
// commands that use it.
#pragma once

#include <string>
#include <string_view>

namespace install::login {

// One line without control characters, at most `limit` bytes.
std::string Printable(std::string_view text, size_t limit = 300);

}  // namespace install::login
