#include "language/value/number.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace language::value {
namespace {

Number N(std::string_view text) {
  std::optional<Number> number = Number::Parse(text);
  EXPECT_TRUE(number.has_value()) << text;
  return number.value_or(Number());
}

TEST(Number, ParsesAndPrints) {
  struct Case {
    const char* text;
    const char* printed;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"0", "0"},
           {"-0", "-0"},
           {"1", "1"},
           {"+5", "5"},
           {".5", "0.5"},
           {"5.", "5"},
           {"1E5", "100000"},
           {"1e+5", "100000"},
           {"12e-3", "0.012"},
           {"1.10", "1.1"},
           {"0.1", "0.1"},
           {"00012", "12"},
           {"1p3", "8"},
           {"0.0", "0"},
           {"-0.0", "-0"},
           {"0e99", "0"},
           {"Inf", "+Inf"},
           {"-inf", "-Inf"},
           {"999999999999999999", "999999999999999999"},
           {"9223372036854775807", "9223372036854775807"},
           {"9223372036854775808", "9223372036854775808"},
           {"-9223372036854775808", "-9223372036854775808"},
           {"123456789012345678901234567890", "123456789012345678901234567890"},
           {"1e-30", "0.000000000000000000000000000001"},
           {"0.1234567890123456789012345678901234567890", "0.123456789012345678901234567890123456789"},
           {"4.9e-5", "0.000049"},
       }) {
    EXPECT_EQ(N(c.text).ToString(), c.printed) << c.text;
  }
  EXPECT_EQ(N("1e400").ToString(), "1" + std::string(400, '0'));
  EXPECT_EQ(N("4.9e-324").ToString(), "0." + std::string(323, '0') + "49");
  for (const char* bad :
       {"",         " 1",  "1 ",  "1_0",         "0x10",         "0b1",         ".",
        "-",        "+",   "1e",  "1e+",         "e5",           "1.2.3",       "--1",
        "infinity", "INF", "NaN", "1e999999999", "1e-999999999", "1p999999999", "1e99999999999999999999"}) {
    EXPECT_FALSE(Number::Parse(bad).has_value()) << bad;
  }
}

// Recorded from `terraform console` 1.11.4.
TEST(Number, ArithmeticAsRecorded) {
  const Number one = N("1"), three = N("3"), one64 = Number(1), three64 = Number(3);
  EXPECT_EQ(Number::Divide(one, three)->ToString(), "0." + std::string(154, '3') + "5");
  EXPECT_EQ(Number::Divide(N("2"), three)->ToString(), "0." + std::string(153, '6') + "7");
  EXPECT_EQ(Number::Divide(one64, three64)->ToString(), "0.33333333333333333334");
  EXPECT_EQ(Number::Divide(one64, three)->ToString(), Number::Divide(one, three)->ToString());
  EXPECT_EQ(Number::Multiply(*Number::Divide(one, three), three).ToString(), "1");
  EXPECT_EQ(Number::Multiply(*Number::Divide(one, N("7")), N("7")).ToString(), "1");
  EXPECT_EQ(Number::Add(N("0.1"), N("0.2")).ToString(), "0.3");
  EXPECT_EQ(Number::Multiply(N("0.1"), three).ToString(), "0.3");
  EXPECT_EQ(Number::Add(N("0.1"), one64).ToString(), "1.1");
  EXPECT_EQ(Number::Add(N("9223372036854775807"), one).ToString(), "9223372036854775808");
  EXPECT_EQ(Number::Subtract(N("-9223372036854775808"), one).ToString(), "-9223372036854775809");
  EXPECT_EQ(Number::Multiply(N("9223372036854775807"), N("9223372036854775807")).ToString(),
            "85070591730234615847396907784232501249");
  EXPECT_EQ(Number::Divide(N("1e20"), three)->ToString(),
            std::string(20, '3') + "." + std::string(134, '3') + "4");
  EXPECT_EQ(Number::Add(N("1e22"), one).ToString(), "10000000000000000000001");
  EXPECT_EQ(Number::FromDouble(std::pow(2, 100)).ToString(), "1267650600228229400000000000000");
  EXPECT_EQ(Number::FromDouble(std::sqrt(2)).ToString(), "1.4142135623730951");
  EXPECT_EQ(Number::FromDouble(0x1p-1074).ToString(), "0." + std::string(323, '0') + "4940656458412465");
  EXPECT_EQ(Number::Divide(one, Number::FromDouble(std::sqrt(3)))->ToString(),
            "0.5773502691896257979594295198583015696491827736414095408676533464773157021313488376632893"
            "409160486281741766888990852403893795480606223241243961141707156258");
}

