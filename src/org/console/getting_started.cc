#include <algorithm>

#include <fmt/format.h>

#include "org/console/application.h"
#include "org/console/frame.h"
#include "org/console/pages.h"
#include "org/console/widgets.h"
#include "org/store/apps.h"
#include "org/store/console_queries.h"

namespace org::console {
namespace {

constexpr std::string_view kWorkshopScopes[] = {"okta.groups.manage", "okta.policies.manage",
                                                "okta.users.manage"};

// The newest API Services app and how far it is.
struct Progress {
  std::optional<store::App> app;
  size_t active_keys = 0;
  std::vector<std::string> scopes;
};

Progress ReadProgress(store::Store& store) {
  Progress progress;
  auto apps = store::ListApps(store, {.limit = 200}, {}, true);
  if (!apps || apps->items.empty()) return progress;
  progress.app = apps->items.back();
  if (auto keys = store::ListKeys(store, progress.app->id)) {
    progress.active_keys = static_cast<size_t>(std::ranges::count(*keys, true, &store::AppKey::active));
  }
  if (auto grants = store::ListGrants(store, progress.app->id)) {
    for (const store::Grant& grant : *grants) progress.scopes.push_back(grant.scope);
  }
  std::ranges::sort(progress.scopes);
  return progress;
}

std::string ProviderBlock(const Visit& visit, const Progress& progress) {
  std::vector<std::string> scopes = progress.scopes;
  if (scopes.empty()) scopes.assign(std::begin(kWorkshopScopes), std::end(kWorkshopScopes));
  std::string list;
  for (const std::string& scope : scopes) list += fmt::format("{}\"{}\"", list.empty() ? "" : ", ", scope);
  return fmt::format(
      "provider \"okta\" {{\n"
      "  org_name    = \"{}\"\n"
      "  base_url    = \"okta.com\"\n"
      "  client_id   = \"{}\"\n"
      "  scopes      = [{}]\n"
      "  private_key = \"${{path.module}}/rsa.pem\"\n"
      "}}\n",
      visit.store.org_name(), progress.app ? progress.app->id : "the Client ID of your app", list);
}

std::string OrgUrl(const Visit& visit) {
  return visit.options.url.empty() ? fmt::format("http://{}", visit.request.authority) : visit.options.url;
}

Html Step(bool done, std::string_view title, const Html& content) {
  return Element(
      "li",
      {Class(done ? "step done" : "step"),
       Element("span", {Class("mark"), done ? IconImage(Icon::kCheck) : Html()}),
       Element("div", {Element("h3", {title, done ? Element("span", {Class("unseen"), " (done)"}) : Html()}),
                       content})});
}

Html Steps(const Progress& progress) {
  bool has_app = progress.app.has_value();
  bool has_key = has_app && UsesKeys(*progress.app) && progress.active_keys > 0;
  Url app_url = has_app ? ApplicationUrl(*progress.app) : Url("/admin/apps/add-app");
  Html app = has_app ? Element("p", {Element("a", {Href(app_url), progress.app->label})})
                     : Element("p", {LinkButton("Create App Integration", app_url, "primary")});
  Html key = Element(
      "p", {"On its General tab choose public key / private key, add a key, and save the private half as ",
            Element("code", {"pkcs.pem"}), "."});
  if (has_app && !has_key) {
    Html add = UsesKeys(*progress.app)
                   ? LinkButton("Add key", app_url / "keys" / "new", "primary")
                   : LinkButton("Edit client credentials",
                                ApplicationUrl(*progress.app).Query("edit", "credentials"), "primary");
    key.Add(Element("p", {add}));
  }
  Html scopes = Element("p", {"Grant what the configuration manages: users, groups, policies."});
  if (has_app && progress.scopes.empty()) {
    scopes.Add(Element("p", {LinkButton("Okta API Scopes", app_url / "scopes", "primary")}));
  }
  if (!progress.scopes.empty()) {
    Html list;
    for (const std::string& scope : progress.scopes) list.Add(Badge("good", scope)).Add(" ");
    scopes = Element("p", {list});
  }
  return Element("ol", {Class("steps"), Step(has_app, "Create an API Services app", app),
                        Step(has_key, "Give it a key pair", key),
                        Step(!progress.scopes.empty(), "Grant it scopes", scopes)});
}

Html Tile(Icon icon, int number, std::string_view one, std::string_view many, const Url& url) {
  return Element("a", {Class("stat"), Href(url), Element("span", {Class("tile"), IconImage(icon)}),
                       Element("span", {Element("strong", {fmt::format("{}", number)}),
                                        Element("span", {number == 1 ? one : many})})});
}

Html Tiles(store::Store& store) {
  auto counts = store::CountObjects(store);
  if (!counts) return {};
  return Element(
      "div",
      {Class("stats"), Tile(Icon::kPerson, counts->people, "person", "people", Url("/admin/users")),
       Tile(Icon::kGroup, counts->groups, "group", "groups", Url("/admin/groups")),
       Tile(Icon::kApplication, counts->apps, "application", "applications", Url("/admin/apps/active"))});
}

}  // namespace

Response GettingStartedPage(Visit& visit) {
  Progress progress = ReadProgress(visit.store);
  std::string proxy = fmt::format("export OKTA_HTTP_PROXY={}", OrgUrl(visit));
  Html terminal =
      Element("p", {"The block stays as it would be for a real org. This variable leads its calls here:"});
  terminal.Add(CodeBlock("proxy", proxy, "In the terminal"));
  terminal.Add(
      CodeBlock("run", "openssl rsa -in pkcs.pem -out rsa.pem\nparterre init\nparterre plan", "Then"));
  Html block = Fragment({CodeBlock("provider", ProviderBlock(visit, progress), "main.tf"), terminal});
  Html facts = Definitions({{"org_name", Copyable("org-name", visit.store.org_name())},
                            {"base_url", Copyable("base-url", "okta.com")},
                            {"Org URL", Copyable("org-url", OrgUrl(visit))},
                            {"Management API", Copyable("api-url", OrgUrl(visit) + "/api/v1")},
                            {"Token endpoint", Copyable("token-url", OrgUrl(visit) + "/oauth2/v1/token")}});
  PageHead head{.section = Section::kGettingStarted,
                .title = "Getting started",
                .subtitle = "A place to practise: nothing here reaches the outside world"};
  Html left = Fragment({Card("Three steps", Steps(progress)), Card("The provider block", block)});
  return Page(visit, head,
              Fragment({Tiles(visit.store), Element("div", {Class("columns"), Element("div", {left}),
                                                            Element("div", {Card("This org", facts)})})}));
}

}  // namespace org::console
