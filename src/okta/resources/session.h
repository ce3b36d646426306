// What all calls of one provider configuration share: the client, the objects read in this walk, messages.
// Not the provider itself. Used by reader, writer and data sources of this room.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include <boost/json.hpp>

#include "okta/api/client.h"
#include "okta/resources/catalog.h"
#include "okta/resources/record.h"
#include "provider/api/provider.h"

namespace okta::resources {

using provider::api::ProviderDiagnostic;
using provider::api::ProviderDiagnostics;

// Objects that were read one by one in this walk and may be used once more (import, then its refresh). Lists
// of links are kept as {"ids": [...]}.
class WalkCache {
 public:
  void Put(std::string_view path, boost::json::object object);
  std::optional<boost::json::object> Take(std::string_view path);
  void Clear();

 private:
  std::mutex mutex_;
  std::map<std::string, boost::json::object, std::less<>> objects_;
};

struct Session {
  std::shared_ptr<api::Client> client;
  WalkCache* cache = nullptr;
  std::stop_token stop;
};

// "/api/v1/users/00u1", the id escaped.
std::string ObjectPath(std::string_view collection, std::string_view id);

// How many ids a filter may name: about 4.4 KB of URL, which every proxy lets through.
inline constexpr size_t kIdsPerFilter = 100;
// The path that lists those objects of a collection; empty where no id may stand in a filter.
std::string FilteredPath(std::string_view collection, std::span<const std::string> ids);

// GET of one object. A 404 is an error like others (ApiError::IsNotFound).
std::variant<boost::json::object, api::ApiError> GetObject(const Session& session, const std::string& path);
// A call that answers with one object.
std::variant<boost::json::object, api::ApiError> SendObject(const Session& session, std::string_view method,
                                                            const std::string& path,
                                                            const boost::json::value* body,
                                                            bool repeatable = false);
// A call whose answer does not matter.
std::optional<api::ApiError> SendPlain(const Session& session, std::string_view method,
                                       const std::string& path, const boost::json::value* body = nullptr,
                                       bool repeatable = false);
// The ids of a list of objects, all pages; `enough` may end it early.
std::variant<std::vector<std::string>, api::ApiError> ListIds(
    const Session& session, const std::string& path,
    const std::function<bool(const std::vector<std::string>&)>& enough = nullptr);

// The path that lists the links of a parent.
std::string EdgeListPath(const Edges& edges, std::string_view parent);

// "failed to get user: the API returned an error: ..."
ProviderDiagnostic ErrorDiagnostic(std::string_view action, const api::ApiError& error);
ProviderDiagnostic ErrorDiagnostic(std::string summary, std::string detail = {});

}  // namespace okta::resources
