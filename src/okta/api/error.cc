#include "okta/api/error.h"

#include <boost/json.hpp>

#include "base/core/strings.h"
#include "base/crypto/jws.h"

namespace okta::api {
namespace {

namespace json = boost::json;

constexpr size_t kMaxErrorText = 4096;

std::string Text(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  std::string text(value->get_string());
  if (text.size() > kMaxErrorText) text.resize(kMaxErrorText);
  return text;
}

void ReadBody(const std::string& body, ApiError* error, std::string* causes) {
  base::core::Result<json::value> parsed = base::crypto::ParseJson(body);
  if (!parsed.ok() || !parsed->is_object()) return;
  const json::object& object = parsed->get_object();
  error->code = Text(object, "errorCode");
  if (error->code.empty()) error->code = Text(object, "error");
  error->summary = Text(object, "error_description");
  if (error->summary.empty()) error->summary = Text(object, "errorSummary");
  const json::value* list = object.if_contains("errorCauses");
  if (list == nullptr || !list->is_array()) return;
  for (const json::value& cause : list->get_array()) {
    if (!cause.is_object() || causes->size() > kMaxErrorText) continue;
    std::string text = Text(cause.get_object(), "errorSummary");
    if (text.empty()) continue;
    *causes += (causes->empty() ? "errorSummary: " : ", errorSummary: ") + text;
  }
}

}  // namespace

std::string ChallengeParameter(std::string_view challenge, std::string_view name) {
  size_t at = 0;
  while ((at = challenge.find(name, at)) != std::string_view::npos) {
    bool starts = at == 0 || challenge[at - 1] == ' ' || challenge[at - 1] == ',';
    size_t equals = at + name.size();
    at = equals;
    if (!starts || equals + 1 >= challenge.size() || challenge[equals] != '=' || challenge[equals + 1] != '"')
      continue;
    std::string value;
    for (size_t i = equals + 2; i < challenge.size() && challenge[i] != '"'; ++i) {
      if (challenge[i] == '\\' && i + 1 < challenge.size()) ++i;
      value += challenge[i];
    }
    return value;
  }
  return {};
}

ApiError ErrorOfResponse(const base::net::ClientResponse& response) {
  ApiError error;
  error.status = response.status;
  // 503 is refused before it is carried out, other 5xx may come from any point.
  error.in_doubt = response.status >= 500 && response.status != 501 && response.status != 503;
  std::string causes;
  ReadBody(response.body, &error, &causes);
  if (response.status == 401 || response.status == 403) {
    for (std::string_view challenge : response.HeaderValues("WWW-Authenticate")) {
      std::string description = ChallengeParameter(challenge, "error_description");
      if (description.empty()) continue;
      error.summary = std::move(description);
      error.code = ChallengeParameter(challenge, "error");
      causes.clear();
      break;
    }
  }
  if (error.summary.empty()) {
    error.message =
        error.code.empty() ? "the API returned an unknown error" : "the API returned an error: " + error.code;
  } else {
    error.message = "the API returned an error: " + error.summary;
  }
  if (!causes.empty()) error.message += ". Causes: " + causes;
  error.message += fmt::format(", Status: {} {}", response.status, base::net::StatusText(response.status));
  while (error.message.ends_with(' ')) error.message.pop_back();
  return error;
}

ApiError ErrorOfTransport(const base::net::TransportFailure& failure) {
  ApiError error;
  error.message = failure.message;
  error.in_doubt = failure.may_have_arrived;
  error.stopped = failure.kind == base::net::TransportFailure::Kind::kStopped;
  return error;
}

}  // namespace okta::api
