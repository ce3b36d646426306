#include <re2/re2.h>

#include <algorithm>
#include <map>

#include "base/text/unicode.h"
#include "language/functions/family.h"

namespace language::functions {
namespace {

const Type kString = Type::String();

constexpr size_t kMaxDepth = 1000;        // of groups, as in Go
constexpr int64_t kMaxMemory = 16 << 20;  // of a compiled pattern and its automata

std::string_view ErrorWords(re2::RE2::ErrorCode code) {
  using RE2 = re2::RE2;
  switch (code) {
    case RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case RE2::ErrorBadCharClass:
      return "invalid character class";
    case RE2::ErrorBadCharRange:
      return "invalid character class range";
    case RE2::ErrorMissingBracket:
      return "missing closing ]";
    case RE2::ErrorMissingParen:
      return "missing closing )";
    case RE2::ErrorUnexpectedParen:
      return "unexpected )";
    case RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    case RE2::ErrorPatternTooLarge:
      return "expression too large";
    default:
      return "internal error";
  }
}

// The language's patterns are Go's: (?<name>x) is a named group there, and there is no \C.
struct Translated {
  std::string pattern;
  bool has_byte_class = false;
  size_t depth = 0;  // of groups
};

Translated Translate(std::string_view pattern) {
  Translated result;
  bool in_class = false;
  size_t depth = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\' && i + 1 < pattern.size()) {
      if (pattern[i + 1] == 'Q' && !in_class) {
        const size_t end = std::min(pattern.find("\\E", i), pattern.size());
        result.pattern += pattern.substr(i, end - i);
        i = end - 1;
        continue;
      }
      result.has_byte_class = result.has_byte_class || pattern[i + 1] == 'C';
      result.pattern += pattern.substr(i++, 2);
      continue;
    }
    result.pattern += c;
    if (!in_class && c == '(') result.depth = std::max(result.depth, ++depth);
    if (!in_class && c == ')' && depth > 0) --depth;
    if (c == '[' && !in_class) {
      in_class = true;
      // A bracket that comes first stands for itself.
      if (pattern.substr(i + 1).starts_with('^')) result.pattern += pattern[++i];
      if (pattern.substr(i + 1).starts_with(']')) result.pattern += pattern[++i];
    } else if (c == ']') {
      in_class = false;
    } else if (c == '(' && !in_class && pattern.substr(i).starts_with("(?<")) {
      result.pattern += "?P";
      ++i;
    }
  }
  return result;
}

struct Compiled {
  std::unique_ptr<re2::RE2> regex;
  std::string error;   // "missing closing )", where regex is null
  std::string blamed;  // the part of the pattern
};

Compiled Compile(std::string_view pattern) {
  Translated translated = Translate(pattern);
  if (translated.has_byte_class) return {nullptr, "invalid escape sequence", "\\C"};
  if (translated.depth > kMaxDepth) return {nullptr, "expression nests too deeply", std::string(pattern)};
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemory);
  Compiled compiled;
  compiled.regex = std::make_unique<re2::RE2>(translated.pattern, options);
  if (!compiled.regex->ok()) {
    compiled.error = ErrorWords(compiled.regex->error_code());
    compiled.blamed = compiled.regex->error_arg();
    // As the author wrote it.
    if (pattern.find(compiled.blamed) == std::string_view::npos) {
      compiled.blamed = base::core::ReplaceAll(compiled.blamed, "(?P<", "(?<");
    }
    compiled.regex.reset();
  }
  return compiled;
}

// Matches one after another, as Go finds all: an empty match right after another match does not count.
class Matches {
 public:
  Matches(const re2::RE2& regex, std::string_view text)
      : regex_(regex), text_(text), groups_(regex.NumberOfCapturingGroups() + 1) {}

