// Result<T>: a value or the environment's failure (disk, network, protocol), with a chain of context.
// Not for the user's mistakes (base/diag) and not for our own bugs (base/core/check.h).
// Used by every room that does I/O.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/core/check.h"

namespace base::core {

class Error {
 public:
  explicit Error(std::string message) : message_(std::move(message)) {}

  // The whole chain, outermost first: "reading state: open x.tfstate: No such file or directory".
  const std::string& message() const { return message_; }

  Error& Wrap(std::string_view context) & {
    message_.insert(0, ": ").insert(0, context);
    return *this;
  }
  Error&& Wrap(std::string_view context) && { return std::move(Wrap(context)); }

 private:
  std::string message_;
};

// "context: strerror(errno_value)"
Error ErrnoError(std::string_view context, int errno_value);

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    CHECK(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    CHECK(ok());
    return std::get<0>(state_);
  }
  T&& value() && {
    CHECK(ok());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const {
    CHECK(!ok());
    return std::get<1>(state_);
  }
  Error& error() {
    CHECK(!ok());
    return std::get<1>(state_);
  }
  Result&& Wrap(std::string_view context) && {
    if (!ok()) std::get<1>(state_).Wrap(context);
    return std::move(*this);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() : state_(std::monostate{}) {}
  Result(Error error) : state_(std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    CHECK(!ok());
    return std::get<1>(state_);
  }
  Error& error() {
    CHECK(!ok());
    return std::get<1>(state_);
  }
  Result&& Wrap(std::string_view context) && {
    if (!ok()) std::get<1>(state_).Wrap(context);
    return std::move(*this);
  }

 private:
  std::variant<std::monostate, Error> state_;
};

}  // namespace base::core

#define PARTERRE_CONCAT_INNER(a, b) a##b
#define PARTERRE_CONCAT(a, b) PARTERRE_CONCAT_INNER(a, b)

// Leaves the function with the error, or goes on.
#define RETURN_IF_ERROR(expression)                                       \
  do {                                                                    \
    auto parterre_result = (expression);                                  \
    if (!parterre_result.ok()) return std::move(parterre_result.error()); \
  } while (false)

// ASSIGN_OR_RETURN(auto text, ReadFile(path));
#define ASSIGN_OR_RETURN(target, expression)                               \
  auto PARTERRE_CONCAT(parterre_result_, __LINE__) = (expression);         \
  if (!PARTERRE_CONCAT(parterre_result_, __LINE__).ok())                   \
    return std::move(PARTERRE_CONCAT(parterre_result_, __LINE__).error()); \
  target = std::move(PARTERRE_CONCAT(parterre_result_, __LINE__)).value()
