// What is known of unknown values.
#include <cstdlib>

#include "base/text/unicode.h"
#include "language/value/node.h"

namespace language::value {

using Tag = ValueAccess::Tag;

namespace {

bool EqualBounds(const std::optional<Number>& a, const std::optional<Number>& b) {
  return a.has_value() == b.has_value() && (!a || Number::Equal(*a, *b));
}

// Only what fits the type.
Refinements Fitting(Type type, const Refinements& given) {
  Refinements fitting;
  fitting.not_null = given.not_null;
  if (type.IsString()) {
    fitting.string_prefix = given.string_prefix;
  } else if (type.IsNumber()) {
    if (given.lower && !(given.lower->IsInfinite() && given.lower->Sign() < 0)) {
      fitting.lower = given.lower;
      fitting.lower_inclusive = given.lower_inclusive;
    }
    if (given.upper && !(given.upper->IsInfinite() && given.upper->Sign() > 0)) {
      fitting.upper = given.upper;
      fitting.upper_inclusive = given.upper_inclusive;
    }
  } else if (type.IsCollection()) {
    fitting.min_length = std::max<int64_t>(given.min_length, 0);
    fitting.max_length = given.max_length;
  }
  return fitting;
}

// The only value that is left, if there is one.
std::optional<Value> Collapse(Type type, const Refinements& refinements) {
  constexpr int64_t kMaxPlaceholders = 1 << 20;
  if (!refinements.not_null) return std::nullopt;
  if (type.IsNumber() && refinements.lower && refinements.upper && refinements.lower_inclusive &&
      refinements.upper_inclusive && Number::Equal(*refinements.lower, *refinements.upper)) {
    return Value::OfNumber(*refinements.lower);
  }
  if (!type.IsCollection() || refinements.min_length != refinements.max_length) return std::nullopt;
  int64_t length = refinements.min_length;
  if (length > kMaxPlaceholders) return std::nullopt;
  std::vector<Value> elements(static_cast<size_t>(length), Value::Unknown(type.element()));
  if (type.IsList()) return Value::List(type.element(), std::move(elements));
  if (type.IsSet() && length <= 1) return Value::Set(type.element(), std::move(elements));
  if (type.IsMap() && length == 0) return Value::Map(type.element(), {});
  return std::nullopt;
}

}  // namespace

bool Refinements::Empty() const {
  return !not_null && string_prefix.empty() && !lower && !upper && min_length <= 0 && max_length == INT64_MAX;
}

bool operator==(const Refinements& a, const Refinements& b) {
  return a.not_null == b.not_null && a.string_prefix == b.string_prefix && a.min_length == b.min_length &&
         a.max_length == b.max_length && EqualBounds(a.lower, b.lower) && EqualBounds(a.upper, b.upper) &&
         (!a.lower || a.lower_inclusive == b.lower_inclusive) &&
         (!a.upper || a.upper_inclusive == b.upper_inclusive);
}

Value Value::Unknown(Type type, const Refinements& refinements) {
  if (type.IsDynamic()) return Unknown(type);
  Refinements fitting = Fitting(type, refinements);
  if (std::optional<Value> known = Collapse(type, fitting)) return *known;
  Refinements rest = fitting;
  rest.not_null = false;
  if (rest.Empty())
    return ValueAccess::Make(Tag::kUnknown, ValueAccess::PayloadOfType(type), fitting.not_null ? 1 : 0);
  void* memory = std::malloc(sizeof(RefinedNode));
  CHECK(memory != nullptr);
  auto* node = std::construct_at(static_cast<RefinedNode*>(memory));
  node->type = type.node();
  node->refinements = std::move(fitting);
  return ValueAccess::OfNode(Tag::kRefined, node);
}

Refinements Value::refinements() const {
  if (tag() == Tag::kRefined) return ValueAccess::As<RefinedNode>(*this).refinements;
  Refinements refinements;
  refinements.not_null = tag() == Tag::kUnknown && detail() == 1;
  return refinements;
}

std::string SafePrefix(std::string_view text) {
  std::string prefix = base::text::NormalizeNfc(text);
  std::vector<std::string_view> clusters = base::text::Graphemes(prefix);
  if (clusters.empty()) return prefix;
  // Characters that end words in texts for machines and people, and take part in no combination.
  constexpr std::string_view kDelimiters = "-_:;/\\,.(){}[]|?!~ \t@#$%^&*+\"'";
  std::string_view last = clusters.back();
  if (last.size() != 1 || kDelimiters.find(last[0]) == std::string_view::npos)
    prefix.resize(prefix.size() - last.size());
  return prefix;
}

Value Value::NotNull() const {
  if (IsKnown() || IsDefinitelyNotNull()) return *this;
  Refinements refinements = this->refinements();
  refinements.not_null = true;
  return Unknown(type(), refinements).WithMarks(marks());
}

bool Value::IsDefinitelyNotNull() const {
  if (tag() == Tag::kUnknown) return detail() == 1;
  if (tag() == Tag::kRefined) return ValueAccess::As<RefinedNode>(*this).refinements.not_null;
  return !IsNull();
}

}  // namespace language::value
