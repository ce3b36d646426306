// The big representation of a Number: one mpfr_t that frees itself, and helpers around it.
// Not for use outside number*.cc: everybody else sees Number.
// Called by number.cc and number_text.cc.
#pragma once

#include <gmp.h>
#include <mpfr.h>

#include <memory>
#include <string>
#include <string_view>

#include "language/value/number.h"

namespace language::value {

inline constexpr mpfr_prec_t kMaxPrecision = 65535;
// Binary exponents beyond this are infinite or zero: fixed notation then has at most some 40,000 digits.
inline constexpr mpfr_exp_t kMaxExponent = 131072;

struct BigNumber {
  explicit BigNumber(mpfr_prec_t precision) { mpfr_init2(value, precision); }
  BigNumber(const BigNumber&) = delete;
  BigNumber& operator=(const BigNumber&) = delete;
  ~BigNumber() { mpfr_clear(value); }
  mpfr_t value;
};

// A GMP integer that frees itself.
struct BigInteger {
  BigInteger() { mpz_init(value); }
  BigInteger(const BigInteger&) = delete;
  BigInteger& operator=(const BigInteger&) = delete;
  ~BigInteger() { mpz_clear(value); }
  mpz_t value;
};

using BigPointer = std::shared_ptr<BigNumber>;
inline BigPointer NewBig(mpfr_prec_t precision) { return std::make_shared<BigNumber>(precision); }

// Brings a result into the one form that its value has: integers of 64 bits on the fast path, bounded
// exponents.
Number Canonical(BigPointer big);
// The big form, made where the number is small.
std::shared_ptr<const BigNumber> AsBig(const Number& number);

// Decimal digits 0.d1d2d3... * 10^exponent, without zeros at the end; zero has no digits.
struct Decimal {
  std::string digits;
  long exponent = 0;
};
Decimal ExactDecimal(mpfr_srcptr value);
// In place, half to even.
void Round(Decimal* decimal, long digits);

}  // namespace language::value
