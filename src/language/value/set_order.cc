#include "language/value/set_order.h"

#include <algorithm>
#include <numeric>

#include "base/core/strings.h"
#include "language/value/node.h"

namespace language::value {

namespace {

constexpr size_t kTableFrom = 9;  // smaller sets are searched one by one

// In a set 0 and -0 are two elements, though they are equal: their hash bytes differ.
bool SameElement(const Value& a, const Value& b) {
  if (!Value::KnownEqual(a, b)) return false;
  if (!a.type().IsNumber() || !a.IsKnownNotNull() || !b.IsKnownNotNull()) return true;
  return a.AsNumber().IsNegativeZero() == b.AsNumber().IsNegativeZero();
}

uint8_t TableBits(size_t size) {
  uint8_t bits = 1;
  while ((size_t{1} << bits) < size * 2) ++bits;
  return bits;
}

// Positions of values by hash; open addressing in 2^bits slots that begin as zeros. Returns the position of
// the same element, or -1 after adding this one.
class ElementTable {
 public:
  ElementTable(uint32_t* slots, uint8_t bits) : slots_(slots), mask_((size_t{1} << bits) - 1) {}
  int64_t FindOrAdd(std::span<const Value> values, const Value& value, uint32_t position) {
    size_t slot = Find(values, value);
    if (slots_[slot] != 0) return slots_[slot] - 1;
    slots_[slot] = position + 1;
    return -1;
  }
  size_t Find(std::span<const Value> values, const Value& value) const {
    size_t slot = value.Hash() & mask_;
    while (slots_[slot] != 0 && !SameElement(values[slots_[slot] - 1], value)) slot = (slot + 1) & mask_;
    return slot;
  }

