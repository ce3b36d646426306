#include "org/store/events.h"

#include "base/core/strings.h"
#include "base/crypto/digest.h"
#include "org/store/filter_sql.h"
#include "org/store/store_impl.h"

namespace org::store {
namespace {

namespace json = boost::json;

constexpr int kMaxWords = 10;
constexpr std::chrono::hours kDefaultWindow{7 * 24};

json::value OrNull(std::string_view text) { return text.empty() ? json::value(nullptr) : json::value(text); }

json::array Targets(const std::vector<EventTarget>& targets) {
  json::array result;
  for (const EventTarget& target : targets)
    result.push_back(json::object{{"id", target.id},
                                  {"type", target.type},
                                  {"alternateId", OrNull(target.alternate_id)},
                                  {"displayName", OrNull(target.display_name)},
                                  {"detailEntry", nullptr}});
  return result;
}

json::object Client(const Actor& actor) {
  json::value agent;
  if (!actor.user_agent.empty())
    agent = json::object{{"rawUserAgent", actor.user_agent}, {"os", "Unknown"}, {"browser", "UNKNOWN"}};
  return {{"userAgent", std::move(agent)},
          {"zone", "null"},
          {"device", "Computer"},
          {"id", nullptr},
          {"ipAddress", OrNull(actor.ip_address)},
          {"geographicalContext", nullptr}};
}

// The members in the order in which the API shows them.
json::object Render(const Actor& actor, const NewEvent& event, Time now) {
  json::object debug;
  if (!actor.request_id.empty()) debug["requestId"] = actor.request_id;
  if (!actor.request_uri.empty()) {
    debug["requestUri"] = std::string_view(actor.request_uri).substr(0, actor.request_uri.find('?'));
    debug["url"] = actor.request_uri;
  }
  json::array chain;
  if (!actor.ip_address.empty())
    chain.push_back(json::object{
        {"ip", actor.ip_address}, {"geographicalContext", nullptr}, {"version", "V4"}, {"source", nullptr}});
  return {{"actor", json::object{{"id", actor.id},
                                 {"type", actor.type},
                                 {"alternateId", actor.alternate_id},
                                 {"displayName", actor.display_name},
                                 {"detailEntry", nullptr}}},
          {"client", Client(actor)},
          {"device", nullptr},
          {"authenticationContext", json::object{{"authenticationProvider", nullptr},
                                                 {"credentialProvider", nullptr},
                                                 {"credentialType", nullptr},
                                                 {"issuer", nullptr},
                                                 {"interface", nullptr},
                                                 {"authenticationStep", 0},
                                                 {"externalSessionId", "unknown"}}},
          {"displayMessage", event.message},
          {"eventType", event.type},
          {"outcome", json::object{{"result", event.result}, {"reason", OrNull(event.reason)}}},
          {"published", FormatTime(now)},
          {"securityContext", json::object{{"asNumber", nullptr},
                                           {"asOrg", nullptr},
                                           {"isp", nullptr},
                                           {"domain", nullptr},
                                           {"isProxy", nullptr}}},
          {"severity", event.severity},
          {"debugContext", json::object{{"debugData", std::move(debug)}}},
          {"legacyEventType", nullptr},
          {"transaction",
           json::object{{"type", "WEB"}, {"id", OrNull(actor.request_id)}, {"detail", json::object()}}},
          {"uuid", base::crypto::RandomUuid()},
          {"version", "0"},
          {"request", json::object{{"ipChain", std::move(chain)}}},
          {"target", Targets(event.targets)}};
}

}  // namespace

void Writing::Event(NewEvent event) {
  Query("INSERT INTO events VALUES(NULL, ?, ?)")
      .Bind(now_millis())
      .Bind(JsonText(Render(actor_, event, now_)))
      .Run();
}

Change LogEvent(Store& store, const Actor& actor, const NewEvent& event) {
  Writing writing(store, actor);
  writing.Event(event);
  return writing.Commit(Done());
}

Outcome<Page<json::object>> ListEvents(Store& store, const EventQuery& query) {
  SqlCondition condition;
  if (!query.filter.empty()) {
    ASSIGN_OR_REFUSE(condition, CompileFilter(query.filter, EventAttributes()));
  }
  const std::vector<std::string_view> words = base::core::SplitNonEmpty(query.q, ' ');
  if (words.size() > kMaxWords) return ValidationFailed("q", {"q: At most 10 keywords can be searched for."});
  Cursor after{.seq = query.descending ? std::numeric_limits<int64_t>::max() : 0, .key = std::nullopt};
  if (!query.page.after.empty()) {
    auto cursor = DecodeCursor(query.page.after);
    if (!cursor) return InvalidCursor();
    after = *cursor;
  }
  std::string sql = "SELECT seq, event FROM events WHERE published >= ? AND published <= ? AND seq ";
  sql += query.descending ? "< ?" : "> ?";
  if (!condition.sql.empty()) sql += " AND " + condition.sql;
  for (size_t i = 0; i < words.size(); ++i) sql += " AND instr(fold(event), ?) > 0";
  sql += query.descending ? " ORDER BY seq DESC LIMIT ?" : " ORDER BY seq LIMIT ?";

  const Time now = store.Now();
  const int limit = std::clamp(query.page.limit, 1, 1000);
  Page<json::object> page;
  Reading reading(store);
  {
    auto row = reading.Query(sql);
    // A poll goes on from its cursor, however old that is.
    Time since = query.since ? *query.since : query.page.after.empty() ? now - kDefaultWindow : Time();
    row.Bind(ToMillis(since))
        .Bind(query.until ? ToMillis(*query.until) : std::numeric_limits<int64_t>::max());
    row.Bind(after.seq);
    condition.BindTo(row);
    for (std::string_view word : words) row.Bind(Fold(word));
    row.Bind(limit);
    while (row.Step()) {
      page.items.push_back(ParseObject(row.View(1)));
      after.seq = row.Int(0);
    }
  }
  bool polling = !query.until && !query.descending;
  if (polling || static_cast<int>(page.items.size()) == limit) page.next = EncodeCursor(after);
  return reading.Finish(std::move(page));
}

}  // namespace org::store
