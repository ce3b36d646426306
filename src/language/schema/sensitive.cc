// What schemas say of single attributes, carried over to values: sensitivity and write-only.
#include "language/schema/rewrite.h"
#include "language/schema/schema.h"

namespace language::schema {

using value::Path;
using value::PathStep;
using value::Value;

namespace {

class SensitiveWalk {
 public:
  std::vector<Path> paths;

  void EnterBlock(const Block& block, const Value& value) {
    Attributes(block.attributes, value);
    if (!value.IsKnownNotNull()) return;
    for (size_t i = 0; i < block.blocks.size(); ++i) {
      const NestedBlock& nested = block.blocks[i];
      const Value& blocks = value.ElementAt(block.BlockPosition(i));
      if (!nested.block->ContainsSensitive() || !blocks.IsKnownNotNull()) continue;
      at_.push_back(PathStep::Attribute(nested.type_name));
      Each(nested.nesting, blocks, [&](const Value& element) { EnterBlock(*nested.block, element); });
      at_.pop_back();
    }
  }

 private:
  void Attributes(const std::vector<Attribute>& attributes, const Value& value) {
    for (const Attribute& attribute : attributes) {
      bool inside = attribute.nested != nullptr && schema::ContainsSensitive(*attribute.nested);
      if (!attribute.sensitive && !inside) continue;
      at_.push_back(PathStep::Attribute(attribute.name));
      const Value* part = value.IsKnownNotNull() ? value.Find(attribute.name) : nullptr;
      if (attribute.sensitive) {
        paths.push_back(at_);
      } else if (part != nullptr && part->IsKnownNotNull()) {
        Each(attribute.nested->nesting, *part,
             [&](const Value& element) { Attributes(attribute.nested->attributes, element); });
      }
      at_.pop_back();
    }
  }

  template <typename Visit>
  void Each(Nesting nesting, const Value& value, Visit visit) {
    if (nesting == Nesting::kSingle || nesting == Nesting::kGroup) return visit(value);
    if (nesting == Nesting::kSet) {
      // Elements of sets carry no marks: the whole set is sensitive, if it has any element.
      if (value.Length() > 0) paths.push_back(at_);
      return;
    }
    bool named = value.type().IsMap() || value.type().IsObject();
    for (size_t i = 0; i < value.Length(); ++i) {
      Value key = named ? Value::String(value.KeyAt(i)) : Value::Int(static_cast<int64_t>(i));
      at_.push_back(PathStep::Index(std::move(key)));
      visit(value.ElementAt(i));
      at_.pop_back();
    }
  }

  Path at_;
};

}  // namespace

std::vector<Path> SensitivePaths(const Block& block, const Value& value) {
  if (!block.ContainsSensitive()) return {};
  SensitiveWalk walk;
  walk.EnterBlock(block, value);
  return std::move(walk.paths);
}

Value MarkSensitive(const Block& block, const Value& value) {
  static const Rewriter rewriter{&Block::ContainsSensitive, ContainsSensitive,
                                 [](const Attribute& attribute, const Value& part) {
                                   return attribute.sensitive ? part.WithMarks(value::kSensitive) : part;
                                 }};
  return rewriter.RewriteBlock(block, value);
}

Value WithoutWriteOnly(const Block& block, const Value& value) {
  static const Rewriter rewriter{&Block::ContainsWriteOnly, ContainsWriteOnly,
                                 [](const Attribute& attribute, const Value& part) {
                                   if (!attribute.write_only || part.IsNull()) return part;
                                   return Value::Null(part.type()).WithMarks(part.marks());
                                 }};
  return rewriter.RewriteBlock(block, value);
}

}  // namespace language::schema
