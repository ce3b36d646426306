#include "org/console/frame.h"

#include <fmt/format.h>

#include "org/console/assets.h"
#include "org/console/widgets.h"

namespace org::console {
namespace {

struct NavItem {
  Section section;
  const char* group;  // heading before it; the same as before: none
  const char* label;
  Icon icon;
  PathLiteral path;
};

constexpr NavItem kNav[] = {
    {Section::kGettingStarted, "", "Getting started", Icon::kSprout, "/admin/getting-started"},
    {Section::kPeople, "Directory", "People", Icon::kPerson, "/admin/users"},
    {Section::kGroups, "Directory", "Groups", Icon::kGroup, "/admin/groups"},
    {Section::kApplications, "Applications", "Applications", Icon::kApplication, "/admin/apps/active"},
    {Section::kSystemLog, "Reports", "System Log", Icon::kLog, "/report/system_log_2"},
    {Section::kRateLimits, "Reports", "Rate limits", Icon::kGauge, "/admin/reports/rate-limits"},
};

Html Navigation(Section current) {
  Html list;
  Html items;
  std::string_view group;
  auto close_group = [&] {
    if (!items.empty()) list.Add(Element("ul", {items}));
    items = {};
  };
  for (const NavItem& item : kNav) {
    if (item.group != group) {
      close_group();
      group = item.group;
      list.Add(Element("p", {Class("nav-group"), group}));
    }
    items.Add(Element("li", {Element("a", {Href(Url(item.path)),
                                           If(item.section == current, Attribute("aria-current", "page")),
                                           IconImage(item.icon), item.label})}));
  }
  close_group();
  return Element("nav", {Attribute("aria-label", "Main"), list});
}

Html Logo() {
  return Element("a", {Class("logo"), Href(Url("/admin/getting-started")),
                       Element("img", {Source(AssetUrl("favicon.svg")), Attribute("alt", ""),
                                       Attribute("width", "30"), Attribute("height", "30")}),
                       Element("span", {"Parterre ", Element("small", {"local org"})})});
}

Html Account(const Visit& visit) {
  return Element(
      "form",
      {Class("account"), Attribute("method", "post"), Action(Url("/admin/sign-out")), CsrfField(visit),
       Element("span", {Avatar(visit.session.admin.name, ""),
                        Element("span", {Class("account-name"), visit.session.admin.name})}),
       Element("button", {Class("quiet"), Attribute("type", "submit"), "Sign out"})});
}

Html Trail(const PageHead& head) {
  if (head.trail.empty()) return {};
  Html items;
  for (const auto& [label, url] : head.trail) items.Add(Element("li", {Element("a", {Href(url), label})}));
  return Element("nav", {Class("trail"), Attribute("aria-label", "Breadcrumb"), Element("ol", {items})});
}

Html NoticeBar(Visit& visit) {
  auto notice = visit.notices.Take(visit.session.csrf_token);
  if (!notice) return {};
  return Element(
      "div", {Class(notice->is_error ? "notice error" : "notice"),
              Attribute("role", notice->is_error ? "alert" : "status"),
              IconImage(notice->is_error ? Icon::kWarning : Icon::kCheck), Element("span", {notice->text})});
}

Response HtmlResponse(std::string_view title, const Html& body, int status) {
  Response response;
  response.status = status;
  response.Set("Content-Type", "text/html; charset=utf-8");
  response.body = Document({.title = std::string(title),
                            .stylesheets = {AssetUrl("console.css")},
                            .scripts = {AssetUrl("console.js")},
                            .icon = AssetUrl("favicon.svg")},
                           body);
  return response;
}

std::string_view StatusTitle(int status) {
  switch (status) {
    case 400:
      return "That did not work";
    case 403:
      return "Not allowed";
    case 404:
      return "Not found";
    case 409:
      return "That did not fit";
    case 429:
      return "Too many requests";
    default:
      return status >= 500 ? "The org has a problem" : "That did not work";
  }
}

}  // namespace

Response Page(Visit& visit, const PageHead& head, const Html& content, int status) {
  Html heading =
      Element("div", {Class("page-head"),
                      Element("div", {Class("page-title"), head.before,
                                      Element("div", {Element("h1", {head.title, head.badges}),
                                                      head.subtitle.empty()
                                                          ? Html()
                                                          : Element("p", {Class("muted"), head.subtitle})})}),
                      head.actions.empty() ? Html() : Element("div", {Class("actions"), head.actions})});
  Html menu = Element("details", {Class("menu"), Element("summary", {IconImage(Icon::kMenu), "Menu"}),
                                  Navigation(head.section)});
  Html side =
      Element("div", {Class("side"), Logo(), Element("p", {Class("org-name"), visit.store.org_name()}),
                      Element("div", {Class("side-nav"), Navigation(head.section)}), menu, Account(visit)});
  Html main = Element(
      "main", {Id("main"), Attribute("tabindex", "-1"), NoticeBar(visit), Trail(head), heading, content});
  Html body = Fragment({Element("a", {Class("skip"), Href(Url::Here("main")), "Skip to the content"}),
                        Element("div", {Class("frame"), side, main})});
  return HtmlResponse(fmt::format("{} · {} · Parterre", head.title, visit.store.org_name()), body, status);
}

Response BarePage(std::string_view title, const Html& content, int status) {
  Html body = Element("div", {Class("bare"), Element("main", {Id("main"), content})});
  return HtmlResponse(fmt::format("{} · Parterre", title), body, status);
}

Html Alert(std::string_view title, const std::vector<std::string>& lines) {
  Html text = Element("p", {Element("strong", {title})});
  if (lines.size() == 1) text.Add(Element("p", {lines[0]}));
  if (lines.size() > 1) {
    Html items;
    for (const std::string& line : lines) items.Add(Element("li", {line}));
    text.Add(Element("ul", {items}));
  }
  return Element("div", {Class("notice error"), Attribute("role", "alert"), IconImage(Icon::kWarning),
                         Element("div", {text})});
}

Html RefusalAlert(const store::Refusal& refusal) { return Alert(refusal.summary, refusal.causes); }

Response ErrorPage(Visit& visit, const store::Refusal& refusal, const Url& back) {
  if (refusal.status == 404) {
    return Page(visit, {.title = "Not found"},
                Empty(Icon::kSprout, "Nothing grows here",
                      fmt::format("{}. It may have been deleted.", RefusalText(refusal)),
                      LinkButton("Go back", back)),
                404);
  }
  Html content =
      Card("", Fragment({Element("p", {RefusalText(refusal)}),
                         Element("p", {Class("muted"), "Error code ", Element("code", {refusal.code})}),
                         LinkButton("Go back", back)}));
  return Page(visit, {.title = std::string(StatusTitle(refusal.status))}, content, refusal.status);
}

Response NotFoundPage(Visit& visit) {
  Html content =
      Empty(Icon::kSprout, "Nothing grows here",
            "There is no such page in the console. It may have been deleted, or the address is mistyped.",
            LinkButton("To the start", Url("/admin/getting-started")));
  return Page(visit, {.title = "Not found"}, content, 404);
}

Response BareErrorPage(int status, std::string_view title, std::string_view text) {
  return BarePage(title,
                  Element("div", {Class("card sign-in"), Element("h1", {title}), Element("p", {text}),
                                  LinkButton("To the sign-in", Url("/login"))}),
                  status);
}

}  // namespace org::console