TEST(Number, SignsAndInfinities) {
  const Number zero = N("0"), one = N("1"), minus = N("-1");
  EXPECT_EQ(Number::Multiply(zero, minus).ToString(), "-0");
  EXPECT_EQ(Number::Divide(zero, N("-5"))->ToString(), "-0");
  EXPECT_EQ(Number::Negate(zero).ToString(), "-0");
  EXPECT_EQ(Number::Negate(Number::Negate(zero)).ToString(), "0");
  EXPECT_EQ(Number::Divide(one, zero)->ToString(), "+Inf");
  EXPECT_EQ(Number::Divide(minus, zero)->ToString(), "-Inf");
  EXPECT_FALSE(Number::Divide(zero, zero).has_value());
  EXPECT_FALSE(Number::Divide(Number::Infinity(false), Number::Infinity(true)).has_value());
  EXPECT_TRUE(Number::Equal(zero, N("-0")));
  EXPECT_EQ(Number::Negate(N("-9223372036854775808")).ToString(), "9223372036854775808");
  // Beyond the bounds of exponents lies infinity, and nothing that eats memory.
  Number big = N("1e30000");
  EXPECT_TRUE(Number::Multiply(big, big).IsInfinite());
  EXPECT_EQ(Number::Divide(one, Number::Multiply(big, N("1e9000")))->ToString().substr(0, 3), "0.0");
  EXPECT_EQ(Number::Multiply(N("1e-30000"), N("1e-30000")).ToString(), "0");
}

TEST(Number, Rounding) {
  struct Case {
    const char *number, *ceiling, *floor, *truncated;
  };
  for (const Case& c :
       std::initializer_list<Case>{{"1.5", "2", "1", "1"},
                                   {"-1.5", "-1", "-2", "-1"},
                                   {"-0.5", "0", "-1", "0"},
                                   {"7", "7", "7", "7"},
                                   {"1e30", "1000000000000000000000000000000",
                                    "1000000000000000000000000000000", "1000000000000000000000000000000"}}) {
    EXPECT_EQ(N(c.number).Ceiling().ToString(), c.ceiling);
    EXPECT_EQ(N(c.number).Floor().ToString(), c.floor);
    EXPECT_EQ(N(c.number).Truncate().ToString(), c.truncated);
  }
}

TEST(Number, Modulo) {
  struct Case {
    const char *a, *b, *result;
  };
  for (const Case& c : std::initializer_list<Case>{{"5", "3", "2"},
                                                   {"-5", "3", "-2"},
                                                   {"5", "-3", "2"},
                                                   {"5.5", "2", "1.5"},
                                                   {"3", "0", "3"},
                                                   {"5", "-0", "5"},
                                                   {"-9223372036854775808", "-1", "0"},
                                                   {"4", "2", "0"}}) {
    EXPECT_EQ(Number::Modulo(N(c.a), N(c.b)).ToString(), c.result) << c.a << " % " << c.b;
  }
  // The quotient is rounded at 512 bits, as in the reference implementation.
  EXPECT_EQ(Number::Modulo(N("1e1000"), N("7")).ToString(),
            "-7839490096047217730626713857035601622769532810004024071367554984038053255738717"
            "39224718132041263674805095745730360032456390771004653528645418609485611286" +
                std::string(693, '0'));
}

