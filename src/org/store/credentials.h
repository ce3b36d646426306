// Passwords and recovery answers as they are stored: hashing, imported hashes, checking, the password policy.
// Not administrators (admins.h, which uses this) and not tokens. Called by users.cc, user_changes.cc,
// admins.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "org/store/outcome.h"

namespace org::store {

// bcrypt, "$2b$..."; at most 72 bytes, which the policy assures.
std::string HashPassword(std::string_view password, int cost);
// The stored form of {algorithm: BCRYPT|SHA-1|SHA-256|SHA-512|MD5|PBKDF2, ...}, or a refusal.
Outcome<std::string> ImportPasswordHash(const boost::json::object& hash);
bool VerifyPassword(std::string_view password, const std::string& stored);

// The default policy: 8 to 72 bytes, a lower-case and an upper-case letter, a digit, no part of the login.
std::optional<Refusal> CheckPasswordPolicy(std::string_view password, std::string_view login);

}  // namespace org::store
