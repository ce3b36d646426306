// What the tabs of one application share: addresses, the head with its tabs, finding the application.
// Not the tabs' contents. Called by applications.cc, application*.cc and getting_started.cc.
#pragma once

#include <string_view>

#include "org/console/frame.h"
#include "org/store/apps.h"

namespace org::console {

enum class ApplicationTab { kGeneral, kScopes, kRateLimits };

// "/admin/app/oidc_client/instance/<id>"
Url ApplicationUrl(const store::App& app);

bool UsesKeys(const store::App& app);

// The tab's page: name, status, actions and the row of tabs around `content`.
Response ApplicationTabPage(Visit& visit, const store::App& app, ApplicationTab tab, const Html& content,
                            int status = 200);
// A page below the application, with the way back.
PageHead HeadBelow(const store::App& app, std::string title);

// Finds the application that the route names and calls `page`; the error page when there is none.
template <typename PageFunction>
Response WithApplication(Visit& visit, PageFunction page) {
  auto app = store::FindApp(visit.store, visit.Parameter("id"));
  if (!app) return ErrorPage(visit, app.refusal(), Url("/admin/apps/active"));
  return page(*app);
}

}  // namespace org::console
