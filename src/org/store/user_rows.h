// Users as rows: reading them, finding one, writing the profile's columns, and their part of an event.
// Not the rules of creating and changing. Called by users.cc, user_changes.cc, members.cc, roles.cc.
#pragma once

#include <string>
#include <string_view>

#include "org/store/store_impl.h"
#include "org/store/users.h"

namespace org::store {

struct UserRow {
  int64_t seq = 0;
  User user;
  std::string password;         // stored form; empty: none
  std::string recovery_answer;  // stored form
};

// What ReadUserRow expects, from column 0 on; of the table `u`.
inline constexpr std::string_view kUserColumns =
    "u.seq, u.id, u.status, u.type_id, u.realm_id, u.profile, u.password, u.recovery_question, "
    "u.recovery_answer, u.provider_type, u.provider_name, u.created, u.activated, u.status_changed, "
    "u.last_login, u.last_updated, u.password_changed";
UserRow ReadUserRow(const base::sql::Statement& row);

// By id, login, or short name; `session` is a Reading or a Writing. 404 when there is none.
template <typename Session>
Outcome<UserRow> LoadUser(Session& session, std::string_view id_or_login);

// Everything but seq and id: an UPDATE with all the columns, in the order of BindUserRow.
void SaveUserRow(Writing& writing, UserRow& row);
void InsertUserRow(Writing& writing, UserRow& row);

// The login is free, and so are the values of unique custom properties, but for the user with `own_seq`.
std::optional<Refusal> CheckUserUnique(Writing& writing, const boost::json::object& definitions,
                                       const User& user, int64_t own_seq);

EventTarget UserTarget(const User& user);

// The definitions of the schema of this user type, valid while the session lives. 404 for an unknown type.
template <typename Session>
Outcome<const boost::json::object*> DefinitionsOfType(Session& session, std::string_view type_id);

}  // namespace org::store
