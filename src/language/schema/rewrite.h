// Walks a value along its schema and replaces attributes on the way. What does not change stays shared.
// Not for general transformations (Value::Transform). Called by sensitive.cc and normalize.cc.
#pragma once

#include <functional>

#include "language/schema/schema.h"

namespace language::schema {

// The same collection or structure with its elements replaced by fn(element), as it was where fn changes
// nothing. Keeps the marks. The value must be known and not null.
value::Value MapElements(const value::Value& value,
                         const std::function<value::Value(const value::Value&)>& fn);

struct Rewriter {
  // Whether to look for attributes inside; those where both say no are passed on as they are.
  bool (Block::*block_filter)() const;
  bool (*nested_filter)(const NestedType&);
  // The attribute's new value. Afterwards nested attributes are entered.
  std::function<value::Value(const Attribute&, const value::Value&)> attribute;

  value::Value RewriteBlock(const Block& block, const value::Value& value) const;
  value::Value RewriteNested(const NestedType& nested, const value::Value& value) const;
};

}  // namespace language::schema
