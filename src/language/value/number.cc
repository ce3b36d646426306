#include "language/value/number.h"

#include <cmath>
#include <cstdint>

#include "base/core/check.h"
#include "language/value/big_number.h"

namespace language::value {

namespace {

constexpr int64_t kExactInDouble = int64_t{1} << 53;

// Whether integer arithmetic on both is what the binary floats would do.
bool FastOperands(const Number& a, const Number& b) {
  if (a.big() || b.big()) return false;
  auto fits = [](const Number& n) {
    return n.precision() >= 64 ||
           (n.precision() >= 53 && n.small() > -kExactInDouble && n.small() < kExactInDouble);
  };
  return fits(a) && fits(b);
}

// The integer result of a fast operation, unless the precision cannot hold it.
std::optional<Number> FastResult(int64_t result, int precision) {
  if (precision < 64 && (result <= -kExactInDouble || result >= kExactInDouble)) return std::nullopt;
  return Number::OfInteger(result, precision);
}

int MaxPrecision(const Number& a, const Number& b) { return std::max(a.precision(), b.precision()); }

using BinaryOperation = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_srcptr, mpfr_rnd_t);

Number Apply(BinaryOperation operation, const Number& a, const Number& b) {
  BigPointer result = NewBig(MaxPrecision(a, b));
  // Operands are kept in variables: some functions of MPFR are macros, in which temporaries die early.
  std::shared_ptr<const BigNumber> left = AsBig(a), right = AsBig(b);
  operation(result->value, left->value, right->value, MPFR_RNDN);
  CHECK(!mpfr_nan_p(result->value));
  return Canonical(std::move(result));
}

// Integral part in the direction given, at the precision of the number, never -0 (Go's SetInt of an Int).
Number RoundToInteger(const Number& number, mpfr_rnd_t direction) {
  if (!number.big() || number.IsInfinite()) return number;
  BigPointer result = NewBig(number.precision());
  mpfr_rint(result->value, number.big()->value, direction);
  if (mpfr_zero_p(result->value)) return Number::OfInteger(0, number.precision());
  return Canonical(std::move(result));
}

}  // namespace

Number Canonical(BigPointer big) {
  mpfr_ptr value = big->value;
  if (mpfr_regular_p(value)) {
    if (mpfr_get_exp(value) > kMaxExponent) {
      mpfr_set_inf(value, mpfr_sgn(value));
    } else if (mpfr_get_exp(value) < -kMaxExponent) {
      mpfr_set_zero(value, mpfr_sgn(value));
    }
  }
  bool negative_zero = mpfr_zero_p(value) && mpfr_signbit(value);
  if (mpfr_number_p(value) && !negative_zero && mpfr_integer_p(value) &&
      mpfr_fits_intmax_p(value, MPFR_RNDN)) {
    return Number::OfInteger(mpfr_get_sj(value, MPFR_RNDN), static_cast<int>(mpfr_get_prec(value)));
  }
  return Number(std::shared_ptr<const BigNumber>(std::move(big)));
}

std::shared_ptr<const BigNumber> AsBig(const Number& number) {
  if (number.big()) return number.big();
  BigPointer big = NewBig(number.precision());
  mpfr_set_sj(big->value, number.small(), MPFR_RNDN);
  return big;
}

Number Number::FromDouble(double value) {
  CHECK(!std::isnan(value));
  BigPointer big = NewBig(kDoublePrecision);
  mpfr_set_d(big->value, value, MPFR_RNDN);
  return Canonical(std::move(big));
}

Number Number::FromUint64(uint64_t value) {
  BigPointer big = NewBig(kIntegerPrecision);
  mpfr_set_uj(big->value, value, MPFR_RNDN);
  return Canonical(std::move(big));
}

Number Number::Infinity(bool negative) {
  BigPointer big = NewBig(kParsedPrecision);
  mpfr_set_inf(big->value, negative ? -1 : 1);
  return Number(std::shared_ptr<const BigNumber>(std::move(big)));
}

int Number::precision() const { return big_ ? static_cast<int>(mpfr_get_prec(big_->value)) : precision_; }

bool Number::IsNegativeZero() const { return big_ && mpfr_zero_p(big_->value) && mpfr_signbit(big_->value); }

bool Number::IsInteger() const { return !big_ || mpfr_integer_p(big_->value); }

bool Number::IsInfinite() const { return big_ && mpfr_inf_p(big_->value); }

int Number::Sign() const {
  if (big_) return mpfr_sgn(big_->value) < 0 ? -1 : mpfr_sgn(big_->value) > 0 ? 1 : 0;
  return integer_ < 0 ? -1 : integer_ > 0 ? 1 : 0;
}

std::optional<int64_t> Number::AsInt64() const {
  if (!big_) return integer_;
  if (IsNegativeZero()) return 0;
  return std::nullopt;  // the fast path holds all others
}

std::optional<uint64_t> Number::AsUint64() const {
  if (std::optional<int64_t> integer = AsInt64()) {
    if (*integer < 0) return std::nullopt;
    return static_cast<uint64_t>(*integer);
  }
  if (!mpfr_integer_p(big_->value) || !mpfr_fits_uintmax_p(big_->value, MPFR_RNDN)) return std::nullopt;
  return mpfr_get_uj(big_->value, MPFR_RNDN);
}

double Number::AsDouble() const {
  return big_ ? mpfr_get_d(big_->value, MPFR_RNDN) : static_cast<double>(integer_);
}

