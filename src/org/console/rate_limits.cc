#include "org/console/rate_limits.h"

#include <fmt/format.h>

#include "org/console/frame.h"
#include "org/console/pages.h"
#include "org/console/widgets.h"

namespace org::console {
namespace {

bool UsedUp(const BucketUsage& bucket) { return bucket.limit > 0 && bucket.used >= bucket.limit; }

// Okta warns at 90 % of a bucket.
std::string_view Tone(const BucketUsage& bucket) {
  if (UsedUp(bucket)) return "bad";
  return bucket.used * 10 >= bucket.limit * 9 ? "warn" : "good";
}

}  // namespace

Html BucketTable(const std::vector<BucketUsage>& buckets) {
  Html rows;
  for (const BucketUsage& bucket : buckets) {
    std::string numbers =
        bucket.limit > 0 ? fmt::format("{} / {}", bucket.used, bucket.limit) : std::string("not limited");
    std::string label = fmt::format("{} of {} calls", bucket.used, bucket.limit);
    Html bar = bucket.limit > 0 ? Bar(bucket.used, bucket.limit, label, Tone(bucket)) : Element("span");
    Html reset = bucket.until_reset.count() > 0 ? Text(fmt::format("in {} s", bucket.until_reset.count()))
                                                : Element("span", {Class("muted"), "idle"});
    rows.Add(Row({{"Bucket", Element("code", {bucket.name})},
                  {"This window",
                   Element("span", {Class("usage"), bar, Element("span", {Class("numbers"), numbers})})},
                  {"Window", Text(fmt::format("{} s", bucket.window.count())), "number"},
                  {"Starts anew", reset, "number"}}));
  }
  return Table("Rate-limit buckets", {"Bucket", "This window", "Window", "Starts anew"}, rows);
}

Response RateLimitsPage(Visit& visit) {
  std::vector<BucketUsage> buckets;
  if (visit.options.buckets) buckets = visit.options.buckets();
  PageHead head{.section = Section::kRateLimits,
                .title = "Rate limits",
                .subtitle = "Calls of the current window against what the org allows",
                .actions = LinkButton("Refresh", Url("/admin/reports/rate-limits"))};
  if (buckets.empty()) {
    return Page(visit, head, Empty(Icon::kGauge, "No limits", "This org was started without rate limits."));
  }
  int busy = 0;
  for (const BucketUsage& bucket : buckets) busy += UsedUp(bucket);
  Html summary;
  if (busy > 0) {
    summary = Element(
        "p", {Class("tip warn"), IconImage(Icon::kWarning),
              Element("span", {Count(static_cast<size_t>(busy), "bucket is", "buckets are"),
                               " used up: calls are answered with 429 until the window starts anew."})});
  }
  return Page(visit, head, Card("", Fragment({summary, BucketTable(buckets)})));
}

}  // namespace org::console
