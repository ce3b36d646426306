// The refusals of the OAuth endpoints: {"error", "error_description"}. Not those of the Management API.
// Called by org/oauth.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/core/check.h"
#include "base/net/http_server.h"

namespace org::oauth {

struct OauthError {
  int status = 400;
  std::string error;        // "invalid_client"
  std::string description;  // one sentence, Okta's words
  std::string dpop_nonce;   // goes into the dpop-nonce header when not empty
};

OauthError InvalidClient(std::string_view description);   // 401
OauthError InvalidRequest(std::string_view description);  // 400

base::net::ServerResponse RenderOauthError(const OauthError& error);

template <typename T>
class [[nodiscard]] OauthResult {
 public:
  OauthResult(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  OauthResult(OauthError error) : state_(std::in_place_index<1>, std::move(error)) {}
  bool ok() const { return state_.index() == 0; }
  T& value() {
    CHECK(ok());
    return std::get<0>(state_);
  }
  T& operator*() { return value(); }
  T* operator->() { return &value(); }
  const OauthError& error() const {
    CHECK(!ok());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, OauthError> state_;
};

}  // namespace org::oauth
