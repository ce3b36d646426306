// Okta's error objects and the headers that go with some of them.
// Not the reasons (org/store/outcome.h) nor the errors of OAuth endpoints (org/oauth). Called by this room.
#pragma once

#include <string_view>

#include "base/net/http_server.h"
#include "org/oauth/authorization_server.h"
#include "org/store/outcome.h"

namespace org::api {

// {errorCode, errorSummary, errorLink, errorId, errorCauses[{errorSummary}]}
base::net::ServerResponse RenderRefusal(const store::Refusal& refusal);
base::net::ServerResponse RenderNotAuthenticated(const oauth::NotAuthenticated& failure);
// 403 with the challenge that names the scope.
base::net::ServerResponse InsufficientScope(const base::net::ServerRequest& request, std::string_view scope);

store::Refusal PathNotFound();        // 404 E0000008
store::Refusal MethodNotSupported();  // 405 E0000022
store::Refusal RateLimitExceeded();   // 429 E0000047

}  // namespace org::api
