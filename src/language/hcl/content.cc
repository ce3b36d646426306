#include "language/hcl/content.h"

#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "base/text/suggest.h"
#include "language/hcl/parser.h"

namespace language::hcl {
namespace {

constexpr char kWrongType[] = "Incorrect JSON value type";
constexpr std::string_view kComment = "//";
// More than anyone reads of one body; a bound for hostile input.
constexpr size_t kMaxErrors = 1000;

const JsonTextExpression& KeyOf(const ObjectItem& item) { return As<JsonTextExpression>(*item.key); }

bool IsNull(const Expression& e) {
  return e.kind == ExpressionKind::kLiteral && As<LiteralExpression>(e).value.IsNull();
}

Span StartOf(const Expression& e) {
  if (const ObjectExpression* object = AsObject(e)) return object->open_span;
  if (e.kind == ExpressionKind::kTuple) return {e.span.begin, e.span.begin + 1};
  return e.span;
}

Attribute AttributeOf(const ObjectItem& item) {
  Attribute attribute;
  attribute.name = KeyOf(item).text;
  attribute.name_span = attribute.equals_span = item.key->span;
  attribute.expression = item.value;
  attribute.span = base::text::Cover(item.key->span, item.value->span);
  return attribute;
}

std::string PlaceText(const File& file, Span span) {
  const base::text::Range range = file.RangeOf(span);
  return fmt::format("{}:{},{}", range.filename, range.start.line, range.start.column);
}

// The names that a body sets; `dynamic` blocks set what they generate.
class Names {
 public:
  explicit Names(const Body& body) {
    for (const Attribute& attribute : body.attributes) names_.push_back(attribute.name);
    for (const Block& block : body.blocks) names_.push_back(NameOf(block));
    std::ranges::sort(names_);
  }
  static std::string_view NameOf(const Block& block) {
    return block.type == "dynamic" && block.labels.size() == 1 ? block.labels[0].text : block.type;
  }
  bool Holds(std::string_view name) const { return std::ranges::binary_search(names_, name); }

 private:
  std::vector<std::string_view> names_;
};

// What the base sets and the override does not, then the override's own.
void Merge(const Body& base, const File& base_file, const Body& overriding, const File& file,
           std::vector<Attribute>& attributes, std::vector<Block>& blocks) {
  const Names replaced(overriding);
  for (Attribute each : base.attributes) {
    if (replaced.Holds(each.name)) continue;
    each.file = &FileOf(each, base_file);
    attributes.push_back(each);
  }
  for (Block each : base.blocks) {
    if (replaced.Holds(Names::NameOf(each))) continue;
    each.file = &FileOf(each, base_file);
    blocks.push_back(each);
  }
  for (Attribute each : overriding.attributes) {
    each.file = &FileOf(each, file);
    attributes.push_back(each);
  }
  for (Block each : overriding.blocks) {
    each.file = &FileOf(each, file);
    blocks.push_back(each);
  }
}

}  // namespace

// Reads a JSON value as a body.
class ContentReader {
 public:
  ContentReader(const File& file, Content& content, const BodyShape& shape,
                base::diag::Diagnostics& diagnostics)
      : file_(file), content_(content), shape_(shape), diagnostics_(diagnostics) {}

  void Read(const Expression& value) {
    std::vector<const ObjectItem*> properties;
    Collect(value, "", &properties);
    for (const ObjectItem* item : properties) ReadProperty(*item);
    if (!shape_.open) {
      for (const ObjectItem* item : properties) CheckKnown(*item);
    }
    Finish();
  }

 private:
  void Error(std::string summary, std::string detail, Span subject, Span context) {
    if (++errors_ > kMaxErrors) return;
    diagnostics_.Add(MakeDiagnostic(base::diag::Severity::kError, std::move(summary), std::move(detail),
                                    file_, subject, context));
  }
  void WrongType(std::string detail, Span subject) { Error(kWrongType, std::move(detail), subject, subject); }

  // The properties of an object, or of all objects of an array. `label`: what the names of the properties
  // are.
  void Collect(const Expression& value, std::string_view label, std::vector<const ObjectItem*>* out) {
    const auto wanted = [&] {
      return label.empty() ? std::string("to define arguments and child blocks")
                           : fmt::format("to specify {} labels for this block", label);
    };
    const auto add = [&](const ObjectExpression& object) {
      for (const ObjectItem& item : object.items) out->push_back(&item);
    };
    if (IsNull(value)) return;
    if (const ObjectExpression* object = AsObject(value)) return add(*object);
    const TupleExpression* array = AsTuple(value);
    if (array == nullptr) {
      return WrongType(
          fmt::format("Either a JSON object or an array of objects is required here, {}.", wanted()),
          StartOf(value));
    }
    for (const Expression* element : array->elements) {
      if (const ObjectExpression* object = AsObject(*element)) {
        add(*object);
      } else {
        WrongType(fmt::format("A JSON object is required here, {}.", wanted()), StartOf(*element));
      }
    }
  }

