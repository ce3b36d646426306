// Whether what a provider made is what it had planned, and whether values have the types that they must have.
#include <algorithm>

#include "base/core/strings.h"
#include "language/schema/parts.h"
#include "language/schema/problems.h"
#include "language/schema/proposed.h"
#include "language/value/convert.h"

namespace language::schema {

using value::MismatchMessage;
using value::PathStep;
using value::Type;
using value::Value;

namespace {

std::string KeyText(const Value& key) {
  return key.type().IsString() ? base::core::GoQuote(key.AsString()) : key.AsNumber().ToString();
}

class CompatibilityCheck : public ProblemList {
 public:
  void CheckBlock(const Block& block, const Value& planned, const Value& actual);
  void CheckValue(const Value& planned, const Value& actual);

 private:
  void CheckBlocks(const NestedBlock& nested, const Value& planned, const Value& actual);
  void CheckBlockObject(const NestedBlock& nested, const Value& planned, const Value& actual);
  void CheckElements(const Value& planned, const Value& actual);
  // Each element of one set must have a partner in the other; `compare` adds problems where two do not fit.
  template <typename Compare>
  void CheckSet(const Value& planned, const Value& actual, const char* length_message, Compare compare);
};

void CompatibilityCheck::CheckBlock(const Block& block, const Value& planned, const Value& actual) {
  const char* root = AtRoot() ? "Root object " : "";
  if (planned.IsNull() && !actual.IsNull()) return Add(std::string(root) + "was absent, but now present");
  if (actual.IsNull() && !planned.IsNull()) return Add(std::string(root) + "was present, but now absent");
  if (planned.IsNull()) return;
  for (const Attribute& attribute : block.attributes) {
    Value before = PartOf(planned, attribute.name, attribute.type);
    Value after = PartOf(actual, attribute.name, attribute.type);
    bool sensitive =
        attribute.sensitive || ((before.MarksDeep() | after.MarksDeep()) & value::kSensitive) != 0;
    At(PathStep::Attribute(attribute.name), [&] {
      size_t count = problems.size();
      CheckValue(before.UnmarkedDeep(), after.UnmarkedDeep());
      if (!sensitive || problems.size() == count) return;
      problems.erase(problems.begin() + static_cast<std::ptrdiff_t>(count), problems.end());
      Add("inconsistent values for sensitive attribute");
    });
  }
  for (const NestedBlock& nested : block.blocks) {
    Type type = BlockCollectionType(nested);
    At(PathStep::Attribute(nested.type_name), [&] {
      CheckBlocks(nested, PartOf(planned, nested.type_name, type).Unmarked(),
                  PartOf(actual, nested.type_name, type).Unmarked());
    });
  }
}

void CompatibilityCheck::CheckBlocks(const NestedBlock& nested, const Value& planned, const Value& actual) {
  if (nested.nesting == Nesting::kSingle || nested.nesting == Nesting::kGroup) {
    // A dynamic block that was unknown may have turned out to be none.
    if (planned.IsUnknown() && actual.IsNull()) return;
    return CheckBlock(*nested.block, planned, actual);
  }
  if (!planned.IsKnownNotNull() || !actual.IsKnownNotNull()) return;
  if (nested.nesting == Nesting::kSet) {
    return CheckSet(planned, actual, "block set length changed from {} to {}",
                    [&](const Value& a, const Value& b) { CheckBlock(*nested.block, a, b); });
  }
  if (nested.nesting == Nesting::kMap && planned.type().IsObject())
    return CheckBlockObject(nested, planned, actual);
  if (planned.Length() != actual.Length()) {
    return Add(fmt::format("block count changed from {} to {}", planned.Length(), actual.Length()));
  }
  for (size_t i = 0; i < planned.Length(); ++i) {
    Value key = KeyOf(planned, i);
    if (!HasElement(actual, key)) continue;
    const Value& element = planned.ElementAt(i);
    At(PathStep::Index(key),
       [&] { CheckBlock(*nested.block, element, ElementOf(actual, key, element.type())); });
  }
}

void CompatibilityCheck::CheckBlockObject(const NestedBlock& nested, const Value& planned,
                                          const Value& actual) {
  for (size_t i = 0; i < planned.Length(); ++i) {
    Value key = KeyOf(planned, i);
    if (!HasElement(actual, key)) {
      Add("block key " + KeyText(key) + " has vanished");
      continue;
    }
    const Value& element = planned.ElementAt(i);
    At(PathStep::Attribute(std::string(key.AsString())),
       [&] { CheckBlock(*nested.block, element, ElementOf(actual, key, element.type())); });
  }
  for (size_t i = 0; i < actual.Length(); ++i) {
    Value key = KeyOf(actual, i);
    if (!HasElement(planned, key)) Add("new block key " + KeyText(key) + " has appeared");
  }
}

void CompatibilityCheck::CheckValue(const Value& planned, const Value& actual) {
  if (planned.type().IsDynamic() || planned.RawEquals(actual)) return;
  if (!TypeConforms(actual.type(), planned.type())) {
    return Add("wrong final value type: " + MismatchMessage(actual.type(), planned.type()));
  }
  if (planned.IsUnknown()) {
    if (!Value::MayBecome(planned, actual)) {
      Add("final value " + actual.GoString() + " does not conform to planning placeholder " +
          planned.GoString());
    }
    return;
  }
  if (actual.IsNull() && planned.IsNull()) return;
  if (actual.IsNull()) return Add("was " + planned.GoString() + ", but now null");
  if (planned.IsNull()) return Add("was null, but now " + actual.GoString());
  if (actual.IsUnknown()) return Add("was known, but now unknown");
  Type type = planned.type();
  if (type.IsPrimitive()) {
    if (!Value::KnownEqual(planned, actual))
      Add("was " + planned.GoString() + ", but now " + actual.GoString());
  } else if (type.IsSet()) {
    CheckSet(planned, actual, "length changed from {} to {}",
             [&](const Value& a, const Value& b) { CheckValue(a, b); });
  } else {
    CheckElements(planned, actual);
  }
}

void CompatibilityCheck::CheckElements(const Value& planned, const Value& actual) {
  bool object = planned.type().IsObject();
  for (size_t i = 0; i < planned.Length(); ++i) {
    Value key = KeyOf(planned, i);
    const Value& element = planned.ElementAt(i);
    if (!HasElement(actual, key)) {
      Add("element " + KeyText(key) + " has vanished");
      continue;
    }
    PathStep step = object ? PathStep::Attribute(std::string(key.AsString())) : PathStep::Index(key);
    At(std::move(step), [&] { CheckValue(element, ElementOf(actual, key, element.type())); });
  }
  for (size_t i = 0; i < actual.Length(); ++i) {
    Value key = KeyOf(actual, i);
    if (!HasElement(planned, key)) Add("new element " + KeyText(key) + " has appeared");
  }
}

template <typename Compare>
void CompatibilityCheck::CheckSet(const Value& planned, const Value& actual, const char* length_message,
                                  Compare compare) {
  std::span<const Value> before = planned.Elements(), after = actual.Elements();
  // Equal elements are partners; only what is left has to be tried against everything.
  std::vector<bool> before_fits(before.size()), after_fits(after.size());
  for (size_t i = 0; i < before.size(); ++i) before_fits[i] = actual.SetContains(before[i]);
  for (size_t i = 0; i < after.size(); ++i) after_fits[i] = planned.SetContains(after[i]);
  auto fits = [&](const Value& a, const Value& b) {
    size_t count = problems.size();
    At(PathStep::Index(b), [&] { compare(a, b); });
    bool fine = problems.size() == count;
    problems.erase(problems.begin() + static_cast<std::ptrdiff_t>(count), problems.end());
    return fine;
  };
  // Two values without unknowns fit only if they are equal.
  bool only_equal = planned.IsWhollyKnown() && planned.type().element().IsPrimitive();
  for (size_t i = 0; !only_equal && i < before.size(); ++i) {
    for (size_t j = 0; j < after.size(); ++j) {
      if (before_fits[i] && after_fits[j]) continue;
      if (fits(before[i], after[j])) before_fits[i] = after_fits[j] = true;
    }
  }
  for (size_t i = 0; i < before.size(); ++i) {
    if (before_fits[i]) continue;
    Add("planned set element " + before[i].GoString() + " does not correlate with any element in actual");
  }
  // The other side would mostly say the same again.
  bool all_planned_fit = std::ranges::find(before_fits, false) == before_fits.end();
  for (size_t i = 0; all_planned_fit && i < after.size(); ++i) {
    if (after_fits[i]) continue;
    Add("actual set element " + after[i].GoString() + " does not correlate with any element in plan");
  }
  // Unknown elements may turn out to be one, but never become more.
  if (before.size() < after.size())
    Add(fmt::format(fmt::runtime(length_message), before.size(), after.size()));
}

class ConformanceCheck : public ProblemList {
 public:
  void Check(Type given, Type want) {
    if (want.IsDynamic() || given == want) return;
    if (given.kind() != want.kind() || given.IsPrimitive()) {
      return Add(want.FriendlyName() + " required, but received " + given.FriendlyName());
    }
    if (given.IsObject()) return CheckObjects(given, want);
    if (given.IsTuple()) return CheckTuples(given, want);
    Type key = given.IsList() ? Type::Number() : given.IsMap() ? Type::String() : given.element();
    At(PathStep::Index(Value::Unknown(key)), [&] { Check(given.element(), want.element()); });
  }

