#include <fmt/format.h>

#include "org/console/application.h"
#include "org/console/frame.h"
#include "org/console/pages.h"
#include "org/console/widgets.h"
#include "org/store/apps.h"

namespace org::console {
namespace {

constexpr int kPageSize = 50;

PageHead CreateHead(std::string title, std::string subtitle) {
  return {.section = Section::kApplications,
          .title = std::move(title),
          .subtitle = std::move(subtitle),
          .trail = {{"Applications", Url("/admin/apps/active")}}};
}

Response ShowNameForm(Visit& visit, std::string_view name, const Html& alert, int status) {
  Html form = InputField({.name = "name",
                          .label = "App integration name",
                          .value = std::string(name),
                          .required = true,
                          .autofocus = true,
                          .max_length = 100});
  form.Add(Element("div", {Class("buttons"), SubmitButton("Save"),
                           LinkButton("Cancel", Url("/admin/apps/active"), "quiet")}));
  return Page(
      visit,
      CreateHead("New API Services App Integration", "Machine to machine, OAuth 2.0 client credentials"),
      Card("General settings",
           Fragment({alert, PostForm(visit, Url("/admin/apps/oauth2-wizard/create"), form)})),
      status);
}

// Keys and scopes in a few words: what a look at the list should tell.
Html Readiness(store::Store& store, const store::App& app) {
  auto keys = store::ListKeys(store, app.id);
  auto grants = store::ListGrants(store, app.id);
  size_t active = keys ? static_cast<size_t>(std::ranges::count(*keys, true, &store::AppKey::active)) : 0;
  size_t scopes = grants ? grants->size() : 0;
  return Fragment({Badge(active == 1 ? "good" : "warn", Count(active, "active key", "active keys")), " ",
                   Badge(scopes > 0 ? "good" : "warn", Count(scopes, "scope", "scopes"))});
}

}  // namespace

Response ApplicationsPage(Visit& visit) {
  std::string_view q = visit.Query("q");
  auto apps =
      store::ListApps(visit.store, {.after = std::string(visit.Query("after")), .limit = kPageSize}, q);
  if (!apps) return ErrorPage(visit, apps.refusal(), Url("/admin/apps/active"));
  PageHead head{.section = Section::kApplications,
                .title = "Applications",
                .subtitle = "Programs that may call the org's API",
                .actions = LinkButton("Create App Integration", Url("/admin/apps/add-app"), "primary")};
  if (apps->items.empty() && q.empty() && !visit.request.HasQuery("after")) {
    return Page(visit, head,
                Empty(Icon::kApplication, "No applications yet",
                      "A configuration signs in to the org as an API Services app. Create one to begin.",
                      LinkButton("Create App Integration", Url("/admin/apps/add-app"))));
  }
  Html rows;
  for (const store::App& app : apps->items) {
    Html name =
        Element("span", {Class("who"), Element("span", {Class("tile"), IconImage(Icon::kApplication)}),
                         Element("span", {Element("a", {Href(ApplicationUrl(app)), app.label}),
                                          Element("small", {Element("code", {app.id})})})});
    rows.Add(Row({{"Application", name},
                  {"Ready for use", Readiness(visit.store, app)},
                  {"Status", app.active ? Badge("good", "Active") : Badge("quiet", "Inactive")}}));
  }
  auto page_url = [&](std::string_view after) {
    Url url("/admin/apps/active");
    if (!q.empty()) url = std::move(url).Query("q", q);
    if (!after.empty()) url = std::move(url).Query("after", after);
    return url;
  };
  Html list = rows.empty() ? Element("p", {Class("muted none"), "No application's name begins like this."})
                           : Table("Applications", {"Application", "Ready for use", "Status"}, rows);
  std::optional<Url> next;
  if (!apps->next.empty()) next = page_url(apps->next);
  return Page(visit, head,
              Card("", Fragment({SearchForm(Url("/admin/apps/active"), "Search applications", q, {},
                                            "Beginning of the name"),
                                 list, Pager(visit.request.HasQuery("after"), page_url(""), next)})));
}

Response ChooseIntegrationPage(Visit& visit) {
  Html form =
      RadioGroup("applicationType", "Sign-in method",
                 {{"SERVICE", "API Services",
                   "Interact with Okta APIs using scoped OAuth 2.0 access tokens, machine to machine."}},
                 "");
  form.Add(
      Element("p", {Class("muted"),
                    "This local org has no integrations that sign people in (OIDC, SAML, SWA): it serves "
                    "the management API."}));
  form.Add(Element("div", {Class("buttons"), SubmitButton("Next"),
                           LinkButton("Cancel", Url("/admin/apps/active"), "quiet")}));
  Html content = Element("form", {Class("fields cards"), Attribute("method", "get"),
                                  Action(Url("/admin/apps/oauth2-wizard/create")), form});
  return Page(visit, CreateHead("Create a new app integration", ""), Card("", content));
}

Response NewApplicationPage(Visit& visit) {
  if (visit.Query("applicationType") != "SERVICE") return Redirect(Url("/admin/apps/add-app"));
  return ShowNameForm(visit, "My API Services App", {}, 200);
}

Response CreateApplication(Visit& visit) {
  store::NewApp app;
  app.label = visit.form.Trimmed("name");
  // As in the real console: keys are switched on by hand on the General tab.
  app.auth_method = "client_secret_basic";
  auto created = store::CreateApp(visit.store, visit.actor, app);
  if (!created)
    return ShowNameForm(visit, visit.form["name"], RefusalAlert(created.refusal()), created.refusal().status);
  return Redirect(visit, ApplicationUrl(*created),
                  fmt::format("The app integration {} was created.", created->label));
}

}  // namespace org::console
