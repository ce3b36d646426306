#include "org/store/outcome.h"

#include <fmt/format.h>

namespace org::store {

Refusal ValidationFailed(std::string_view field, std::vector<std::string> causes) {
  return {400, "E0000001", fmt::format("Api validation failed: {}", field), std::move(causes)};
}

Refusal NotFound(std::string_view id, std::string_view type) {
  return {404, "E0000007", fmt::format("Not found: Resource not found: {} ({})", id, type), {}};
}

Refusal NoPermission() {
  return {403, "E0000006", "You do not have permission to perform the requested action", {}};
}

Refusal WrongStatus() {
  return {403, "E0000038", "This operation is not allowed in the user's current status.", {}};
}

Refusal InvalidSearch(std::string_view cause) {
  return {400, "E0000031", "Invalid search criteria.", {std::string(cause)}};
}

Refusal MalformedBody() { return {400, "E0000003", "The request body was not well-formed.", {}}; }

Refusal InternalError() { return {500, "E0000009", "Internal Server Error", {}}; }

}  // namespace org::store
