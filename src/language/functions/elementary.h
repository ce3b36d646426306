// Logarithms and powers of doubles to the last digit of the reference's, whose math library computes them in
// its own way. Not for the exact numbers of the language (language/value). Used by numbers.cc.
#pragma once

namespace language::functions {

// As std::log and std::pow, special cases included.
double NaturalLogarithm(double x);
double Power(double base, double exponent);

}  // namespace language::functions
