#include "install/lockfile/version.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/core/strings.h"

namespace install::lockfile {
namespace {

// What has more digits is no version of anything.
constexpr size_t kMaxLength = 256;

bool IsDigits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<uint64_t> ParseNumber(std::string_view text) {
  if (!IsDigits(text) || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  return base::core::ParseUint64(text);
}

// Identifiers between dots; those of a prerelease that are numbers have no leading zeros.
bool IsSuffix(std::string_view text, bool is_prerelease) {
  for (std::string_view part : base::core::Split(text, '.')) {
    const bool plain = std::ranges::all_of(part, [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    });
    if (part.empty() || !plain) return false;
    if (is_prerelease && IsDigits(part) && part.size() > 1 && part[0] == '0') return false;
  }
  return true;
}

std::strong_ordering ComparePrereleases(std::string_view a, std::string_view b) {
  if (a == b) return std::strong_ordering::equal;
  if (a.empty()) return std::strong_ordering::greater;
  if (b.empty()) return std::strong_ordering::less;
  const auto left = base::core::Split(a, '.'), right = base::core::Split(b, '.');
  for (size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (left[i] == right[i]) continue;
    const bool left_number = IsDigits(left[i]), right_number = IsDigits(right[i]);
    if (left_number != right_number) {
      return left_number ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    // Without leading zeros, the longer number is the greater one.
    if (left_number && left[i].size() != right[i].size()) return left[i].size() <=> right[i].size();
    return left[i] <=> right[i];
  }
  return left.size() <=> right.size();
}

struct PartialVersion {
  Version version;
  size_t written = 0;  // numbers
};

std::optional<PartialVersion> ParsePartial(std::string_view text) {
  PartialVersion result;
  if (text.size() > kMaxLength) return std::nullopt;
  if (const size_t plus = text.find('+'); plus != std::string_view::npos) {
    result.version.metadata = text.substr(plus + 1);
    if (!IsSuffix(result.version.metadata, false)) return std::nullopt;
    text = text.substr(0, plus);
  }
  if (const size_t dash = text.find('-'); dash != std::string_view::npos) {
    result.version.prerelease = text.substr(dash + 1);
    if (!IsSuffix(result.version.prerelease, true)) return std::nullopt;
    text = text.substr(0, dash);
  }
  uint64_t* const numbers[] = {&result.version.major, &result.version.minor, &result.version.patch};
  for (std::string_view part : base::core::Split(text, '.')) {
    const auto number = ParseNumber(part);
    if (!number || result.written == std::size(numbers)) return std::nullopt;
    *numbers[result.written++] = *number;
  }
  return result;
}

}  // namespace

std::optional<Version> Version::Parse(std::string_view text) {
  auto partial = ParsePartial(text);
  if (!partial || partial->written != 3) return std::nullopt;
  return std::move(partial->version);
}

std::string Version::ToString() const {
  std::string text = fmt::format("{}.{}.{}", major, minor, patch);
  if (!prerelease.empty()) text.append("-").append(prerelease);
  if (!metadata.empty()) text.append("+").append(metadata);
  return text;
}

std::strong_ordering operator<=>(const Version& a, const Version& b) {
  if (const auto order = std::array{a.major, a.minor, a.patch} <=> std::array{b.major, b.minor, b.patch};
      order != 0) {
    return order;
  }
  return ComparePrereleases(a.prerelease, b.prerelease);
}

std::optional<VersionConstraints> VersionConstraints::Parse(std::string_view text) {
  VersionConstraints result;
  if (base::core::Trim(text).empty()) return result;
  for (std::string_view part : base::core::Split(text, ',')) {
    auto constraint = ParseOne(base::core::Trim(part));
    if (!constraint) return std::nullopt;
    result.constraints_.push_back(*std::move(constraint));
  }
  return result;
}

std::optional<VersionConstraints::Constraint> VersionConstraints::ParseOne(std::string_view text) {
  static constexpr std::pair<std::string_view, Operator> kOperators[] = {
      {"~>", Operator::kPessimisticPatch},
      {"!=", Operator::kNotEqual},
      {">=", Operator::kGreaterOrEqual},
      {"<=", Operator::kLessOrEqual},
      {">", Operator::kGreater},
      {"<", Operator::kLess},
      {"=", Operator::kEqual},
      {"", Operator::kEqual},
  };
  for (const auto& [symbol, op] : kOperators) {
    if (!text.starts_with(symbol)) continue;
    text.remove_prefix(symbol.size());
    if (!symbol.empty() && text.starts_with(' ')) text.remove_prefix(1);
    auto partial = ParsePartial(text);
    if (!partial) return std::nullopt;
    const bool minor = op == Operator::kPessimisticPatch && partial->written < 3;
    return Constraint{std::move(partial->version), minor ? Operator::kPessimisticMinor : op};
  }
  return std::nullopt;
}

void VersionConstraints::Add(const VersionConstraints& others) {
  constraints_.insert(constraints_.end(), others.constraints_.begin(), others.constraints_.end());
}

bool VersionConstraints::Allow(const Version& version) const {
  const auto names_it = [&](const Constraint& each) {
    return each.op == Operator::kEqual && each.version == version;
  };
  if (!version.prerelease.empty() && std::ranges::none_of(constraints_, names_it)) return false;
  return std::ranges::all_of(constraints_, [&](const Constraint& each) { return Allows(each, version); });
}

bool VersionConstraints::Allows(const Constraint& constraint, const Version& version) {
  const Version& bound = constraint.version;
  switch (constraint.op) {
    case Operator::kEqual:
      return version == bound && (bound.metadata.empty() || bound.metadata == version.metadata);
    case Operator::kNotEqual:
      return version != bound;
    case Operator::kLess:
      return version < bound;
    case Operator::kLessOrEqual:
      return version <= bound;
    case Operator::kGreater:
      return version > bound;
    case Operator::kGreaterOrEqual:
      return version >= bound;
    case Operator::kPessimisticPatch:
      return version >= bound && version.major == bound.major && version.minor == bound.minor;
    case Operator::kPessimisticMinor:
      return version >= bound && version.major == bound.major;
  }
  return false;
}

std::string VersionConstraints::Constraint::ToString() const {
  static constexpr std::string_view kSymbols[] = {"> ", ">= ", "", "~> ", "~> ", "<= ", "< ", "!= "};
  std::string text(kSymbols[static_cast<size_t>(op)]);
  if (op != Operator::kPessimisticMinor) return text + version.ToString();
  text += fmt::format("{}.{}", version.major, version.minor);
  if (!version.prerelease.empty()) text.append("-").append(version.prerelease);
  return text;
}

std::string VersionConstraints::ToString() const {
  std::vector<const Constraint*> sorted;
  for (const Constraint& each : constraints_) sorted.push_back(&each);
  std::ranges::stable_sort(sorted, [](const Constraint* a, const Constraint* b) {
    if (const auto order = a->version <=> b->version; order != 0) return order < 0;
    return a->op < b->op;
  });
  std::vector<std::string> texts;
  for (const Constraint* each : sorted) {
    std::string text = each->ToString();
    if (texts.empty() || texts.back() != text) texts.push_back(std::move(text));
  }
  return base::core::Join(texts, ", ");
}

}  // namespace install::lockfile
