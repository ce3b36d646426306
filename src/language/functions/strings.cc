#include <algorithm>

#include "base/text/unicode.h"
#include "language/functions/family.h"

namespace language::functions {
namespace {

namespace text = base::text;

const Type kString = Type::String();

CallResult Text(std::string_view result) { return Value::String(result); }

CallResult Upper(const Environment&, Arguments a) { return Text(text::ToUpper(a[0].AsString())); }
CallResult Lower(const Environment&, Arguments a) { return Text(text::ToLower(a[0].AsString())); }

// Go's strings.Title: letters, digits, underscores and other ASCII that is not a separator continue a word.
bool SeparatesWords(char32_t rune) {
  if (rune < 0x80) {
    const bool word = (rune >= '0' && rune <= '9') || (rune >= 'a' && rune <= 'z') ||
                      (rune >= 'A' && rune <= 'Z') || rune == '_';
    return !word;
  }
  if (text::IsLetter(rune) || text::IsDigit(rune)) return false;
  return text::IsSpace(rune);
}

CallResult Title(const Environment&, Arguments a) {
  std::string result;
  char32_t previous = ' ';
  std::string_view rest = a[0].AsString();
  while (!rest.empty()) {
    const text::DecodedRune rune = text::DecodeRune(rest);
    text::AppendRune(SeparatesWords(previous) ? text::ToTitle(rune.value) : rune.value, &result);
    previous = rune.value;
    rest.remove_prefix(rune.length);
  }
  return Text(result);
}

bool ContainsRune(std::string_view set, std::string_view rune) {
  return set.find(rune) != std::string_view::npos;
}

CallResult Trim(const Environment&, Arguments a) {
  std::string_view rest = a[0].AsString();
  const std::string_view cutset = a[1].AsString();
  while (!rest.empty()) {
    const int length = text::DecodeRune(rest).length;
    if (!ContainsRune(cutset, rest.substr(0, length))) break;
    rest.remove_prefix(length);
  }
  while (!rest.empty()) {
    size_t start = rest.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(rest[start]) & 0xC0) == 0x80) --start;
    if (!ContainsRune(cutset, rest.substr(start))) break;
    rest.remove_suffix(rest.size() - start);
  }
  return Text(rest);
}

CallResult TrimSpace(const Environment&, Arguments a) { return Text(text::TrimSpace(a[0].AsString())); }

CallResult TrimPrefix(const Environment&, Arguments a) {
  std::string_view rest = a[0].AsString();
  if (rest.starts_with(a[1].AsString())) rest.remove_prefix(a[1].AsString().size());
  return Text(rest);
}

CallResult TrimSuffix(const Environment&, Arguments a) {
  std::string_view rest = a[0].AsString();
  if (rest.ends_with(a[1].AsString())) rest.remove_suffix(a[1].AsString().size());
  return Text(rest);
}

// Answers from the known prefix of an unknown text where that is enough.
CallResult StartsWith(const Environment&, Arguments a) {
  if (a[1].IsUnknown()) return Value::Unknown(Type::Bool()).NotNull();
  const std::string_view prefix = a[1].AsString();
  if (!a[0].IsUnknown()) return Value::Bool(a[0].AsString().starts_with(prefix));
  const std::string known = a[0].refinements().string_prefix;
  if (prefix.empty()) return Value::True();
  if (known.starts_with(prefix)) return Value::True();
  if (known.size() >= prefix.size()) return Value::False();
  return Value::Unknown(Type::Bool()).NotNull();
}

CallResult EndsWith(const Environment&, Arguments a) {
  return Value::Bool(a[0].AsString().ends_with(a[1].AsString()));
}

CallResult StrContains(const Environment&, Arguments a) {
  return Value::Bool(a[0].AsString().find(a[1].AsString()) != std::string_view::npos);
}

CallResult Substr(const Environment&, Arguments a) {
  const std::optional<int64_t> offset_argument = WholeNumber(a[1]), length = WholeNumber(a[2]);
  if (!offset_argument || !length) return Fail("{}", kNotWhole);
  int64_t offset = *offset_argument;
  std::string_view rest = a[0].AsString();
  // The reference lets a length of 0 mean "all" where the offset counts from the end.
  const bool all = *length < 0 || (*length == 0 && offset < 0);
  if (*length == 0 && !all) return Text("");
  if (offset < 0) offset = std::max<int64_t>(0, offset + static_cast<int64_t>(text::CountGraphemes(rest)));
  for (; offset > 0 && !rest.empty(); --offset) rest.remove_prefix(text::FirstGrapheme(rest));
  if (all) return Text(rest);
  size_t end = 0;
  for (int64_t i = 0; i < *length && end < rest.size(); ++i) end += text::FirstGrapheme(rest.substr(end));
  return Text(rest.substr(0, end));
}

CallResult StrRev(const Environment&, Arguments a) {
  const std::vector<std::string_view> clusters = text::Graphemes(a[0].AsString());
  std::string result;
  result.reserve(a[0].AsString().size());
  for (auto cluster = clusters.rbegin(); cluster != clusters.rend(); ++cluster) result += *cluster;
  return Text(result);
}

