#include "cli/json/expression_json.h"

#include <fmt/format.h>

#include "cli/json/value_json.h"
#include "engine/config/load.h"
#include "language/eval/evaluate.h"
#include "language/hcl/content.h"
#include "language/hcl/parser.h"
#include "language/value/codec.h"

namespace cli::json {
namespace {

namespace hcl = language::hcl;
using base::json::Writer;
using engine::config::ReferencedObject;
using hcl::TraversalExpression;
using hcl::TraversalStep;
using language::schema::Block;
using language::schema::NestedBlock;
using language::schema::Nesting;
using language::value::Value;
using Kind = ReferencedObject::Kind;

std::string StepText(const TraversalStep& step) {
  if (step.kind == TraversalStep::Kind::kAttribute) return fmt::format(".{}", step.name);
  if (!step.key.IsKnownNotNull()) return "[]";
  if (step.key.type().IsString()) return fmt::format("[{}]", base::json::Quote(step.key.AsString(), false));
  return fmt::format("[{}]", language::value::ToJson(step.key, step.key.type()).value());
}

// What the object is called, its key included; `general` without the key, or the module of an output.
struct Subject {
  std::string text;
  std::string general;  // empty: none
};

Subject SubjectOf(const TraversalExpression& traversal, const ReferencedObject& object) {
  const std::string key = object.key ? object.key->ToString() : "";
  switch (object.kind) {
    case Kind::kResource: {
      const std::string resource = object.resource.ToString();
      return {resource + key, key.empty() ? "" : resource};
    }
    case Kind::kModule: {
      const std::string module = "module." + object.name;
      return {module + key, key.empty() ? "" : module};
    }
    case Kind::kModuleOutput: {
      const std::string module = "module." + object.name + key;
      return {module + "." + object.output, module};
    }
    default: {
      std::string text(traversal.root);
      for (size_t index = 0; index < object.steps_used; ++index) text += StepText(traversal.steps[index]);
      return {text, ""};
    }
  }
}

// From the whole traversal step by step down to the object.
void AddReferences(const TraversalExpression& traversal, std::vector<std::string>& references) {
  const ReferencedObject object = engine::config::ParseReference(traversal);
  if (object.kind == Kind::kUnknown) return;
  const Subject subject = SubjectOf(traversal, object);
  std::vector<std::string> texts{subject.text};
  for (size_t index = object.steps_used; index < traversal.steps.size(); ++index)
    texts.push_back(texts.back() + StepText(traversal.steps[index]));
  references.insert(references.end(), texts.rbegin(), texts.rend());
  if (!subject.general.empty()) references.push_back(subject.general);
}

// Of an expression that reads nothing and calls nothing. In JSON texts stand for themselves here, whatever
// templates they hold.
std::optional<Value> ConstantValue(const hcl::File& file, const hcl::Expression& expression) {
  base::diag::Diagnostics ignored;
  if (file.is_json()) return language::eval::LiteralJsonValue(file, expression, ignored);
  bool constant = true;
  hcl::ForEachTraversal(expression, [&](const TraversalExpression&) { constant = false; });
  hcl::ForEachCall(expression, [&](const hcl::CallExpression&) { constant = false; });
  if (!constant) return std::nullopt;
  const language::functions::Environment environment;
  const language::eval::LocalScope scope(nullptr, environment);
  Value value = language::eval::Evaluate(file, expression, scope, ignored);
  return value.IsWhollyKnown() ? std::optional(std::move(value)) : std::nullopt;
}

// Arguments and blocks by name, as the reference's maps have them.
using Members = std::map<std::string, std::string>;

Members ExpressionsOf(const hcl::File& file, const hcl::Body& body, const Block& schema);

std::string ObjectText(const Members& members) {
  std::string out;
  Writer json(&out);
  json.BeginObject();
  for (const auto& [name, text] : members) json.Key(name).RawVerbatim(text);
  json.EndObject();
  return out;
}

void AddBlocks(const hcl::File& file, std::span<const hcl::Block> blocks, const NestedBlock& schema,
               Members& members) {
  std::vector<std::pair<std::string, std::string>> found;  // label, text
  for (const hcl::Block& block : blocks)
    if (block.type == schema.type_name)
      found.emplace_back(block.labels.empty() ? "" : std::string(block.labels[0].text),
                         ObjectText(ExpressionsOf(hcl::FileOf(block, file), *block.body, *schema.block)));
  if (found.empty()) return;
  if (schema.nesting == Nesting::kSingle || schema.nesting == Nesting::kGroup) {
    members[schema.type_name] = found.back().second;
  } else if (schema.nesting == Nesting::kMap) {
    members[schema.type_name] = ObjectText(Members(found.begin(), found.end()));
  } else {
    std::string out;
    Writer json(&out);
    json.BeginArray();
    for (const auto& [label, text] : found) json.RawVerbatim(text);
    json.EndArray();
    members[schema.type_name] = std::move(out);
  }
}

Members ExpressionsOf(const hcl::File& file, const hcl::Body& body, const Block& schema) {
  static constexpr std::string_view kLabel[] = {"key"};
  hcl::BodyShape shape{.open = true};
  for (const auto& attribute : schema.attributes) shape.attributes.push_back(attribute.name);
  for (const NestedBlock& block : schema.blocks)
    shape.blocks.push_back({block.type_name, block.nesting == Nesting::kMap
                                                 ? std::span<const std::string_view>(kLabel)
                                                 : std::span<const std::string_view>()});
  base::diag::Diagnostics ignored;
  const hcl::Content content(file, body, shape, ignored);
  Members members;
  for (const hcl::Attribute& attribute : content.body().attributes)
    if (schema.FindAttribute(attribute.name) != nullptr)
      members[std::string(attribute.name)] =
          ExpressionJson(hcl::FileOf(attribute, file), *attribute.expression);
  for (const NestedBlock& block : schema.blocks) AddBlocks(file, content.body().blocks, block, members);
  return members;
}

}  // namespace

std::string ExpressionJson(const hcl::File& file, const hcl::Expression& expression) {
  std::string out;
  Writer json(&out);
  json.BeginObject();
  if (const std::optional<Value> constant = ConstantValue(file, expression)) {
    json.Key("constant_value");
    WriteKnown(*constant, json);
  }
  std::vector<std::string> references;
  hcl::ForEachTraversal(expression,
                        [&](const TraversalExpression& traversal) { AddReferences(traversal, references); });
  if (!references.empty()) {
    json.Key("references").BeginArray();
    for (const std::string& reference : references) json.String(reference);
    json.EndArray();
  }
  json.EndObject();
  return out;
}

void WriteExpressions(std::string_view name, const hcl::BodyRef& body, const Block& schema, Writer& json) {
  if (body.body == nullptr) return;
  const Members members = ExpressionsOf(*body.file, *body.body, schema);
  if (!members.empty()) json.Key(name).RawVerbatim(ObjectText(members));
}

std::string SubjectText(const TraversalExpression& traversal) {
  return SubjectOf(traversal, engine::config::ParseReference(traversal)).text;
}

}  // namespace cli::json
