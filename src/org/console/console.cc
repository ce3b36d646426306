#include "org/console/console.h"

#include "org/console/assets.h"
#include "org/console/frame.h"
#include "org/console/routes.h"
#include "org/console/security.h"
#include "org/console/sign_in.h"
#include "org/console/visit.h"

namespace org::console {
namespace {

using PageFunction = std::function<Response(Visit&)>;

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";
constexpr std::string_view kInternal = "/admin/internal/";

bool IsInternal(const Request& request) { return request.path.starts_with(kInternal); }

Response Forbidden(const Request& request, std::string_view text) {
  if (IsInternal(request)) return JsonRefusal(store::NoPermission());
  return BareErrorPage(403, "Not allowed", text);
}

}  // namespace

struct Console::Impl {
  Impl(store::Store& store, ConsoleOptions given)
      : store(store), options(std::move(given)), sign_in(store, options) {
    router.Add("GET", "/assets/{name}", [](Request& request) { return ServeAsset(request); });
    router.Add("GET", "/login", [this](Request& request) { return sign_in.ShowForm(request); });
    router.Add("POST", "/login", [this](Request& request) { return sign_in.SubmitForm(request); });
    router.Add("POST", "/admin/internal/session",
               [this](Request& request) { return sign_in.SubmitJson(request); });
    AddPage("POST", "/admin/sign-out", [this](Visit& visit) { return sign_in.SignOut(visit); });
    for (const Route& route : Routes()) AddPage(route.method, route.pattern, route.page);
  }

  void AddPage(std::string_view method, std::string_view pattern, PageFunction page) {
    router.Add(method, pattern,
               [this, page = std::move(page)](Request& request) { return Serve(request, page); });
  }

  // With a session, and with its CSRF token where something may change.
  Response Serve(Request& request, const PageFunction& page) {
    auto session = sign_in.FindSession(request);
    if (!session)
      return IsInternal(request) ? JsonRefusal(store::NoPermission()) : SignIn::RedirectToForm(request);
    Visit visit{store, options, notices, request, *session, ActorOf(session->admin, request), {}};
    if (request.method == "POST") {
      std::string_view token = request.Header("X-CSRF-Token");
      if (request.Header("Content-Type").starts_with(kFormType)) {
        visit.form = Form(base::net::ParseForm(request.body));
        token = visit.form["csrf"];
      }
      if (!SameSecret(token, session->csrf_token)) {
        return Forbidden(request,
                         "The form did not come from this session. Go back, reload the page and try again.");
      }
    }
    return page(visit);
  }

  // A path that has no page, told in the frame where there is a session.
  Response NotFound(Request& request) {
    return Serve(request, [](Visit& visit) { return NotFoundPage(visit); });
  }

  Response Handle(Request& request) {
    if (!HostAllowed(request, options)) {
      return BareErrorPage(403, "Not allowed", "This console answers only under the names it was given.");
    }
    bool changes = request.method != "GET" && request.method != "HEAD";
    if (changes && !OriginAllowed(request)) return Forbidden(request, "The request came from another site.");
    auto match = router.Find(request);
    if (match.handler != nullptr) return (*match.handler)(request);
    if (match.pattern.empty() && !changes) return NotFound(request);
    return BareErrorPage(match.pattern.empty() ? 404 : 405, "That did not work",
                         "The address does not exist, or cannot be used in this way.");
  }

  store::Store& store;
  const ConsoleOptions options;
  SignIn sign_in;
  NoticeBox notices;
  base::net::Router router;
};

Console::Console(store::Store& store, ConsoleOptions options)
    : impl_(std::make_unique<Impl>(store, std::move(options))) {}

Console::~Console() = default;

bool Console::Owns(std::string_view path) {
  for (std::string_view prefix : {"/login", "/admin", "/report", "/assets"}) {
    if (path == prefix || (path.starts_with(prefix) && path[prefix.size()] == '/')) return true;
  }
  return path == "/";
}

Response Console::Handle(Request& request) const {
  Response response = impl_->Handle(request);
  SetSecurityHeaders(response);
  return response;
}

}  // namespace org::console