CallResult Indent(const Environment&, Arguments a) {
  const std::optional<int64_t> spaces = WholeNumber(a[0]);
  if (!spaces) return Fail("{}", kNotWhole);
  if (*spaces < 0) return FailArgument(0, "the number of spaces must not be negative");
  if (*spaces > 10'000) return FailArgument(0, "the number of spaces must not exceed 10000");
  const std::string_view rest = a[1].AsString();
  if (rest.size() + static_cast<size_t>(*spaces * std::ranges::count(rest, '\n')) > value::kMaxTextSize)
    return TooLong();
  return Text(base::core::ReplaceAll(rest, "\n", "\n" + std::string(*spaces, ' ')));
}

CallResult Chomp(const Environment&, Arguments a) {
  std::string_view rest = a[0].AsString();
  while (!rest.empty() && (rest.back() == '\n' || rest.back() == '\r')) rest.remove_suffix(1);
  return Text(rest);
}

CallResult Join(const Environment&, Arguments a) {
  if (a.size() < 2) return Fail("at least one list is required");
  for (size_t i = 1; i < a.size(); ++i) {
    if (!a[i].IsWhollyKnown()) return Value::Unknown(kString).NotNull();
  }
  const std::string_view separator = a[0].AsString();
  std::string result;
  bool first = true;
  for (size_t i = 1; i < a.size(); ++i) {
    for (size_t j = 0; j < a[i].Length(); ++j) {
      const Value& element = a[i].ElementAt(j);
      if (element.IsNull()) {
        if (a.size() > 2) {
          return FailArgument(static_cast<int>(i),
                              "element {} of list {} is null; cannot concatenate null values", j, i);
        }
        return FailArgument(static_cast<int>(i), "element {} is null; cannot concatenate null values", j);
      }
      if (!first) result += separator;
      first = false;
      result += element.AsString();
      if (result.size() > value::kMaxTextSize) return TooLong();
    }
  }
  return Text(result);
}

CallResult Split(const Environment&, Arguments a) {
  const std::string_view separator = a[0].AsString();
  std::string_view rest = a[1].AsString();
  std::vector<Value> parts;
  if (separator.empty()) {
    while (!rest.empty()) {
      const int length = text::DecodeRune(rest).length;
      parts.push_back(Value::String(rest.substr(0, length)));
      rest.remove_prefix(length);
    }
    return Value::List(kString, std::move(parts));
  }
  for (size_t at; (at = rest.find(separator)) != std::string_view::npos;) {
    parts.push_back(Value::String(rest.substr(0, at)));
    rest.remove_prefix(at + separator.size());
  }
  parts.push_back(Value::String(rest));
  return Value::List(kString, std::move(parts));
}

}  // namespace

Table StringFunctions() {
  const Type boolean = Type::Bool(), number = Type::Number(), strings = Type::List(kString);
  const Parameter str{"str", kString};
  return {
      {"upper", "All letters in upper case.", {str}, {}, kString, Upper},
      {"lower", "All letters in lower case.", {str}, {}, kString, Lower},
      {"title", "The first letter of each word in upper case.", {str}, {}, kString, Title},
      {"trim",
       "Without the given characters at both ends.",
       {str, {"cutset", kString, kAllowNothing, "The characters to take away, in any order."}},
       {},
       kString,
       Trim},
      {"trimspace", "Without white space at both ends.", {str}, {}, kString, TrimSpace},
      {"trimprefix",
       "Without the prefix, if it starts so.",
       {str, {"prefix", kString}},
       {},
       kString,
       TrimPrefix},
      {"trimsuffix",
       "Without the suffix, if it ends so.",
       {str, {"suffix", kString}},
       {},
       kString,
       TrimSuffix},
      {"startswith",
       "Whether the text starts with the prefix.",
       {{"str", kString, kAllowUnknown}, {"prefix", kString}},
       {},
       boolean,
       StartsWith},
      {"endswith",
       "Whether the text ends with the suffix.",
       {str, {"suffix", kString}},
       {},
       boolean,
       EndsWith},
      {"strcontains",
       "Whether the text holds another.",
       {str, {"substr", kString}},
       {},
       boolean,
       StrContains,
       nullptr,
       true},
      {"substr",
       "A part of a text, counted in characters as people see them; a negative offset counts from the end, "
       "length -1 takes all that follows.",
       {str, {"offset", number}, {"length", number}},
       {},
       kString,
       Substr},
      {"strrev", "The characters in reverse order.", {str}, {}, kString, StrRev},
      {"indent",
       "Adds spaces to all lines but the first.",
       {{"spaces", number, kAllowNothing, "How many spaces go before each line."}, str},
       {},
       kString,
       Indent},
      {"chomp", "Without newlines at the end.", {str}, {}, kString, Chomp},
      {"join",
       "The elements of one or more lists with a separator between them.",
       {{"separator", kString, kAllowNothing, "What stands between two elements."}},
       Parameter{"lists", strings, kAllowNothing, "The lists whose elements are joined, one after another."},
       kString,
       Join},
      {"split", "The parts of a text between separators.", {{"separator", kString}, str}, {}, strings, Split},
  };
}

}  // namespace language::functions
