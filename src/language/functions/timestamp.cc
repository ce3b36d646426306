#include "language/functions/timestamp.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <iterator>

#include "base/core/strings.h"
#include "base/text/unicode.h"

namespace language::functions {
namespace {

using base::core::Error;
using base::core::GoQuote;
using base::core::Result;

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};

// Takes fixed digits off the front within bounds.
bool TakeNumber(std::string_view* rest, size_t digits, int low, int high, int* number) {
  if (rest->size() < digits) return false;
  int value = 0;
  for (char c : rest->substr(0, digits)) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  if (value < low || value > high) return false;
  rest->remove_prefix(digits);
  *number = value;
  return true;
}

Error Invalid(std::string_view what) { return Error("not a valid RFC3339 timestamp: " + std::string(what)); }

struct Field {
  std::string_view name;
  size_t digits;
  int low, high;
  char separator;  // after the field; 0: none
  std::string_view introducer;
};

int64_t SecondsOf(int year, int month, int day, int hour, int minute, int second) {
  const std::chrono::sys_days date = std::chrono::year(year) / month / day;
  return static_cast<int64_t>(date.time_since_epoch().count()) * 86400 + hour * 3600 + minute * 60 + second;
}

// "Z" or "+hh:mm".
Result<int> TakeOffset(std::string_view* rest) {
  if (rest->empty()) return Invalid("end of string before UTC offset");
  if (rest->starts_with('Z')) {
    rest->remove_prefix(1);
    return 0;
  }
  const char sign = rest->front();
  if (sign != '+' && sign != '-') return Invalid("cannot use " + GoQuote(*rest) + " as UTC offset");
  const std::string_view whole = *rest;
  rest->remove_prefix(1);
  int hours = 0, minutes = 0;
  const bool valid = TakeNumber(rest, 2, 0, 23, &hours) && rest->starts_with(':') &&
                     (rest->remove_prefix(1), TakeNumber(rest, 2, 0, 59, &minutes));
  if (!valid) return Invalid("cannot use " + GoQuote(whole) + " as UTC offset");
  return (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
}

int64_t TakeFraction(std::string_view* rest) {
  int64_t nanoseconds = 0;
  if (rest->size() < 2 || rest->front() != '.') return 0;
  rest->remove_prefix(1);
  for (int64_t unit = 100'000'000; !rest->empty() && rest->front() >= '0' && rest->front() <= '9';
       unit /= 10) {
    nanoseconds += unit * (rest->front() - '0');
    rest->remove_prefix(1);
  }
  return nanoseconds;
}

struct Civil {
  std::chrono::year_month_day date;
  int weekday, hour, minute, second;
};

Civil CivilOf(const Timestamp& time) {
  const int64_t local = time.seconds + time.offset_minutes * 60;
  const std::chrono::sys_days day(std::chrono::floor<std::chrono::days>(std::chrono::seconds(local)));
  const int64_t rest =
      local - std::chrono::duration_cast<std::chrono::seconds>(day.time_since_epoch()).count();
  return {std::chrono::year_month_day(day), static_cast<int>(std::chrono::weekday(day).c_encoding()),
          static_cast<int>(rest / 3600), static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60)};
}

std::string Offset(int minutes, bool colon) {
  const int absolute = std::abs(minutes);
  return fmt::format("{}{:02}{}{:02}", minutes < 0 ? '-' : '+', absolute / 60, colon ? ":" : "",
                     absolute % 60);
}

std::string Number(int number, size_t width) { return fmt::format("{:0{}}", number, width); }

}  // namespace

