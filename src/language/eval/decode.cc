#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "base/core/strings.h"
#include "base/text/suggest.h"
#include "language/eval/block_attributes.h"
#include "language/eval/dynamic.h"
#include "language/eval/evaluator.h"
#include "language/hcl/content.h"

namespace language::eval {
namespace {

using base::core::GoQuote;
using hcl::AddError;
using schema::Nesting;
using value::Type;
using value::Value;

bool Contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// Decodes one body and, through itself, the blocks inside.
class BodyDecoder {
 public:
  // `outermost`: without the iterators of dynamic blocks.
  BodyDecoder(const Scope& outermost, base::diag::Diagnostics& diagnostics)
      : outermost_(outermost), diagnostics_(diagnostics) {}

  struct Reserved {
    std::span<const std::string_view> attributes, blocks;
  };

  Value Decode(const hcl::File& file, const hcl::Body& body, const schema::Block& schema, const Scope& scope,
               const Reserved& reserved, const BlockInstance* instance) {
    if (body.IsPlain()) {
      CheckNames({file, body}, schema, reserved);
      CheckRequired({file, body}, schema);
      return DecodePlain({file, body}, schema, scope, instance);
    }
    const hcl::Content content(file, body, ShapeOf(schema, reserved.attributes, reserved.blocks),
                               diagnostics_);
    const hcl::Content* overridden = content.overridden();
    if (!overridden) {
      CheckNames({file, content.body()}, schema, reserved);
    } else {
      CheckDynamicNames({file, content.body()}, schema);
    }
    CheckRequired({file, overridden ? overridden->body() : content.body()}, schema);
    return DecodePlain({file, content.body()}, schema, scope, instance);
  }

 private:
  // A body that says by itself what it holds, and the file that its parts stand in where they do not say.
  struct Plain {
    const hcl::File& file;
    const hcl::Body& body;
  };

  Value DecodePlain(const Plain& body, const schema::Block& schema, const Scope& scope,
                    const BlockInstance* instance) {
    std::vector<Value> values(schema.implied_type().attributes().size());
    for (size_t i = 0; i < schema.attributes.size(); ++i) {
      values[schema.AttributePosition(i)] = AttributeValue(body, schema.attributes[i], scope, instance);
    }
    for (size_t i = 0; i < schema.blocks.size(); ++i) {
      values[schema.BlockPosition(i)] = BlocksValue(body, schema.blocks[i], scope, instance);
    }
    return Value::ObjectOf(schema.implied_type(), std::move(values));
  }

  void CheckNames(const Plain& plain, const schema::Block& schema, const Reserved& reserved) {
    const hcl::Body& body = plain.body;
    for (const hcl::Attribute& attribute : body.attributes) {
      if (!schema.FindAttribute(attribute.name) && !Contains(reserved.attributes, attribute.name)) {
        UnsupportedArgument(plain, attribute, schema);
      }
    }
    for (const hcl::Block& block : body.blocks) {
      const bool dynamic = IsDynamic(block) && !schema.FindBlock("dynamic");
      const std::string_view type = dynamic ? block.labels[0].text : block.type;
      if (schema.FindBlock(type) || (!dynamic && Contains(reserved.blocks, type))) continue;
      const schema::Attribute* attribute = schema.FindAttribute(type);
      if (attribute && MayBeBlocks(*attribute) && !body.FindAttribute(type)) continue;
      if (type == "dynamic" && block.labels.empty()) {
        AddError(
            diagnostics_, "Missing type for dynamic",
            "A dynamic block has one label, the type of the blocks that it makes: dynamic \"TYPE\" { ... }.",
            FileOf(block, plain.file), block.open_span);
        continue;
      }
      if (type == "dynamic" && block.labels.size() > 1) {
        AddError(diagnostics_, "Extraneous label for dynamic",
                 "A dynamic block has one label, the type of the blocks that it makes.",
                 FileOf(block, plain.file), block.labels[1].span);
        continue;
      }
      UnsupportedBlock(FileOf(block, plain.file), type, dynamic ? block.labels[0].span : block.type_span,
                       schema, dynamic);
    }
  }

  void CheckRequired(const Plain& plain, const schema::Block& schema) {
    for (const schema::Attribute& attribute : schema.attributes) {
      if (!attribute.required || plain.body.FindAttribute(attribute.name)) continue;
      if (MayBeBlocks(attribute) && HasBlocks(plain.body, attribute.name)) continue;
      MissingArgument(plain, attribute);
    }
  }