  // groups()[0] is the whole match; groups that took no part have no data.
  bool Next() {
    while (position_ <= text_.size()) {
      if (!regex_.Match(re2::StringPiece(text_.data(), text_.size()), position_, text_.size(),
                        re2::RE2::UNANCHORED, groups_.data(), static_cast<int>(groups_.size()))) {
        return false;
      }
      const size_t begin = groups_[0].data() - text_.data();
      const size_t end = begin + groups_[0].size();
      bool accepted = true;
      if (end == position_) {
        accepted = !(began_ && begin == previous_end_);
        position_ += std::max(1, base::text::DecodeRune(text_.substr(position_)).length);
      } else {
        position_ = end;
      }
      previous_end_ = end;
      began_ = true;
      if (accepted) return true;
    }
    return false;
  }

  std::span<const re2::StringPiece> groups() const { return groups_; }

 private:
  const re2::RE2& regex_;
  const std::string_view text_;
  std::vector<re2::StringPiece> groups_;
  size_t position_ = 0;
  size_t previous_end_ = 0;
  bool began_ = false;
};

// A string, or with groups a tuple or an object of strings.
TypeResult MatchType(const re2::RE2& regex) {
  const int groups = regex.NumberOfCapturingGroups();
  const std::map<int, std::string>& names = regex.CapturingGroupNames();
  if (groups == 0) return kString;
  if (names.empty()) return Type::Tuple(std::vector<Type>(groups, kString));
  if (static_cast<int>(names.size()) != groups) {
    return FailArgument(0, "invalid regexp pattern: cannot mix both named and unnamed capture groups");
  }
  std::vector<value::ObjectAttribute> attributes;
  for (const auto& [index, name] : names) attributes.push_back({name, kString});
  return Type::Object(std::move(attributes));
}

Value GroupValue(const re2::StringPiece& group) {
  if (group.data() == nullptr) return Value::Null(kString);
  return Value::String(std::string_view(group.data(), group.size()));
}

Value MatchValue(const re2::RE2& regex, std::span<const re2::StringPiece> groups) {
  if (groups.size() == 1) return GroupValue(groups[0]);
  const std::map<int, std::string>& names = regex.CapturingGroupNames();
  if (names.empty()) {
    std::vector<Value> values;
    for (const re2::StringPiece& group : groups.subspan(1)) values.push_back(GroupValue(group));
    return Value::Tuple(std::move(values));
  }
  std::vector<std::pair<std::string, Value>> attributes;
  for (const auto& [index, name] : names) attributes.emplace_back(name, GroupValue(groups[index]));
  return Value::Object(std::move(attributes));
}

CallError PatternError(const Compiled& compiled) {
  return FailArgument(0, "invalid regexp pattern: {} in {}", compiled.error, compiled.blamed);
}

TypeResult RegexType(Arguments a) {
  if (a[0].IsUnknown()) return Type::Dynamic();
  const Compiled compiled = Compile(a[0].AsString());
  if (!compiled.regex) return PatternError(compiled);
  return MatchType(*compiled.regex);
}

TypeResult RegexAllType(Arguments a) {
  TypeResult match = RegexType(a);
  if (match.error) return match;
  return Type::List(match.type);
}

CallResult Regex(const Environment&, Arguments a) {
  const Compiled compiled = Compile(a[0].AsString());
  if (!compiled.regex) return PatternError(compiled);
  const TypeResult type = MatchType(*compiled.regex);
  if (type.error) return *type.error;
  Matches matches(*compiled.regex, a[1].AsString());
  if (!matches.Next()) return Fail("pattern did not match any part of the given string");
  return MatchValue(*compiled.regex, matches.groups());
}

CallResult RegexAll(const Environment&, Arguments a) {
  const Compiled compiled = Compile(a[0].AsString());
  if (!compiled.regex) return PatternError(compiled);
  const TypeResult type = MatchType(*compiled.regex);
  if (type.error) return *type.error;
  std::vector<Value> found;
  Matches matches(*compiled.regex, a[1].AsString());
  while (matches.Next()) found.push_back(MatchValue(*compiled.regex, matches.groups()));
  return Value::List(type.type, std::move(found));
}

