#include "org/console/sign_in.h"

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/core/random.h"
#include "base/core/strings.h"
#include "base/crypto/jws.h"
#include "org/console/assets.h"
#include "org/console/frame.h"
#include "org/console/widgets.h"

namespace org::console {
namespace {

// Browsers keep one jar for all ports of a host: the name tells orgs apart.
std::string CookieName(std::string_view what, const store::Store& store) {
  const std::string& id = store.org_id();
  return fmt::format("parterre_{}_{}", what, id.substr(id.size() > 10 ? id.size() - 10 : 0));
}

Url WhereTo(std::string_view next) {
  auto url = Url::FromRequest(next);
  bool ours = url && (next.starts_with("/admin/") || next.starts_with("/report/"));
  return ours ? *url : Url("/admin/getting-started");
}

}  // namespace

store::Actor ActorOf(const store::Admin& admin, const Request& request) {
  store::Actor actor = store::AdminActor(admin);
  actor.ip_address = request.remote_address;
  actor.user_agent = std::string(request.Header("User-Agent").substr(0, 500));
  actor.request_uri = request.path;
  actor.request_id = base::core::RandomHex(10);
  return actor;
}

Response JsonRefusal(const store::Refusal& refusal) {
  boost::json::array causes;
  for (const std::string& cause : refusal.causes)
    causes.push_back(boost::json::object{{"errorSummary", cause}});
  Response response;
  response.status = refusal.status;
  response.Set("Content-Type", "application/json");
  response.body = boost::json::serialize(boost::json::object{
      {"errorCode", refusal.code}, {"errorSummary", refusal.summary}, {"errorCauses", std::move(causes)}});
  return response;
}

SignIn::SignIn(store::Store& store, const ConsoleOptions& options)
    : store_(store),
      options_(options),
      session_cookie_(CookieName("session", store)),
      form_cookie_(CookieName("sign_in", store)) {}

std::optional<store::Session> SignIn::FindSession(const Request& request) const {
  std::string token = Cookie(request, session_cookie_);
  if (token.empty()) return std::nullopt;
  auto session = store::FindSession(store_, token);
  if (!session) return std::nullopt;
  return std::move(*session);
}

Response SignIn::RedirectToForm(const Request& request) {
  // What a form wanted to do is not done again after signing in.
  if (request.method != "GET" && request.method != "HEAD") return Redirect(Url("/login"));
  return Redirect(Url("/login").Query("next", request.target));
}

Response SignIn::FormPage(const Request& request, const std::string& name, const std::string& next,
                          const Html& alert, int status) const {
  // Before there is a session, a cookie of its own ties the form to the browser that it was shown to.
  std::string token = Cookie(request, form_cookie_);
  bool is_new = token.size() != 32;
  if (is_new) token = base::core::RandomHex(16);
  Html form;
  form.Add(
      Element("input", {Attribute("type", "hidden"), Attribute("name", "csrf"), Attribute("value", token)}));
  form.Add(
      Element("input", {Attribute("type", "hidden"), Attribute("name", "next"), Attribute("value", next)}));
  form.Add(InputField({.name = "username",
                       .label = "Username",
                       .value = name,
                       .required = true,
                       .autofocus = name.empty(),
                       .autocomplete = "username",
                       .max_length = 200}));
  form.Add(InputField({.name = "password",
                       .label = "Password",
                       .type = "password",
                       .required = true,
                       .autofocus = !name.empty(),
                       .autocomplete = "current-password",
                       .max_length = 72}));
  form.Add(SubmitButton("Sign in"));
  Html content = Element(
      "div", {Class("card sign-in"),
              Element("img", {Source(AssetUrl("favicon.svg")), Attribute("alt", ""), Attribute("width", "56"),
                              Attribute("height", "56")}),
              Element("h1", {"Sign in to ", Element("span", {Class("org"), store_.org_name()})}),
              Element("p", {Class("muted"), "The admin console of your local org"}), alert,
              Element("form", {Class("fields"), Attribute("method", "post"), Action(Url("/login")), form})});
  Response response = BarePage("Sign in", content, status);
  if (is_new) SetCookie(response, form_cookie_, token);
  return response;
}

Response SignIn::ShowForm(Request& request) const {
  std::string next(request.Query("next"));
  if (FindSession(request)) return Redirect(WhereTo(next));
  return FormPage(request, "", next, {}, 200);
}

store::Outcome<store::Session> SignIn::Try(const Request& request, const std::string& name,
                                           const std::string& password) {
  int wait = brake_.Attempt(request.remote_address, name, store_.Now());
  if (wait > 0) {
    return store::Refusal{429,
                          "E0000047",
                          fmt::format("Too many attempts. Try again in {}.",
                                      Count(static_cast<size_t>(wait), "second", "seconds")),
                          {}};
  }
  store::Actor unknown =
      ActorOf({.id = "unknown", .name = name.substr(0, 200), .created = store_.Now()}, request);
  auto admin = store::CheckAdminPassword(store_, unknown, name, password);
  if (!admin) return admin.refusal();
  brake_.Succeeded(request.remote_address, name);
  return store::CreateSession(store_, *admin, options_.session_lifetime);
}

Response SignIn::SubmitForm(Request& request) {
  Form form(base::net::ParseForm(request.body));
  const std::string& name = form["username"];
  const std::string& next = form["next"];
  if (!SameSecret(form["csrf"], Cookie(request, form_cookie_))) {
    return FormPage(request, name, next, Alert("The form was too old", {"Please sign in again."}), 403);
  }
  auto session = Try(request, name, form["password"]);
  if (!session) {
    bool wrong = session.refusal().status == 401;
    Html alert = Alert(wrong ? "Unable to sign in" : session.refusal().summary,
                       wrong ? std::vector<std::string>{"The username or the password is wrong."}
                             : session.refusal().causes);
    return FormPage(request, name, next, alert, session.refusal().status);
  }
  Response response = Redirect(WhereTo(next));
  SetCookie(response, session_cookie_, session->token);
  SetCookie(response, form_cookie_, "");
  return response;
}

Response SignIn::SubmitJson(Request& request) {
  // No form of a foreign page can send this type, and scripts of foreign pages are not allowed to.
  if (!request.Header("Content-Type").starts_with("application/json"))
    return JsonRefusal(store::MalformedBody());
  auto body = base::crypto::ParseJson(request.body);
  if (!body.ok() || !body->is_object()) return JsonRefusal(store::MalformedBody());
  const auto* name = body->as_object().if_contains("name");
  const auto* password = body->as_object().if_contains("password");
  if (!name || !name->is_string() || !password || !password->is_string())
    return JsonRefusal(store::MalformedBody());
  auto session = Try(request, std::string(name->as_string()), std::string(password->as_string()));
  if (!session) return JsonRefusal(session.refusal());
  Response response;
  response.Set("Content-Type", "application/json");
  response.body = boost::json::serialize(
      boost::json::object{{"csrfToken", session->csrf_token}, {"orgName", store_.org_name()}});
  SetCookie(response, session_cookie_, session->token);
  return response;
}

Response SignIn::SignOut(Visit& visit) {
  auto ended = store::EndSession(visit.store, visit.actor, Cookie(visit.request, session_cookie_));
  if (!ended) return ErrorPage(visit, ended.refusal(), Url("/admin/getting-started"));
  Response response = Redirect(Url("/login"));
  SetCookie(response, session_cookie_, "");
  return response;
}

}  // namespace org::console
