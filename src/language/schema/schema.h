// Schemas of providers, resources and data sources: attributes and nested blocks, and the types they imply.
// Not the schema of Terraform's own blocks (engine/config). Used by provider/api, engine and view.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "language/value/value.h"

namespace language::schema {

enum class Nesting : uint8_t { kSingle, kGroup, kList, kSet, kMap };

struct Attribute;

// The type of an attribute that has attributes of its own (protocol 6).
struct NestedType {
  Nesting nesting = Nesting::kSingle;
  std::vector<Attribute> attributes;  // sorted by name
};

struct Attribute {
  std::string name;
  value::Type type;  // implied by `nested` where that is set
  std::shared_ptr<const NestedType> nested;
  std::string description;
  bool required = false;
  bool optional = false;
  bool computed = false;
  bool sensitive = false;
  bool write_only = false;
  bool deprecated = false;
  bool markdown = false;  // the description is Markdown, not plain text
};

struct Block;

struct NestedBlock {
  std::string type_name;
  Nesting nesting = Nesting::kList;
  std::shared_ptr<const Block> block;
  int64_t min_items = 0;
  int64_t max_items = 0;  // 0: no limit
};

struct Block {
  std::vector<Attribute> attributes;  // sorted by name; call Finish() after filling
  std::vector<NestedBlock> blocks;    // sorted by type name
  std::string description;
  bool deprecated = false;
  bool markdown = false;  // as of an attribute

  // Sorts, and computes the implied type. To be called once, before any use.
  void Finish();
  const Attribute* FindAttribute(std::string_view name) const;
  const NestedBlock* FindBlock(std::string_view type_name) const;
  // The object type of the block's values.
  value::Type implied_type() const { return implied_type_; }
  // Anything inside (nested blocks included) that is sensitive.
  bool ContainsSensitive() const { return contains_sensitive_; }
  bool ContainsWriteOnly() const { return contains_write_only_; }
  // Some attribute or nested attribute, or one in a nested block, that the provider may fill in.
  bool ContainsComputed() const { return contains_computed_; }
  // A value of the implied type with nothing set: null attributes, empty collections of blocks.
  value::Value EmptyValue() const;
  // Where attributes[i] and blocks[i] lie among the attributes of the implied type, and of any value of the
  // block.
  size_t AttributePosition(size_t i) const { return attribute_positions_[i]; }
  size_t BlockPosition(size_t i) const { return block_positions_[i]; }

 private:
  value::Type implied_type_;
  std::vector<uint32_t> attribute_positions_;
  std::vector<uint32_t> block_positions_;
  bool contains_computed_ = false;
  bool contains_sensitive_ = false;
  bool contains_write_only_ = false;
};

// The object type that a nested attribute implies (list, set, map of it, or itself).
value::Type ImpliedType(const NestedType& nested);
// The type of all blocks of a kind: the object itself, or its list, set or map. Lists and maps of blocks that
// have dynamic parts are dynamic: their values are tuples and objects.
value::Type BlockCollectionType(const NestedBlock& block);
// No block of the kind: null for single ones, an empty value for groups, else an empty collection.
value::Value NoBlocks(const NestedBlock& block);

bool ContainsSensitive(const NestedType& nested);
bool ContainsWriteOnly(const NestedType& nested);
bool ContainsComputed(const NestedType& nested);

// Paths of the sensitive attributes in the value that the schema declares: also those that are null, but not
// below what is null or unknown. A path ends at the first set that it meets.
std::vector<value::Path> SensitivePaths(const Block& block, const value::Value& value);
// The value with its schema-sensitive attributes marked.
value::Value MarkSensitive(const Block& block, const value::Value& value);
// Write-only attributes set to null.
value::Value WithoutWriteOnly(const Block& block, const value::Value& value);

}  // namespace language::schema
