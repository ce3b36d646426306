#include <fmt/format.h>

#include <map>

#include "base/core/strings.h"
#include "language/eval/evaluator.h"

namespace language::eval {

using value::Type;
using value::Value;

namespace {
constexpr char kInvalidCondition[] = "Invalid 'for' condition";
}  // namespace

// One run of a `for` expression: its names, what it has gathered, and whether an unknown has spoilt the
// result.
class ForLoop {
 public:
  ForLoop(Evaluator& evaluator, const hcl::ForExpression& expression)
      : evaluator_(evaluator),
        expression_(expression),
        key_local_{expression.key_name, &key_, evaluator.locals_},
        value_local_{expression.value_name, &value_,
                     expression.key_name.empty() ? evaluator.locals_ : &key_local_},
        outer_(evaluator.locals_) {}

  Value Run(const Value& collection, value::Marks marks) {
    marks_ = marks;
    if (!CheckCondition()) return Value::DynamicUnknown();
    const Type type = collection.type();
    for (size_t i = 0; i < collection.Length() && !stopped_ && !evaluator_.Exhausted(); ++i) {
      value_ = collection.ElementAt(i);
      if (type.IsMap() || type.IsObject())
        key_ = Value::StringRaw(collection.KeyAt(i));
      else
        key_ = type.IsSet() ? value_ : Value::Int(static_cast<int64_t>(i));
      evaluator_.locals_ = &value_local_;
      OneElement();
      evaluator_.locals_ = outer_;
    }
    if (!known_) return Value::DynamicUnknown().WithMarks(marks_);
    return Gather().WithMarks(marks_);
  }

  // With unknown names, so that a wrong condition shows even where there is no element.
  bool CheckCondition() {
    if (!expression_.condition) return true;
    key_ = value_ = Value::DynamicUnknown();
    evaluator_.locals_ = &value_local_;
    const size_t mark = evaluator_.ErrorMark();
    const Value result = evaluator_.Evaluate(*expression_.condition);
    evaluator_.locals_ = outer_;
    return !evaluator_.FailedSince(mark) && ConditionOf(result, "Condition is null");
  }

 private:
  // The condition as a bool, which may be unknown, or nothing after an error.
  std::optional<Value> ConditionOf(const Value& given, const char* null_summary) {
    const hcl::Expression& condition = *expression_.condition;
    if (given.IsNull()) {
      Wrong(null_summary, "The value of the 'if' clause must not be null.", condition);
      return std::nullopt;
    }
    value::Conversion converted = value::Convert(given.Unmarked(), Type::Bool());
    if (converted.ok()) return std::move(converted.value);
    Wrong(kInvalidCondition, "The 'if' clause value is invalid: " + converted.error->message + ".",
          condition);
    return std::nullopt;
  }

  // What is wrong with one element is told as long as the result is known, so mostly once.
  void Wrong(const char* summary, std::string detail, const hcl::Expression& about) {
    if (known_) evaluator_.Error(summary, std::move(detail), about.span, expression_.span, about);
    known_ = false;
  }

  void OneElement() {
    if (expression_.condition && !Included()) return;
    if (!expression_.key) {
      values_.push_back(evaluator_.Evaluate(*expression_.value));
      Grow(values_.back());
      return;
    }
    const size_t mark = evaluator_.ErrorMark();
    const Value key = evaluator_.Evaluate(*expression_.key);
    marks_ |= key.marks();
    if (evaluator_.FailedSince(mark) || key.IsUnknown()) {
      known_ = false;
      return;
    }
    std::optional<std::string> name = KeyText(key.Unmarked());
    if (!name) return;
    Value value = evaluator_.Evaluate(*expression_.value);
    Grow(value);
    Add(*std::move(name), std::move(value));
  }

  // Ends the loop when what it has gathered is too much.
  void Grow(const Value& value) {
    weight_ = value::AddWeights(weight_, value.Weight());
    if (weight_ <= value::kMaxWeight || stopped_) return;
    evaluator_.TooLarge(expression_);
    known_ = false;
    stopped_ = true;
  }

  bool Included() {
    const size_t mark = evaluator_.ErrorMark();
    const Value result = evaluator_.Evaluate(*expression_.condition);
    marks_ |= result.marks();
    if (evaluator_.FailedSince(mark) || result.IsUnknown()) {
      known_ = false;
      return false;
    }
    const std::optional<Value> included = ConditionOf(result, kInvalidCondition);
    return included && included->AsBool();
  }

  std::optional<std::string> KeyText(const Value& key) {
    constexpr char kInvalidKey[] = "Invalid object key";
    if (key.IsNull()) {
      Wrong(kInvalidKey, "Key expression in 'for' expression must not produce a null value.",
            *expression_.key);
      return std::nullopt;
    }
    const value::Conversion text = value::Convert(key, Type::String());
    if (text.ok()) return std::string(text.value.AsString());
    Wrong(kInvalidKey, "The key expression produced an invalid result: " + text.error->message + ".",
          *expression_.key);
    return std::nullopt;
  }

  void Add(std::string name, Value value) {
    if (expression_.group) {
      groups_[std::move(name)].push_back(std::move(value));
      return;
    }
    const auto [entry, added] = attributes_.emplace(std::move(name), value);
    if (added) return;
    evaluator_.Error(
        "Duplicate object key",
        fmt::format("Two different items produced the key {} in this 'for' expression. If duplicates are "
                    "expected, use the ellipsis (...) after the value expression to enable grouping by key.",
                    marks_ & value::kSensitive ? "(sensitive value)" : base::core::GoQuote(entry->first)),
        expression_.key->span, expression_.span, *expression_.key);
  }

  Value Gather() {
    if (!expression_.key) return Value::Tuple(std::move(values_));
    std::vector<std::pair<std::string, Value>> attributes;
    for (auto& [name, group] : groups_) attributes.emplace_back(name, Value::Tuple(std::move(group)));
    for (auto& [name, value] : attributes_) attributes.emplace_back(name, std::move(value));
    return Value::Object(std::move(attributes));
  }

  Evaluator& evaluator_;
  const hcl::ForExpression& expression_;
  Value key_, value_;
  const Evaluator::Local key_local_, value_local_;
  const Evaluator::Local* const outer_;
  value::Marks marks_ = value::kNoMarks;
  bool known_ = true;
  uint32_t weight_ = 0;
  bool stopped_ = false;  // it became too much
  std::vector<Value> values_;
  std::map<std::string, Value> attributes_;
  std::map<std::string, std::vector<Value>> groups_;
};

Value Evaluator::For(const hcl::ForExpression& expression) {
  const hcl::Expression& source = *expression.collection;
  const Value collection = Evaluate(source);
  if (collection.IsNull()) {
    Error("Iteration over null value", "A null value cannot be used as the collection in a 'for' expression.",
          source.span, expression.span, source);
    return Value::DynamicUnknown();
  }
  const Type type = collection.type();
  if (type.IsDynamic()) return Value::DynamicUnknown().WithMarks(collection.marks());
  if (type.IsPrimitive()) {
    Error("Iteration over non-iterable value",
          fmt::format("A value of type {} cannot be used as the collection in a 'for' expression.",
                      type.FriendlyName()),
          source.span, expression.span, source);
    return Value::DynamicUnknown();
  }
  if (collection.IsUnknown()) {
    ForLoop(*this, expression).CheckCondition();
    return Value::DynamicUnknown().WithMarks(collection.marks());
  }
  return ForLoop(*this, expression).Run(collection.Unmarked(), collection.marks());
}

}  // namespace language::eval
