#include <fmt/format.h>
#include <algorithm>
#include <numeric>
#include <set>

#include <boost/json/serialize.hpp>

#include "org/console/frame.h"
#include "org/console/pages.h"
#include "org/console/widgets.h"
#include "org/store/admins.h"
#include "org/store/console_queries.h"
#include "org/store/events.h"

namespace org::console {
namespace {

using boost::json::object;

constexpr int kPageSize = 50;

std::string_view TextOf(const object& from, std::string_view name) {
  const auto* value = from.if_contains(name);
  return value && value->is_string() ? std::string_view(value->as_string()) : std::string_view();
}

const object& ObjectOf(const object& from, std::string_view name) {
  static const object kNone;
  const auto* value = from.if_contains(name);
  return value && value->is_object() ? value->as_object() : kNone;
}

std::string_view OutcomeTone(std::string_view result) {
  if (result == "SUCCESS" || result == "ALLOW") return "good";
  if (result == "FAILURE" || result == "DENY") return "bad";
  return "warn";
}

// Where a target or an actor is shown in the console, if anywhere.
std::optional<Url> PageOf(std::string_view type, std::string_view id) {
  if (id.empty()) return std::nullopt;
  if (type == "User" && id.starts_with("00u")) return Url("/admin/user/profile/view") / id;
  if (type == "UserGroup") return Url("/admin/group") / id;
  if (type == "AppInstance" || type == "PublicClientApp")
    return Url("/admin/app") / "oidc_client" / "instance" / id;
  return std::nullopt;
}

// Administrators are of the type User too, but have no page.
Html Named(const object& entity, const std::set<std::string, std::less<>>& admins) {
  std::string_view type = TextOf(entity, "type");
  std::string_view id = TextOf(entity, "id");
  std::string_view name = TextOf(entity, "displayName");
  if (name.empty()) name = TextOf(entity, "alternateId");
  if (name.empty()) name = id;
  auto url = admins.contains(id) ? std::nullopt : PageOf(type, id);
  return Element("span", {Class("entity"), url ? Element("a", {Href(*url), name}) : Text(name),
                          Element("small", {type})});
}

// The event's members, indented by hand: Boost prints on one line.
void Indent(const boost::json::value& value, int level, std::string* out) {
  std::string space(static_cast<size_t>(level) * 2, ' ');
  if (const auto* members = value.if_object(); members && !members->empty()) {
    out->append("{\n");
    size_t left = members->size();
    for (const auto& [key, item] : *members) {
      out->append(space).append("  ").append(boost::json::serialize(boost::json::value(key))).append(": ");
      Indent(item, level + 1, out);
      out->append(--left == 0 ? "\n" : ",\n");
    }
    out->append(space).append("}");
  } else if (const auto* items = value.if_array(); items && !items->empty()) {
    out->append("[\n");
    size_t left = items->size();
    for (const auto& item : *items) {
      out->append(space).append("  ");
      Indent(item, level + 1, out);
      out->append(--left == 0 ? "\n" : ",\n");
    }
    out->append(space).append("]");
  } else {
    out->append(boost::json::serialize(value));
  }
}

Html EventRow(const object& event, const std::set<std::string, std::less<>>& admins) {
  const object& outcome = ObjectOf(event, "outcome");
  Html targets;
  const auto* list = event.if_contains("target");
  if (list && list->is_array()) {
    for (const auto& target : list->as_array()) {
      if (target.is_object()) targets.Add(Named(target.as_object(), admins));
    }
  }
  std::string json;
  Indent(event, 0, &json);
  Html what = Fragment({Element("span", {TextOf(event, "displayMessage")}),
                        Element("small", {Element("code", {TextOf(event, "eventType")})}),
                        Element("details", {Class("event"), Element("summary", {"Details"}),
                                            Element("pre", {Attribute("tabindex", "0"), json})})});
  std::string_view reason = TextOf(outcome, "reason");
  auto published = store::ParseTime(TextOf(event, "published"));
  return Row({{"Time", published ? TimeText(*published) : Text(TextOf(event, "published")), "time"},
              {"Actor", Named(ObjectOf(event, "actor"), admins)},
              {"Event", what, "what"},
              {"Targets", targets},
              {"Outcome", Fragment({Badge(OutcomeTone(TextOf(outcome, "result")), TextOf(outcome, "result")),
                                    reason.empty() ? Html() : Element("small", {reason})})}});
}

// How busy the last day was: one column for each hour.
Html Activity(store::Store& store) {
  constexpr int kHours = 24;
  auto counts = store::CountRecentEvents(store, std::chrono::hours(1), kHours);
  if (!counts) return {};
  int whole = std::accumulate(counts->begin(), counts->end(), 0);
  int most = std::max(1, *std::ranges::max_element(*counts));
  Html columns;
  for (int hour = 0; hour < kHours; ++hour) {
    int count = (*counts)[static_cast<size_t>(hour)];
    // Something is seen even of one event beside a thousand.
    double height = count == 0 ? 0.6 : std::max(3.0, 40.0 * count / most);
    std::string words = Count(static_cast<size_t>(count), "event", "events");
    columns.Add(Element(
        "rect", {Class(count == 0 ? "none" : "some"), Attribute("x", fmt::format("{}", hour * 10 + 1)),
                 Attribute("y", fmt::format("{:.1f}", 40 - height)), Attribute("width", "8"),
                 Attribute("height", fmt::format("{:.1f}", height)), Attribute("rx", "1"),
                 Element("title", {fmt::format("{} h ago: {}", kHours - 1 - hour, words)})}));
  }
  std::string label =
      fmt::format("{} in the last 24 hours", Count(static_cast<size_t>(whole), "event", "events"));
  return Element(
      "figure", {Class("activity"),
                 Element("svg", {Attribute("viewBox", "0 0 240 40"), Attribute("preserveAspectRatio", "none"),
                                 Attribute("role", "img"), Attribute("aria-label", label), columns}),
                 Element("figcaption", {Element("span", {"24 hours ago"}), Element("span", {label}),
                                        Element("span", {"now"})})});
}

Html FilterForm(std::string_view search, std::string_view q) {
  Html fields = Element("div", {Class("log-filter"),
                                InputField({.name = "q",
                                            .label = "Words",
                                            .value = std::string(q),
                                            .type = "search",
                                            .hint = "Each must occur."}),
                                InputField({.name = "search",
                                            .label = "Filter expression",
                                            .value = std::string(search),
                                            .type = "search",
                                            .hint = "Such as: eventType eq \"user.lifecycle.create\""})});
  fields.Add(Element(
      "div",
      {Class("buttons"), SubmitButton("Show", ""),
       q.empty() && search.empty() ? Html() : LinkButton("Show all", Url("/report/system_log_2"), "quiet")}));
  return Element("form", {Class("fields"), Attribute("method", "get"), Attribute("role", "search"),
                          Action(Url("/report/system_log_2")), fields});
}

Url LogUrl(std::string_view search, std::string_view q, std::string_view after) {
  Url url("/report/system_log_2");
  if (!search.empty()) url = std::move(url).Query("search", search);
  if (!q.empty()) url = std::move(url).Query("q", q);
  if (!after.empty()) url = std::move(url).Query("after", after);
  return url;
}

}  // namespace

Response SystemLogPage(Visit& visit) {
  std::string_view search = visit.Query("search");
  std::string_view q = visit.Query("q");
  store::EventQuery query;
  query.page = {.after = std::string(visit.Query("after")), .limit = kPageSize};
  // The org keeps all of its events; a week would hide how it was set up.
  query.since = store::Time{};
  query.filter = search;
  query.q = q;
  query.descending = true;
  auto events = store::ListEvents(visit.store, query);
  PageHead head{.section = Section::kSystemLog,
                .title = "System Log",
                .subtitle = "Every change of the org, newest first"};
  if (!events) {
    Html content = Fragment({RefusalAlert(events.refusal()), FilterForm(search, q)});
    return Page(visit, head, Card("", content), events.refusal().status);
  }
  std::set<std::string, std::less<>> admins;
  if (auto list = store::ListAdmins(visit.store)) {
    for (const store::Admin& admin : *list) admins.insert(admin.id);
  }
  Html rows;
  for (const object& event : events->items) rows.Add(EventRow(event, admins));
  Html list = rows.empty() ? Element("p", {Class("muted none"), "No event fits."})
                           : Table("Events", {"Time", "Actor", "Event", "Targets", "Outcome"}, rows);
  std::optional<Url> next;
  if (!events->next.empty() && events->items.size() == kPageSize) next = LogUrl(search, q, events->next);
  return Page(visit, head,
              Card("", Fragment({Activity(visit.store), FilterForm(search, q), list,
                                 Pager(visit.request.HasQuery("after"), LogUrl(search, q, ""), next)})));
}

}  // namespace org::console
