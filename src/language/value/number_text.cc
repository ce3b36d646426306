// Text of numbers: Go's big.Float in base 10, parsed and printed. mpfr_get_str(0) gives digits that suffice
// for any number of that precision, not the fewest that suffice for this one, so the fewest are found here.
#include <algorithm>

#include "base/core/check.h"
#include "language/value/big_number.h"

namespace language::value {

namespace {

// mantissa * 2^exponent
Decimal DecimalOf(mpz_srcptr mantissa, long exponent) {
  Decimal decimal;
  if (mpz_sgn(mantissa) == 0) return decimal;
  BigInteger scaled;
  if (exponent >= 0) {
    mpz_mul_2exp(scaled.value, mantissa, static_cast<mp_bitcnt_t>(exponent));
  } else {
    // m / 2^n = m * 5^n / 10^n
    mpz_ui_pow_ui(scaled.value, 5, static_cast<unsigned long>(-exponent));
    mpz_mul(scaled.value, scaled.value, mantissa);
  }
  decimal.digits.resize(mpz_sizeinbase(scaled.value, 10) + 2);
  mpz_get_str(decimal.digits.data(), 10, scaled.value);
  decimal.digits.resize(std::char_traits<char>::length(decimal.digits.c_str()));
  decimal.exponent = static_cast<long>(decimal.digits.size()) + std::min(exponent, 0L);
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  return decimal;
}

void TrimZeros(Decimal* decimal) {
  decimal->digits.erase(decimal->digits.find_last_not_of('0') + 1);
  if (decimal->digits.empty()) decimal->exponent = 0;
}

void RoundDown(Decimal* decimal, size_t digits) {
  if (digits >= decimal->digits.size()) return;
  decimal->digits.resize(digits);
  TrimZeros(decimal);
}

void RoundUp(Decimal* decimal, size_t digits) {
  if (digits >= decimal->digits.size()) return;
  while (digits > 0 && decimal->digits[digits - 1] == '9') --digits;
  if (digits == 0) {
    decimal->digits.assign(1, '1');
    ++decimal->exponent;
    return;
  }
  ++decimal->digits[digits - 1];
  decimal->digits.resize(digits);
}

char DigitAt(const Decimal& decimal, size_t i) { return i < decimal.digits.size() ? decimal.digits[i] : '0'; }

// Cuts the exact digits down to the fewest that lie within half a unit of the last binary place, hence are
// read back as this very number.
void RoundShortest(Decimal* decimal, mpfr_srcptr value) {
  BigInteger mantissa;
  long exponent = mpfr_get_z_2exp(mantissa.value, value);
  mpz_abs(mantissa.value, mantissa.value);
  // One bit more, so that the last bit weighs half a unit.
  mpz_mul_2exp(mantissa.value, mantissa.value, 1);
  --exponent;
  BigInteger bound;
  mpz_sub_ui(bound.value, mantissa.value, 1);
  Decimal lower = DecimalOf(bound.value, exponent);
  mpz_add_ui(bound.value, mantissa.value, 1);
  Decimal upper = DecimalOf(bound.value, exponent);
  bool inclusive = mpz_tstbit(mantissa.value, 1) == 0;  // ties go to even mantissas
  for (size_t i = 0; i < decimal->digits.size(); ++i) {
    char digit = decimal->digits[i], low = DigitAt(lower, i), high = DigitAt(upper, i);
    bool down = low != digit || (inclusive && i + 1 == lower.digits.size());
    bool up = digit != high && (inclusive || digit + 1 < high || i + 1 < upper.digits.size());
    if (down && up) return Round(decimal, static_cast<long>(i) + 1);
    if (down) return RoundDown(decimal, i + 1);
    if (up) return RoundUp(decimal, i + 1);
  }
}

// Fixed notation with `decimals` digits after the point (0: no point).
std::string Fixed(const Decimal& decimal, bool negative, size_t decimals) {
  std::string out;
  if (negative) out += '-';
  if (decimal.exponent > 0) {
    size_t whole = static_cast<size_t>(decimal.exponent);
    out.append(decimal.digits, 0, whole);
    if (whole > decimal.digits.size()) out.append(whole - decimal.digits.size(), '0');
  } else {
    out += '0';
  }
  if (decimals == 0) return out;
  out += '.';
  for (size_t i = 0; i < decimals; ++i) {
    long position = decimal.exponent + static_cast<long>(i);
    out += position < 0 ? '0' : DigitAt(decimal, static_cast<size_t>(position));
  }
  return out;
}

// Fixed notation, or exponent notation where the decimal exponent is below -4 or not below the limit.
std::string General(const Decimal& decimal, bool negative, long limit) {
  long exponent = decimal.exponent - 1;
  if (decimal.digits.empty() || (exponent >= -4 && exponent < limit)) {
    long decimals = static_cast<long>(decimal.digits.size()) - decimal.exponent;
    return Fixed(decimal, negative, static_cast<size_t>(std::max(decimals, 0L)));
  }
  std::string out;
  if (negative) out += '-';
  out += decimal.digits[0];
  if (decimal.digits.size() > 1) out.append(".").append(decimal.digits, 1);
  out += exponent < 0 ? "e-" : "e+";
  std::string power = std::to_string(std::abs(exponent));
  if (power.size() < 2) out += '0';
  return out += power;
}

// 5^n as Go's Float computes it; exact while it fits.
void PowerOfFive(mpfr_ptr result, unsigned long n) {
  constexpr unsigned long kTable = 27;  // the largest power in 64 bits
  BigInteger start;
  mpz_ui_pow_ui(start.value, 5, std::min(n, kTable));
  mpfr_set_z(result, start.value, MPFR_RNDN);
  if (n <= kTable) return;
  n -= kTable;
  BigNumber factor(mpfr_get_prec(result) + 64);
  mpfr_set_ui(factor.value, 5, MPFR_RNDN);
  for (; n > 0; n >>= 1) {
    if (n & 1) mpfr_mul(result, result, factor.value, MPFR_RNDN);
    mpfr_mul(factor.value, factor.value, factor.value, MPFR_RNDN);
  }
}

struct Scanned {
  bool negative = false;
  std::string digits;  // without leading zeros; empty for zero
  int64_t decimal_exponent = 0;
  int64_t binary_exponent = 0;
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::optional<Scanned> Scan(std::string_view text) {
  Scanned scanned;
  size_t at = 0;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) scanned.negative = text[at++] == '-';
  bool any = false, point = false;
  for (; at < text.size(); ++at) {
    char c = text[at];
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!IsDigit(c)) break;
    any = true;
    if (point) --scanned.decimal_exponent;
    if (c != '0' || !scanned.digits.empty()) scanned.digits += c;
  }
  if (!any) return std::nullopt;
  if (at == text.size()) return scanned;
  char mark = text[at++];
  if (mark != 'e' && mark != 'E' && mark != 'p' && mark != 'P') return std::nullopt;
  bool negative = false;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) negative = text[at++] == '-';
  if (at == text.size()) return std::nullopt;
  int64_t exponent = 0;
  for (; at < text.size(); ++at) {
    if (!IsDigit(text[at])) return std::nullopt;
    exponent = std::min<int64_t>(exponent * 10 + (text[at] - '0'), int64_t{1} << 40);
  }
  if (negative) exponent = -exponent;
  (mark == 'e' || mark == 'E' ? scanned.decimal_exponent : scanned.binary_exponent) += exponent;
  return scanned;
}

