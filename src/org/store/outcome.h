// Outcome<T>: what a change or a reading of the org gives: a value, or the refusal that the Management API
// would answer with. Not for HTTP (org/api renders it) nor for the caller's own I/O (base/core/result.h).
// Used by org/store, org/oauth, org/api and org/console.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/core/check.h"

namespace org::store {

// An error object of the Okta API before it is rendered. `causes` holds the errorSummary of each cause.
struct Refusal {
  int status = 500;
  std::string code = "E0000009";
  std::string summary = "Internal Server Error";
  std::vector<std::string> causes;
};

// 400 E0000001 "Api validation failed: <field>".
Refusal ValidationFailed(std::string_view field, std::vector<std::string> causes);
// 404 E0000007 "Not found: Resource not found: <id> (<type>)"; type is User, UserGroup, AppInstance, ...
Refusal NotFound(std::string_view id, std::string_view type);
// 403 E0000006: the caller may not do this.
Refusal NoPermission();
// 403 E0000038: not allowed in the user's current status.
Refusal WrongStatus();
// 400 E0000031: the search or filter expression cannot be read; `cause` says where and why.
Refusal InvalidSearch(std::string_view cause);
// 400 E0000003: the body is not JSON, or not of the expected shape.
Refusal MalformedBody();
// 500 E0000009: the store itself failed (disk full, file damaged); the reason goes to the log, not to the
// client.
Refusal InternalError();

template <typename T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Outcome(Refusal refusal) : state_(std::in_place_index<1>, std::move(refusal)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() {
    CHECK(ok());
    return std::get<0>(state_);
  }
  const T& value() const {
    CHECK(ok());
    return std::get<0>(state_);
  }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Refusal& refusal() const {
    CHECK(!ok());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Refusal> state_;
};

struct Done {};
using Change = Outcome<Done>;

}  // namespace org::store