bool IsNameByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// Appends the group of that name or number; unknown ones are empty.
void AppendGroup(const re2::RE2& regex, std::span<const re2::StringPiece> groups, std::string_view name,
                 std::string* out) {
  if (std::optional<uint64_t> number = base::core::ParseUint64(name)) {
    if (*number < groups.size()) out->append(groups[*number].data(), groups[*number].size());
    return;
  }
  for (const auto& [group, index] : regex.NamedCapturingGroups()) {
    if (group == name) out->append(groups[index].data(), groups[index].size());
  }
}

// Go's Regexp.Expand: $1, ${1}, $name, ${name}, $$; anything else after $ is literal.
void Expand(const re2::RE2& regex, std::span<const re2::StringPiece> groups, std::string_view replacement,
            std::string* out) {
  while (!replacement.empty() && out->size() <= value::kMaxTextSize) {
    const size_t dollar = std::min(replacement.find('$'), replacement.size());
    out->append(replacement.substr(0, dollar));
    replacement.remove_prefix(dollar);
    if (replacement.empty()) return;
    if (replacement.starts_with("$$")) {
      *out += '$';
      replacement.remove_prefix(2);
      continue;
    }
    const bool braced = replacement.starts_with("${");
    const size_t start = braced ? 2 : 1;
    size_t end = start;
    while (end < replacement.size() && IsNameByte(replacement[end])) ++end;
    if (end == start || (braced && (end == replacement.size() || replacement[end] != '}'))) {
      *out += '$';
      replacement.remove_prefix(1);
      continue;
    }
    AppendGroup(regex, groups, replacement.substr(start, end - start), out);
    replacement.remove_prefix(end + braced);
  }
}

CallResult Replace(const Environment&, Arguments a) {
  const std::string_view text = a[0].AsString(), what = a[1].AsString(), replacement = a[2].AsString();
  if (what.size() <= 1 || what.front() != '/' || what.back() != '/') {
    if (!what.empty()) {
      size_t found = 0;
      for (size_t at = 0; (at = text.find(what, at)) != std::string_view::npos; at += what.size()) ++found;
      if (text.size() + found * replacement.size() > value::kMaxTextSize + found * what.size())
        return TooLong();
      return Value::String(base::core::ReplaceAll(text, what, replacement));
    }
    if (text.size() + (text.size() + 1) * replacement.size() > value::kMaxTextSize) return TooLong();
    // As Go does: between all characters, and at both ends.
    std::string result(replacement);
    for (std::string_view rest = text; !rest.empty();) {
      const int length = base::text::DecodeRune(rest).length;
      result.append(rest.substr(0, length)).append(replacement);
      rest.remove_prefix(length);
    }
    return Value::String(result);
  }
  const Compiled compiled = Compile(what.substr(1, what.size() - 2));
  if (!compiled.regex) return Fail("error parsing regexp: {}: `{}`", compiled.error, compiled.blamed);
  std::string result;
  size_t copied = 0;
  Matches matches(*compiled.regex, text);
  while (matches.Next()) {
    const re2::StringPiece whole = matches.groups()[0];
    const size_t begin = whole.data() - text.data();
    result.append(text.substr(copied, begin - copied));
    Expand(*compiled.regex, matches.groups(), replacement, &result);
    if (result.size() > value::kMaxTextSize) return TooLong();
    copied = begin + whole.size();
  }
  result.append(text.substr(copied));
  return Value::String(result);
}

}  // namespace

Table RegexFunctions() {
  const Parameter pattern{"pattern", kString}, text{"string", kString};
  return {
      {"regex",
       "The first match of a pattern: the text, or its groups as a tuple or an object.",
       {pattern, text},
       {},
       Type::Dynamic(),
       Regex,
       RegexType},
      {"regexall",
       "All matches of a pattern.",
       {pattern, text},
       {},
       Type::List(Type::Dynamic()),
       RegexAll,
       RegexAllType},
      {"replace",
       "Replaces a text, or what matches a pattern between slashes, everywhere.",
       {{"str", kString}, {"substr", kString}, {"replace", kString}},
       {},
       kString,
       Replace},
  };
}

}  // namespace language::functions
