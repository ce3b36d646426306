// The parameters of an address that are meant for whoever fetches it and not for its server: ?ref=,
// ?archive=, ?checksum=. Plain text, no URL library: addresses of git need not be URLs. Used by the fetchers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace install::modules {

// Removes all of that name from the query, and returns the first one, decoded.
std::optional<std::string> TakeParameter(std::string* address, std::string_view name);

// Adds one in front of the others, as it is.
std::string WithParameter(std::string_view address, std::string_view parameter);

// Splits "https://user:word@host/" into the URL without them, and "user:word", decoded; empty where there are
// none.
struct SplitUser {
  std::string url;
  std::string user_and_password;  // secret
  bool has_password = false;
};
SplitUser TakeUser(std::string_view url);

}  // namespace install::modules
