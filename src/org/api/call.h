// Call: what an endpoint's handler works with, and how it answers.
// Not the steps before it (api.cc). Used by all *_api.cc.
#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "base/net/http_server.h"
#include "org/oauth/authorization_server.h"
#include "org/store/outcome.h"
#include "org/store/store.h"

namespace org::api {

using Reply = base::net::ServerResponse;

struct Call {
  store::Store& store;
  const base::net::ServerRequest& request;
  const oauth::Principal& principal;
  const store::Actor& actor;
  std::string url;  // of the org as the client knows it, without a slash at the end

  std::string Parameter(std::string_view name) const { return std::string(request.Parameter(name)); }
  std::string Query(std::string_view name) const { return std::string(request.Query(name)); }
  // "true" in any case; `fallback` when absent.
  bool QueryFlag(std::string_view name, bool fallback) const;
  // The body as an object; an empty one is {}. Depth and size are bounded.
  store::Outcome<boost::json::object> Body() const;
  // `limit` and `after` of the query: `limit` clamped to 1..max, else 400.
  store::Outcome<store::PageRequest> PageOf(int fallback, int max) const;
};

Reply JsonReply(const boost::json::value& value, int status = 200);
Reply EmptyReply();  // 204
Reply RefusalReply(const store::Refusal& refusal);

// Adds the Link headers: self, and next with `after` where there is a next page.
void AddLinks(const Call& call, const std::string& next, int limit, Reply* reply);

// A bare array of rendered items with its Link headers.
template <typename T, typename Render>
Reply PageReply(const Call& call, const store::Outcome<store::Page<T>>& page, int limit, Render render) {
  if (!page) return RefusalReply(page.refusal());
  boost::json::array items;
  items.reserve(page->items.size());
  for (const T& item : page->items) items.push_back(render(item));
  Reply reply = JsonReply(items);
  AddLinks(call, page->next, limit, &reply);
  return reply;
}

template <typename T, typename Render>
Reply ListReply(const store::Outcome<std::vector<T>>& list, Render render) {
  if (!list) return RefusalReply(list.refusal());
  boost::json::array items;
  for (const T& item : *list) items.push_back(render(item));
  return JsonReply(items);
}

// What went well as JSON, what did not as its error.
template <typename T, typename Render>
Reply ObjectReply(const store::Outcome<T>& outcome, Render render, int status = 200) {
  if (!outcome) return RefusalReply(outcome.refusal());
  return JsonReply(render(*outcome), status);
}

Reply ChangeReply(const store::Change& change);  // 204

// Members of a body. A member of the wrong kind counts as absent where the API is as lax; else use Expect.
const boost::json::value* Find(const boost::json::object& object, std::string_view name);
const boost::json::object* FindObject(const boost::json::object& object, std::string_view name);
std::string FindText(const boost::json::object& object, std::string_view name);
std::optional<std::string> FindOptionalText(const boost::json::object& object, std::string_view name);
std::optional<bool> FindBool(const boost::json::object& object, std::string_view name);

// {"href": url} with the methods that it takes.
boost::json::object LinkTo(std::string_view href, std::string_view method = {});

}  // namespace org::api
