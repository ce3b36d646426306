#include "base/core/strings.h"
#include "org/api/handlers.h"
#include "org/store/apps.h"
#include "org/store/events.h"

namespace org::api {
namespace {

namespace json = boost::json;

constexpr int kPage = 100, kMaxPage = 1000;

store::Outcome<std::optional<store::Time>> TimeOf(const Call& call, std::string_view name) {
  const std::string text = call.Query(name);
  if (text.empty()) return std::optional<store::Time>();
  auto time = store::ParseTime(text);
  if (!time)
    return store::Refusal{400,
                          "E0000030",
                          "Bad request. Invalid date. Dates must be of the form "
                          "yyyy-MM-dd'T'HH:mm:ss.SSSZZ.",
                          {fmt::format("{}: {}", name, text)}};
  return time;
}

}  // namespace

Reply ListLogs(const Call& call) {
  auto page = call.PageOf(kPage, kMaxPage);
  if (!page) return RefusalReply(page.refusal());
  store::EventQuery query{.page = *page, .filter = call.Query("filter"), .q = call.Query("q")};
  for (auto [name, target] : {std::pair("since", &query.since), std::pair("until", &query.until)}) {
    auto time = TimeOf(call, name);
    if (!time) return RefusalReply(time.refusal());
    *target = *time;
  }
  query.descending = base::core::AsciiEqualIgnoreCase(call.Query("sortOrder"), "DESCENDING");
  return PageReply(call, store::ListEvents(call.store, query), page->limit,
                   [](const json::object& event) { return event; });
}

Reply GetOrg(const Call& call) {
  return JsonReply(json::object{{"id", call.store.org_id()},
                                {"subdomain", call.store.org_name()},
                                {"companyName", call.store.org_name()},
                                {"status", "ACTIVE"},
                                {"website", nullptr},
                                {"_links", json::object{{"organization", LinkTo(call.url)}}}});
}

Reply ListApiTokens(const Call& call) {
  return ListReply(store::ListApiTokens(call.store), [&](const store::ApiToken& token) {
    return json::object{
        {"id", token.id},
        {"name", token.name},
        {"userId", token.admin_id},
        {"created", store::FormatTime(token.created)},
        {"_links",
         json::object{{"self", LinkTo(fmt::format("{}/api/v1/api-tokens/{}", call.url, token.id))}}}};
  });
}

Reply RevokeApiToken(const Call& call) {
  return ChangeReply(store::RevokeApiToken(call.store, call.actor, call.Parameter("id")));
}

}  // namespace org::api
