#include "org/console/application.h"

#include <fmt/format.h>

#include "org/console/pages.h"
#include "org/console/widgets.h"

namespace org::console {
namespace {

constexpr std::string_view kKeysMethod = "private_key_jwt";
constexpr std::string_view kSecretMethod = "client_secret_basic";

Html Tabs(const store::App& app, ApplicationTab current) {
  auto tab = [&](ApplicationTab which, std::string_view label, const Url& url) {
    return Element(
        "li", {Element("a", {Href(url), If(which == current, Attribute("aria-current", "page")), label})});
  };
  Url base = ApplicationUrl(app);
  return Element(
      "nav",
      {Class("tabs"), Attribute("aria-label", "Application"),
       Element("ul", {tab(ApplicationTab::kGeneral, "General", base),
                      tab(ApplicationTab::kScopes, "Okta API Scopes", base / "scopes"),
                      tab(ApplicationTab::kRateLimits, "Application rate limits", base / "rate-limits")})});
}

Html StatusButtons(const Visit& visit, const store::App& app) {
  Url base = ApplicationUrl(app);
  if (app.active) return ActionButton(visit, "Deactivate", base / "lifecycle" / "deactivate", "");
  return Fragment({ActionButton(visit, "Activate", base / "lifecycle" / "activate", "primary"),
                   LinkButton("Delete", base / "delete", "danger")});
}

Html EditCredentials(const Visit& visit, const store::App& app) {
  Html form = RadioGroup(
      "method", "Client authentication",
      {{kSecretMethod, "Client secret", "Not accepted by Okta's own API; this org hands out no secrets."},
       {kKeysMethod, "Public key / Private key",
        "The client signs its requests for tokens with a private key."}},
      UsesKeys(app) ? kKeysMethod : kSecretMethod);
  form.Add(CheckBox("dpop", "yes",
                    "Require Demonstrating Proof of Possession (DPoP) header in token requests",
                    app.dpop_bound));
  form.Add(Element(
      "div", {Class("only-with-keys"),
              Element("button", {Class("button"), Attribute("type", "submit"), Attribute("name", "then"),
                                 Attribute("value", "add-key"), IconImage(Icon::kPlus), "Add key"}),
              Element("span", {Class("hint"), "Saves the choice above first."})}));
  form.Add(Element(
      "div", {Class("buttons"), SubmitButton("Save"), LinkButton("Cancel", ApplicationUrl(app), "quiet")}));
  return PostForm(visit, ApplicationUrl(app) / "credentials", form);
}

Html CredentialsCard(const Visit& visit, const store::App& app) {
  Html client_id = Definitions({{"Client ID", Copyable("client-id", app.id)}});
  client_id.Add(
      Element("p", {Class("hint"), "Public identifier for the client, required for all OAuth flows."}));
  bool editing = visit.Query("edit") == "credentials";
  if (editing) return Card("Client Credentials", Fragment({client_id, EditCredentials(visit, app)}));
  client_id.Add(Definitions(
      {{"Client authentication", Text(UsesKeys(app) ? "Public key / Private key" : "Client secret")},
       {"DPoP header", Text(app.dpop_bound ? "Required" : "Not required")}}));
  if (!UsesKeys(app)) {
    client_id.Add(
        Element("p", {Class("tip"), IconImage(Icon::kKey),
                      Element("span", {"A configuration signs in with a key: edit, and choose public key / "
                                       "private key."})}));
  }
  return Card("Client Credentials", client_id,
              LinkButton("Edit", ApplicationUrl(app).Query("edit", "credentials"), "small"));
}

Html KeysCard(const Visit& visit, const store::App& app) {
  auto keys = store::ListKeys(visit.store, app.id);
  if (!keys) return Card("Public keys", Alert(keys.refusal().summary, keys.refusal().causes));
  Url base = ApplicationUrl(app) / "keys";
  Html rows;
  size_t active = 0;
  for (const store::AppKey& key : *keys) {
    active += key.active;
    Html actions;
    if (key.active) {
      actions = ActionButton(visit, "Deactivate", base / key.id / "deactivate", "small");
    } else {
      actions = Fragment({ActionButton(visit, "Activate", base / key.id / "activate", "small"),
                          ActionButton(visit, "Delete", base / key.id / "delete", "small danger")});
    }
    const auto* type = key.jwk.if_contains("kty");
    rows.Add(Row({{"Key ID", Element("code", {Class("kid"), Attribute("title", key.kid), key.kid})},
                  {"Type", Text(type && type->is_string() ? std::string_view(type->as_string()) : "")},
                  {"Created", TimeText(key.created)},
                  {"Status", key.active ? Badge("good", "Active") : Badge("quiet", "Inactive")},
                  {"", actions, "end"}}));
  }
  Html content;
  if (active > 1) {
    content.Add(
        Element("p", {Class("tip warn"), IconImage(Icon::kWarning),
                      Element("span", {"With more than one active key a client has to name the key's id in "
                                       "its assertions. The Okta provider for Terraform does so only when "
                                       "its private_key_id is set."})}));
  }
  content.Add(rows.empty() ? Element("p", {Class("muted none"),
                                           "No keys yet. Add one, and keep its private half safe."})
                           : Table("Public keys", {"Key ID", "Type", "Created", "Status", ""}, rows));
  return Card("Public keys", content, LinkButton("Add key", base / "new", "primary small"));
}

Html SettingsCard(const store::App& app) {
  return Card("General Settings",
              Definitions({{"App integration name", Text(app.label)},
                           {"Application type", Text("API Services")},
                           {"Grant type", Text("Client credentials")},
                           {"Created", TimeText(app.created)},
                           {"Last updated", TimeText(app.last_updated)}}),
              LinkButton("Edit", ApplicationUrl(app) / "edit", "small"));
}

Response ShowEditForm(Visit& visit, const store::App& app, std::string_view label, const Html& alert,
                      int status) {
  Html form = InputField({.name = "name",
                          .label = "App integration name",
                          .value = std::string(label),
                          .required = true,
                          .autofocus = true,
                          .max_length = 100});
  form.Add(Element(
      "div", {Class("buttons"), SubmitButton("Save"), LinkButton("Cancel", ApplicationUrl(app), "quiet")}));
  return Page(visit, HeadBelow(app, "Edit general settings"),
              Card("", Fragment({alert, PostForm(visit, ApplicationUrl(app) / "edit", form)})), status);
}

}  // namespace

Url ApplicationUrl(const store::App& app) { return Url("/admin/app") / app.name / "instance" / app.id; }

bool UsesKeys(const store::App& app) { return app.auth_method == kKeysMethod; }

PageHead HeadBelow(const store::App& app, std::string title) {
  return {.section = Section::kApplications,
          .title = std::move(title),
          .subtitle = app.label,
          .trail = {{"Applications", Url("/admin/apps/active")}, {app.label, ApplicationUrl(app)}}};
}

Response ApplicationTabPage(Visit& visit, const store::App& app, ApplicationTab tab, const Html& content,
                            int status) {
  PageHead head{.section = Section::kApplications,
                .title = app.label,
                .before = Element("span", {Class("tile"), IconImage(Icon::kApplication)}),
                .badges = app.active ? Badge("good", "Active") : Badge("quiet", "Inactive"),
                .actions = StatusButtons(visit, app),
                .trail = {{"Applications", Url("/admin/apps/active")}}};
  return Page(visit, head, Fragment({Tabs(app, tab), content}), status);
}

Response ApplicationPage(Visit& visit) {
  return WithApplication(visit, [&](const store::App& app) {
    Html content = Element("div", {Class("columns"), Element("div", {CredentialsCard(visit, app)}),
                                   Element("div", {SettingsCard(app)})});
    if (UsesKeys(app)) content.Add(KeysCard(visit, app));
    return ApplicationTabPage(visit, app, ApplicationTab::kGeneral, content);
  });
}

Response UpdateCredentials(Visit& visit) {
  return WithApplication(visit, [&](const store::App& app) {
    Url url = ApplicationUrl(app);
    bool keys = visit.form["method"] == kKeysMethod;
    store::AppUpdate update;
    update.dpop_bound = !visit.form["dpop"].empty();
    // Other methods that the API has set stay what they are unless keys are chosen or left.
    if (keys != UsesKeys(app)) update.auth_method = std::string(keys ? kKeysMethod : kSecretMethod);
    auto updated = store::UpdateApp(visit.store, visit.actor, app.id, update);
    if (!updated) return RedirectWithError(visit, url, updated.refusal());
    if (keys && visit.form["then"] == "add-key") return Redirect(url / "keys" / "new");
    return Redirect(visit, url, "The client credentials were saved.");
  });
}

Response EditApplicationPage(Visit& visit) {
  return WithApplication(visit,
                         [&](const store::App& app) { return ShowEditForm(visit, app, app.label, {}, 200); });
}

Response UpdateApplication(Visit& visit) {
  return WithApplication(visit, [&](const store::App& app) {
    auto updated = store::UpdateApp(visit.store, visit.actor, app.id, {.label = visit.form.Trimmed("name")});
    if (!updated) {
      return ShowEditForm(visit, app, visit.form["name"], RefusalAlert(updated.refusal()),
                          updated.refusal().status);
    }
    return Redirect(visit, ApplicationUrl(app), "The application was saved.");
  });
}

Response ChangeApplicationStatus(Visit& visit) {
  return WithApplication(visit, [&](const store::App& app) {
    bool active = visit.Parameter("operation") == "activate";
    if (!active && visit.Parameter("operation") != "deactivate") return NotFoundPage(visit);
    return Finish(visit, ApplicationUrl(app), store::SetAppActive(visit.store, visit.actor, app.id, active),
                  active ? "The application is active." : "The application was deactivated.");
  });
}

Response ConfirmDeleteApplicationPage(Visit& visit) {
  return WithApplication(visit, [&](const store::App& app) {
    Html content =
        Element("p", {"The application, its keys and its scopes are removed for good. Clients that use it "
                      "get no more tokens."});
    content.Add(Element(
        "div", {Class("buttons"), ActionButton(visit, "Delete", ApplicationUrl(app) / "delete", "danger"),
                LinkButton("Cancel", ApplicationUrl(app), "quiet")}));
    return Page(visit, HeadBelow(app, fmt::format("Delete {}?", app.label)), Card("", content));
  });
}

Response DeleteApplication(Visit& visit) {
  return WithApplication(visit, [&](const store::App& app) {
    auto deleted = store::DeleteApp(visit.store, visit.actor, app.id);
    if (!deleted) return RedirectWithError(visit, ApplicationUrl(app), deleted.refusal());
    return Redirect(visit, Url("/admin/apps/active"), fmt::format("{} was deleted.", app.label));
  });
}

}  // namespace org::console