  void MissingArgument(const Plain& plain, const schema::Attribute& attribute) {
    AddError(
        diagnostics_, "Missing required argument",
        fmt::format("The argument {} is required, but no definition was found.", GoQuote(attribute.name)),
        plain.file, plain.body.end_span);
  }

  // All that is looked at in the names of merged bodies.
  void CheckDynamicNames(const Plain& plain, const schema::Block& schema) {
    for (const hcl::Block& block : plain.body.blocks) {
      if (!IsDynamic(block) || schema.FindBlock("dynamic") || schema.FindBlock(block.labels[0].text))
        continue;
      const schema::Attribute* attribute = schema.FindAttribute(block.labels[0].text);
      if (attribute && MayBeBlocks(*attribute)) continue;
      UnsupportedBlock(FileOf(block, plain.file), block.labels[0].text, block.labels[0].span, schema, true);
    }
  }

  void UnsupportedArgument(const Plain& plain, const hcl::Attribute& attribute, const schema::Block& schema) {
    std::string hint;
    if (schema.FindBlock(attribute.name)) {
      hint = fmt::format(" Did you mean to define a block of type {}?", GoQuote(attribute.name));
    } else {
      std::vector<std::string_view> names;
      // What is set already was not meant.
      for (const schema::Attribute& known : schema.attributes) {
        if (!plain.body.FindAttribute(known.name)) names.push_back(known.name);
      }
      const std::string suggestion = base::text::Suggest(attribute.name, names);
      if (!suggestion.empty()) hint = fmt::format(" Did you mean {}?", GoQuote(suggestion));
    }
    AddError(diagnostics_, "Unsupported argument",
             fmt::format("An argument named {} is not expected here.{}", GoQuote(attribute.name), hint),
             FileOf(attribute, plain.file), attribute.name_span);
  }

  void UnsupportedBlock(const hcl::File& file, std::string_view type, hcl::Span span,
                        const schema::Block& schema, bool dynamic) {
    std::string hint;
    if (dynamic) {
    } else if (schema.FindAttribute(type)) {
      hint =
          fmt::format(" Did you mean to define argument {}? If so, use the equals sign to assign it a value.",
                      GoQuote(type));
    } else {
      std::vector<std::string_view> names;
      for (const schema::NestedBlock& known : schema.blocks) names.push_back(known.type_name);
      const std::string suggestion = base::text::Suggest(type, names);
      if (!suggestion.empty()) hint = fmt::format(" Did you mean {}?", GoQuote(suggestion));
    }
    AddError(diagnostics_, "Unsupported block type",
             fmt::format("Blocks of type {} are not expected here.{}", GoQuote(type), hint), file, span);
  }

  // `instance` when the body is that of a dynamic block: marks and unknowns of its for_each are on all
  // inside.
  Value AttributeValue(const Plain& plain, const schema::Attribute& attribute, const Scope& scope,
                       const BlockInstance* instance) {
    const hcl::Body& body = plain.body;
    const hcl::Attribute* given = body.FindAttribute(attribute.name);
    if (!given) {
      if (MayBeBlocks(attribute) && HasBlocks(body, attribute.name)) {
        const schema::NestedBlock nested = AsNestedBlock(attribute);
        Value blocks = BlocksValue(plain, nested, scope, instance, /*as_argument=*/true);
        // Dynamic blocks that came to none are an argument that is not there, and not an empty one.
        if (!blocks.IsKnownNotNull() || blocks.Length() > 0) return blocks;
        if (attribute.required) MissingArgument(plain, attribute);
      }
      return Value::Null(attribute.type);
    }
    const size_t before = diagnostics_.size();
    const hcl::File& file = FileOf(*given, plain.file);
    const Value value = Evaluate(file, *given->expression, scope, diagnostics_);
    const Type wanted = attribute.nested ? ConfigType(*attribute.nested) : attribute.type;
    if (diagnostics_.size() > before && value.IsUnknown()) return Value::Unknown(attribute.type);
    value::Conversion converted = value::Convert(value, wanted);
    if (!converted.ok()) {
      IncorrectType(file, *given, *converted.error);
      return Value::Unknown(attribute.type);
    }
    if (!instance) return std::move(converted.value);
    if (instance->unknown) return Value::Unknown(attribute.type).WithMarks(instance->marks);
    return instance->marks ? converted.value.WithMarks(instance->marks) : std::move(converted.value);
  }

