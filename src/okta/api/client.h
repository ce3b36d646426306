// Calls of the management API: JSON in and out, lists page by page, one client per org and principal.
// Not the meaning of the objects (okta/resources). Called by okta/resources and by tests.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>

#include <boost/json.hpp>

#include "okta/api/error.h"
#include "okta/api/token.h"
#include "okta/api/transport.h"

namespace okta::api {

struct Call {
  std::string method = "GET";
  std::string path;  // "/api/v1/users?limit=200", escaped
  const boost::json::value* body = nullptr;
  // GET, PUT and DELETE are repeatable by nature; POST only when the caller knows.
  bool repeatable = false;
};

struct Reply {
  int status = 0;
  boost::json::value body;  // null when empty
  std::string next;         // path and query of the next page; empty at the end
};

using Outcome = std::variant<Reply, ApiError>;

class Client {
 public:
  Client(Settings settings, Clock& clock);

  Outcome Send(const Call& call, std::stop_token stop);
  // Walks a list from `path` on. `page` gets each page's elements and says whether to go on.
  std::optional<ApiError> ForEachPage(std::string path, const std::function<bool(boost::json::array&)>& page,
                                      std::stop_token stop);

  const Settings& settings() const { return settings_; }
  Governor& governor() { return transport_.governor(); }
  Clock& clock() { return transport_.clock(); }

 private:
  std::string ExplainRefusal(const Call& call, const base::net::ClientResponse& response,
                             const ApiError& error, const Credential& credential) const;

  const Settings settings_;
  Transport transport_;
  TokenSource tokens_;
};

// The clients of one run: provider configurations with the same org and principal share token and governor.
class Connections {
 public:
  explicit Connections(Clock& clock) : clock_(clock) {}
  std::shared_ptr<Client> Get(const Settings& settings);

 private:
  Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Client>> clients_;
};

// The scopes that calls below this path need, without ".read" and ".manage": "okta.users". Empty when
// unknown.
std::string_view ScopeFamily(std::string_view path);

}  // namespace okta::api