  bool IsReserved(std::string_view name) const {
    return std::ranges::find(shape_.reserved, name) != shape_.reserved.end();
  }
  bool IsAttribute(std::string_view name) const {
    return std::ranges::find(shape_.attributes, name) != shape_.attributes.end();
  }
  const BlockShape* FindBlock(std::string_view name) const {
    const auto found = std::ranges::find(shape_.blocks, name, &BlockShape::type);
    return found == shape_.blocks.end() ? nullptr : &*found;
  }

  void ReadProperty(const ObjectItem& item) {
    const std::string_view name = KeyOf(item).text;
    if (IsReserved(name)) return;
    if (IsAttribute(name)) {
      const auto same = std::ranges::find(content_.attributes_, name, &Attribute::name);
      if (same == content_.attributes_.end()) {
        content_.attributes_.push_back(AttributeOf(item));
        return;
      }
      Error("Duplicate argument",
            fmt::format("The argument \"{}\" was already set at {}.", name, PlaceText(file_, same->span)),
            item.key->span, base::text::Cover(item.key->span, item.value->span));
    } else if (const BlockShape* block = FindBlock(name)) {
      std::vector<Label> labels;
      ReadBlocks(*item.value, *block, item.key->span, labels);
    }
  }

  // One level of labels, or the blocks themselves.
  void ReadBlocks(const Expression& value, const BlockShape& shape, Span type_span,
                  std::vector<Label>& labels) {
    if (labels.size() < shape.labels.size()) {
      const std::string_view label = shape.labels[labels.size()];
      std::vector<const ObjectItem*> properties;
      Collect(value, label, &properties);
      if (properties.empty()) {
        Error("Missing block label",
              fmt::format("At least one property is required here, whose name is the {} of the {} block.",
                          label, shape.type),
              StartOf(value), StartOf(value));
      }
      for (const ObjectItem* item : properties) {
        labels.push_back({KeyOf(*item).text, item->key->span});
        ReadBlocks(*item->value, shape, type_span, labels);
        labels.pop_back();
      }
      return;
    }
    if (IsNull(value)) return;
    if (const ObjectExpression* object = AsObject(value)) {
      AddBlock(*object->body, shape.type, type_span, labels, object->open_span);
    } else if (const TupleExpression* array = AsTuple(value)) {
      for (const Expression* element : array->elements)
        AddBlock(BodyOf(*element), shape.type, type_span, labels, StartOf(value));
    } else {
      WrongType(fmt::format("Either a JSON object or an array is required here, for the contents of one or "
                            "more \"{}\" blocks.",
                            shape.type),
                StartOf(value));
    }
  }

  // What is no object is told of when the content is read.
  const Body& BodyOf(const Expression& value) {
    if (const ObjectExpression* object = AsObject(value)) return *object->body;
    if (const TupleExpression* array = AsTuple(value)) return *array->body;
    auto body = std::make_shared<Body>();
    body->span = body->end_span = value.span;
    body->json = &value;
    file_.Keep(body);
    return *body;
  }

  void AddBlock(const Body& body, std::string_view type, Span type_span, const std::vector<Label>& labels,
                Span open) {
    Block block;
    block.type = type;
    block.type_span = type_span;
    block.open_span = block.header_span = open;
    block.close_span = body.end_span;
    block.span = body.span;
    block.body = &body;
    content_.blocks_.push_back(block);
    content_.labels_.push_back(labels);
  }

  void CheckKnown(const ObjectItem& item) {
    const std::string_view name = KeyOf(item).text;
    if (errors_ >= kMaxErrors || name == kComment || IsReserved(name) || IsAttribute(name) ||
        FindBlock(name) != nullptr)
      return;
    std::vector<std::string_view> names;
    for (const std::string_view known : shape_.attributes) {
      if (std::ranges::find(content_.attributes_, known, &Attribute::name) == content_.attributes_.end())
        names.push_back(known);
    }
    for (const BlockShape& block : shape_.blocks) names.push_back(block.type);
    const std::string suggestion = base::text::Suggest(name, names);
    Error("Extraneous JSON object property",
          fmt::format("No argument or block type is named \"{}\".{}", name,
                      suggestion.empty() ? "" : fmt::format(" Did you mean \"{}\"?", suggestion)),
          item.key->span, base::text::Cover(item.key->span, item.value->span));
  }

  void Finish() {
    for (size_t i = 0; i < content_.blocks_.size(); ++i) content_.blocks_[i].labels = content_.labels_[i];
  }

