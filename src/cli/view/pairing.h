// Which elements of one sequence belong to which of another: for lists, the lines of texts, and sets.
// Not the comparison of values: elements come as small numbers, equal where the elements are (Interner).
// Used by value_diff.cc and value_render.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "language/value/value.h"

namespace cli::view {

inline constexpr size_t kNone = SIZE_MAX;

// Indexes of before and after that are shown as one; kNone: only on the other side.
using Pairs = std::vector<std::pair<size_t, size_t>>;

// As the JSON of both would compare: list, set and tuple are alike, marks do not matter; what is unknown is
// null inside of sequences and missing inside of objects.
bool SameJson(const language::value::Value& a, const language::value::Value& b);

// Gives equal things equal numbers.
class Interner {
 public:
  std::vector<uint32_t> OfValues(std::span<const language::value::Value> values);
  std::vector<uint32_t> OfLines(std::span<const std::string_view> lines);

 private:
  std::unordered_multimap<size_t, std::pair<const language::value::Value*, uint32_t>> values_;
  std::unordered_map<std::string_view, uint32_t> lines_;
  uint32_t next_ = 0;
};

// Sequences of one length go index by index unless all of before is in after too; else by their longest
// common subsequence, where objects that stand at the same point are taken as one object that changes.
// is_object: by side (false: before) and index.
Pairs PairSequences(std::span<const uint32_t> before, std::span<const uint32_t> after,
                    const std::function<bool(bool, size_t)>& is_object);

// Equal elements together, in the order of before; then what is only in after. Elements at which `unknown`
// (indexes of after) is true match nothing.
Pairs PairSets(std::span<const uint32_t> before, std::span<const uint32_t> after,
               const std::vector<bool>& unknown);

}  // namespace cli::view
