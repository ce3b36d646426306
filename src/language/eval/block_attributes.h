// Attributes that may be written as blocks: lists and sets of objects, which older providers declare as
// attributes but document as blocks. Also the types that nested attributes take in configuration. Used by
// decode.cc and traversals.cc.
#pragma once

#include "language/schema/schema.h"

namespace language::eval {

bool MayBeBlocks(const schema::Attribute& attribute);
// The attribute as a block type; for MayBeBlocks only.
schema::NestedBlock AsNestedBlock(const schema::Attribute& attribute);

// What the expression of a nested attribute converts to: its implied type, with all but the required parts
// optional.
value::Type ConfigType(const schema::NestedType& nested);

}  // namespace language::eval
