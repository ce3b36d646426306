#include <tuple>

#include "language/functions/family.h"
#include "language/functions/timestamp.h"

namespace language::functions {
namespace {

const Type kString = Type::String();

CallResult Formatdate(const Environment&, Arguments a) {
  const base::core::Result<Timestamp> time = ParseTimestamp(a[1].AsString());
  if (!time.ok()) return FailArgument(1, "{}", time.error().message());
  const base::core::Result<std::string> text = FormatDate(a[0].AsString(), *time);
  if (!text.ok()) return FailArgument(0, "{}", text.error().message());
  return Value::String(*text);
}

CallResult Timeadd(const Environment&, Arguments a) {
  constexpr int64_t kSecond = 1'000'000'000;
  base::core::Result<Timestamp> time = ParseTimestamp(a[0].AsString());
  if (!time.ok()) return Fail("{}", time.error().message());
  const base::core::Result<int64_t> duration = ParseDuration(a[1].AsString());
  if (!duration.ok()) return Fail("{}", duration.error().message());
  const int64_t nanoseconds = time->nanoseconds + *duration % kSecond;
  time->seconds += *duration / kSecond + (nanoseconds < 0 ? -1 : nanoseconds >= kSecond ? 1 : 0);
  return Value::String(FormatTimestamp(*time));
}

CallResult Timecmp(const Environment&, Arguments a) {
  Timestamp times[2];
  for (int i : {0, 1}) {
    const base::core::Result<Timestamp> time = ParseTimestamp(a[i].AsString());
    if (!time.ok()) return FailArgument(i, "{}", time.error().message());
    times[i] = *time;
  }
  const auto left = std::tie(times[0].seconds, times[0].nanoseconds);
  const auto right = std::tie(times[1].seconds, times[1].nanoseconds);
  return Value::Int(left < right ? -1 : left > right);
}

Value TextOrUnknown(const std::string& text) {
  return text.empty() ? Value::Unknown(kString).NotNull() : Value::String(text);
}

CallResult Now(const Environment& environment, Arguments) {
  return TextOrUnknown(environment.apply_timestamp);
}
CallResult PlanTime(const Environment& environment, Arguments) {
  return TextOrUnknown(environment.plan_timestamp);
}

}  // namespace

Table DatetimeFunctions() {
  return {
      {"formatdate",
       "A timestamp in another form: YYYY, MM, DD, hh, mm, ss, ZZZZZ, ...",
       {{"format", kString}, {"time", kString}},
       {},
       kString,
       Formatdate},
      {"timeadd",
       "A timestamp moved by a duration such as 1h30m.",
       {{"timestamp", kString}, {"duration", kString}},
       {},
       kString,
       Timeadd,
       nullptr,
       true},
      {"timecmp",
       "-1, 0 or 1 as the first timestamp is before, at or after the second.",
       {{"timestamp_a", kString}, {"timestamp_b", kString}},
       {},
       Type::Number(),
       Timecmp},
      {"timestamp", "The time of the apply.", {}, {}, kString, Now},
      {"plantimestamp", "The time of the plan.", {}, {}, kString, PlanTime},
  };
}

}  // namespace language::functions
