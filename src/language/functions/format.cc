#include <algorithm>

#include "base/text/unicode.h"
#include "language/functions/decimal.h"
#include "language/functions/family.h"
#include "language/value/codec.h"

namespace language::functions {
namespace {

const Type kString = Type::String();

// Widths and precisions beyond this are mistakes, and would eat memory.
constexpr int kMaxWidth = 100'000;

struct Verb {
  std::string raw;    // "%-5s"
  size_t offset = 0;  // in the format string
  bool sharp = false, zero = false, minus = false, plus = false, space = false;
  int width = -1;
  std::optional<int> precision;
  int argument = 0;  // 0-based
  char letter = 0;
};

std::string Pad(const Verb& verb, std::string text) {
  const int length = static_cast<int>(base::text::CountGraphemes(text));
  if (verb.width <= length) return text;
  const std::string padding(verb.width - length, verb.zero ? '0' : ' ');
  return verb.minus ? text + padding : padding + text;
}

// As fmt does for numbers: zeros go between the sign and the digits.
std::string PadNumber(const Verb& verb, std::string digits, std::string_view prefix, bool finite = true) {
  std::string sign;
  if (digits.starts_with('-') || digits.starts_with('+')) {
    if (digits[0] == '-' || verb.plus) sign = digits.substr(0, 1);
    digits.erase(0, 1);
    if (sign.empty() && !finite) sign = "+";
  } else if (verb.plus) {
    sign = "+";
  }
  if (sign.empty() && verb.space) sign = " ";
  sign += prefix;
  const int length = static_cast<int>(sign.size() + digits.size());
  if (verb.width <= length) return sign + digits;
  const size_t missing = verb.width - length;
  if (verb.minus) return sign + digits + std::string(missing, ' ');
  if (verb.zero && finite) return sign + std::string(missing, '0') + digits;
  return std::string(missing, ' ') + sign + digits;
}

class Formatter {
 public:
  Formatter(std::string_view format, Arguments arguments) : format_(format), arguments_(arguments) {}

  // Blames no argument but superfluous ones (argument 0 is the format).
  CallResult Run() {
    while (position_ < format_.size()) {
      const size_t percent = std::min(format_.find('%', position_), format_.size());
      out_ += format_.substr(position_, percent - position_);
      position_ = percent;
      if (position_ == format_.size()) break;
      if (format_.substr(position_).starts_with("%%")) {
        out_ += '%';
        position_ += 2;
        continue;
      }
      if (std::optional<CallError> error = OneVerb()) return *error;
      if (out_.size() > value::kMaxTextSize) return TooLong();
    }
    if (highest_ < static_cast<int>(arguments_.size())) {
      if (highest_ == 0) return FailArgument(1, "too many arguments; no verbs in format string");
      return FailArgument(highest_ + 1, "too many arguments; only {} used by format string", highest_);
    }
    return Value::String(out_);
  }

 private:
  std::optional<CallError> OneVerb() {
    Verb verb;
    if (std::optional<CallError> error = Parse(&verb)) return error;
    if (verb.argument >= static_cast<int>(arguments_.size()) || verb.argument < 0) {
      return Fail("not enough arguments for {} at {}: need index {} but have {} total", Quoted(verb.raw),
                  verb.offset, verb.argument + 1, arguments_.size());
    }
    highest_ = std::max(highest_, verb.argument + 1);
    next_ = verb.argument + 1;
    return Append(verb, arguments_[verb.argument]);
  }