 private:
  uint32_t* slots_;
  size_t mask_;
};

// Without later duplicates, in the order of insertion. Elements that are not wholly known equal nothing.
void Deduplicate(std::vector<Value>* elements) {
  if (elements->size() < 2) return;
  uint8_t bits = TableBits(elements->size());
  std::vector<uint32_t> slots(size_t{1} << bits);
  ElementTable table(slots.data(), bits);
  size_t kept = 0;
  for (size_t i = 0; i < elements->size(); ++i) {
    Value& element = (*elements)[i];
    if (element.IsWhollyKnown() && table.FindOrAdd(*elements, element, static_cast<uint32_t>(kept)) >= 0)
      continue;
    if (kept != i) (*elements)[kept] = std::move(element);
    ++kept;
  }
  elements->resize(kept);
}

int Class(const Value& value) { return value.IsNull() ? 2 : value.IsUnknown() ? 1 : 0; }

bool NaturalLess(const Value& a, const Value& b) {
  switch (a.type().kind()) {
    case Kind::kString:
      return a.AsString() < b.AsString();
    case Kind::kBool:
      return !a.AsBool() && b.AsBool();
    default: {
      int order = Number::Compare(a.AsNumber(), b.AsNumber());
      // go-cty orders by CRC of the hash bytes then, and that of "-0" is less.
      return order < 0 || (order == 0 && a.AsNumber().IsNegativeZero() && !b.AsNumber().IsNegativeZero());
    }
  }
}

// Sorts texts and positions, which is faster than moving values and looking at the texts behind them.
void SortStrings(std::span<Value> elements) {
  std::vector<std::pair<std::string_view, size_t>> order;
  order.reserve(elements.size());
  for (size_t i = 0; i < elements.size(); ++i) order.emplace_back(elements[i].AsString(), i);
  std::sort(order.begin(), order.end());
  std::vector<Value> sorted;
  sorted.reserve(elements.size());
  for (const auto& [text, position] : order) sorted.push_back(elements[position]);
  std::move(sorted.begin(), sorted.end(), elements.begin());
}

void Sort(Type element, std::vector<Value>* elements) {
  auto known_first = [](const Value& a, const Value& b) { return Class(a) < Class(b); };
  std::stable_sort(elements->begin(), elements->end(), known_first);
  auto known_end =
      std::find_if(elements->begin(), elements->end(), [](const Value& v) { return Class(v) != 0; });
  size_t known = static_cast<size_t>(known_end - elements->begin());
  if (element.IsString()) return SortStrings(std::span(*elements).first(known));
  if (element.IsPrimitive()) {
    std::stable_sort(elements->begin(), known_end, NaturalLess);
    return;
  }
  std::vector<std::pair<std::string, Value>> keyed;
  keyed.reserve(known);
  for (size_t i = 0; i < known; ++i)
    keyed.emplace_back(SetHashBytes((*elements)[i]), std::move((*elements)[i]));
  std::stable_sort(keyed.begin(), keyed.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (size_t i = 0; i < known; ++i) (*elements)[i] = std::move(keyed[i].second);
}

}  // namespace

void AppendSetHashBytes(const Value& value, std::string* out) {
  if (value.IsUnknown()) {
    *out += '?';
    return;
  }
  if (value.IsNull()) {
    *out += '~';
    return;
  }
  switch (value.type().kind()) {
    case Kind::kNumber:
      *out += value.AsNumber().ToHashText();
      return;
    case Kind::kBool:
      *out += value.AsBool() ? 'T' : 'F';
      return;
    case Kind::kString:
      *out += base::core::GoQuote(value.AsString());
      return;
    default:
      break;
  }
  bool structural = value.type().IsObject() || value.type().IsTuple();
  bool map = value.type().IsMap();
  *out += structural ? '<' : map ? '{' : '[';
  for (size_t i = 0; i < value.Length(); ++i) {
    if (map) {
      *out += base::core::GoQuote(value.KeyAt(i));
      *out += ':';
    }
    AppendSetHashBytes(value.ElementAt(i), out);
    *out += ';';
  }
  *out += structural ? '>' : map ? '}' : ']';
}

std::string SetHashBytes(const Value& value) {
  std::string out;
  AppendSetHashBytes(value, &out);
  return out;
}

Value Value::Set(Type element, std::vector<Value> elements) {
  Marks marks = kNoMarks;
  bool fits = true;
  for (Value& value : elements) {
    if (Marks inside = value.MarksDeep()) {
      marks |= inside;
      value = value.UnmarkedDeep();
    }
    fits = fits && value.type() == element;
  }
  if (!fits) {
    std::vector<Value*> pointers;
    for (Value& value : elements) pointers.push_back(&value);
    element = FitElements(element, pointers);
  }
  Deduplicate(&elements);
  if (elements.size() > 1) Sort(element, &elements);
  uint8_t bits = elements.size() >= kTableFrom ? TableBits(elements.size()) : 0;
  CompoundBuilder builder(Type::Set(element), elements.size(), bits);
  for (Value& value : elements) builder.Put(std::move(value));
  if (bits != 0) {
    std::fill_n(builder.table(), size_t{1} << bits, 0u);
    ElementTable table(builder.table(), bits);
    std::span<const Value> stored(builder.elements(), elements.size());
    for (uint32_t i = 0; i < stored.size(); ++i) {
      if (stored[i].IsWhollyKnown()) table.FindOrAdd(stored, stored[i], i);
    }
  }
  return std::move(builder).Finish().WithMarks(marks);
}

bool Value::SetContains(const Value& element) const {
  CHECK(tag() == Tag::kCompound);
  const auto& node = ValueAccess::As<CompoundNode>(*this);
  CHECK(node.type->kind == Kind::kSet);
  if (!element.IsWhollyKnown()) return false;
  std::span<const Value> elements(node.elements(), node.size);
  if (node.table_bits == 0) {
    return std::ranges::any_of(elements, [&](const Value& other) { return SameElement(other, element); });
  }
  // The table is only read.
  ElementTable table(const_cast<uint32_t*>(node.table()), node.table_bits);
  return node.table()[table.Find(elements, element)] != 0;
}

}  // namespace language::value
