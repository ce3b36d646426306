// Numbers of the language: binary floats with a precision per value, as Go's big.Float, with a fast
// path for int64. Not for machine arithmetic. Used by Value, the functions and the codecs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace language::value {

struct BigNumber;  // an mpfr_t with its precision; immutable, shared

class Number {
 public:
  // Bits of precision by origin: literals and parsed text 512, integers of functions and of MessagePack 64,
  // doubles 53.
  static constexpr int kParsedPrecision = 512;
  static constexpr int kIntegerPrecision = 64;
  static constexpr int kDoublePrecision = 53;

  Number() = default;  // 0
  explicit Number(int64_t integer) : integer_(integer) {}
  // precision: 1 to 65535, and enough for the integer
  static Number OfInteger(int64_t integer, int precision) {
    Number number(integer);
    number.precision_ = static_cast<uint16_t>(precision);
    return number;
  }
  static Number FromDouble(double value);  // precision 53; not NaN
  static Number FromUint64(uint64_t value);
  // Go's big.ParseFloat in base 10 with 512 bits: sign, digits, point, exponent (e: decimal, p: binary),
  // "Inf". nullopt when malformed or when the value is beyond 2^±131072: such numbers are refused, since
  // printing them would take memory without bound. Results of arithmetic beyond that become infinite, or
  // zero.
  static std::optional<Number> Parse(std::string_view text);
  static Number Infinity(bool negative);

  int precision() const;
  bool IsNegativeZero() const;  // prints as -0, equals 0
  bool IsInteger() const;
  bool IsInfinite() const;
  int Sign() const;
  std::optional<int64_t> AsInt64() const;    // exact, or nothing
  std::optional<uint64_t> AsUint64() const;  // exact, or nothing
  double AsDouble() const;                   // nearest
  std::optional<double> AsExactDouble() const;
  // Fixed notation, the shortest digits that round-trip at this precision; never an exponent.
  std::string ToString() const;
  // Digits in fixed notation with that many decimals, rounded half to even: Go's Text('f', decimals).
  std::string ToFixed(int decimals) const;
  // Go's Text('g', -1): exponents from 1e+06 and below 1e-05; how Go prints a number for debugging.
  std::string ToGoText() const;
  // Go's Text('g', 10), which orders sets.
  std::string ToHashText() const;

  static Number Add(const Number& a, const Number& b);
  static Number Subtract(const Number& a, const Number& b);
  static Number Multiply(const Number& a, const Number& b);
  static std::optional<Number> Divide(const Number& a, const Number& b);  // nothing for 0/0 and inf/inf
  static Number Modulo(const Number& a, const Number& b);
  static Number Negate(const Number& a);
  Number Ceiling() const;
  Number Floor() const;
  Number Truncate() const;
  // <0, 0, >0; exact binary comparison.
  static int Compare(const Number& a, const Number& b);
  // The `==` of the language: integers exactly, others by their shortest decimal text.
  static bool Equal(const Number& a, const Number& b);

  const std::shared_ptr<const BigNumber>& big() const { return big_; }  // null on the fast path
  int64_t small() const { return integer_; }                            // meaningful when big() is null
  explicit Number(std::shared_ptr<const BigNumber> big) : big_(std::move(big)) {}

 private:
  int64_t integer_ = 0;
  uint16_t precision_ = kIntegerPrecision;  // of integer_
  std::shared_ptr<const BigNumber> big_;
};

}  // namespace language::value
