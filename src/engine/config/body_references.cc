#include "engine/config/body_references.h"

#include <algorithm>
#include <vector>

#include "language/hcl/content.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

bool Holds(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

class Walker {
 public:
  explicit Walker(const BodyTraversalCallback& callback) : callback_(callback) {}

  void Visit(const hcl::File& file, const hcl::Expression& expression) {
    if (expression.kind == hcl::ExpressionKind::kLiteral) return;
    hcl::ForEachTraversal(expression, [&](const hcl::TraversalExpression& traversal) {
      if (std::ranges::find(iterators_, traversal.root) == iterators_.end()) callback_(file, traversal);
    });
  }

  // The parser bounds how deep blocks nest.
  void VisitBody(const hcl::File& file, const hcl::Body& body,
                 std::span<const std::string_view> skipped_attributes = {},
                 std::span<const std::string_view> skipped_blocks = {}) {
    const hcl::LooseContent content(file, body);
    for (const auto& attribute : content.body().attributes) {
      if (Holds(skipped_attributes, attribute.name)) continue;
      // Of JSON, what is a block comes as an argument too.
      if (hcl::FileOf(attribute, file).is_json() && Holds(skipped_blocks, attribute.name)) continue;
      VisitArgument(hcl::FileOf(attribute, file), attribute.name, *attribute.expression);
    }
    for (const auto& block : content.body().blocks) {
      if (!Holds(skipped_blocks, block.type)) VisitBlock(hcl::FileOf(block, file), block);
    }
  }

 private:
  void VisitBlock(const hcl::File& file, const hcl::Block& block) {
    if (block.type != "dynamic" || block.labels.size() != 1) return VisitBody(file, *block.body);
    const hcl::Body& body = *block.body;
    std::string_view iterator = block.labels[0].text;
    if (const auto* named = body.FindAttribute("iterator")) iterator = hcl::AsKeyword(*named->expression);
    if (const auto* for_each = body.FindAttribute("for_each")) Visit(file, *for_each->expression);
    iterators_.push_back(iterator);
    if (const auto* labels = body.FindAttribute("labels")) Visit(file, *labels->expression);
    for (const auto& content : body.blocks) {
      if (content.type == "content") VisitBody(file, *content.body);
    }
    iterators_.pop_back();
  }

  void VisitArgument(const hcl::File& file, std::string_view name, const hcl::Expression& value) {
    if (!file.is_json()) return Visit(file, value);
    if (name != "dynamic") return VisitJson(file, value);
    ForEachProperty(value, [&](std::string_view label, const hcl::Expression& blocks) {
      if (const hcl::TupleExpression* array = hcl::AsTuple(blocks)) {
        for (const hcl::Expression* block : array->elements) VisitJsonDynamic(file, label, *block);
      } else {
        VisitJsonDynamic(file, label, blocks);
      }
    });
  }

  // Any value: within objects, which may stand for blocks, dynamic blocks are recognised.
  void VisitJson(const hcl::File& file, const hcl::Expression& value) {
    if (const hcl::TupleExpression* array = hcl::AsTuple(value)) {
      for (const hcl::Expression* element : array->elements) VisitJson(file, *element);
    } else if (const hcl::ObjectExpression* object = hcl::AsObject(value)) {
      for (const hcl::ObjectItem& item : object->items) {
        Visit(file, *item.key);
        VisitArgument(file, hcl::As<hcl::JsonTextExpression>(*item.key).text, *item.value);
      }
    } else {
      Visit(file, value);
    }
  }

  void VisitJsonDynamic(const hcl::File& file, std::string_view label, const hcl::Expression& block) {
    std::string_view iterator = label;
    ForEachProperty(block, [&](std::string_view name, const hcl::Expression& value) {
      if (name == "iterator") iterator = hcl::AsKeyword(value);
      if (name == "for_each") Visit(file, value);
    });
    iterators_.push_back(iterator);
    ForEachProperty(block, [&](std::string_view name, const hcl::Expression& value) {
      if (name == "content" || name == "labels") VisitJson(file, value);
    });
    iterators_.pop_back();
  }

  // Of an object, or of the objects of an array.
  template <typename F>
  static void ForEachProperty(const hcl::Expression& value, const F& visit) {
    const auto one = [&](const hcl::Expression& each) {
      const hcl::ObjectExpression* object = hcl::AsObject(each);
      if (object == nullptr) return;
      for (const hcl::ObjectItem& item : object->items)
        visit(hcl::As<hcl::JsonTextExpression>(*item.key).text, *item.value);
    };
    one(value);
    if (const hcl::TupleExpression* array = hcl::AsTuple(value)) {
      for (const hcl::Expression* element : array->elements) one(*element);
    }
  }

  const BodyTraversalCallback& callback_;
  std::vector<std::string_view> iterators_;
};

}  // namespace

void ForEachTraversalOfBody(const hcl::File& file, const hcl::Body& body,
                            std::span<const std::string_view> skipped_attributes,
                            std::span<const std::string_view> skipped_blocks,
                            const BodyTraversalCallback& callback) {
  Walker(callback).VisitBody(file, body, skipped_attributes, skipped_blocks);
}

}  // namespace engine::config
