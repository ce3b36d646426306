#include "language/address/version.h"

#include <algorithm>

#include "base/core/strings.h"

namespace language::address {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsSuffix(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '~';
  });
}

// Identifier by identifier: numbers by size and below words, as Semantic Versioning orders them.
std::strong_ordering ComparePrereleases(std::string_view a, std::string_view b) {
  if (a == b) return std::strong_ordering::equal;
  if (a.empty()) return std::strong_ordering::greater;
  if (b.empty()) return std::strong_ordering::less;
  const auto left = base::core::Split(a, '.'), right = base::core::Split(b, '.');
  for (size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    const auto x = base::core::ParseUint64(left[i]), y = base::core::ParseUint64(right[i]);
    if (x && y && *x != *y) return *x <=> *y;
    if (x.has_value() != y.has_value()) {
      return x ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    if (!x && left[i] != right[i]) return left[i] <=> right[i];
  }
  return left.size() <=> right.size();
}

}  // namespace

std::optional<Version> Version::Parse(std::string_view text) {
  Version version;
  if (text.starts_with('v')) text.remove_prefix(1);
  if (const size_t plus = text.find('+'); plus != std::string_view::npos) {
    version.metadata = text.substr(plus + 1);
    if (!IsSuffix(version.metadata)) return std::nullopt;
    text = text.substr(0, plus);
  }
  size_t end = 0;
  while (end < text.size() && (IsDigit(text[end]) || text[end] == '.')) ++end;
  if (end < text.size()) {
    // "1.2-beta" and "1.2beta" are both understood.
    std::string_view prerelease = text.substr(end);
    if (prerelease.starts_with('-')) prerelease.remove_prefix(1);
    version.prerelease = prerelease;
    if (!IsSuffix(prerelease)) return std::nullopt;
    text = text.substr(0, end);
  }
  for (std::string_view segment : base::core::Split(text, '.')) {
    const auto number = base::core::ParseInt64(segment);
    if (!number || *number < 0) return std::nullopt;
    version.segments.push_back(*number);
  }
  version.written = version.segments.size();
  while (version.segments.size() < 3) version.segments.push_back(0);
  return version;
}

std::string Version::ToString() const {
  std::string text;
  for (int64_t segment : segments) {
    if (!text.empty()) text += '.';
    text += std::to_string(segment);
  }
  if (!prerelease.empty()) text.append("-").append(prerelease);
  if (!metadata.empty()) text.append("+").append(metadata);
  return text;
}

std::strong_ordering operator<=>(const Version& a, const Version& b) {
  for (size_t i = 0; i < std::max(a.segments.size(), b.segments.size()); ++i) {
    const int64_t x = i < a.segments.size() ? a.segments[i] : 0,
                  y = i < b.segments.size() ? b.segments[i] : 0;
    if (x != y) return x <=> y;
  }
  return ComparePrereleases(a.prerelease, b.prerelease);
}

std::optional<VersionConstraints> VersionConstraints::Parse(std::string_view text) {
  static constexpr std::pair<std::string_view, Operator> kOperators[] = {
      {"~>", Operator::kPessimistic}, {"!=", Operator::kNotEqual}, {">=", Operator::kGreaterOrEqual},
      {"<=", Operator::kLessOrEqual}, {">", Operator::kGreater},   {"<", Operator::kLess},
      {"=", Operator::kEqual},        {"", Operator::kEqual},
  };
  VersionConstraints result;
  for (std::string_view part : base::core::Split(text, ',')) {
    part = base::core::Trim(part);
    for (const auto& [symbol, op] : kOperators) {
      if (!part.starts_with(symbol)) continue;
      auto version = Version::Parse(base::core::Trim(part.substr(symbol.size())));
      if (!version) return std::nullopt;
      result.constraints_.push_back({op, *std::move(version)});
      break;
    }
  }
  return result;
}

bool VersionConstraints::Allow(const Version& version) const {
  return std::ranges::all_of(constraints_, [&](const Constraint& each) { return Allows(each, version); });
}

bool VersionConstraints::HasPrerelease() const {
  return std::ranges::any_of(constraints_,
                             [](const Constraint& each) { return !each.version.prerelease.empty(); });
}

std::string VersionConstraints::ToString() const {
  static constexpr std::string_view kSymbols[] = {"", "!= ", "< ", "<= ", "> ", ">= ", "~> "};
  std::vector<std::pair<Constraint, std::string>> sorted;
  for (const Constraint& constraint : constraints_) {
    std::string text(kSymbols[static_cast<size_t>(constraint.op)]);
    text += constraint.version.ToString();
    // Of two segments, the first is what must not change; that is how this is told.
    if (constraint.op == Operator::kPessimistic && constraint.version.written < 3)
      text = fmt::format("~> {}.{}", constraint.version.segments[0], constraint.version.segments[1]);
    sorted.emplace_back(constraint, std::move(text));
  }
  std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) {
    if (a.first.version != b.first.version) return a.first.version < b.first.version;
    return a.first.op > b.first.op;
  });
  std::vector<std::string> texts;
  for (auto& [constraint, text] : sorted)
    if (texts.empty() || texts.back() != text) texts.push_back(std::move(text));
  return fmt::format("{}", fmt::join(texts, ", "));
}

bool VersionConstraints::Allows(const Constraint& constraint, const Version& version) {
  const Version& bound = constraint.version;
  // A prerelease satisfies an order only where the constraint names a prerelease of the same version.
  const bool comparable =
      version.prerelease.empty() || (!bound.prerelease.empty() && version.segments == bound.segments);
  switch (constraint.op) {
    case Operator::kEqual:
      return version == bound;
    case Operator::kNotEqual:
      return version != bound;
    case Operator::kLess:
      return comparable && version < bound;
    case Operator::kLessOrEqual:
      return comparable && version <= bound;
    case Operator::kGreater:
      return comparable && version > bound;
    case Operator::kGreaterOrEqual:
      return comparable && version >= bound;
    case Operator::kPessimistic: {
      if (!comparable || version < bound || version.segments.size() < bound.written) return false;
      // All but the last written segment stay as they are.
      for (size_t i = 0; i + 1 < bound.written; ++i) {
        if (version.segments[i] != bound.segments[i]) return false;
      }
      return true;
    }
  }
  return false;
}

}  // namespace language::address
