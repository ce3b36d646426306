// `dynamic` blocks: their parts by syntax, and their expansion to the bodies that they stand for.
// Not the decoding of the bodies (decode.cc). Used by decode.cc and traversals.cc.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "language/eval/evaluate.h"
#include "language/hcl/content.h"

namespace language::eval {

// One block of a body to decode: written so, or made by a `dynamic` block.
struct BlockInstance {
  const hcl::File* file = nullptr;
  const hcl::Body* body = nullptr;
  const Scope* scope = nullptr;
  std::string label;                     // of blocks that come as a map
  bool unknown = false;                  // for_each is not known: stands for any number of blocks
  value::Marks marks = value::kNoMarks;  // of for_each
  hcl::Span header_span;                 // where duplicates are reported
};

// The parts of a `dynamic` block. Members are null where the block is wrong.
struct DynamicBlock {
  std::string_view type;  // the label
  hcl::Span type_span;
  const hcl::Expression* for_each = nullptr;
  std::string_view iterator;  // name of the iterator object
  const hcl::Expression* iterator_given = nullptr;
  const hcl::Expression* labels = nullptr;
  const hcl::Body* content = nullptr;
};

bool IsDynamic(const hcl::Block& block);
// The parts; mistakes of form that only JSON can hold are added, others are not looked for.
DynamicBlock PartsOf(const hcl::File& file, const hcl::Block& block, base::diag::Diagnostics& diagnostics);

// What a body of the schema may hold, with `dynamic` blocks.
hcl::BodyShape ShapeOf(const schema::Block& schema, std::span<const std::string_view> reserved_attributes,
                       std::span<const std::string_view> reserved_blocks);

// Appends one instance per element of for_each. Scopes of the iterators are kept in `scopes`, which must
// outlive the instances. Wrong blocks add errors and no instance.
void ExpandDynamic(const hcl::File& file, const hcl::Block& block, const schema::NestedBlock& nested,
                   const Scope& scope, std::deque<LocalScope>& scopes, std::vector<BlockInstance>& instances,
                   base::diag::Diagnostics& diagnostics);

}  // namespace language::eval
