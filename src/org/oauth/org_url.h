// By which URL a request has reached the org, and whether a URL is one of ours.
// Not routing. Called by org/oauth and org/api for links, issuers and audiences.
#pragma once

#include <string>
#include <string_view>

#include "base/net/http_server.h"

namespace org::oauth {

// "https://dev-1.okta.com" for a request that names an Okta host, else "http://<authority>". No slash at the
// end.
std::string OrgUrl(const base::net::ServerRequest& request);

// Whether `url` is `path` on this org: its Okta name, the request's own authority, or a loopback host, any
// port.
bool IsOwnUrl(std::string_view url, std::string_view path, const base::net::ServerRequest& request,
              std::string_view org_name);

}  // namespace org::oauth