  std::optional<CallError> Parse(Verb* verb) {
    verb->offset = position_++;
    for (; position_ < format_.size(); ++position_) {
      const char c = format_[position_];
      if (c == '#')
        verb->sharp = true;
      else if (c == '0')
        verb->zero = true;
      else if (c == '-')
        verb->minus = true;
      else if (c == '+')
        verb->plus = true;
      else if (c == ' ')
        verb->space = true;
      else
        break;
    }
    int number = 0;
    if (Digits(&number)) verb->width = number;
    if (Peek() == '.') {
      ++position_;
      number = 0;
      Digits(&number);
      verb->precision = number;
    }
    verb->argument = next_;
    if (Peek() == '[') {
      ++position_;
      number = 0;
      if (Peek() == '0' || !Digits(&number) || Peek() != ']') return Malformed();
      ++position_;
      verb->argument = number - 1;
    }
    const char letter = Peek();
    if (!((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z'))) return Malformed();
    ++position_;
    verb->letter = letter;
    verb->raw = format_.substr(verb->offset, position_ - verb->offset);
    if (verb->width > kMaxWidth || verb->precision.value_or(0) > kMaxFormatPrecision) {
      return Fail("width or precision of {} at {} is too large", Quoted(verb->raw), verb->offset);
    }
    return std::nullopt;
  }

  char Peek() const { return position_ < format_.size() ? format_[position_] : '\0'; }

  bool Digits(int* number) {
    const size_t start = position_;
    while (Peek() >= '0' && Peek() <= '9') {
      *number = std::min(*number * 10 + (Peek() - '0'), 100'000'000);
      ++position_;
    }
    return position_ > start;
  }

  CallError Malformed() const {
    if (position_ >= format_.size()) return Fail("invalid format string starting at offset {}", position_);
    const std::string_view rest = format_.substr(position_);
    return Fail("unrecognized format character '{}' at offset {}",
                rest.substr(0, base::text::DecodeRune(rest).length), position_);
  }

  static CallError Unsupported(const Verb& verb, std::string_view why) {
    return Fail("unsupported value for {} at {}: {}", Quoted(verb.raw), verb.offset, why);
  }

  std::optional<CallError> Append(const Verb& verb, const Value& value) {
    if (verb.letter != 'v' && value.IsNull() &&
        std::string_view("tbdoxXeEfgGsq").find(verb.letter) != std::string_view::npos) {
      return Unsupported(verb, "null value cannot be formatted");
    }
    switch (verb.letter) {
      case 'v':
        return AppendAsIs(verb, value);
      case 't':
        return AppendConverted(verb, value, Type::Bool());
      case 'b':
      case 'd':
      case 'o':
      case 'x':
      case 'X':
      case 'e':
      case 'E':
      case 'f':
      case 'g':
      case 'G':
        return AppendConverted(verb, value, Type::Number());
      case 's':
      case 'q':
        return AppendConverted(verb, value, kString);
      default:
        return Fail("unsupported format verb '{}' in {} at offset {}", verb.letter, Quoted(verb.raw),
                    verb.offset);
    }
  }

  std::optional<CallError> AppendAsIs(const Verb& verb, const Value& value) {
    if (!verb.sharp && !value.IsNull()) {
      if (value.type().IsString()) {
        out_ += Pad(verb, std::string(value.AsString()));
        return std::nullopt;
      }
      if (value.type().IsNumber()) {
        out_ += Pad(verb, FormatFloat(value.AsNumber(), 'g', std::nullopt));
        return std::nullopt;
      }
    }
    base::core::Result<std::string> json = value::ToJson(value, value.type());
    if (!json.ok()) return Unsupported(verb, json.error().message());
    out_ += Pad(verb, std::move(*json));
    return std::nullopt;
  }

  std::optional<CallError> AppendConverted(const Verb& verb, const Value& value, Type type) {
    const value::Conversion conversion = value::Convert(value, type);
    if (!conversion.ok()) return Unsupported(verb, conversion.error->message);
    if (type.IsBool()) {
      out_ += conversion.value.AsBool() ? "true" : "false";
      return std::nullopt;
    }
    if (type.IsString()) {
      AppendText(verb, conversion.value.AsString());
      return std::nullopt;
    }
    return AppendNumber(verb, conversion.value.AsNumber());
  }

  void AppendText(const Verb& verb, std::string_view text) {
    if (verb.precision) {
      size_t end = 0;
      for (int i = 0; i < *verb.precision && end < text.size(); ++i)
        end += base::text::FirstGrapheme(text.substr(end));
      text = text.substr(0, end);
    }
    if (verb.letter != 'q') {
      out_ += Pad(verb, std::string(text));
      return;
    }
    // Quoted as JSON is.
    const base::core::Result<std::string> json = value::ToJson(Value::StringRaw(text), kString);
    out_ += Pad(verb, json.ok() ? *json : Quoted(text));
  }

  std::optional<CallError> AppendNumber(const Verb& verb, const Number& number) {
    if (std::string_view("eEfgG").find(verb.letter) != std::string_view::npos) {
      out_ += PadNumber(verb, FormatFloat(number, verb.letter, verb.precision), "", !number.IsInfinite());
      return std::nullopt;
    }
    const int base = verb.letter == 'b' ? 2 : verb.letter == 'o' ? 8 : verb.letter == 'd' ? 10 : 16;
    std::optional<std::string> digits = FormatInteger(number, base);
    if (!digits) return Unsupported(verb, "an integer is required");
    if (verb.letter == 'X') digits = base::core::AsciiUpper(*digits);
    std::string_view prefix;
    if (verb.sharp)
      prefix = base == 2 ? "0b" : base == 8 ? "0" : base == 10 ? "" : verb.letter == 'x' ? "0x" : "0X";
    out_ += PadNumber(verb, *std::move(digits), prefix);
    return std::nullopt;
  }

  const std::string_view format_;
  const Arguments arguments_;
  std::string out_;
  size_t position_ = 0;
  int next_ = 0;
  int highest_ = 0;
};

// Text before the first verb: what is known of the result when an argument is not.
Value UnknownText(std::string_view format) {
  value::Refinements refinements;
  refinements.not_null = true;
  refinements.string_prefix = value::SafePrefix(format.substr(0, std::min(format.find('%'), format.size())));
  return Value::Unknown(kString, refinements);
}

CallResult Format(const Environment&, Arguments a) {
  for (const Value& argument : a) {
    if (argument.IsWhollyKnown()) continue;
    return a[0].IsUnknown() ? Value::Unknown(kString).NotNull() : UnknownText(a[0].AsString());
  }
  return Formatter(a[0].AsString(), a.subspan(1)).Run();
}

size_t LengthOf(const Value& sequence) {
  return sequence.type().IsTuple() ? sequence.type().elements().size() : sequence.Length();
}

CallResult FormatList(const Environment& environment, Arguments a) {
  if (a.size() == 1) {
    CallResult one = Format(environment, a);
    if (one.error) return one;
    return Value::List(kString, {one.value});
  }
  const Type strings = Type::List(kString);
  std::optional<size_t> length;
  size_t chooser = 0;
  bool unknown = a[0].IsUnknown();
  for (size_t i = 1; i < a.size(); ++i) {
    if (!IsSequence(a[i].type()) || a[i].IsNull()) {
      unknown = unknown || (a[i].IsUnknown() && a[i].type().IsDynamic());
      continue;
    }
    // How long a tuple is its type tells.
    if (!a[i].type().IsTuple() &&
        (a[i].IsUnknown() || (a[i].type().IsSet() && a[i].Length() > 1 && !a[i].IsWhollyKnown()))) {
      unknown = true;
      continue;
    }
    if (!length) {
      length = LengthOf(a[i]);
      chooser = i;
    } else if (*length != LengthOf(a[i])) {
      return FailArgument(static_cast<int>(i),
                          "argument {} has length {}, which is inconsistent with argument {} of length {}", i,
                          LengthOf(a[i]), chooser, *length);
    }
  }
  if (unknown) return Value::Unknown(strings).NotNull();

  std::vector<Value> results;
  std::vector<Value> row(a.begin(), a.end());
  uint32_t weight = 0;
  for (size_t iteration = 0; iteration < length.value_or(1); ++iteration) {
    for (size_t i = 1; i < a.size(); ++i) {
      if (!IsSequence(a[i].type()) || a[i].IsNull()) continue;
      row[i] =
          a[i].IsUnknown() ? Value::Unknown(a[i].type().elements()[iteration]) : a[i].ElementAt(iteration);
    }
    CallResult one = Format(environment, row);
    if (one.error) return Fail("error on format iteration {}: {}", iteration, one.error->message);
    weight = value::AddWeights(weight, one.value.Weight());
    if (weight > value::kMaxWeight) return TooManyParts();
    results.push_back(std::move(one.value));
  }
  return Value::List(kString, std::move(results));
}

}  // namespace

Table FormatFunctions() {
  const Parameter args{"args", Type::Dynamic(), kAllowNull | kAllowUnknown};
  return {
      {"format",
       "A text with verbs (%s, %d, %q, %v, ...) replaced by the arguments.",
       {{"format", kString}},
       args,
       kString,
       Format},
      {"formatlist",
       "The format applied to the elements of lists, side by side.",
       {{"format", kString, kAllowUnknown}},
       args,
       Type::List(kString),
       FormatList},
  };
}

}  // namespace language::functions
