#include <fmt/format.h>

#include "base/core/strings.h"
#include "org/console/application.h"
#include "org/console/pages.h"
#include "org/console/rate_limits.h"
#include "org/console/widgets.h"

namespace org::console {
namespace {

Html Slider(const Visit& visit, const store::App& app) {
  std::string value = fmt::format("{}", app.rate_percentage);
  Html form =
      Element("label", {Attribute("for", "percentage"), "Share of each of the org's API rate limits"});
  form.Add(Element(
      "div", {Class("slider"),
              Element("input", {Id("percentage"), Attribute("type", "range"), Attribute("name", "percentage"),
                                Attribute("min", "1"), Attribute("max", "100"), Attribute("step", "1"),
                                Attribute("value", value), Attribute("list", "percentage-marks"),
                                Attribute("aria-describedby", "percentage-hint"),
                                Attribute("data-shows", "percentage-value")}),
              Element("output", {Id("percentage-value"), Attribute("for", "percentage"), value, " %"})}));
  Html marks;
  for (int mark : {1, 25, 50, 75, 100}) {
    marks.Add(Element("option", {Attribute("value", fmt::format("{}", mark)),
                                 Attribute("label", fmt::format("{} %", mark))}));
  }
  form.Add(Element("datalist", {Id("percentage-marks"), marks}));
  form.Add(
      Element("span", {Id("percentage-hint"), Class("hint"),
                       "50 % unless changed. The application gets 429 answers when it asks for more in a "
                       "window; the rest stays for others."}));
  form.Add(Element("div", {Class("buttons"), SubmitButton("Save")}));
  return PostForm(visit, ApplicationUrl(app) / "rate-limits", form);
}

Response Show(Visit& visit, const store::App& app, const Html& alert, int status) {
  Html content = Fragment({alert, Card("Application rate limits", Slider(visit, app))});
  if (visit.options.client_buckets) {
    auto buckets = visit.options.client_buckets(app.id);
    if (!buckets.empty()) content.Add(Card("What this application may call", BucketTable(buckets)));
  }
  return ApplicationTabPage(visit, app, ApplicationTab::kRateLimits, content, status);
}

}  // namespace

Response ApplicationLimitsPage(Visit& visit) {
  return WithApplication(visit, [&](const store::App& app) { return Show(visit, app, {}, 200); });
}

Response UpdateApplicationLimits(Visit& visit) {
  return WithApplication(visit, [&](const store::App& app) {
    auto percentage = base::core::ParseInt64(visit.form.Trimmed("percentage"));
    if (!percentage || *percentage < 1 || *percentage > 100) {
      return Show(visit, app, Alert("That share does not exist", {"Give a whole number from 1 to 100."}),
                  400);
    }
    store::AppUpdate update;
    update.rate_percentage = static_cast<int>(*percentage);
    return Finish(visit, ApplicationUrl(app) / "rate-limits",
                  store::UpdateApp(visit.store, visit.actor, app.id, update),
                  fmt::format("{} may use {} % of each rate limit.", app.label, *percentage));
  });
}

}  // namespace org::console
