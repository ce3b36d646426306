// The org's refusals in the words that users of the provider know, plus what to do about them.
// Not for failures to reach the org (they carry the transport's own text). Made by transport, token and
// client.
#pragma once

#include <string>
#include <string_view>

#include "base/net/http_client.h"

namespace okta::api {

struct ApiError {
  // "the API returned an error: <summary>. Causes: errorSummary: <cause>, Status: 403 Forbidden"
  std::string message;
  std::string detail;     // what to do; may be empty
  int status = 0;         // 0: no answer to this very call
  std::string code;       // "E0000047" or OAuth's "invalid_client"
  std::string summary;    // the org's own text alone
  bool in_doubt = false;  // no answer or a useless one, though the org may have acted
  bool stopped = false;   // by the user

  bool IsNotFound() const { return status == 404; }
};

// From an answer that is not 2xx. Bearer and DPoP challenges of 401 and 403 speak before the body.
ApiError ErrorOfResponse(const base::net::ClientResponse& response);
ApiError ErrorOfTransport(const base::net::TransportFailure& failure);

// The value of a parameter of a WWW-Authenticate challenge: error_description="...".
std::string ChallengeParameter(std::string_view challenge, std::string_view name);

}  // namespace okta::api
