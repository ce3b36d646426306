#include "engine/config/body_references.h"

#include <algorithm>
#include <vector>

namespace engine::config {
namespace {

namespace hcl = language::hcl;
using Callback = std::function<void(const hcl::TraversalExpression&)>;

class Walker {
 public:
  explicit Walker(const Callback& callback) : callback_(callback) {}

  void Visit(const hcl::Expression& expression) {
    if (expression.kind == hcl::ExpressionKind::kLiteral) return;
    if (iterators_.empty()) return hcl::ForEachTraversal(expression, callback_);
    hcl::ForEachTraversal(expression, [this](const hcl::TraversalExpression& traversal) {
      if (std::ranges::find(iterators_, traversal.root) == iterators_.end()) callback_(traversal);
    });
  }

  // The parser bounds how deep blocks nest.
  void VisitBody(const hcl::Body& body) {
    for (const auto& attribute : body.attributes) Visit(*attribute.expression);
    for (const auto& block : body.blocks) VisitBlock(block);
  }

  void VisitBlock(const hcl::Block& block) {
    if (block.type != "dynamic" || block.labels.size() != 1) return VisitBody(*block.body);
    const hcl::Body& body = *block.body;
    std::string_view iterator = block.labels[0].text;
    if (const auto* named = body.FindAttribute("iterator")) iterator = hcl::AsKeyword(*named->expression);
    if (const auto* for_each = body.FindAttribute("for_each")) Visit(*for_each->expression);
    iterators_.push_back(iterator);
    if (const auto* labels = body.FindAttribute("labels")) Visit(*labels->expression);
    for (const auto& content : body.blocks) {
      if (content.type == "content") VisitBody(*content.body);
    }
    iterators_.pop_back();
  }

 private:
  const Callback& callback_;
  std::vector<std::string_view> iterators_;
};

bool Holds(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

void ForEachTraversalOfBody(const hcl::Body& body, std::span<const std::string_view> skipped_attributes,
                            std::span<const std::string_view> skipped_blocks, const Callback& callback) {
  Walker walker(callback);
  for (const auto& attribute : body.attributes) {
    if (!Holds(skipped_attributes, attribute.name)) walker.Visit(*attribute.expression);
  }
  for (const auto& block : body.blocks) {
    if (!Holds(skipped_blocks, block.type)) walker.VisitBlock(block);
  }
}

}  // namespace engine::config