std::optional<double> Number::AsExactDouble() const {
  double nearest = AsDouble();
  if (big_) {
    if (mpfr_cmp_d(big_->value, nearest) == 0) return nearest;
    return std::nullopt;
  }
  if (nearest < 0x1p63 && static_cast<int64_t>(nearest) == integer_) return nearest;
  return std::nullopt;
}

Number Number::Add(const Number& a, const Number& b) {
  int64_t sum;
  if (FastOperands(a, b) && !__builtin_add_overflow(a.integer_, b.integer_, &sum)) {
    if (std::optional<Number> result = FastResult(sum, MaxPrecision(a, b))) return *result;
  }
  return Apply(mpfr_add, a, b);
}

Number Number::Subtract(const Number& a, const Number& b) {
  int64_t difference;
  if (FastOperands(a, b) && !__builtin_sub_overflow(a.integer_, b.integer_, &difference)) {
    if (std::optional<Number> result = FastResult(difference, MaxPrecision(a, b))) return *result;
  }
  return Apply(mpfr_sub, a, b);
}

Number Number::Multiply(const Number& a, const Number& b) {
  int64_t product;
  // A zero product takes its sign from both factors, which integers do not have.
  if (FastOperands(a, b) && a.integer_ != 0 && b.integer_ != 0 &&
      !__builtin_mul_overflow(a.integer_, b.integer_, &product)) {
    if (std::optional<Number> result = FastResult(product, MaxPrecision(a, b))) return *result;
  }
  BigPointer result = NewBig(std::max(kParsedPrecision, MaxPrecision(a, b)));
  std::shared_ptr<const BigNumber> left = AsBig(a), right = AsBig(b);
  mpfr_mul(result->value, left->value, right->value, MPFR_RNDN);
  CHECK(!mpfr_nan_p(result->value));
  // The precision of the operands, or what the product needs to stay as it is.
  mpfr_prec_t precision = MaxPrecision(a, b);
  if (mpfr_regular_p(result->value)) precision = std::max(precision, mpfr_min_prec(result->value));
  mpfr_prec_round(result->value, precision, MPFR_RNDN);
  return Canonical(std::move(result));
}

std::optional<Number> Number::Divide(const Number& a, const Number& b) {
  if (a.Sign() == 0 && b.Sign() == 0) return std::nullopt;
  if (a.IsInfinite() && b.IsInfinite()) return std::nullopt;
  if (FastOperands(a, b) && b.integer_ != 0 && b.integer_ != -1 && a.integer_ != 0 &&
      a.integer_ % b.integer_ == 0) {
    if (std::optional<Number> result = FastResult(a.integer_ / b.integer_, MaxPrecision(a, b)))
      return *result;
  }
  return Apply(mpfr_div, a, b);
}

Number Number::Modulo(const Number& a, const Number& b) {
  if (a.IsInfinite() || b.IsInfinite()) return Infinity((a.Sign() < 0) != (b.Sign() < 0));
  if (b.Sign() == 0) return a;
  if (FastOperands(a, b) && b.integer_ != -1) return OfInteger(a.integer_ % b.integer_, a.precision());
  // As go-cty does it: everything after the quotient happens at the dividend's precision.
  Number quotient = *Divide(a, b);
  if (quotient.IsInfinite()) return Infinity((a.Sign() < 0) != (b.Sign() < 0));
  BigPointer work = NewBig(a.precision());
  std::shared_ptr<const BigNumber> whole = AsBig(quotient.Truncate()), dividend = AsBig(a),
                                   divisor = AsBig(b);
  mpfr_set(work->value, whole->value, MPFR_RNDN);
  mpfr_mul(work->value, divisor->value, work->value, MPFR_RNDN);
  mpfr_sub(work->value, dividend->value, work->value, MPFR_RNDN);
  return Canonical(std::move(work));
}

Number Number::Negate(const Number& a) {
  if (!a.big_ && a.integer_ != 0 && a.integer_ != INT64_MIN) return OfInteger(-a.integer_, a.precision_);
  BigPointer result = NewBig(a.precision());
  std::shared_ptr<const BigNumber> operand = AsBig(a);
  mpfr_neg(result->value, operand->value, MPFR_RNDN);
  return Canonical(std::move(result));
}

Number Number::Ceiling() const { return RoundToInteger(*this, MPFR_RNDU); }

Number Number::Floor() const { return RoundToInteger(*this, MPFR_RNDD); }

Number Number::Truncate() const { return RoundToInteger(*this, MPFR_RNDZ); }

int Number::Compare(const Number& a, const Number& b) {
  if (!a.big_ && !b.big_) return a.integer_ < b.integer_ ? -1 : a.integer_ > b.integer_ ? 1 : 0;
  std::shared_ptr<const BigNumber> left = AsBig(a), right = AsBig(b);
  return mpfr_cmp(left->value, right->value);
}

bool Number::Equal(const Number& a, const Number& b) {
  if (!a.big_ && !b.big_) return a.integer_ == b.integer_;
  if (a.Sign() != b.Sign() || a.IsInteger() != b.IsInteger()) return false;
  if (Compare(a, b) == 0) {
    if (a.IsInteger() || a.precision() == b.precision()) return true;
  } else if (a.IsInteger() || a.IsInfinite() || b.IsInfinite() || a.precision() == b.precision()) {
    return false;  // shortest digits of one precision tell all its numbers apart
  }
  return a.ToString() == b.ToString();
}

}  // namespace language::value
