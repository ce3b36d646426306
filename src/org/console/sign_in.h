// Signing in and out of the console: the form, the JSON door for `parterre-org bootstrap`, the cookies.
// Not passwords and sessions in the store (org/store/admins.h). Called by console.cc.
#pragma once

#include <optional>
#include <string>

#include "org/console/console.h"
#include "org/console/security.h"
#include "org/console/visit.h"

namespace org::console {

class SignIn {
 public:
  SignIn(store::Store& store, const ConsoleOptions& options);

  // The session of the request's cookie, if it lives.
  std::optional<store::Session> FindSession(const Request& request) const;
  // GET /login; `next` in the query is where to go afterwards.
  Response ShowForm(Request& request) const;
  // POST /login.
  Response SubmitForm(Request& request);
  // POST /admin/internal/session {"name", "password"}: sets the cookie, answers {"csrfToken", "orgName"}.
  Response SubmitJson(Request& request);
  // POST /admin/sign-out, checked as any other visit.
  Response SignOut(Visit& visit);

  // To the form, and from there back to where the request wanted to go.
  static Response RedirectToForm(const Request& request);

 private:
  // The new session, or why not.
  store::Outcome<store::Session> Try(const Request& request, const std::string& name,
                                     const std::string& password);
  Response FormPage(const Request& request, const std::string& name, const std::string& next,
                    const Html& alert, int status) const;

  store::Store& store_;
  const ConsoleOptions& options_;
  std::string session_cookie_;
  std::string form_cookie_;
  SignInBrake brake_;
};

// Who acts, for the System Log, with what the request tells about them.
store::Actor ActorOf(const store::Admin& admin, const Request& request);

// {"errorCode", "errorSummary", "errorCauses"} with the refusal's status.
Response JsonRefusal(const store::Refusal& refusal);

}  // namespace org::console
