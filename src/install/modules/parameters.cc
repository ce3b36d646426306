#include "install/modules/parameters.h"

#include "base/core/strings.h"
#include "base/net/http_server.h"

namespace install::modules {

std::optional<std::string> TakeParameter(std::string* address, std::string_view name) {
  const size_t question = address->find('?');
  if (question == std::string::npos) return std::nullopt;
  std::optional<std::string> found;
  std::string kept;
  for (const std::string_view part :
       base::core::Split(std::string_view(*address).substr(question + 1), '&')) {
    const auto pair = base::core::SplitOnce(part, '=');
    if ((pair ? pair->first : part) == name) {
      if (!found) found = pair ? base::net::PercentDecode(pair->second, /*plus_is_space=*/true) : "";
      continue;
    }
    if (part.empty()) continue;
    if (!kept.empty()) kept += '&';
    kept += part;
  }
  address->resize(question);
  if (!kept.empty()) address->append("?").append(kept);
  return found;
}

std::string WithParameter(std::string_view address, std::string_view parameter) {
  const size_t question = address.find('?');
  std::string url(address.substr(0, question));
  url.append("?").append(parameter);
  if (question != std::string_view::npos) url.append("&").append(address.substr(question + 1));
  return url;
}

SplitUser TakeUser(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {.url = std::string(url)};
  const size_t begin = scheme + 3;
  const std::string_view authority = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  const size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return {.url = std::string(url)};
  SplitUser split;
  split.url.append(url.substr(0, begin)).append(url.substr(begin + at + 1));
  split.has_password = authority.substr(0, at).find(':') != std::string_view::npos;
  split.user_and_password = base::net::PercentDecode(authority.substr(0, at));
  return split;
}

}  // namespace install::modules
