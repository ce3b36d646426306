#include "language/functions/glob.h"

#include <algorithm>
#include <tuple>

#include "base/core/strings.h"
#include "base/text/unicode.h"

namespace language::functions {
namespace {

constexpr size_t kMaxAlternatives = 1000;

// End of the brace group that opens at `open`, and its commas; npos when it never closes.
size_t FindGroup(std::string_view pattern, size_t open, std::vector<size_t>* commas) {
  int depth = 0;
  for (size_t i = open; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '{') {
      ++depth;
    } else if (pattern[i] == '}' && --depth == 0) {
      return i;
    } else if (pattern[i] == ',' && depth == 1) {
      commas->push_back(i);
    }
  }
  return std::string_view::npos;
}

size_t FindBrace(std::string_view pattern) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\')
      ++i;
    else if (pattern[i] == '{')
      return i;
  }
  return std::string_view::npos;
}

bool WellFormed(std::string_view pattern) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && ++i >= pattern.size()) return false;
    if (pattern[i] == '[') {
      i = pattern.find(']', i + 2);
      if (i == std::string_view::npos) return false;
    }
  }
  return true;
}

// [abc], [a-z], [^x], [!x] at the front of the pattern against one character; moves the pattern past it.
bool MatchClass(std::string_view* pattern, char32_t rune) {
  std::string_view rest = pattern->substr(1);
  const bool negated = rest.starts_with('^') || rest.starts_with('!');
  if (negated) rest.remove_prefix(1);
  bool found = false;
  for (bool first = true; !rest.empty() && (first || rest[0] != ']'); first = false) {
    if (rest[0] == '\\') rest.remove_prefix(1);
    const base::text::DecodedRune low = base::text::DecodeRune(rest);
    rest.remove_prefix(low.length);
    char32_t high = low.value;
    if (rest.size() > 1 && rest[0] == '-' && rest[1] != ']') {
      const base::text::DecodedRune end = base::text::DecodeRune(rest.substr(1));
      high = end.value;
      rest.remove_prefix(1 + end.length);
    }
    found = found || (low.value <= rune && rune <= high);
  }
  *pattern = rest.substr(std::min<size_t>(1, rest.size()));
  return found != negated;
}

// One part of a path, with a single point of return for the last star.
bool MatchPart(std::string_view pattern, std::string_view text) {
  std::optional<std::pair<std::string_view, std::string_view>> star;
  while (true) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      star = {pattern, text};
      continue;
    }
    if (text.empty() && pattern.empty()) return true;
    bool matched = false;
    if (!text.empty() && !pattern.empty()) {
      const base::text::DecodedRune rune = base::text::DecodeRune(text);
      if (pattern[0] == '?') {
        pattern.remove_prefix(1);
        matched = true;
      } else if (pattern[0] == '[') {
        matched = MatchClass(&pattern, rune.value);
      } else {
        if (pattern[0] == '\\') pattern.remove_prefix(1);
        const base::text::DecodedRune wanted = base::text::DecodeRune(pattern);
        matched = wanted.value == rune.value;
        pattern.remove_prefix(wanted.length);
      }
      text.remove_prefix(rune.length);
    }
    if (matched) continue;
    if (!star || star->second.empty()) return false;
    star->second.remove_prefix(base::text::DecodeRune(star->second).length);
    std::tie(pattern, text) = *star;
  }
}

bool MatchParts(std::span<const std::string_view> pattern, std::span<const std::string_view> parts) {
  // As MatchPart, with `**` as the star.
  std::optional<std::pair<std::span<const std::string_view>, std::span<const std::string_view>>> star;
  while (true) {
    if (!pattern.empty() && pattern[0] == "**") {
      pattern = pattern.subspan(1);
      star = {pattern, parts};
      continue;
    }
    if (pattern.empty() && parts.empty()) return true;
    if (!pattern.empty() && !parts.empty() && MatchPart(pattern[0], parts[0])) {
      pattern = pattern.subspan(1);
      parts = parts.subspan(1);
      continue;
    }
    if (!star || star->second.empty()) return false;
    star->second = star->second.subspan(1);
    std::tie(pattern, parts) = *star;
  }
}

}  // namespace

std::optional<Glob> Glob::Parse(std::string_view pattern) {
  Glob glob;
  std::vector<std::string> pending{std::string(pattern)};
  while (!pending.empty()) {
    const std::string current = std::move(pending.back());
    pending.pop_back();
    const size_t open = FindBrace(current);
    if (open == std::string::npos) {
      if (!WellFormed(current)) return std::nullopt;
      glob.alternatives_.push_back(current);
      if (glob.alternatives_.size() > kMaxAlternatives) return std::nullopt;
      continue;
    }
    std::vector<size_t> cuts{open};
    const size_t close = FindGroup(current, open, &cuts);
    if (close == std::string::npos) return std::nullopt;
    cuts.push_back(close);
    for (size_t i = 0; i + 1 < cuts.size(); ++i) {
      pending.push_back(current.substr(0, open) + current.substr(cuts[i] + 1, cuts[i + 1] - cuts[i] - 1) +
                        current.substr(close + 1));
    }
    if (pending.size() > kMaxAlternatives) return std::nullopt;
  }
  return glob;
}

bool Glob::ReachesMistake(std::string_view pattern, std::string_view path) {
  size_t mistake = 0;
  for (std::vector<size_t> commas; mistake < pattern.size(); ++mistake) {
    if (pattern[mistake] == '\\' && ++mistake >= pattern.size()) break;
    if (pattern[mistake] == '{' && FindGroup(pattern, mistake, &commas) == std::string_view::npos) break;
    if (pattern[mistake] != '[') continue;
    const size_t close = pattern.find(']', mistake + 2);
    if (close == std::string_view::npos) break;
    mistake = close;
  }
  const std::string_view before = pattern.substr(0, mistake);
  if (before.find('*') != std::string_view::npos) return false;
  const std::optional<Glob> glob = Parse(before);
  if (!glob) return true;  // too many alternatives
  for (size_t length = 0; length < path.size(); ++length) {
    if (glob->Matches(path.substr(0, length))) return true;
  }
  return false;
}

bool Glob::Matches(std::string_view path) const {
  const std::vector<std::string_view> parts = base::core::Split(path, '/');
  for (const std::string& alternative : alternatives_) {
    if (MatchParts(base::core::Split(alternative, '/'), parts)) return true;
  }
  return false;
}

}  // namespace language::functions
