#include "language/functions/elementary.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace language::functions {
namespace {

constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10;

// e to the power of x: reduced by multiples of ln 2, then by 16, summed as a Taylor series, and squared back
// four times. For moderate x only. Multiplied and added in one step, as the reference does wherever the
// processor can; the last digit depends on it.
double Exponential(double x) {
  constexpr double kLog2E = 1.4426950408889634;
  constexpr double kUpper = 0.69314718055966295651160180568695068359375;
  constexpr double kLower = 0.28235290563031577122588448175013436025525412068e-12;
  constexpr double kFactors[] = {1.0 / 5040, 1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5, 1.0};
  const double twos = std::nearbyint(x * kLog2E);
  x = std::fma(-kUpper, twos, x);
  x = std::fma(-kLower, twos, x);
  x *= 0.0625;
  double sum = 1.0 / 40320;
  for (const double factor : kFactors) sum = std::fma(sum, x, factor);
  double less_one = x * sum;
  for (int i = 0; i < 3; ++i) less_one *= less_one + 2;
  return std::ldexp(std::fma(less_one, less_one + 2, 1), static_cast<int>(twos));
}

}  // namespace

// log(1 + f) by a polynomial in s = f / (2 + f), for f of the mantissa moved to about 1.
double NaturalLogarithm(double x) {
  if (!std::isfinite(x) || x <= 0) return std::log(x);
  constexpr double k1 = 6.666666666666735130e-01, k2 = 3.999999999940941908e-01,
                   k3 = 2.857142874366239149e-01, k4 = 2.222219843214978396e-01,
                   k5 = 1.818357216161805012e-01, k6 = 1.531383769920937332e-01,
                   k7 = 1.479819860511658591e-01;
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);
  if (mantissa < std::sqrt(2.0) / 2) {
    mantissa *= 2;
    --exponent;
  }
  const double f = mantissa - 1, k = exponent;
  const double s = f / (2 + f), s2 = s * s, s4 = s2 * s2;
  const double odd = s2 * (k1 + s4 * (k3 + s4 * (k5 + s4 * k7)));
  const double even = s4 * (k2 + s4 * (k4 + s4 * k6));
  const double half_square = 0.5 * f * f;
  return k * kLn2High - ((half_square - (s * (half_square + (odd + even)) + k * kLn2Low)) - f);
}

// By repeated squaring, with the fractional part of the exponent by logarithm.
double Power(double base, double exponent) {
  double whole = 0;
  double fraction = std::modf(std::fabs(exponent), &whole);
  if (!std::isfinite(base) || !std::isfinite(exponent) || base == 0 || exponent == 0 || base == 1 ||
      (fraction != 0 && base < 0) || whole >= 0x1p63 || std::fabs(exponent) == 0.5) {
    return std::pow(base, exponent);
  }
  double mantissa = 1;
  int64_t binary_exponent = 0;
  if (fraction > 0.5) {
    fraction -= 1;
    whole += 1;
  }
  if (fraction != 0) mantissa = Exponential(fraction * NaturalLogarithm(base));
  int square_exponent = 0;
  double square = std::frexp(base, &square_exponent);
  for (auto bits = static_cast<uint64_t>(whole); bits != 0; bits >>= 1) {
    if (std::abs(square_exponent) > 1 << 12) {  // beyond what a double holds, either way
      binary_exponent += square_exponent;
      break;
    }
    if (bits & 1) {
      mantissa *= square;
      binary_exponent += square_exponent;
    }
    square *= square;
    square_exponent *= 2;
    if (square < 0.5) {
      square *= 2;
      --square_exponent;
    }
  }
  if (exponent < 0) {
    mantissa = 1 / mantissa;
    binary_exponent = -binary_exponent;
  }
  return std::ldexp(mantissa, static_cast<int>(binary_exponent));
}

}  // namespace language::functions
