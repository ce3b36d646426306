// Value: an immutable value of the language in 16 bytes: known, null or unknown, with marks.
// Null, bool, int64 and short strings are inline, the rest is shared by an intrusive atomic count.
// Used by every room above base. Source of rules: go-cty 1.16.
#pragma once

#include <atomic>
#include <bit>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "language/value/number.h"
#include "language/value/type.h"

namespace language::value {

class Value;

// What the language builds is bounded, for values share their parts: forty locals that each hold the one
// before twice are a small thing to keep, and too large ever to be written out.
inline constexpr uint32_t kMaxWeight = 50'000'000;
inline constexpr size_t kMaxTextSize = size_t{256} << 20;  // bytes

// Marks are a bit set; every result of an operation carries the union of its operands' marks.
using Marks = uint8_t;
inline constexpr Marks kNoMarks = 0;
inline constexpr Marks kSensitive = 1;
inline constexpr Marks kEphemeral = 2;

// What is known of an unknown value. Fields that do not fit the type are ignored.
struct Refinements {
  bool not_null = false;
  std::string string_prefix;
  std::optional<Number> lower, upper;
  bool lower_inclusive = true, upper_inclusive = true;
  int64_t min_length = 0;
  int64_t max_length = INT64_MAX;
  bool Empty() const;
  friend bool operator==(const Refinements& a, const Refinements& b);
};

// How much of a text stays at the beginning, byte for byte, whatever is appended to it and normalised:
// without a last character that could combine with others. Source of rule: go-cty's ctystrings.
std::string SafePrefix(std::string_view text);

// One step from a value to a part of it: .name of an object, or [key] of a collection or tuple.
struct PathStep;
using Path = std::vector<PathStep>;

class Value {
 public:
  // null of type dynamic
  constexpr Value() = default;
  Value(const Value& other) : payload_(other.payload_), rest_(other.rest_) {
    if (IsShared()) Retain();
  }
  Value(Value&& other) noexcept
      : payload_(std::exchange(other.payload_, 0)), rest_(std::exchange(other.rest_, 0)) {}
  Value& operator=(const Value& other) {
    if (other.IsShared()) other.Retain();
    if (IsShared()) Release();
    payload_ = other.payload_;
    rest_ = other.rest_;
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    std::swap(payload_, other.payload_);
    std::swap(rest_, other.rest_);
    return *this;
  }
  ~Value() {
    if (IsShared()) Release();
  }

  static Value Null(Type type);
  static Value Unknown(Type type);
  // Collapses to a known value where the refinements leave only one (go-cty's rule).
  static Value Unknown(Type type, const Refinements& refinements);
  static Value DynamicUnknown() { return Unknown(Type::Dynamic()); }
  static Value Bool(bool value);
  static Value True() { return Bool(true); }
  static Value False() { return Bool(false); }
  static Value Int(int64_t value);
  static Value OfNumber(Number value);
  static Value String(std::string_view text);     // normalises to NFC; invalid UTF-8 becomes U+FFFD
  static Value StringRaw(std::string_view text);  // the caller knows that it is NFC
  // Elements must conform to the element type (unknown and null of that type included).
  static Value List(Type element, std::vector<Value> elements);
  static Value Set(Type element,
                   std::vector<Value> elements);  // deduplicates, sorts; element marks rise to the set
  // Later duplicates of a key win. Keys are normalised to NFC.
  static Value Map(Type element, std::vector<std::pair<std::string, Value>> entries);
  static Value Object(std::vector<std::pair<std::string, Value>> attributes);  // type is derived; later wins
  // values: in the order of type.attributes(); each must conform.
  // An attribute whose declared type has dynamic parts takes the type of its value.
  static Value ObjectOf(Type type, std::vector<Value> values);
  // The same, moving out of the caller's values.
  static Value ObjectOf(Type type, std::span<Value> values);
  static Value Tuple(std::vector<Value> elements);  // type is derived
  static Value EmptyObject() { return Object({}); }
  static Value EmptyTuple() { return Tuple({}); }

  Type type() const;
  bool IsNull() const { return tag() == Tag::kNull; }
  bool IsUnknown() const { return tag() == Tag::kUnknown || tag() == Tag::kRefined; }
  bool IsKnown() const { return !IsUnknown(); }
  bool IsKnownNotNull() const { return !IsUnknown() && !IsNull(); }
  bool IsWhollyKnown() const;  // cached in shared nodes
  // Only for unknown values; empty when not refined.
  Refinements refinements() const;
  // Unknown value that keeps only "not null".
  Value NotNull() const;  // refines an unknown; known values are returned as they are

  // Known and of that type, else a bug.
  bool AsBool() const;
  Number AsNumber() const;
  std::optional<int64_t> AsInt64() const;
  std::string_view AsString() const;  // valid as long as this very Value object lives (it may be inline)

