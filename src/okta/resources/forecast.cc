#include "okta/resources/forecast.h"

#include "okta/resources/catalog.h"
#include "okta/resources/record.h"

namespace okta::resources {
namespace {

using api::Bucket;
using provider::api::PlannedChange;
using Counts = std::array<int64_t, api::kBucketCount>;

// Where the org has not told its limits: the smallest common for paying orgs, halved as for any one
// principal.
constexpr int64_t kAssumedPerMinute = 300;
constexpr double kSecondsPerCall = 0.2;
constexpr int64_t kAtOnce = 10;

size_t Length(const Value& object, std::string_view name) {
  if (object.IsNull()) return 0;
  const Value& value = object.Get(name);
  return value.IsKnownNotNull() ? value.Length() : value.IsUnknown() ? 1 : 0;
}

int64_t ChangedEdges(const Edges& edges, const PlannedChange& change) {
  size_t before = Length(change.prior, edges.members), after = Length(change.planned, edges.members);
  if (before == 0 || after == 0 || change.action == 'r') return static_cast<int64_t>(before + after);
  const Value& a = change.prior.Get(edges.members);
  const Value& b = change.planned.Get(edges.members);
  if (!a.IsWhollyKnown() || !b.IsWhollyKnown()) return static_cast<int64_t>(after);
  int64_t kept = 0;
  for (const Value& element : b.Elements()) kept += a.SetContains(element);
  return static_cast<int64_t>(before + after) - 2 * kept;
}

void CountUser(const PlannedChange& change, Counts* counts) {
  auto& calls = *counts;
  if (change.action == 'c' || change.action == 'r') {
    ++calls[size_t(Bucket::kUsers)];
    std::string status = TextOf(change.planned.Get("status"));
    bool expire = IsTrue(change.planned.Get("expire_password_on_create"));
    if (status == "SUSPENDED" || status == "DEPROVISIONED" || expire) {
      ++calls[size_t(Bucket::kUsers)];
      ++calls[size_t(Bucket::kUserByIdOrLogin)];
    }
  }
  if (change.action == 'd' || change.action == 'r') calls[size_t(Bucket::kUserById)] += 2;
  if (change.action == 'u') {
    if (!change.prior.Get("status").RawEquals(change.planned.Get("status"))) {
      ++calls[size_t(Bucket::kUsers)];
      calls[size_t(Bucket::kUserByIdOrLogin)] += 2;
    } else {
      ++calls[size_t(Bucket::kUserById)];
    }
  }
}

void Count(const PlannedChange& change, Counts* counts) {
  const ResourceSpec* spec = FindResourceSpec(change.type);
  if (spec == nullptr) return;
  if (spec->edges != nullptr) {
    (*counts)[size_t(Bucket::kGroups)] += ChangedEdges(*spec->edges, change);
  } else if (spec->objects->hooks == Hooks::kUser) {
    CountUser(change, counts);
  } else {
    std::string path(spec->objects->path);
    if (change.action != 'd' && change.action != 'u') ++(*counts)[size_t(api::BucketOf("POST", path))];
    if (change.action != 'c') ++(*counts)[size_t(api::BucketOf("PUT", path + "/id"))];
  }
}

}  // namespace

provider::api::Forecast ForecastOf(std::span<const PlannedChange> changes, const api::Governor* governor) {
  Counts counts{};
  for (const PlannedChange& change : changes) Count(change, &counts);
  provider::api::Forecast forecast;
  int64_t minutes = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    forecast.calls += counts[i];
    Bucket bucket = static_cast<Bucket>(i);
    int64_t allowance = governor == nullptr ? 0 : governor->Allowance(bucket);
    int64_t per_minute = allowance > 0 ? allowance : kAssumedPerMinute;
    int64_t at_once = allowance > 0 ? governor->Available(bucket) : per_minute;
    int64_t later = std::max<int64_t>(0, counts[i] - at_once);
    minutes = std::max(minutes, (later + per_minute - 1) / per_minute);
  }
  double working = static_cast<double>(forecast.calls) * kSecondsPerCall / static_cast<double>(kAtOnce);
  forecast.duration = std::chrono::seconds(minutes * 60 + static_cast<int64_t>(working + 0.999));
  return forecast;
}

}  // namespace okta::resources