  void IncorrectType(const hcl::File& file, const hcl::Attribute& given,
                     const value::ConversionError& error) {
    base::diag::Diagnostics dropped;
    const hcl::Span subject = given.expression->span;
    base::diag::Diagnostic diagnostic = hcl::MakeDiagnostic(
        base::diag::Severity::kError, "Incorrect attribute value type",
        fmt::format("Inappropriate value for attribute {}: {}.", GoQuote(given.name), error.message), file,
        subject, Cover(given.name_span, subject));
    if (diagnostic.snippet) {
      diagnostic.snippet->values = Evaluator(file, outermost_, dropped).ValuesInPlay(*given.expression, {});
    }
    diagnostics_.Add(std::move(diagnostic));
  }

  static bool HasBlocks(const hcl::Body& body, std::string_view type) {
    return std::ranges::any_of(body.blocks, [&](const hcl::Block& block) {
      return block.type == type || (IsDynamic(block) && block.labels[0].text == type);
    });
  }

  std::vector<BlockInstance> Instances(const Plain& plain, const schema::NestedBlock& nested,
                                       const Scope& scope, const BlockInstance* outer) {
    std::vector<BlockInstance> instances;
    for (const hcl::Block& block : plain.body.blocks) {
      const hcl::File& file = FileOf(block, plain.file);
      if (block.type == nested.type_name) {
        if (!CheckLabels(file, block, nested)) continue;
        BlockInstance instance;
        instance.file = &file;
        instance.body = block.body;
        instance.scope = &scope;
        instance.header_span = block.header_span;
        if (!block.labels.empty()) instance.label = block.labels[0].text;
        instances.push_back(std::move(instance));
      } else if (IsDynamic(block) && block.labels[0].text == nested.type_name) {
        ExpandDynamic(file, block, nested, scope, scopes_, instances, diagnostics_);
      }
    }
    for (BlockInstance& instance : instances) {
      if (!outer) break;
      instance.unknown = instance.unknown || outer->unknown;
      instance.marks |= outer->marks;
    }
    return instances;
  }

  bool CheckLabels(const hcl::File& file, const hcl::Block& block, const schema::NestedBlock& nested) {
    const size_t wanted = nested.nesting == Nesting::kMap ? 1 : 0;
    if (block.labels.size() < wanted) {
      AddError(diagnostics_, fmt::format("Missing key for {}", nested.type_name),
               fmt::format("All {} blocks must have 1 labels (key).", nested.type_name), file,
               block.open_span);
      return false;
    }
    if (block.labels.size() > wanted) {
      const std::string detail =
          wanted == 0 ? fmt::format("No labels are expected for {} blocks.", nested.type_name)
                      : fmt::format("Only 1 labels (key) are expected for {} blocks.", nested.type_name);
      AddError(diagnostics_, fmt::format("Extraneous label for {}", nested.type_name), detail, file,
               block.labels[wanted].span);
      return false;
    }
    return true;
  }

  // Blocks that nobody knows how many they are make the whole unknown; as an argument they are one, the
  // contents of which are unknown.
  Value BlocksValue(const Plain& body, const schema::NestedBlock& nested, const Scope& scope,
                    const BlockInstance* outer, bool as_argument = false) {
    const std::vector<BlockInstance> instances = Instances(body, nested, scope, outer);
    if (nested.nesting == Nesting::kSingle || nested.nesting == Nesting::kGroup)
      return SingleBlock(body, nested, instances);

    std::vector<Value> values;
    bool unknown = false;
    value::Marks marks = value::kNoMarks;
    for (const BlockInstance& instance : instances) {
      const bool generated = instance.unknown || instance.marks;
      values.push_back(Decode(*instance.file, *instance.body, *nested.block, *instance.scope, {},
                              generated ? &instance : nullptr)
                           .WithMarks(instance.marks));
      unknown = unknown || (instance.unknown && !as_argument);
      marks |= instance.marks;
    }
    const Type type = schema::BlockCollectionType(nested);
    if (unknown) return Value::Unknown(type).WithMarks(marks);
    CheckCounts(body, nested, instances);
    return Collect(nested, type, instances, std::move(values));
  }

