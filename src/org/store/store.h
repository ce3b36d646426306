// Store: the org's data in one SQLite file (or in memory), its clock and its ids.
// Not the operations themselves: those are free functions in users.h, groups.h, apps.h, types_and_schemas.h,
// roles.h, events.h and admins.h, all safe to call from several threads at once. Called by org/* and the
// program.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/core/result.h"
#include "org/store/outcome.h"
#include "org/store/types.h"

namespace org::store {

struct OpenOptions {
  std::string path = ":memory:";            // a new file is created 0600 with the org's first objects
  std::string org_name = "dev-1234567890";  // for a new file; an existing one keeps its own
  std::function<Time()> now;                // the system clock unless given
  int password_cost = 8;                    // bcrypt's cost of user passwords
  std::string signing_key_pem;              // for a new file; a new RSA key unless given
};

class Store {
 public:
  // Opens or creates the org. Errors: unreadable or foreign file, newer schema, file in use by another org
  // process.
  static base::core::Result<std::unique_ptr<Store>> Open(const OpenOptions& options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // "00o...", and the name before ".okta.com". Fixed while the store is open.
  const std::string& org_id() const;
  const std::string& org_name() const;
  Time Now() const;
  // 20 characters: the three of `prefix`, random ones, and the org's own ending.
  std::string NewId(std::string_view prefix) const;

  // The private key (PKCS#8 PEM) and key id that sign access tokens; made on first start.
  const std::string& signing_key_pem() const;
  const std::string& signing_key_id() const;

  struct Impl;
  Impl& impl() const { return *impl_; }  // for the files of this room only

 private:
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace org::store