 private:
  void CheckObjects(Type given, Type want) {
    for (const auto& attribute : given.attributes()) {
      if (want.AttributeIndex(attribute.name) >= 0) continue;
      Add("unsupported attribute " + base::core::GoQuote(attribute.name));
    }
    for (const auto& attribute : want.attributes()) {
      int index = given.AttributeIndex(attribute.name);
      if (index < 0) {
        Add("missing required attribute " + base::core::GoQuote(attribute.name));
        continue;
      }
      At(PathStep::Attribute(attribute.name),
         [&] { Check(given.attributes()[static_cast<size_t>(index)].type, attribute.type); });
    }
  }

  void CheckTuples(Type given, Type want) {
    size_t count = want.elements().size();
    if (given.elements().size() != count) {
      return Add(fmt::format("{} elements are required, but got {}", count, given.elements().size()));
    }
    for (size_t i = 0; i < count; ++i) {
      At(PathStep::Index(Value::Int(static_cast<int64_t>(i))),
         [&] { Check(given.elements()[i], want.elements()[i]); });
    }
  }
};

}  // namespace

std::vector<Problem> CheckCompatible(const Block& block, const Value& planned, const Value& actual) {
  CompatibilityCheck check;
  check.CheckBlock(block, planned, actual);
  return std::move(check.problems);
}

std::vector<Problem> CheckConforms(Type want, const Value& value) {
  ConformanceCheck check;
  check.Check(value.type(), want.WithoutOptional());
  return std::move(check.problems);
}

}  // namespace language::schema