  // Known, not null lists, sets, maps, objects, tuples.
  size_t Length() const;
  // In iteration order: list and tuple by index, set by its order, map by sorted key, object by attribute.
  const Value& ElementAt(size_t index) const;
  std::span<const Value> Elements() const;
  std::string_view KeyAt(size_t index) const;     // map key or attribute name
  const Value* Find(std::string_view key) const;  // map or object; null when absent
  // Attribute of a known object, else a bug when absent.
  const Value& Get(std::string_view name) const;
  bool SetContains(const Value& element) const;
  // Whether it can be told that it is not null: known and not null, or an unknown so refined.
  bool IsDefinitelyNotNull() const;

  // Marks of this very value.
  Marks marks() const { return static_cast<Marks>(rest_ >> 48); }
  bool IsMarked(Marks marks) const { return (this->marks() & marks) != 0; }
  bool HasMarksDeep() const;           // cached in shared nodes
  Marks MarksDeep() const;             // union of all inside
  Value WithMarks(Marks marks) const;  // adds
  Value Unmarked() const;              // this level only
  Value UnmarkedDeep() const;
  // Strips all marks and tells where they were (a set's element marks are at the set).
  Value UnmarkedDeep(std::vector<std::pair<Path, Marks>>* paths) const;
  Value MarkedAt(std::span<const std::pair<Path, Marks>> paths) const;  // paths that do not exist are skipped

  // Identity: same type, nullness, unknownness with refinements, marks, deep.
  bool RawEquals(const Value& other) const;
  // The language's `==`: known bool, or unknown bool. Marks are joined.
  static Value Equals(const Value& a, const Value& b);
  // Whether Equals is known and true, marks ignored.
  static bool KnownEqual(const Value& a, const Value& b);

  // Whether the value could be what the unknown one turns out to be, by its type and refinements; errs
  // towards yes.
  static bool MayBecome(const Value& unknown, const Value& value);

  // Bytes that order sets (facts of go-cty's set hashing): see SetHashBytes in set_order.h.
  // Go syntax as errors about providers print it: cty.StringVal("x").
  std::string GoString() const;
  // How many parts it would have written out: elements, keys, and one more for each 32 bytes of text; shared
  // parts count each time. Saturates.
  uint32_t Weight() const;
  size_t Hash() const;  // consistent with RawEquals on unmarked values
  // Whether dropping this Value without its destructor would leak (arenas ask).
  bool HoldsStorage() const { return IsShared(); }
  // Same shared node or identical inline bits: a cheap "surely equal".
  bool SameNode(const Value& other) const {
    return payload_ == other.payload_ && tag_bits() == other.tag_bits();
  }

  // Rebuilds a value from the leaves: visitor may replace any node, called after its children.
  Value Transform(const std::function<Value(const Path&, const Value&)>& visitor) const;
  // Calls back for every node, parents first; return false not to descend.
  void Walk(const std::function<bool(const Path&, const Value&)>& visitor) const;

 private:
  friend struct ValueAccess;

  // Bytes 0 to 13 hold the payload: a pointer to a TypeNode (0: dynamic) of nulls and unknowns, a bool, an
  // int64 with its precision, the bytes of a short string, or a pointer to a shared node. Byte 14 holds the
  // marks; byte 15 the tag (high half) and a detail (low half: length of a short string; 1 for an unknown
  // that is not null).
  enum class Tag : uint8_t {
    kNull,
    kUnknown,
    kBool,
    kInt,
    kShortString,
    kString,
    kNumber,
    kCompound,
    kRefined
  };
  Tag tag() const { return static_cast<Tag>(rest_ >> 60); }
  uint64_t detail() const { return (rest_ >> 56) & 15; }
  bool IsShared() const { return tag() >= Tag::kString; }
  // Shared nodes begin with their count.
  std::atomic<uint32_t>* Count() const { return reinterpret_cast<std::atomic<uint32_t>*>(payload_); }
  void Retain() const { Count()->fetch_add(1, std::memory_order_relaxed); }
  void Release() {
    if (Count()->fetch_sub(1, std::memory_order_acq_rel) == 1) Destroy();
  }
  void Destroy();
  uint64_t tag_bits() const { return rest_; }

  uint64_t payload_ = 0;
  uint64_t rest_ = 0;
};
static_assert(sizeof(Value) == 16 && std::endian::native == std::endian::little);

struct PathStep {
  // Attribute when `key` is null of dynamic type; else an index with that key (string or number).
  std::string attribute;
  Value key;
  static PathStep Attribute(std::string name) { return {std::move(name), Value()}; }
  static PathStep Index(Value key) { return {"", std::move(key)}; }
  bool IsAttribute() const { return key.IsNull(); }
  friend bool operator==(const PathStep& a, const PathStep& b) {
    return a.attribute == b.attribute && a.key.RawEquals(b.key);
  }
};

// ".a[0].b[\"k\"]"
std::string PathToString(std::span<const PathStep> path);
// The part of the value at the path; nothing when a step does not apply. Unknown or null on the way gives
// unknown or null of dynamic type.
std::optional<Value> ApplyPath(const Value& value, std::span<const PathStep> path);

}  // namespace language::value