// The fast path of literals: a few digits, no point, no exponent.
std::optional<Number> ParseSmall(std::string_view text) {
  bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > 18) return std::nullopt;
  int64_t integer = 0;
  for (char c : text) {
    if (!IsDigit(c)) return std::nullopt;
    integer = integer * 10 + (c - '0');
  }
  if (negative && integer == 0) return std::nullopt;
  return Number::OfInteger(negative ? -integer : integer, Number::kParsedPrecision);
}

}  // namespace

Decimal ExactDecimal(mpfr_srcptr value) {
  if (!mpfr_regular_p(value)) return {};
  BigInteger mantissa;
  long exponent = mpfr_get_z_2exp(mantissa.value, value);
  mpz_abs(mantissa.value, mantissa.value);
  // Zeros at the end of the mantissa would only make the powers longer.
  mp_bitcnt_t zeros = mpz_scan1(mantissa.value, 0);
  mpz_tdiv_q_2exp(mantissa.value, mantissa.value, zeros);
  return DecimalOf(mantissa.value, exponent + static_cast<long>(zeros));
}

void Round(Decimal* decimal, long digits) {
  if (digits < 0) {
    *decimal = Decimal();
    return;
  }
  size_t kept = static_cast<size_t>(digits);
  if (kept >= decimal->digits.size()) return;
  bool up = decimal->digits[kept] >= '5';
  if (decimal->digits[kept] == '5' && kept + 1 == decimal->digits.size()) {
    up = kept > 0 && (decimal->digits[kept - 1] - '0') % 2 != 0;
  }
  if (up) {
    RoundUp(decimal, kept);
  } else {
    RoundDown(decimal, kept);
  }
}