  const File& file_;
  Content& content_;
  const BodyShape& shape_;
  base::diag::Diagnostics& diagnostics_;
  size_t errors_ = 0;
};

Content::Content(const File& file, const Body& body, const BodyShape& shape,
                 base::diag::Diagnostics& diagnostics) {
  if (body.IsPlain()) {
    body_ = &body;
    return;
  }
  body_ = &own_;
  own_.span = body.span;
  own_.end_span = body.end_span;
  if (body.json != nullptr) {
    ContentReader(file, *this, shape, diagnostics).Read(*body.json);
  } else {
    const MergedBody& merged = *body.merged;
    BodyShape base_shape = shape, shape_over = shape;
    if (merged.escaped) {
      base_shape.reserved.push_back("_");
      shape_over.reserved.clear();
    } else {
      base_shape.open = shape_over.open = true;
    }
    auto base = std::make_unique<Content>(*merged.base_file, *merged.base, base_shape, diagnostics);
    const Content overriding(*merged.file, *merged.overriding, shape_over, diagnostics);
    Merge(base->body(), *merged.base_file, overriding.body(), *merged.file, attributes_, blocks_);
    // The labels of JSON blocks end with the contents that they came from.
    for (const Block& block : blocks_) labels_.emplace_back(block.labels.begin(), block.labels.end());
    for (size_t i = 0; i < blocks_.size(); ++i) blocks_[i].labels = labels_[i];
    if (!merged.escaped) overridden_ = std::move(base);
  }
  own_.attributes = attributes_;
  own_.blocks = blocks_;
}

const Body& KeptContent(const File& file, const Body& body, const BodyShape& shape,
                        base::diag::Diagnostics& diagnostics) {
  if (body.IsPlain()) return body;
  auto content = std::make_shared<Content>(file, body, shape, diagnostics);
  file.Keep(content);
  return content->body();
}

const Body& KeptAttributes(const File& file, const Body& body, base::diag::Diagnostics& diagnostics) {
  if (body.IsPlain()) return body;
  struct Storage {
    std::vector<Attribute> attributes;
    Body body;
  };
  auto storage = std::make_shared<Storage>();
  storage->body.span = body.span;
  storage->body.end_span = body.end_span;
  if (const ObjectExpression* object = AsObject(*body.json)) {
    std::map<std::string_view, Span> seen;
    size_t errors = 0;
    for (const ObjectItem& item : object->items) {
      if (KeyOf(item).text == kComment) continue;
      const Attribute attribute = AttributeOf(item);
      const auto [same, added] = seen.emplace(attribute.name, attribute.span);
      if (added) {
        storage->attributes.push_back(attribute);
        continue;
      }
      if (++errors > kMaxErrors) continue;
      AddError(diagnostics, "Duplicate attribute definition",
               fmt::format("The argument \"{}\" was already set at {}.", attribute.name,
                           PlaceText(file, same->second)),
               file, attribute.name_span);
    }
  } else {
    AddError(diagnostics, kWrongType, "A JSON object is required here, whose properties are the arguments.",
             file, StartOf(*body.json));
  }
  storage->body.attributes = storage->attributes;
  file.Keep(storage);
  return storage->body;
}

LooseContent::LooseContent(const File& file, const Body& body) {
  if (body.IsPlain()) {
    body_ = &body;
    return;
  }
  body_ = &own_;
  own_.span = body.span;
  own_.end_span = body.end_span;
  if (body.merged != nullptr) {
    const MergedBody& merged = *body.merged;
    const LooseContent base(*merged.base_file, *merged.base);
    const LooseContent overriding(*merged.file, *merged.overriding);
    Merge(base.body(), *merged.base_file, overriding.body(), *merged.file, attributes_, blocks_);
  } else {
    Add(file, body);
  }
  own_.attributes = attributes_;
  own_.blocks = blocks_;
}

void LooseContent::Add(const File& file, const Body& body) {
  const auto add = [&](const Expression& value) {
    const ObjectExpression* object = AsObject(value);
    if (object == nullptr) return;
    for (const ObjectItem& item : object->items) {
      if (KeyOf(item).text == kComment) continue;
      attributes_.push_back(AttributeOf(item));
      attributes_.back().file = &file;
    }
  };
  add(*body.json);
  if (const TupleExpression* array = AsTuple(*body.json)) {
    for (const Expression* element : array->elements) add(*element);
  }
}

BodyRef MergeBodies(const BodyRef& base, const BodyRef& overriding) {
  struct Storage {
    FilePtr file;
    MergedBody merged;
    Body body;
  };
  auto storage = std::make_shared<Storage>();
  // A file that kept itself would never be freed.
  if (overriding.file != base.file) storage->file = overriding.file;
  storage->merged = {base.file.get(), base.body, overriding.file.get(), overriding.body};
  storage->body.span = base.body->span;
  storage->body.end_span = base.body->end_span;
  storage->body.merged = &storage->merged;
  base.file->Keep(storage);
  return {base.file, &storage->body};
}

BodyRef JoinEscaped(const BodyRef& base, const Body& escaped) {
  struct Storage {
    MergedBody merged;
    Body body;
  };
  auto storage = std::make_shared<Storage>();
  storage->merged = {base.file.get(), base.body, base.file.get(), &escaped, /*escaped=*/true};
  storage->body.span = base.body->span;
  storage->body.end_span = base.body->end_span;
  storage->body.merged = &storage->merged;
  base.file->Keep(storage);
  return {base.file, &storage->body};
}

}  // namespace language::hcl