  Value SingleBlock(const Plain& plain, const schema::NestedBlock& nested,
                    const std::vector<BlockInstance>& instances) {
    if (instances.empty()) {
      if (nested.min_items > 0) {
        AddError(diagnostics_, fmt::format("Missing {} block", nested.type_name),
                 fmt::format("A block of type {} is required here.", GoQuote(nested.type_name)), plain.file,
                 plain.body.end_span);
      }
      return schema::NoBlocks(nested);
    }
    if (instances.size() > 1) {
      const base::text::Range first = instances[0].file->RangeOf(instances[0].header_span);
      AddError(diagnostics_, fmt::format("Duplicate {} block", nested.type_name),
               fmt::format("Only one block of type {} is allowed. Previous definition was at {}:{},{}.",
                           GoQuote(nested.type_name), first.filename, first.start.line, first.start.column),
               *instances[1].file, instances[1].header_span);
    }
    const BlockInstance& instance = instances[0];
    const bool generated = instance.unknown || instance.marks;
    return Decode(*instance.file, *instance.body, *nested.block, *instance.scope, {},
                  generated ? &instance : nullptr)
        .WithMarks(instance.marks);
  }

  void CheckCounts(const Plain& plain, const schema::NestedBlock& nested,
                   const std::vector<BlockInstance>& instances) {
    const auto count = static_cast<int64_t>(instances.size());
    if (count < nested.min_items) {
      AddError(
          diagnostics_, fmt::format("Insufficient {} blocks", nested.type_name),
          fmt::format("At least {} {} blocks are required.", nested.min_items, GoQuote(nested.type_name)),
          plain.file, plain.body.end_span);
    } else if (nested.max_items > 0 && count > nested.max_items) {
      AddError(
          diagnostics_, fmt::format("Too many {} blocks", nested.type_name),
          fmt::format("No more than {} {} blocks are allowed", nested.max_items, GoQuote(nested.type_name)),
          *instances[nested.max_items].file, instances[nested.max_items].body->end_span);
    }
  }

  Value Collect(const schema::NestedBlock& nested, Type type, const std::vector<BlockInstance>& instances,
                std::vector<Value> values) {
    if (nested.nesting != Nesting::kMap) {
      if (type.IsList()) return Value::List(type.element(), std::move(values));
      if (type.IsSet()) return Value::Set(type.element(), std::move(values));
      return Value::Tuple(std::move(values));
    }
    std::vector<std::pair<std::string, Value>> entries;
    for (size_t i = 0; i < values.size(); ++i) {
      const std::string& label = instances[i].label;
      const bool repeated =
          std::ranges::any_of(entries, [&](const auto& entry) { return entry.first == label; });
      if (repeated) {
        AddError(diagnostics_, fmt::format("Duplicate {} block", nested.type_name),
                 fmt::format("There is already a {} block with key {}. Keys must be unique.",
                             nested.type_name, GoQuote(label)),
                 *instances[i].file, instances[i].header_span);
        continue;
      }
      entries.emplace_back(label, std::move(values[i]));
    }
    return type.IsMap() ? Value::Map(type.element(), std::move(entries)) : Value::Object(std::move(entries));
  }

  const Scope& outermost_;
  base::diag::Diagnostics& diagnostics_;
  std::deque<LocalScope> scopes_;
};

}  // namespace

hcl::BodyShape ShapeOf(const schema::Block& schema, std::span<const std::string_view> reserved_attributes,
                       std::span<const std::string_view> reserved_blocks) {
  static constexpr std::string_view kLabel[] = {"type"};
  static constexpr std::string_view kKey[] = {"key"};
  hcl::BodyShape shape;
  for (const schema::Attribute& attribute : schema.attributes) shape.attributes.push_back(attribute.name);
  for (const schema::NestedBlock& block : schema.blocks) {
    const bool keyed = block.nesting == Nesting::kMap;
    shape.blocks.push_back({block.type_name, std::span(kKey).first(keyed ? 1 : 0)});
  }
  if (!schema.FindBlock("dynamic")) shape.blocks.push_back({"dynamic", kLabel});
  shape.reserved.assign(reserved_attributes.begin(), reserved_attributes.end());
  shape.reserved.insert(shape.reserved.end(), reserved_blocks.begin(), reserved_blocks.end());
  return shape;
}

Value DecodeBody(const hcl::File& file, const hcl::Body& body, const schema::Block& schema,
                 const Scope& scope, std::span<const std::string_view> reserved_attributes,
                 std::span<const std::string_view> reserved_blocks, base::diag::Diagnostics& diagnostics) {
  return BodyDecoder(scope, diagnostics)
      .Decode(file, body, schema, scope, {reserved_attributes, reserved_blocks}, nullptr);
}

}  // namespace language::eval
