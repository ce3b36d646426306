#include "org/store/admins.h"

#include "base/crypto/digest.h"
#include "base/crypto/encoding.h"
#include "org/store/credentials.h"
#include "org/store/store_impl.h"

namespace org::store {
namespace {

// Dearer than users' passwords: this one opens the whole org.
constexpr int kAdminPasswordCost = 10;

std::string SessionDigest(std::string_view token) {
  return base::crypto::HexEncode(base::crypto::Sha256(token));
}

Refusal AuthenticationFailed() { return {401, "E0000004", "Authentication failed", {}}; }

EventTarget AdminTarget(const Admin& admin) { return {admin.id, "User", admin.name, admin.name}; }

NewEvent SignIn(std::vector<EventTarget> targets, bool success) {
  return {.type = "user.session.start",
          .message = "User login to Okta",
          .targets = std::move(targets),
          .result = success ? "SUCCESS" : "FAILURE",
          .reason = success ? "" : "INVALID_CREDENTIALS",
          .severity = success ? "INFO" : "WARN"};
}

}  // namespace

Outcome<std::vector<Admin>> ListAdmins(Store& store) {
  std::vector<Admin> admins;
  Reading reading(store);
  {
    auto row = reading.Query("SELECT id, name, created FROM admins ORDER BY created, id");
    while (row.Step())
      admins.push_back({.id = row.Text(0), .name = row.Text(1), .created = FromMillis(row.Int(2))});
  }
  return reading.Finish(std::move(admins));
}

Outcome<Admin> SetAdmin(Store& store, std::string_view name, std::string_view password) {
  if (name.empty()) return ValidationFailed("name", {"name: The field cannot be left blank"});
  if (password.size() < 8 || password.size() > 72)
    return ValidationFailed("password", {"password: An administrator's password has 8 to 72 characters"});
  std::string hash = HashPassword(password, kAdminPasswordCost);
  const Actor system;
  Writing writing(store, system);
  Admin admin{.id = store.NewId("00u"), .name = std::string(name), .created = writing.now()};
  writing
      .Query(
          "INSERT INTO admins VALUES(?, ?, ?, ?, ?) "
          "ON CONFLICT(name_key) DO UPDATE SET password = excluded.password")
      .Bind(admin.id)
      .Bind(admin.name)
      .Bind(Fold(name))
      .Bind(hash)
      .Bind(writing.now_millis())
      .Run();
  {
    auto row = writing.Query("SELECT id, created FROM admins WHERE name_key = ?");
    if (row.Bind(Fold(name)).Step()) {
      admin.id = row.Text(0);
      admin.created = FromMillis(row.Int(1));
    }
  }
  writing.Query("DELETE FROM sessions WHERE admin_id = ?").Bind(admin.id).Run();
  writing.Event({.type = "user.account.update_password",
                 .message = "User update password for Okta",
                 .targets = {AdminTarget(admin)}});
  return writing.Commit(std::move(admin));
}

Outcome<Admin> CheckAdminPassword(Store& store, const Actor& actor, std::string_view name,
                                  std::string_view password) {
  // A hash of nothing, so that an unknown name takes as long as a wrong password.
  static const std::string kNobody = HashPassword("nobody", kAdminPasswordCost);
  Admin admin;
  std::string hash = kNobody;
  {
    Reading reading(store);
    auto row = reading.Query("SELECT id, name, created, password FROM admins WHERE name_key = ?");
    if (row.Bind(Fold(name)).Step()) {
      admin = {.id = row.Text(0), .name = row.Text(1), .created = FromMillis(row.Int(2))};
      hash = row.Text(3);
    }
  }
  const bool right = VerifyPassword(password, hash) && !admin.id.empty();
  Writing writing(store, actor);
  writing.Event(SignIn(
      admin.id.empty() ? std::vector<EventTarget>() : std::vector<EventTarget>{AdminTarget(admin)}, right));
  Outcome<Admin> result = writing.Commit(std::move(admin));
  if (!right) return AuthenticationFailed();
  return result;
}

Outcome<Session> CreateSession(Store& store, const Admin& admin, std::chrono::seconds lifetime) {
  const Actor system;
  Writing writing(store, system);
  Session session{.token = base::crypto::RandomAlphanumeric(43),
                  .csrf_token = base::crypto::RandomAlphanumeric(32),
                  .admin = admin,
                  .expires = writing.now() + lifetime};
  writing.Query("DELETE FROM sessions WHERE expires < ?").Bind(writing.now_millis()).Run();
  writing.Query("INSERT INTO sessions VALUES(?, ?, ?, ?)")
      .Bind(SessionDigest(session.token))
      .Bind(admin.id)
      .Bind(session.csrf_token)
      .Bind(ToMillis(session.expires))
      .Run();
  return writing.Commit(std::move(session));
}

Outcome<Session> FindSession(Store& store, std::string_view token) {
  Reading reading(store);
  auto row = reading.Query(
      "SELECT s.csrf_token, s.expires, a.id, a.name, a.created FROM sessions s JOIN admins a ON a.id = "
      "s.admin_id WHERE s.digest = ? AND s.expires > ?");
  if (!row.Bind(SessionDigest(token)).Bind(ToMillis(store.Now())).Step())
    return Refusal{403, "E0000005", "Invalid session", {}};
  Session session{.token = std::string(token),
                  .csrf_token = row.Text(0),
                  .admin = {.id = row.Text(2), .name = row.Text(3), .created = FromMillis(row.Int(4))},
                  .expires = FromMillis(row.Int(1))};
  return reading.Finish(std::move(session));
}

Change EndSession(Store& store, const Actor& actor, std::string_view token) {
  Writing writing(store, actor);
  writing.Query("DELETE FROM sessions WHERE digest = ?").Bind(SessionDigest(token)).Run();
  if (writing.changes() > 0) writing.Event({.type = "user.session.end", .message = "User logout from Okta"});
  return writing.Commit(Done());
}

Actor AdminActor(const Admin& admin) {
  return {.id = admin.id, .type = "User", .alternate_id = admin.name, .display_name = admin.name};
}

}  // namespace org::store
