// Unified diffs: Myers' greedy algorithm over the lines that both texts have.
#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "language/hcl/format.h"

namespace language::hcl {
namespace {

constexpr size_t kContext = 3;
// Edits that the search for a smallest script may take; beyond, the middle is shown as replaced.
constexpr int kMaxEdits = 3000;

// Lines with their terminators; the last may lack one.
std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t newline = text.find('\n');
    const size_t length = newline == std::string_view::npos ? text.size() : newline + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

struct Side {
  std::vector<std::string_view> lines;
  std::vector<int> ids;       // equal lines have equal ids
  std::vector<bool> changed;  // not part of the common sequence
};

// The lines, by index, that have a counterpart in the other text; the rest is changed for certain.
std::vector<int> Candidates(Side& side, const std::vector<int>& count_in_other) {
  std::vector<int> kept;
  for (size_t i = 0; i < side.ids.size(); ++i) {
    if (count_in_other[static_cast<size_t>(side.ids[i])] > 0) {
      kept.push_back(static_cast<int>(i));
    } else {
      side.changed[i] = true;
    }
  }
  return kept;
}

// Marks what a shortest edit script between the candidate lines removes and adds.
void MarkShortest(Side& a, Side& b, std::span<const int> as, std::span<const int> bs) {
  const auto same = [&](int x, int y) {
    return a.ids[static_cast<size_t>(as[static_cast<size_t>(x)])] ==
           b.ids[static_cast<size_t>(bs[static_cast<size_t>(y)])];
  };
  while (!as.empty() && !bs.empty() && same(0, 0)) {
    as = as.subspan(1);
    bs = bs.subspan(1);
  }
  while (!as.empty() && !bs.empty() &&
         same(static_cast<int>(as.size()) - 1, static_cast<int>(bs.size()) - 1)) {
    as = as.first(as.size() - 1);
    bs = bs.first(bs.size() - 1);
  }
  const int n = static_cast<int>(as.size());
  const int m = static_cast<int>(bs.size());
  const auto mark_a = [&](int x) { a.changed[static_cast<size_t>(as[static_cast<size_t>(x)])] = true; };
  const auto mark_b = [&](int y) { b.changed[static_cast<size_t>(bs[static_cast<size_t>(y)])] = true; };

  // trace[d][k + d]: the furthest x on diagonal k = x - y after d edits.
  std::vector<std::vector<int>> trace;
  const auto furthest = [&](int d, int k) {
    const std::vector<int>& row = trace[static_cast<size_t>(d)];
    return k < -d || k > d ? -1 : row[static_cast<size_t>(k + d)];
  };
  // Whether the best way to diagonal k with d edits adds a line of b (else it removes one of a).
  const auto adds = [&](int d, int k) {
    return k == -d || (k != d && furthest(d - 1, k - 1) < furthest(d - 1, k + 1));
  };
  bool found = false;
  for (int d = 0; !found && d <= std::min(n + m, kMaxEdits); ++d) {
    std::vector<int> row(static_cast<size_t>(2 * d + 1), -1);
    for (int k = -d; k <= d && !found; k += 2) {
      int x = d == 0 ? 0 : adds(d, k) ? furthest(d - 1, k + 1) : furthest(d - 1, k - 1) + 1;
      int y = x - k;
      if (x < 0 || x > n || y < 0 || y > m) continue;
      while (x < n && y < m && same(x, y)) ++x, ++y;
      row[static_cast<size_t>(k + d)] = x;
      found = x == n && y == m;
    }
    trace.push_back(std::move(row));
  }
  if (!found) {
    for (int x = 0; x < n; ++x) mark_a(x);
    for (int y = 0; y < m; ++y) mark_b(y);
    return;
  }
  int k = n - m;
  for (int d = static_cast<int>(trace.size()) - 1; d > 0; --d) {
    if (adds(d, k)) {
      ++k;
      mark_b(furthest(d - 1, k) - k);
    } else {
      --k;
      mark_a(furthest(d - 1, k));
    }
  }
}

bool IsChanged(const Side& side, ptrdiff_t line) {
  return line >= 0 && line < std::ssize(side.changed) && side.changed[static_cast<size_t>(line)];
}

// Slides each run of changes over equal lines, as GNU diff does: up and down so that it merges with its
// neighbours, then as far down as it goes, or to where the other side has changes too.
void SlideRuns(Side& side, const Side& other) {
  const ptrdiff_t count = std::ssize(side.ids);
  const auto same = [&](ptrdiff_t x, ptrdiff_t y) {
    return side.ids[static_cast<size_t>(x)] == side.ids[static_cast<size_t>(y)];
  };
  const auto set = [&](ptrdiff_t line, bool changed) { side.changed[static_cast<size_t>(line)] = changed; };
  // [begin, end) is the run; opposite is where the other side stands behind it.
  ptrdiff_t end = 0, opposite = 0;
  for (;;) {
    while (end < count && !IsChanged(side, end)) {
      while (IsChanged(other, opposite)) ++opposite;
      ++opposite;
      ++end;
    }
    if (end == count) return;
    ptrdiff_t begin = end;
    while (IsChanged(side, end)) ++end;
    while (IsChanged(other, opposite)) ++opposite;
    ptrdiff_t meeting = count;  // the last end at which the other side changes as well
    ptrdiff_t length = 0;
    do {
      length = end - begin;
      while (begin > 0 && same(begin - 1, end - 1)) {
        set(--begin, true);
        set(--end, false);
        while (IsChanged(side, begin - 1)) --begin;
        do {
          --opposite;
        } while (IsChanged(other, opposite));
      }
      meeting = IsChanged(other, opposite - 1) ? end : count;
      while (end < count && same(begin, end)) {
        set(begin++, false);
        set(end++, true);
        while (IsChanged(side, end)) ++end;
        ++opposite;
        while (IsChanged(other, opposite)) {
          meeting = end;
          ++opposite;
        }
      }
    } while (length != end - begin);
    while (meeting < end) {
      set(--begin, true);
      set(--end, false);
      do {
        --opposite;
      } while (IsChanged(other, opposite));
    }
  }
}

struct Hunk {
  size_t a_begin, a_end, b_begin, b_end;
};

// Runs of changes on both sides, in order.
std::vector<Hunk> Changes(const Side& a, const Side& b) {
  std::vector<Hunk> changes;
  size_t i = 0, j = 0;
  while (i < a.ids.size() || j < b.ids.size()) {
    Hunk change{i, i, j, j};
    while (change.a_end < a.ids.size() && a.changed[change.a_end]) ++change.a_end;
    while (change.b_end < b.ids.size() && b.changed[change.b_end]) ++change.b_end;
    if (change.a_end > i || change.b_end > j) changes.push_back(change);
    i = change.a_end + 1;
    j = change.b_end + 1;
  }
  return changes;
}

void AppendLine(char sign, std::string_view line, std::string* out) {
  *out += sign;
  *out += line;
  if (!line.ends_with('\n')) *out += "\n\\ No newline at end of file\n";
}

std::string RangeText(size_t begin, size_t end) {
  const size_t count = end - begin;
  if (count == 1) return fmt::format("{}", begin + 1);
  return fmt::format("{},{}", count == 0 ? begin : begin + 1, count);
}

void AppendHunk(const Side& a, const Side& b, std::span<const Hunk> changes, std::string* out) {
  const size_t before = std::min(kContext, changes.front().a_begin);
  const size_t after = std::min(kContext, a.lines.size() - changes.back().a_end);
  size_t i = changes.front().a_begin - before;
  *out += fmt::format("@@ -{} +{} @@\n", RangeText(i, changes.back().a_end + after),
                      RangeText(changes.front().b_begin - before, changes.back().b_end + after));
  for (const Hunk& change : changes) {
    for (; i < change.a_begin; ++i) AppendLine(' ', a.lines[i], out);
    for (; i < change.a_end; ++i) AppendLine('-', a.lines[i], out);
    for (size_t j = change.b_begin; j < change.b_end; ++j) AppendLine('+', b.lines[j], out);
  }
  for (const size_t end = i + after; i < end; ++i) AppendLine(' ', a.lines[i], out);
}

}  // namespace

std::string UnifiedDiff(std::string_view before, std::string_view after, std::string_view before_label,
                        std::string_view after_label) {
  if (before == after) return "";
  Side a{.lines = SplitLines(before)};
  Side b{.lines = SplitLines(after)};
  std::unordered_map<std::string_view, int> ids;
  for (Side* side : {&a, &b}) {
    for (const std::string_view line : side->lines) {
      side->ids.push_back(ids.emplace(line, static_cast<int>(ids.size())).first->second);
    }
    side->changed.resize(side->lines.size());
  }
  std::vector<int> count_a(ids.size()), count_b(ids.size());
  for (const int id : a.ids) ++count_a[static_cast<size_t>(id)];
  for (const int id : b.ids) ++count_b[static_cast<size_t>(id)];
  const std::vector<int> as = Candidates(a, count_b);
  const std::vector<int> bs = Candidates(b, count_a);
  MarkShortest(a, b, as, bs);
  SlideRuns(a, b);
  SlideRuns(b, a);

  std::string out = fmt::format("--- {}\n+++ {}\n", before_label, after_label);
  const std::vector<Hunk> changes = Changes(a, b);
  for (size_t begin = 0; begin < changes.size();) {
    size_t end = begin + 1;
    while (end < changes.size() && changes[end].a_begin - changes[end - 1].a_end <= 2 * kContext) ++end;
    AppendHunk(a, b, std::span(changes).subspan(begin, end - begin), &out);
    begin = end;
  }
  return out;
}

}  // namespace language::hcl
