// Blocks as old SDKs give them, brought to the form that all else relies on: never null or unknown as a
// whole, unless single ones that are not there.
#include "language/schema/proposed.h"
#include "language/schema/rewrite.h"

namespace language::schema {

using value::Value;

namespace {

// A block whose attributes are all unknown, in place of one that is unknown itself.
Value UnknownBlock(const Block& block) {
  std::vector<Value> values(block.attributes.size() + block.blocks.size());
  for (size_t i = 0; i < block.attributes.size(); ++i) {
    values[block.AttributePosition(i)] = Value::Unknown(block.attributes[i].type);
  }
  for (size_t i = 0; i < block.blocks.size(); ++i) {
    const NestedBlock& nested = block.blocks[i];
    value::Type type = nested.block->implied_type();
    Value& value = values[block.BlockPosition(i)];
    switch (nested.nesting) {
      case Nesting::kSingle:
      case Nesting::kGroup:
        value = UnknownBlock(*nested.block);
        break;
      case Nesting::kList:
        value = Value::List(type, {UnknownBlock(*nested.block)});
        break;
      case Nesting::kSet:
        value = Value::Set(type, {UnknownBlock(*nested.block)});
        break;
      case Nesting::kMap:
        value = NoBlocks(nested);
        break;
    }
  }
  return Value::ObjectOf(block.implied_type(), std::move(values));
}

Value Normalize(const Block& block, const Value& value);

Value NormalizeBlocks(const NestedBlock& nested, const Value& value) {
  const Block& block = *nested.block;
  if (block.implied_type().HasDynamic() || nested.nesting == Nesting::kMap) return value;
  bool one = nested.nesting == Nesting::kSingle || nested.nesting == Nesting::kGroup;
  if (value.IsUnknown()) {
    Value stub = UnknownBlock(block);
    if (one) return stub;
    return nested.nesting == Nesting::kList ? Value::List(stub.type(), {stub})
                                            : Value::Set(stub.type(), {stub});
  }
  if (value.IsNull()) return NoBlocks(nested);
  if (one) return Normalize(block, value);
  return MapElements(value, [&](const Value& element) { return Normalize(block, element); });
}

Value Normalize(const Block& block, const Value& value) {
  if (value.IsNull()) return Value::Null(block.implied_type());
  if (value.IsUnknown() || block.blocks.empty()) return value;
  std::vector<Value> values;
  for (size_t i = 0; i < block.blocks.size(); ++i) {
    size_t position = block.BlockPosition(i);
    const Value& blocks = value.ElementAt(position);
    Value normal = NormalizeBlocks(block.blocks[i], blocks);
    if (normal.SameNode(blocks)) continue;
    if (values.empty()) values.assign(value.Elements().begin(), value.Elements().end());
    values[position] = std::move(normal);
  }
  return values.empty() ? value : Value::ObjectOf(value.type(), std::move(values));
}

}  // namespace

Value NormalizeLegacy(const Block& block, const Value& value) {
  if (!value.HasMarksDeep()) return Normalize(block, value);
  std::vector<std::pair<value::Path, value::Marks>> marks;
  Value normal = Normalize(block, value.UnmarkedDeep(&marks));
  return normal.MarkedAt(marks);
}

}  // namespace language::schema