std::optional<Number> Number::Parse(std::string_view text) {
  if (std::optional<Number> small = ParseSmall(text)) return small;
  if (text == "Inf" || text == "inf" || text == "+Inf" || text == "+inf") return Infinity(false);
  if (text == "-Inf" || text == "-inf") return Infinity(true);
  std::optional<Scanned> scanned = Scan(text);
  if (!scanned) return std::nullopt;
  BigPointer big = NewBig(kParsedPrecision);
  if (scanned->digits.empty()) {
    mpfr_set_zero(big->value, scanned->negative ? -1 : 1);
    return Canonical(std::move(big));
  }
  // Far out of bounds is decided before anything is computed.
  int64_t magnitude = scanned->decimal_exponent + static_cast<int64_t>(scanned->digits.size());
  constexpr int64_t kMaxDecimal = kMaxExponent;
  if (magnitude > kMaxDecimal || magnitude < -kMaxDecimal) return std::nullopt;
  if (scanned->binary_exponent > 8 * kMaxExponent || scanned->binary_exponent < -8 * kMaxExponent)
    return std::nullopt;
  if (scanned->digits.size() > static_cast<size_t>(kMaxDecimal)) return std::nullopt;
  BigInteger mantissa;
  mpz_set_str(mantissa.value, scanned->digits.c_str(), 10);
  // All digits count: rounding happens once, at the end.
  BigNumber exact(static_cast<mpfr_prec_t>(mpz_sizeinbase(mantissa.value, 2)) + 1);
  mpfr_set_z(exact.value, mantissa.value, MPFR_RNDN);
  if (scanned->decimal_exponent == 0) {
    mpfr_set(big->value, exact.value, MPFR_RNDN);
  } else {
    BigNumber power(kParsedPrecision + 64);
    PowerOfFive(power.value, static_cast<unsigned long>(std::abs(scanned->decimal_exponent)));
    if (scanned->decimal_exponent < 0) {
      mpfr_div(big->value, exact.value, power.value, MPFR_RNDN);
    } else {
      mpfr_mul(big->value, exact.value, power.value, MPFR_RNDN);
    }
  }
  mpfr_mul_2si(big->value, big->value,
               static_cast<long>(scanned->decimal_exponent + scanned->binary_exponent), MPFR_RNDN);
  if (scanned->negative) mpfr_neg(big->value, big->value, MPFR_RNDN);
  mpfr_exp_t exponent = mpfr_get_exp(big->value);
  if (exponent > kMaxExponent || exponent < -kMaxExponent) return std::nullopt;
  return Canonical(std::move(big));
}

std::string Number::ToString() const {
  // Integers that need all bits of a low precision are printed shorter than they are: 2^60 of a double ends
  // in zeros.
  constexpr int64_t kExactInDouble = int64_t{1} << 53;
  bool exact = precision_ >= 64 || (integer_ > -kExactInDouble && integer_ < kExactInDouble);
  if (!big_ && exact) return std::to_string(integer_);
  if (IsInfinite()) return Sign() < 0 ? "-Inf" : "+Inf";
  std::shared_ptr<const BigNumber> big = AsBig(*this);
  bool negative = mpfr_signbit(big->value);
  Decimal decimal = ExactDecimal(big->value);
  if (!decimal.digits.empty()) RoundShortest(&decimal, big->value);
  long decimals = static_cast<long>(decimal.digits.size()) - decimal.exponent;
  return Fixed(decimal, negative, static_cast<size_t>(std::max(decimals, 0L)));
}

std::string Number::ToFixed(int decimals) const {
  if (IsInfinite()) return Sign() < 0 ? "-Inf" : "+Inf";
  std::shared_ptr<const BigNumber> big = AsBig(*this);
  Decimal decimal = ExactDecimal(big->value);
  if (!decimal.digits.empty()) Round(&decimal, decimal.exponent + decimals);
  return Fixed(decimal, mpfr_signbit(big->value), static_cast<size_t>(std::max(decimals, 0)));
}

std::string Number::ToGoText() const {
  if (IsInfinite()) return Sign() < 0 ? "-Inf" : "+Inf";
  std::shared_ptr<const BigNumber> big = AsBig(*this);
  Decimal decimal = ExactDecimal(big->value);
  if (!decimal.digits.empty()) RoundShortest(&decimal, big->value);
  return General(decimal, mpfr_signbit(big->value), 6);
}

std::string Number::ToHashText() const {
  constexpr int kDigits = 10;
  constexpr int64_t kPlain = 10'000'000'000;
  if (!big_ && integer_ > -kPlain && integer_ < kPlain) return std::to_string(integer_);
  if (IsInfinite()) return Sign() < 0 ? "-Inf" : "+Inf";
  std::shared_ptr<const BigNumber> big = AsBig(*this);
  Decimal decimal = ExactDecimal(big->value);
  Round(&decimal, kDigits);
  return General(decimal, mpfr_signbit(big->value), kDigits);
}

}  // namespace language::value
