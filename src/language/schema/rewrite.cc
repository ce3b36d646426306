#include "language/schema/rewrite.h"

namespace language::schema {

using value::Value;

namespace {

// Values that begin as those of an object, and are copied on the first change.
class ObjectEdit {
 public:
  explicit ObjectEdit(const Value& object) : object_(object) {}
  void Set(size_t position, Value value) {
    if (value.SameNode(object_.ElementAt(position))) return;
    if (values_.empty()) values_.assign(object_.Elements().begin(), object_.Elements().end());
    values_[position] = std::move(value);
  }
  Value Finish() {
    if (values_.empty()) return object_;
    return Value::ObjectOf(object_.type(), std::move(values_)).WithMarks(object_.marks());
  }

 private:
  const Value& object_;
  std::vector<Value> values_;
};

}  // namespace

Value MapElements(const Value& value, const std::function<Value(const Value&)>& fn) {
  std::vector<Value> elements;
  bool changed = false;
  elements.reserve(value.Length());
  for (const Value& element : value.Elements()) {
    elements.push_back(fn(element));
    changed = changed || !elements.back().SameNode(element);
  }
  if (!changed) return value;
  value::Type type = value.type();
  if (type.IsTuple()) return Value::Tuple(std::move(elements)).WithMarks(value.marks());
  if (type.IsList()) return Value::List(type.element(), std::move(elements)).WithMarks(value.marks());
  if (type.IsSet()) return Value::Set(type.element(), std::move(elements)).WithMarks(value.marks());
  std::vector<std::pair<std::string, Value>> named;
  for (size_t i = 0; i < elements.size(); ++i) named.emplace_back(value.KeyAt(i), std::move(elements[i]));
  Value result =
      type.IsMap() ? Value::Map(type.element(), std::move(named)) : Value::Object(std::move(named));
  return result.WithMarks(value.marks());
}

Value Rewriter::RewriteBlock(const Block& block, const Value& value) const {
  if (!value.IsKnownNotNull() || !(block.*block_filter)()) return value;
  ObjectEdit edit(value);
  for (size_t i = 0; i < block.attributes.size(); ++i) {
    const Attribute& attribute = block.attributes[i];
    size_t position = block.AttributePosition(i);
    Value result = this->attribute(attribute, value.ElementAt(position));
    if (attribute.nested != nullptr) result = RewriteNested(*attribute.nested, result);
    edit.Set(position, std::move(result));
  }
  for (size_t i = 0; i < block.blocks.size(); ++i) {
    const NestedBlock& nested = block.blocks[i];
    size_t position = block.BlockPosition(i);
    const Value& blocks = value.ElementAt(position);
    if (!blocks.IsKnownNotNull() || !(nested.block.get()->*block_filter)()) continue;
    auto rewrite = [&](const Value& element) { return RewriteBlock(*nested.block, element); };
    bool one = nested.nesting == Nesting::kSingle || nested.nesting == Nesting::kGroup;
    edit.Set(position, one ? rewrite(blocks) : MapElements(blocks, rewrite));
  }
  return edit.Finish();
}

Value Rewriter::RewriteNested(const NestedType& nested, const Value& value) const {
  if (!value.IsKnownNotNull() || !nested_filter(nested)) return value;
  auto rewrite = [&](const Value& object) {
    if (!object.IsKnownNotNull()) return object;
    ObjectEdit edit(object);
    for (const Attribute& attribute : nested.attributes) {
      int position = object.type().AttributeIndex(attribute.name);
      if (position < 0) continue;
      Value result = this->attribute(attribute, object.ElementAt(static_cast<size_t>(position)));
      if (attribute.nested != nullptr) result = RewriteNested(*attribute.nested, result);
      edit.Set(static_cast<size_t>(position), std::move(result));
    }
    return edit.Finish();
  };
  bool one = nested.nesting == Nesting::kSingle || nested.nesting == Nesting::kGroup;
  return one ? rewrite(value) : MapElements(value, rewrite);
}

}  // namespace language::schema
