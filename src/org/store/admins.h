// Administrators of the console and their sessions. They are not users of the org, so that People starts
// empty. Passwords are kept as bcrypt hashes, sessions as digests of their tokens. Called by org/console and
// programs/parterre-org.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "org/store/outcome.h"
#include "org/store/store.h"
#include "org/store/types.h"

namespace org::store {

struct Admin {
  std::string id;    // "00u..."
  std::string name;  // what is typed at sign-in
  Time created;
};

Outcome<std::vector<Admin>> ListAdmins(Store& store);
// Creates the administrator, or gives an existing one the new password.
Outcome<Admin> SetAdmin(Store& store, std::string_view name, std::string_view password);
// 401 E0000004 on a wrong name or password, without telling which; both are logged as user.session.start.
Outcome<Admin> CheckAdminPassword(Store& store, const Actor& actor, std::string_view name,
                                  std::string_view password);

struct Session {
  std::string token;       // goes into the cookie; only its digest is stored
  std::string csrf_token;  // goes into each form
  Admin admin;
  Time expires;
};

Outcome<Session> CreateSession(Store& store, const Admin& admin, std::chrono::seconds lifetime);
// 403 E0000005 when the session is unknown or over. Session::token is the one given.
Outcome<Session> FindSession(Store& store, std::string_view token);
Change EndSession(Store& store, const Actor& actor, std::string_view token);

// The administrator as the actor of System Log events.
Actor AdminActor(const Admin& admin);

}  // namespace org::store
