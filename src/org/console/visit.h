// Visit: one request of a signed-in administrator, with all that a page needs to answer it.
// Not the checks that come before (session, CSRF: console.cc). Used by all pages.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/net/http_server.h"
#include "org/console/console.h"
#include "org/console/html.h"
#include "org/store/admins.h"
#include "org/store/outcome.h"

namespace org::console {

using Request = base::net::ServerRequest;
using Response = base::net::ServerResponse;

struct Notice {
  std::string text;
  bool is_error = false;
};

// The sentence that the next page of a session shows once: what the change before the redirect did.
class NoticeBox {
 public:
  void Put(std::string_view session, Notice notice);
  std::optional<Notice> Take(std::string_view session);

 private:
  std::mutex mutex_;
  std::map<std::string, Notice, std::less<>> notices_;
};

// Decoded fields of a form, or of a query.
class Form {
 public:
  Form() = default;
  explicit Form(std::vector<std::pair<std::string, std::string>> fields) : fields_(std::move(fields)) {}
  // The first value, or "".
  const std::string& operator[](std::string_view name) const;
  // Without white space at both ends.
  std::string Trimmed(std::string_view name) const;
  std::vector<std::string> All(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct Visit {
  store::Store& store;
  const ConsoleOptions& options;
  NoticeBox& notices;
  Request& request;
  const store::Session& session;
  store::Actor actor;  // for the System Log
  Form form;           // of a POST

  std::string_view Parameter(std::string_view name) const { return request.Parameter(name); }
  std::string_view Query(std::string_view name) const { return request.Query(name); }
};

// A hidden field with the session's CSRF token: part of every form that changes something.
Html CsrfField(const Visit& visit);

Response Redirect(const Url& url);
// Redirect, and say there what happened.
Response Redirect(Visit& visit, const Url& url, std::string_view notice);
Response RedirectWithError(Visit& visit, const Url& url, const store::Refusal& refusal);
// To `url`, with `done` as the notice or the refusal as the error.
template <typename T>
Response Finish(Visit& visit, const Url& url, const store::Outcome<T>& outcome, std::string_view done) {
  return outcome.ok() ? Redirect(visit, url, done) : RedirectWithError(visit, url, outcome.refusal());
}

// A refusal in the words of its causes.
std::string RefusalText(const store::Refusal& refusal);

}  // namespace org::console
