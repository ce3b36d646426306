// DPoP proofs (RFC 9449) as Okta checks them: at the token endpoint with a nonce, at resources with the
// token's hash. Not the binding of tokens (authorization_server.cc). Called by authorization_server.cc.
#pragma once

#include <string>
#include <string_view>

#include "base/net/http_server.h"
#include "org/oauth/oauth_error.h"
#include "org/store/store.h"

namespace org::oauth {

struct DpopProof {
  std::string thumbprint;  // of the key that signed it: the token's cnf.jkt
};

// The nonce of the day, from the org's own secret; yesterday's and two older ones are still taken.
std::string DpopNonce(const store::Store& store, int days_ago = 0);

// For a token request. Without proof, nonce, or with a bad one: 400 invalid_dpop_proof or use_dpop_nonce.
OauthResult<DpopProof> CheckTokenProof(store::Store& store, const base::net::ServerRequest& request);

// For a call that presents `access_token`: the proof must carry its hash.
OauthResult<DpopProof> CheckResourceProof(store::Store& store, const base::net::ServerRequest& request,
                                          std::string_view access_token);

}  // namespace org::oauth
