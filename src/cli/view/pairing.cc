#include "cli/view/pairing.h"

#include <algorithm>
#include <optional>
#include <unordered_set>

namespace cli::view {
namespace {

using language::value::Kind;
using language::value::Type;
using language::value::Value;

// Beyond this many cells the table of subsequences takes too long to be worth it: then index by index.
constexpr size_t kMaxCells = 50'000'000;

bool IsSequence(Kind kind) { return kind == Kind::kList || kind == Kind::kSet || kind == Kind::kTuple; }
bool IsMapping(Kind kind) { return kind == Kind::kMap || kind == Kind::kObject; }

size_t Mix(size_t hash, size_t more) { return (hash ^ more) * 0x9e3779b97f4a7c15ull; }

size_t JsonHash(const Value& value) {
  if (!value.IsKnownNotNull()) return 7;
  const Kind kind = value.type().kind();
  switch (kind) {
    case Kind::kString:
      return std::hash<std::string_view>()(value.AsString());
    case Kind::kBool:
      return value.AsBool() ? 11 : 13;
    case Kind::kNumber:
      return std::hash<double>()(value.AsNumber().AsDouble());
    default:
      break;
  }
  size_t hash = IsMapping(kind) ? 17 : 19;
  for (size_t i = 0; i < value.Length(); ++i) {
    const Value& element = value.ElementAt(i);
    if (IsMapping(kind)) {
      if (element.IsUnknown()) continue;
      hash = Mix(hash, std::hash<std::string_view>()(value.KeyAt(i)));
    }
    hash = Mix(hash, JsonHash(element));
  }
  return hash;
}

bool SameMappings(const Value& a, const Value& b) {
  const size_t a_size = a.Length();
  const size_t b_size = b.Length();
  for (size_t i = 0, j = 0;; ++i, ++j) {
    while (i < a_size && a.ElementAt(i).IsUnknown()) ++i;
    while (j < b_size && b.ElementAt(j).IsUnknown()) ++j;
    if (i == a_size || j == b_size) return i == a_size && j == b_size;
    if (a.KeyAt(i) != b.KeyAt(j) || !SameJson(a.ElementAt(i), b.ElementAt(j))) return false;
  }
}

// Whether everything that was there is still there, be it elsewhere.
bool IsReordered(std::span<const uint32_t> before, std::span<const uint32_t> after) {
  const std::unordered_set<uint32_t> kept(after.begin(), after.end());
  return std::ranges::all_of(before, [&](uint32_t element) { return kept.contains(element); });
}

// The elements of the longest common subsequence. Of several, the one that the reference finds: it walks the
// table from the end, and prefers to leave out elements of `ys`.
std::vector<uint32_t> MiddleSubsequence(std::span<const uint32_t> xs, std::span<const uint32_t> ys) {
  const size_t width = xs.size();
  if (xs.empty() || ys.empty()) return {};
  std::vector<uint32_t> table(width * ys.size());
  auto at = [&](size_t x, size_t y) -> uint32_t& { return table[width * y + x]; };
  for (size_t y = 0; y < ys.size(); ++y) {
    for (size_t x = 0; x < width; ++x) {
      if (xs[x] == ys[y]) {
        at(x, y) = (x > 0 && y > 0 ? at(x - 1, y - 1) : 0) + 1;
      } else {
        at(x, y) = std::max(x > 0 ? at(x - 1, y) : 0, y > 0 ? at(x, y - 1) : 0);
      }
    }
  }
  std::vector<uint32_t> out(table.back());
  size_t x = width;
  size_t y = ys.size();
  size_t left = out.size();
  while (x > 0 && y > 0) {
    if (xs[x - 1] == ys[y - 1]) {
      out[--left] = xs[x - 1];
      --x, --y;
      continue;
    }
    const uint32_t without_x = x > 1 ? at(x - 2, y - 1) : 0;
    const uint32_t without_y = y > 1 ? at(x - 1, y - 2) : 0;
    without_x > without_y ? --x : --y;
  }
  return out;
}

// Nothing when the sequences are too long.
std::optional<std::vector<uint32_t>> CommonSubsequence(std::span<const uint32_t> before,
                                                       std::span<const uint32_t> after) {
  size_t prefix = 0;
  while (prefix < before.size() && prefix < after.size() && before[prefix] == after[prefix]) ++prefix;
  size_t suffix = 0;
  while (suffix < before.size() - prefix && suffix < after.size() - prefix &&
         before[before.size() - 1 - suffix] == after[after.size() - 1 - suffix])
    ++suffix;
  const auto xs = before.subspan(prefix, before.size() - prefix - suffix);
  const auto ys = after.subspan(prefix, after.size() - prefix - suffix);
  if (!ys.empty() && xs.size() > kMaxCells / ys.size()) return std::nullopt;
  std::vector<uint32_t> out(before.begin(), before.begin() + static_cast<ptrdiff_t>(prefix));
  const std::vector<uint32_t> middle = MiddleSubsequence(xs, ys);
  out.insert(out.end(), middle.begin(), middle.end());
  out.insert(out.end(), before.end() - static_cast<ptrdiff_t>(suffix), before.end());
  return out;
}

}  // namespace

bool SameJson(const Value& a, const Value& b) {
  if (a.SameNode(b)) return true;
  if (!a.IsKnownNotNull() || !b.IsKnownNotNull()) return !a.IsKnownNotNull() && !b.IsKnownNotNull();
  const Kind a_kind = a.type().kind();
  const Kind b_kind = b.type().kind();
  if (IsSequence(a_kind)) {
    if (!IsSequence(b_kind) || a.Length() != b.Length()) return false;
    for (size_t i = 0; i < a.Length(); ++i) {
      if (!SameJson(a.ElementAt(i), b.ElementAt(i))) return false;
    }
    return true;
  }
  if (IsMapping(a_kind)) return IsMapping(b_kind) && SameMappings(a, b);
  if (a_kind != b_kind) return false;
  switch (a_kind) {
    case Kind::kString:
      return a.AsString() == b.AsString();
    case Kind::kBool:
      return a.AsBool() == b.AsBool();
    default:
      return language::value::Number::Equal(a.AsNumber(), b.AsNumber());
  }
}

std::vector<uint32_t> Interner::OfValues(std::span<const Value> values) {
  std::vector<uint32_t> out;
  out.reserve(values.size());
  for (const Value& value : values) {
    const size_t hash = JsonHash(value);
    auto [begin, end] = values_.equal_range(hash);
    while (begin != end && !SameJson(*begin->second.first, value)) ++begin;
    if (begin == end) begin = values_.emplace(hash, std::pair(&value, next_++));
    out.push_back(begin->second.second);
  }
  return out;
}

std::vector<uint32_t> Interner::OfLines(std::span<const std::string_view> lines) {
  std::vector<uint32_t> out;
  out.reserve(lines.size());
  for (std::string_view line : lines) {
    const auto [entry, added] = lines_.try_emplace(line, next_);
    if (added) ++next_;
    out.push_back(entry->second);
  }
  return out;
}

Pairs PairSequences(std::span<const uint32_t> before, std::span<const uint32_t> after,
                    const std::function<bool(bool, size_t)>& is_object) {
  Pairs out;
  out.reserve(std::max(before.size(), after.size()));
  auto by_index = [&] {
    for (size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
      out.emplace_back(i < before.size() ? i : kNone, i < after.size() ? i : kNone);
    }
  };
  const bool same_length = before.size() == after.size();
  if (before.empty() || after.empty() || (same_length && std::ranges::equal(before, after)) ||
      (same_length && !IsReordered(before, after))) {
    by_index();
    return out;
  }
  const std::optional<std::vector<uint32_t>> common = CommonSubsequence(before, after);
  if (!common) {
    by_index();
    return out;
  }
  size_t b = 0;
  size_t a = 0;
  size_t c = 0;
  auto differs = [&](uint32_t element) { return c >= common->size() || element != (*common)[c]; };
  while (b < before.size() || a < after.size() || c < common->size()) {
    while (b < before.size() && differs(before[b])) {
      if (is_object(false, b) && a < after.size() && is_object(true, a) && differs(after[a])) {
        out.emplace_back(b++, a++);
      } else {
        out.emplace_back(b++, kNone);
      }
    }
    while (a < after.size() && differs(after[a])) out.emplace_back(kNone, a++);
    if (c < common->size()) {
      out.emplace_back(b++, a++);
      ++c;
    }
  }
  return out;
}

Pairs PairSets(std::span<const uint32_t> before, std::span<const uint32_t> after,
               const std::vector<bool>& unknown) {
  std::unordered_multimap<uint32_t, size_t> free;
  for (size_t i = after.size(); i-- > 0;) {
    if (!unknown[i]) free.emplace(after[i], i);
  }
  std::vector<bool> taken(after.size());
  Pairs out;
  for (size_t i = 0; i < before.size(); ++i) {
    auto match = free.find(before[i]);
    out.emplace_back(i, match == free.end() ? kNone : match->second);
    if (match == free.end()) continue;
    taken[match->second] = true;
    free.erase(match);
  }
  for (size_t i = 0; i < after.size(); ++i) {
    if (!taken[i]) out.emplace_back(kNone, i);
  }
  return out;
}

}  // namespace cli::view
