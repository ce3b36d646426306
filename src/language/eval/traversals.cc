#include <algorithm>

#include "language/eval/block_attributes.h"
#include "language/eval/dynamic.h"
#include "language/hcl/parser.h"

namespace language::eval {
namespace {

using Callback = std::function<void(const hcl::TraversalExpression&)>;

// Walks bodies with the names of the dynamic blocks' iterators around.
class Walker {
 public:
  explicit Walker(const Callback& callback) : callback_(callback) {}

  void Body(const hcl::File& file, const hcl::Body& written, const schema::Block& schema,
            std::span<const std::string_view> reserved_blocks) {
    base::diag::Diagnostics dropped;
    std::optional<hcl::Content> content;
    if (!written.IsPlain()) content.emplace(file, written, ShapeOf(schema, {}, reserved_blocks), dropped);
    const hcl::Body& body = content ? content->body() : written;
    for (const hcl::Attribute& attribute : body.attributes) {
      if (schema.FindAttribute(attribute.name)) Expression(*attribute.expression);
    }
    for (const hcl::Block& block : body.blocks) {
      if (std::ranges::find(reserved_blocks, block.type) != reserved_blocks.end()) continue;
      const bool dynamic = IsDynamic(block) && !schema.FindBlock("dynamic");
      const std::string_view type = dynamic ? block.labels[0].text : block.type;
      schema::NestedBlock converted;
      const schema::NestedBlock* nested = schema.FindBlock(type);
      const schema::Attribute* attribute = schema.FindAttribute(type);
      if (!nested && attribute && MayBeBlocks(*attribute)) {
        converted = AsNestedBlock(*attribute);
        nested = &converted;
      }
      if (!nested) continue;
      if (dynamic)
        Dynamic(FileOf(block, file), block, *nested->block);
      else
        Body(FileOf(block, file), *block.body, *nested->block, {});
    }
  }

 private:
  void Expression(const hcl::Expression& expression) {
    hcl::ForEachTraversal(expression, [this](const hcl::TraversalExpression& traversal) {
      if (std::ranges::find(iterators_, traversal.root) == iterators_.end()) callback_(traversal);
    });
  }

  void Dynamic(const hcl::File& file, const hcl::Block& block, const schema::Block& schema) {
    base::diag::Diagnostics dropped;
    const DynamicBlock parts = PartsOf(file, block, dropped);
    if (parts.for_each) Expression(*parts.for_each);
    iterators_.push_back(parts.iterator);
    if (parts.labels) Expression(*parts.labels);
    if (parts.content) Body(file, *parts.content, schema, {});
    iterators_.pop_back();
  }

  const Callback& callback_;
  std::vector<std::string_view> iterators_;
};

// The item of an object or tuple constructor that a step leads to.
const hcl::Expression* Inner(const hcl::Expression& expression, const value::PathStep& step) {
  if (const hcl::TupleExpression* tuple = hcl::AsTuple(expression)) {
    if (step.IsAttribute() || !step.key.type().IsNumber()) return nullptr;
    const std::optional<int64_t> index = step.key.AsInt64();
    const bool inside = index && *index >= 0 && static_cast<size_t>(*index) < tuple->elements.size();
    return inside ? tuple->elements[*index] : nullptr;
  }
  const hcl::ObjectExpression* object = hcl::AsObject(expression);
  if (!object) return nullptr;
  std::string_view name = step.attribute;
  if (!step.IsAttribute()) {
    // One object in JSON stands for one block of any number.
    if (object->body && step.key.type().IsNumber()) return &expression;
    if (!step.key.IsKnownNotNull() || !step.key.type().IsString()) return nullptr;
    name = step.key.AsString();
  }
  for (const hcl::ObjectItem& item : object->items) {
    if (item.key_is_identifier) {
      if (hcl::As<hcl::LiteralExpression>(*item.key).value.AsString() == name) return item.value;
    } else if (hcl::AsLiteralString(*item.key) == name) {
      return item.value;
    }
  }
  return nullptr;
}

// The block of a type that an index step leads to: by number among those written out, by label.
const hcl::Block* BlockAt(const hcl::Body& body, std::string_view type, const value::PathStep* step) {
  int64_t position = 0;
  const hcl::Block* only = nullptr;
  for (const hcl::Block& block : body.blocks) {
    if (block.type != type) continue;
    if (!step || !step->key.IsKnownNotNull()) {
      if (only) return nullptr;
      only = &block;
      continue;
    }
    if (step->key.type().IsNumber() && step->key.AsInt64() == position) return &block;
    if (step->key.type().IsString() && !block.labels.empty() && block.labels[0].text == step->key.AsString())
      return &block;
    ++position;
  }
  return only;
}

}  // namespace

void ForEachTraversal(const hcl::File& file, const hcl::Body& body, const schema::Block& schema,
                      std::span<const std::string_view> reserved_blocks, const Callback& callback) {
  Walker(callback).Body(file, body, schema, reserved_blocks);
}

std::optional<SourcePlace> PlaceOfPath(const hcl::File& root_file, const hcl::Body& root,
                                       const value::Path& path) {
  const hcl::LooseContent content(root_file, root);
  const hcl::File* file = &root_file;
  const hcl::Body* body = &content.body();
  std::optional<SourcePlace> found;
  for (size_t i = 0; i < path.size(); ++i) {
    if (!path[i].IsAttribute()) return found;
    const std::string& name = path[i].attribute;
    if (const hcl::Attribute* attribute = body->FindAttribute(name)) {
      const hcl::Expression* expression = attribute->expression;
      for (++i; i < path.size(); ++i) {
        const hcl::Expression* inner = Inner(*expression, path[i]);
        if (!inner) break;
        expression = inner;
      }
      return SourcePlace{&FileOf(*attribute, *file), expression->span};
    }
    const bool indexed = i + 1 < path.size() && !path[i + 1].IsAttribute();
    const hcl::Block* block = BlockAt(*body, name, indexed ? &path[i + 1] : nullptr);
    // A path that ends with the block itself speaks of something about it, as that there are too many: the
    // place is what it stands in.
    if (!block || i + 1 + indexed == path.size()) return found;
    file = &FileOf(*block, *file);
    found = SourcePlace{file, block->header_span};
    if (!block->body->IsPlain()) return found;
    body = block->body;
    i += indexed;
  }
  return found;
}

}  // namespace language::eval
