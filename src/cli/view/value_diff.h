// What differs between two values, as a tree that says for each part what happens to it and in which form it
// is shown. Not the text: value_render.h prints the tree. Used by the views of plans, states and outputs.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "engine/changes/plan.h"
#include "language/schema/schema.h"
#include "language/value/value.h"

namespace cli::view {

using engine::changes::Action;
using language::value::Value;

struct BlockGroup;

// Texts and values point into the values and the schema that were compared: those must outlive the tree.
struct Diff {
  enum class Form : uint8_t {
    kPrimitive,
    kObject,
    kNestedObject,  // of an attribute that has attributes of its own
    kMap,
    kNestedMap,
    kList,
    kNestedList,
    kSet,
    kNestedSet,
    kBlock,
    kSensitive,
    kSensitiveBlock,
    kUnknown,     // children: what was there before, if anything
    kTypeChange,  // children: before, after
    kWriteOnly,
  };
  Form form = Form::kPrimitive;
  Action action = Action::kNoOp;        // no-op, create, delete or update
  Action inner_action = Action::kNoOp;  // of what is sensitive, regardless of that
  bool replace = false;                 // forces replacement
  bool before_sensitive = false;
  bool after_sensitive = false;
  std::string_view name;          // as a part of an object, map or block
  const Value* before = nullptr;  // of primitives; null for null and absent
  const Value* after = nullptr;
  std::vector<Diff> children;
  std::vector<BlockGroup> groups;  // of blocks
};

// All nested blocks of one type.
struct BlockGroup {
  std::string_view type;
  bool replace = false;
  bool unknown = false;  // how many there will be
  bool before_sensitive = false;
  bool after_sensitive = false;
  bool keyed = false;  // blocks have names
  std::vector<Diff> blocks;
};

// The paths that force replacement, seen from a part.
class ReplacePaths {
 public:
  ReplacePaths() = default;
  explicit ReplacePaths(std::span<const language::value::Path> paths) : paths_(paths.begin(), paths.end()) {}
  bool Matches() const;
  ReplacePaths Child(std::string_view key) const;
  ReplacePaths Child(size_t index) const;

 private:
  std::vector<std::span<const language::value::PathStep>> paths_;
};

// Attributes of the top level that count; others are shown as unchanged. Null: all count.
using Relevant = std::vector<std::string_view>;

// before, after: objects of the block's type, or null.
Diff DiffBlock(const language::schema::Block& block, const Value& before, const Value& after,
               ReplacePaths replace, const Relevant* relevant = nullptr);
// Values of any type, by the shape that their JSON has.
Diff DiffDynamic(const Value& before, const Value& after);
// Values of one type.
Diff DiffTyped(language::value::Type type, const Value& before, const Value& after);

// The sum of what happens to a whole and to its next part.
Action JoinActions(Action current, Action next);

}  // namespace cli::view
