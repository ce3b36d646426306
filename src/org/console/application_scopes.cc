#include <algorithm>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "org/console/application.h"
#include "org/console/pages.h"
#include "org/console/widgets.h"

namespace org::console {
namespace {

struct Filter {
  std::string show;  // "", "granted", "not-granted"
  std::string q;
};

Url ScopesUrl(const store::App& app, const Filter& filter) {
  Url url = ApplicationUrl(app) / "scopes";
  if (!filter.show.empty()) url = std::move(url).Query("show", filter.show);
  if (!filter.q.empty()) url = std::move(url).Query("q", filter.q);
  return url;
}

// "okta.users.manage" -> what an administrator reads before granting.
std::string Consent(std::string_view scope) {
  auto parts = base::core::Split(scope, '.');
  if (parts.size() < 3) return "Calls the part of the API that is named like this.";
  std::string_view last = parts.back();
  if (last == "read") return fmt::format("Reads {} in the org.", parts[1]);
  if (last == "manage") return fmt::format("Creates, reads, changes and removes {} in the org.", parts[1]);
  return fmt::format("Calls {} of {} in the org.", last, parts[1]);
}

Filter FilterOf(std::string_view show, std::string_view q) {
  Filter filter;
  if (show == "granted" || show == "not-granted") filter.show = show;
  filter.q = q;
  return filter;
}

Html ShowLinks(const store::App& app, const Filter& filter, size_t granted, size_t all) {
  auto link = [&](std::string_view value, std::string_view label, size_t count) {
    Filter other{std::string(value), filter.q};
    return Element("li", {Element("a", {Class("filter"), Href(ScopesUrl(app, other)),
                                        If(value == filter.show, Attribute("aria-current", "true")), label,
                                        Element("span", {Class("count"), fmt::format("{}", count)})})});
  };
  return Element("ul",
                 {Class("filters"), Attribute("aria-label", "Filter by consent"), link("", "Any", all),
                  link("granted", "Granted", granted), link("not-granted", "Not granted", all - granted)});
}

}  // namespace

Response ScopesPage(Visit& visit) {
  return WithApplication(visit, [&](const store::App& app) {
    Filter filter = FilterOf(visit.Query("show"), visit.Query("q"));
    auto grants = store::ListGrants(visit.store, app.id);
    if (!grants) return ErrorPage(visit, grants.refusal(), ApplicationUrl(app));
    auto is_granted = [&](std::string_view scope) {
      return std::ranges::find(*grants, scope, &store::Grant::scope) != grants->end();
    };
    std::string wanted = base::core::AsciiLower(base::core::Trim(filter.q));
    Html rows;
    for (const std::string& scope : store::KnownScopes()) {
      bool granted = is_granted(scope);
      if ((filter.show == "granted" && !granted) || (filter.show == "not-granted" && granted)) continue;
      if (!base::core::Contains(base::core::AsciiLower(scope), wanted)) continue;
      std::vector<std::pair<std::string, std::string>> fields = {
          {"scope", scope}, {"show", filter.show}, {"q", filter.q}};
      Html action =
          granted ? ActionButton(visit, "Revoke", ApplicationUrl(app) / "scopes" / "revoke", "small", fields)
                  : ActionButton(visit, "Grant", ApplicationUrl(app) / "scopes" / "grant", "small primary",
                                 fields);
      rows.Add(
          Row({{"Scope", Element("span", {Id("scope-" + scope), Class("anchor"), Element("code", {scope}),
                                          Element("small", {Consent(scope)})})},
               {"Consent", granted ? Badge("good", "Granted") : Badge("quiet", "Not granted")},
               {"", action, "end"}}));
    }
    Html list = rows.empty() ? Element("p", {Class("muted none"), "No scope fits."})
                             : Table("Okta API scopes", {"Scope", "Consent", ""}, rows);
    Html content = Fragment({ShowLinks(app, filter, grants->size(), store::KnownScopes().size()),
                             SearchForm(ApplicationUrl(app) / "scopes", "Search scopes", filter.q,
                                        {{"show", filter.show}}, "Part of the name, such as users"),
                             list});
    return ApplicationTabPage(visit, app, ApplicationTab::kScopes, Card("", content));
  });
}

Response GrantScope(Visit& visit) {
  return WithApplication(visit, [&](const store::App& app) {
    const std::string& scope = visit.form["scope"];
    Url back = ScopesUrl(app, FilterOf(visit.form["show"], visit.form["q"])).Anchor("scope-" + scope);
    return Finish(visit, back, store::GrantScope(visit.store, visit.actor, app.id, scope),
                  fmt::format("{} was granted.", scope));
  });
}

Response RevokeScope(Visit& visit) {
  return WithApplication(visit, [&](const store::App& app) {
    const std::string& scope = visit.form["scope"];
    Url back = ScopesUrl(app, FilterOf(visit.form["show"], visit.form["q"])).Anchor("scope-" + scope);
    return Finish(visit, back, store::RevokeScope(visit.store, visit.actor, app.id, scope),
                  fmt::format("{} was revoked.", scope));
  });
}

}  // namespace org::console
