#include <fmt/format.h>

#include "engine/config/decode.h"
#include "language/hcl/content.h"

namespace engine::config {
namespace {

namespace hcl = language::hcl;

constexpr AttributeSpec kAttributes[] = {{"when"}, {"on_failure"}};
constexpr BlockSpec kBlocks[] = {{"connection", {}}, {"lifecycle", {}}, {"_", {}}};

// A bare keyword; quotes around it are warned of. Empty when it is none.
std::string Keyword(const DecodeContext& context, const hcl::Expression& expression) {
  if (const auto keyword = hcl::AsKeyword(expression); !keyword.empty()) return std::string(keyword);
  const auto text = hcl::AsLiteralString(expression);
  if (!text) return "";
  context.Warning("Quoted keywords are deprecated",
                  "Keywords are written without quotes here. Remove the quotes to silence this warning.",
                  expression.span);
  return *text;
}

bool MayBeUsed(const hcl::TraversalExpression& traversal) {
  const bool attribute =
      traversal.steps.size() == 1 && traversal.steps[0].kind == hcl::TraversalStep::Kind::kAttribute;
  return traversal.root == "self" ||
         (traversal.root == "count" && attribute && traversal.steps[0].name == "index") ||
         (traversal.root == "each" && attribute && traversal.steps[0].name == "key");
}

// When an object goes, only what it knows itself is sure to be there still.
void CheckSelfOnly(const DecodeContext& context, const hcl::Body& body) {
  const hcl::LooseContent content(*context.file, body);
  for (const auto& attribute : content.body().attributes) {
    if (attribute.name == "when" || attribute.name == "on_failure") continue;
    hcl::ForEachTraversal(*attribute.expression, [&](const hcl::TraversalExpression& traversal) {
      if (MayBeUsed(traversal)) return;
      context.Error(
          "Invalid reference from destroy provisioner",
          "A provisioner that runs before an object is destroyed, and its connection, may use only self, "
          "count.index and each.key.",
          attribute.expression->span);
    });
  }
}

// Whether the provisioner runs before the object is destroyed.
bool DecodeWhen(const DecodeContext& context, const hcl::Body& body) {
  const auto* when = body.FindAttribute("when");
  if (when == nullptr) return false;
  const std::string keyword = Keyword(context, *when->expression);
  if (keyword != "create" && keyword != "destroy") {
    context.Error("Invalid \"when\" keyword", "A provisioner runs at \"create\" or at \"destroy\".",
                  when->expression->span);
  }
  return keyword == "destroy";
}

// Whether the run goes on after a failure.
bool DecodeOnFailure(const DecodeContext& context, const hcl::Body& body) {
  const auto* on_failure = body.FindAttribute("on_failure");
  if (on_failure == nullptr) return false;
  const std::string keyword = Keyword(context, *on_failure->expression);
  if (keyword != "continue" && keyword != "fail") {
    context.Error("Invalid \"on_failure\" keyword",
                  "After a failure, go on with \"continue\" or stop with \"fail\".",
                  on_failure->expression->span);
  }
  return keyword == "continue";
}

// The connection block, or null.
const hcl::Block* CheckBlocks(const DecodeContext& context, const hcl::Body& body, bool at_destroy) {
  const hcl::Block* connection = nullptr;
  for (const auto& inner : body.blocks) {
    if (inner.type == "lifecycle") {
      context.Error("Reserved block type name in provisioner block",
                    "The block type \"lifecycle\" has no meaning in provisioner blocks and may not be used.",
                    inner.type_span);
    } else if (inner.type == "connection" && connection != nullptr) {
      context.Error("Duplicate connection block",
                    fmt::format("This provisioner already has a connection block at {}.",
                                DescribePlace(context.PlaceOf(*connection))),
                    inner.header_span);
    } else if (inner.type == "connection") {
      connection = &inner;
      if (at_destroy) CheckSelfOnly(context, *inner.body);
    }
  }
  return connection;
}

}  // namespace

void DecodeProvisioner(const DecodeContext& context, const hcl::Block& block, bool in_removed,
                       std::vector<Provisioner>& provisioners) {
  const std::string_view type = block.labels[0].text;
  for (std::string_view gone : {"chef", "habitat", "puppet", "salt-masterless"}) {
    if (type != gone) continue;
    return context.Error(fmt::format("The \"{}\" provisioner has been removed", type),
                         "It left the language with version 0.15. Its program can be called through the "
                         "\"remote-exec\" provisioner, or "
                         "be part of the machine's image.",
                         block.labels[0].span);
  }
  const hcl::Body& body = ReadContent(context, block, {kAttributes, kBlocks, /*open=*/true});
  const bool at_destroy = DecodeWhen(context, body);
  if (at_destroy) CheckSelfOnly(context, *block.body);
  const bool continue_on_failure = DecodeOnFailure(context, body);
  const hcl::Block* connection = CheckBlocks(context, body, at_destroy);
  if (in_removed && !at_destroy) {
    context.Error(
        "Invalid provisioner block",
        "In a removed block, provisioners can only run before the object is destroyed: when = destroy.",
        block.header_span);
  }
  Provisioner provisioner;
  provisioner.type = type;
  provisioner.body = {context.file, block.body};
  if (connection != nullptr) provisioner.connection = {context.file, connection->body};
  provisioner.at_destroy = at_destroy;
  provisioner.continue_on_failure = continue_on_failure;
  provisioner.place = context.PlaceOf(block);
  provisioners.push_back(std::move(provisioner));
}

void SetOuterConnection(const DecodeContext& context, const BodyRef& connection,
                        std::vector<Provisioner>& provisioners) {
  for (Provisioner& provisioner : provisioners) {
    provisioner.outer_connection = connection;
    if (connection.body != nullptr && provisioner.at_destroy) CheckSelfOnly(context, *connection.body);
  }
}

}  // namespace engine::config
