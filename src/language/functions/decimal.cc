#include "language/functions/decimal.h"

#include <fmt/format.h>
#include <gmp.h>
#include <mpfr.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "base/core/check.h"

namespace language::functions {
namespace {

using value::Number;

// 0.DIGITS times ten to the exponent; digits carry no trailing zeros. Zero has no digits.
struct Decimal {
  bool negative = false;
  std::string digits;
  long exponent = 0;
};

Decimal Normalized(bool negative, std::string digits, long exponent) {
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.empty()) exponent = 0;
  return {negative, std::move(digits), exponent};
}

Decimal Shortest(const Number& number) {
  std::string text = number.ToString();
  const bool negative = text.starts_with('-');
  if (negative) text.erase(0, 1);
  const size_t point = std::min(text.find('.'), text.size());
  std::string digits = text.substr(0, point);
  if (point < text.size()) digits += text.substr(point + 1);
  const size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
  return Normalized(negative, digits.substr(zeros), static_cast<long>(point) - static_cast<long>(zeros));
}

// Rounded to the number of significant digits, by the binary value that the shortest digits stand for, so
// that 1.005 goes down where its nearest binary number lies below.
Decimal Rounded(const Decimal& shortest, const Number& number, long significant) {
  if (shortest.digits.empty()) return shortest;
  if (significant < 0) return Normalized(shortest.negative, "", 0);
  if (significant == 0) {
    const bool up = shortest.digits[0] > '5' || (shortest.digits[0] == '5' && shortest.digits.size() > 1);
    return Normalized(shortest.negative, up ? "1" : "", up ? shortest.exponent + 1 : 0);
  }
  mpfr_t exact;
  mpfr_init2(exact, std::max(2, number.precision()));
  mpfr_set_str(exact, number.ToString().c_str(), 10, MPFR_RNDN);
  mpfr_exp_t exponent = 0;
  // mpfr cannot give a single digit.
  const size_t wanted = static_cast<size_t>(std::max(2L, significant));
  char* raw = mpfr_get_str(nullptr, &exponent, 10, wanted, exact, MPFR_RNDN);
  std::string digits(raw + (*raw == '-'));
  mpfr_free_str(raw);
  mpfr_clear(exact);
  if (significant == 1) {
    const bool tie = shortest.digits.size() == 2 && shortest.digits[1] == '5';
    const int first = shortest.digits[0] - '0' +
                      (tie ? (shortest.digits[0] - '0') % 2 : static_cast<int>(shortest.digits[1] >= '5'));
    return Normalized(shortest.negative, first == 10 ? "1" : std::string(1, static_cast<char>('0' + first)),
                      shortest.exponent + (first == 10));
  }
  return Normalized(shortest.negative, std::move(digits), exponent);
}

std::string Fixed(const Decimal& decimal, long precision) {
  std::string out = decimal.negative ? "-" : "";
  const long size = static_cast<long>(decimal.digits.size());
  const auto digit = [&](long position) {
    return position >= 0 && position < size ? decimal.digits[position] : '0';
  };
  if (decimal.exponent <= 0) out += '0';
  for (long i = 0; i < decimal.exponent; ++i) out += digit(i);
  if (precision > 0) out += '.';
  for (long i = 0; i < precision; ++i) out += digit(decimal.exponent + i);
  return out;
}

std::string Scientific(const Decimal& decimal, char letter, long precision) {
  std::string out = decimal.negative ? "-" : "";
  out += decimal.digits.empty() ? '0' : decimal.digits[0];
  if (precision > 0) out += '.';
  for (long i = 1; i <= precision; ++i)
    out += i < static_cast<long>(decimal.digits.size()) ? decimal.digits[i] : '0';
  const long exponent = decimal.digits.empty() ? 0 : decimal.exponent - 1;
  return out + fmt::format("{}{}{:02}", letter, exponent < 0 ? '-' : '+', std::abs(exponent));
}

// Go's rule of %g: exponents below -4 or beyond the precision (6 when shortest) go the scientific way.
std::string General(const Decimal& shortest, const Number& number, char verb, std::optional<int> precision) {
  const char letter = verb == 'G' ? 'E' : 'e';
  const long wanted = precision ? std::max(1, *precision) : static_cast<long>(shortest.digits.size());
  const Decimal decimal = precision ? Rounded(shortest, number, wanted) : shortest;
  const long size = static_cast<long>(decimal.digits.size());
  long limit = wanted;
  if (limit > size && size >= decimal.exponent) limit = size;
  if (!precision) limit = 6;
  const long exponent = decimal.exponent - 1;
  if (exponent < -4 || exponent >= limit) return Scientific(decimal, letter, std::max(0L, size - 1));
  return Fixed(decimal, std::max(size - decimal.exponent, 0L));
}

}  // namespace

std::string FormatFloat(const Number& number, char verb, std::optional<int> precision) {
  if (number.IsInfinite()) return number.Sign() < 0 ? "-Inf" : "+Inf";
  const Decimal shortest = Shortest(number);
  if (verb == 'g' || verb == 'G') return General(shortest, number, verb, precision);
  const long digits = precision.value_or(6);
  if (verb == 'f') return Fixed(Rounded(shortest, number, shortest.exponent + digits), digits);
  return Scientific(Rounded(shortest, number, digits + 1), verb, digits);
}

std::optional<std::string> FormatInteger(const Number& number, int base) {
  if (!number.IsInteger() || number.IsInfinite()) return std::nullopt;
  const std::string decimal = number.ToString();
  if (base == 10) return decimal == "-0" ? "0" : decimal;
  mpz_t integer;
  mpz_init_set_str(integer, decimal.c_str(), 10);
  std::string digits(mpz_sizeinbase(integer, base) + 2, '\0');
  mpz_get_str(digits.data(), base, integer);
  mpz_clear(integer);
  digits.resize(digits.find('\0'));
  return digits;
}

std::optional<Number> ParseInteger(std::string_view digits, int base) {
  constexpr size_t kMaxDigits = 10'000;
  if (digits.empty() || digits.size() > kMaxDigits) return std::nullopt;
  std::string text(digits);
  for (char& c : text) {
    const bool small = c >= 'a' && c <= 'z', capital = c >= 'A' && c <= 'Z';
    int digit = c >= '0' && c <= '9' ? c - '0' : base;
    if (small) digit = c - 'a' + 10;
    if (capital) digit = c - 'A' + (base <= 36 ? 10 : 36);
    if (digit >= base) return std::nullopt;
    // GMP has capitals before small letters beyond base 36.
    if (base > 36 && (small || capital)) c = static_cast<char>(c ^ 0x20);
  }
  mpz_t integer;
  mpz_init_set_str(integer, text.c_str(), base);
  std::string decimal(mpz_sizeinbase(integer, 10) + 2, '\0');
  mpz_get_str(decimal.data(), 10, integer);
  mpz_clear(integer);
  decimal.resize(decimal.find('\0'));
  return Number::Parse(decimal);
}

}  // namespace language::functions