Result<Timestamp> ParseTimestamp(std::string_view text) {
  constexpr Field kFields[] = {
      {"year", 4, 0, 9999, '-', "date separator"}, {"month", 2, 1, 12, '-', "date separator"},
      {"day of month", 2, 1, 31, 'T', ""},         {"hour", 2, 0, 23, ':', "time separator"},
      {"minute", 2, 0, 59, ':', "time separator"}, {"second", 2, 0, 59, 0, ""},
  };
  int values[6];
  std::string_view rest = text;
  for (int i = 0; i < 6; ++i) {
    const Field& field = kFields[i];
    const std::string_view before = rest;
    if (rest.empty()) return Invalid(fmt::format("end of string before {}", field.name));
    if (!TakeNumber(&rest, field.digits, field.low, field.high, &values[i])) {
      // The rest names what follows a field that has its digits but is out of bounds.
      int any = 0;
      if (field.name == "hour" && rest.size() >= 2 && isdigit(rest[0]) && isdigit(rest[1])) {
        return Invalid("hour must be between 0 and 23 inclusive");
      }
      std::string_view shown = before;
      if (TakeNumber(&shown, field.digits, 0, 9999, &any))
        return Invalid(fmt::format("cannot use {} as {}", GoQuote(shown), field.name));
      return Invalid(fmt::format("cannot use {} as {}", GoQuote(before), field.name));
    }
    if (field.separator == 'T' && !rest.starts_with('T'))
      return Invalid("missing required time introducer 'T'");
    if (field.separator != 0 && !rest.starts_with(field.separator)) {
      return Invalid(rest.empty()
                         ? fmt::format("end of string where \"{}\" is expected", field.separator)
                         : fmt::format("found {} where \"{}\" is expected", GoQuote(rest), field.separator));
    }
    if (field.separator != 0) rest.remove_prefix(1);
  }
  const std::chrono::year_month_day date = std::chrono::year(values[0]) / values[1] / values[2];
  if (!date.ok()) return Invalid("day out of range");
  Timestamp time;
  time.nanoseconds = TakeFraction(&rest);
  ASSIGN_OR_RETURN(time.offset_minutes, TakeOffset(&rest));
  if (!rest.empty()) return Invalid("cannot use " + GoQuote(rest) + " as timestamp segment");
  time.seconds =
      SecondsOf(values[0], values[1], values[2], values[3], values[4], values[5]) - time.offset_minutes * 60;
  return time;
}

std::string FormatTimestamp(const Timestamp& time) {
  const Civil civil = CivilOf(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", static_cast<int>(civil.date.year()),
                     static_cast<unsigned>(civil.date.month()), static_cast<unsigned>(civil.date.day()),
                     civil.hour, civil.minute, civil.second,
                     time.offset_minutes == 0 ? "Z" : Offset(time.offset_minutes, true));
}

Result<int64_t> ParseDuration(std::string_view text) {
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"μs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
  constexpr long double kLimit = 9.2e18L;
  const Error invalid("time: invalid duration " + GoQuote(text));
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest == "0") return 0;
  if (rest.empty()) return invalid;
  long double total = 0;
  while (!rest.empty()) {
    const size_t digits = std::min(rest.find_first_not_of("0123456789."), rest.size());
    const std::string number(rest.substr(0, digits));
    if (number.empty() || number == "." || number.find('.') != number.rfind('.') || number.size() > 30)
      return invalid;
    rest.remove_prefix(digits);
    const size_t letters = std::min(rest.find_first_of("0123456789."), rest.size());
    const std::string_view name = rest.substr(0, letters);
    if (name.empty()) return Error("time: missing unit in duration " + GoQuote(text));
    const auto* unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                    [&](const auto& known) { return known.first == name; });
    if (unit == std::end(kUnits)) {
      return Error("time: unknown unit " + GoQuote(name) + " in duration " + GoQuote(text));
    }
    rest.remove_prefix(letters);
    total += std::stold(number) * unit->second;
    if (total > kLimit) return invalid;
  }
  const int64_t nanoseconds = static_cast<int64_t>(total);
  return negative ? -nanoseconds : nanoseconds;
}

