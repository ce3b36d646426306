#include "base/text/suggest.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace base::text {
namespace {

template <typename Candidate>
std::string FirstNear(std::string_view name, std::span<const Candidate> candidates) {
  constexpr size_t kNear = 3;
  for (const Candidate& candidate : candidates) {
    const size_t a = name.size();
    const size_t b = candidate.size();
    if ((a > b ? a - b : b - a) < kNear && LevenshteinDistance(name, candidate) < kNear)
      return std::string(candidate);
  }
  return "";
}

}  // namespace

size_t LevenshteinDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

std::string Suggest(std::string_view name, std::span<const std::string> candidates) {
  return FirstNear(name, candidates);
}
std::string Suggest(std::string_view name, std::span<const std::string_view> candidates) {
  return FirstNear(name, candidates);
}

}  // namespace base::text