TEST(Number, EqualityAndOrder) {
  EXPECT_TRUE(Number::Equal(N("0.1"), *Number::Divide(N("1"), N("10"))));
  EXPECT_TRUE(Number::Equal(N("0.1"), Number::FromDouble(0.1)));  // same shortest digits
  EXPECT_NE(Number::Compare(N("0.1"), Number::FromDouble(0.1)), 0);
  EXPECT_TRUE(Number::Equal(N("100000000000000000000000"), N("1e23")));
  EXPECT_FALSE(Number::Equal(N("1"), N("1.5")));
  EXPECT_FALSE(Number::Equal(N("0.1"), N("0.10000000000000000000000000000001")));
  EXPECT_TRUE(Number::Equal(Number::Infinity(false), Number::Infinity(false)));
  EXPECT_FALSE(Number::Equal(Number::Infinity(false), Number::Infinity(true)));
  EXPECT_LT(Number::Compare(N("-1e50"), N("3")), 0);
  EXPECT_GT(Number::Compare(N("1e50"), Number(INT64_MAX)), 0);
}

TEST(Number, OtherTexts) {
  struct Case {
    const char *number, *hash, *go;
  };
  for (const Case& c : std::initializer_list<Case>{{"0", "0", "0"},
                                                   {"-0", "-0", "-0"},
                                                   {"100", "100", "100"},
                                                   {"1234567890", "1234567890", "1.23456789e+09"},
                                                   {"9999999999", "9999999999", "9.999999999e+09"},
                                                   {"12345678901", "1.23456789e+10", "1.2345678901e+10"},
                                                   {"99999999999", "1e+11", "9.9999999999e+10"},
                                                   {"0.0001", "0.0001", "0.0001"},
                                                   {"0.00001", "1e-05", "1e-05"},
                                                   {"1e100", "1e+100", "1e+100"},
                                                   {"1.00000000001", "1", "1.00000000001"},
                                                   {"-1.5", "-1.5", "-1.5"},
                                                   {"1000000", "1000000", "1e+06"},
                                                   {"123456", "123456", "123456"}}) {
    EXPECT_EQ(N(c.number).ToHashText(), c.hash) << c.number;
    EXPECT_EQ(N(c.number).ToGoText(), c.go) << c.number;
  }
  EXPECT_EQ(N("2.5").ToFixed(0), "2");
  EXPECT_EQ(N("3.5").ToFixed(0), "4");
  EXPECT_EQ(N("1.005").ToFixed(4), "1.0050");
  EXPECT_EQ(N("0.05").ToFixed(1), "0.1");
  EXPECT_EQ(N("0.04").ToFixed(1), "0.0");
  EXPECT_EQ(N("12").ToFixed(2), "12.00");
  EXPECT_EQ(N("-999.99").ToFixed(1), "-1000.0");
}

TEST(Number, MachineNumbers) {
  EXPECT_EQ(N("18446744073709551615").AsUint64(), UINT64_MAX);
  EXPECT_FALSE(N("18446744073709551616").AsUint64().has_value());
  EXPECT_FALSE(N("-1").AsUint64().has_value());
  EXPECT_FALSE(N("1.5").AsInt64().has_value());
  EXPECT_EQ(N("-0").AsInt64(), 0);
  EXPECT_EQ(N("1.5").AsExactDouble(), 1.5);
  EXPECT_FALSE(N("0.1").AsExactDouble().has_value());
  EXPECT_EQ(N("0.1").AsDouble(), 0.1);
  EXPECT_FALSE(Number(INT64_MAX).AsExactDouble().has_value());
  EXPECT_EQ(Number::FromUint64(UINT64_MAX).ToString(), "18446744073709551615");
}

// At 53 bits the shortest digits are those of a double.
TEST(Number, ShortestDigitsAgreeWithDoubles) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 3000; ++i) {
    double value = std::bit_cast<double>(random());
    if (!std::isnormal(value)) continue;
    std::string text = Number::FromDouble(value).ToString();
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), value);
    std::string shortest = fmt::format("{}", value);
    EXPECT_EQ(N(shortest).ToString(), text) << shortest;
  }
}

// What is printed reads back as the same number.
TEST(Number, TextRoundTrips) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 2000; ++i) {
    Number a(static_cast<int64_t>(random())), b(static_cast<int64_t>(random() >> (random() % 63)) | 1);
    Number quotient = *Number::Divide(Number::OfInteger(a.small(), 512), b);
    Number back = N(quotient.ToString());
    EXPECT_EQ(Number::Compare(quotient, back), 0) << quotient.ToString();
  }
}

}  // namespace
}  // namespace language::value