namespace {

struct DateParts {
  const Timestamp& time;
  Civil civil;
};

// One run of the same letter.
Result<std::string> FormatVerb(std::string_view verb, const DateParts& parts) {
  const Civil& civil = parts.civil;
  const size_t size = verb.size();
  const auto wrong = [&](std::string_view why) {
    return Error(fmt::format("invalid date format verb {}{}{}", GoQuote(verb), why.empty() ? "" : ": ", why));
  };
  const auto number = [&](int value, std::string_view what) -> Result<std::string> {
    if (size > 2)
      return wrong(fmt::format("{} must either be \"{}\" or \"{}{}\"", what, verb[0], verb[0], verb[0]));
    return Number(value, size);
  };
  switch (verb[0]) {
    case 'Y':
      if (size == 2) return Number(static_cast<int>(civil.date.year()) % 100, 2);
      if (size == 4) return Number(static_cast<int>(civil.date.year()), 4);
      return wrong("year must either be \"YY\" or \"YYYY\"");
    case 'M': {
      const unsigned month = static_cast<unsigned>(civil.date.month());
      if (size <= 2) return Number(static_cast<int>(month), size);
      if (size == 3) return std::string(kMonths[month - 1].substr(0, 3));
      if (size == 4) return std::string(kMonths[month - 1]);
      return wrong("month must be \"M\", \"MM\", \"MMM\", or \"MMMM\"");
    }
    case 'D':
      return number(static_cast<int>(static_cast<unsigned>(civil.date.day())), "day of month");
    case 'E':
      if (size == 3) return std::string(kWeekdays[civil.weekday].substr(0, 3));
      if (size == 4) return std::string(kWeekdays[civil.weekday]);
      return wrong("day of week must either be \"EEE\" or \"EEEE\"");
    case 'h':
      return number(civil.hour, "24-hour");
    case 'H':
      return number(civil.hour % 12 == 0 ? 12 : civil.hour % 12, "12-hour");
    case 'm':
      return number(civil.minute, "minute");
    case 's':
      return number(civil.second, "second");
    case 'a':
    case 'A':
      if (size != 2) return wrong(fmt::format("must be \"{}{}\"", verb[0], verb[0]));
      return std::string(civil.hour < 12 ? (verb[0] == 'a' ? "am" : "AM") : (verb[0] == 'a' ? "pm" : "PM"));
    case 'Z': {
      const int offset = parts.time.offset_minutes;
      if (size == 1) return offset == 0 ? "Z" : Offset(offset, true);
      if (size == 3) return offset == 0 ? "UTC" : Offset(offset, false);
      if (size == 4 || size == 5) return Offset(offset, size == 5);
      return wrong("timezone must be Z, ZZZZ, or ZZZZZ");
    }
    default:
      return wrong("");
  }
}

bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

Result<std::string> FormatDate(std::string_view format, const Timestamp& time) {
  const DateParts parts{time, CivilOf(time)};
  std::string out;
  size_t i = 0;
  while (i < format.size()) {
    const char c = format[i];
    if (c == '\'') {
      // Two quotes within a literal stand for one.
      size_t end = i + 1;
      for (; end < format.size(); ++end) {
        if (format[end] != '\'')
          out += format[end];
        else if (format.substr(end + 1).starts_with('\''))
          out += format[end++];
        else
          break;
      }
      if (end >= format.size()) return Error("unterminated literal '");
      i = end + 1;
    } else if (IsAsciiLetter(c)) {
      const size_t end = std::min(format.find_first_not_of(c, i), format.size());
      ASSIGN_OR_RETURN(const std::string text, FormatVerb(format.substr(i, end - i), parts));
      out += text;
      i = end;
    } else {
      out += c;
      ++i;
    }
  }
  return out;
}

std::optional<std::string> YamlTimestamp(std::string_view text) {
  if (text.size() < 8 || text.size() > 40) return std::nullopt;
  std::string full(text);
  if (text.size() == 10) full += "T00:00:00Z";
  if (full.size() > 10 && (full[10] == ' ' || full[10] == 't')) full[10] = 'T';
  Result<Timestamp> time = ParseTimestamp(full);
  if (!time.ok()) time = ParseTimestamp(full + "Z");
  if (!time.ok()) return std::nullopt;
  return FormatTimestamp(*time);
}

}  // namespace language::functions
