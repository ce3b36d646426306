#include "language/value/value.h"

#include <cstdlib>
#include <new>

#include "base/text/unicode.h"
#include "language/value/node.h"

namespace language::value {

using Tag = ValueAccess::Tag;

namespace {

template <typename Node>
Node* Allocate(size_t extra_bytes = 0) {
  void* memory = std::malloc(sizeof(Node) + extra_bytes);
  if (memory == nullptr) {
    // Ends the process where a program has installed one.
    if (const std::new_handler handler = std::get_new_handler()) handler();
    CHECK(memory != nullptr);
  }
  return std::construct_at(static_cast<Node*>(memory));
}

template <typename Node>
void Free(Node* node) {
  std::destroy_at(node);
  std::free(node);
}

}  // namespace

// Values within values may be as deep as a chain of locals is long, so nodes that die are queued (through
// their own, no longer needed, type pointer) instead of being freed by recursion.
void Value::Destroy() {
  CompoundNode* dead = nullptr;
  auto drop = [&dead](Tag tag, uint64_t payload) {
    switch (tag) {
      case Tag::kString:
        Free(reinterpret_cast<StringNode*>(payload));
        return;
      case Tag::kNumber:
        Free(reinterpret_cast<NumberNode*>(payload));
        return;
      case Tag::kRefined:
        Free(reinterpret_cast<RefinedNode*>(payload));
        return;
      default:
        break;
    }
    auto* node = reinterpret_cast<CompoundNode*>(payload);
    node->wholly_known = node->has_keys();  // from here on: whether there are keys
    node->type = reinterpret_cast<const TypeNode*>(dead);
    dead = node;
  };
  drop(tag(), payload_);
  while (dead != nullptr) {
    CompoundNode* node = dead;
    dead = const_cast<CompoundNode*>(reinterpret_cast<const CompoundNode*>(node->type));
    size_t values = node->wholly_known ? node->size * 2 : node->size;
    for (const Value& value : std::span(node->elements(), values)) {
      if (!value.IsShared()) continue;
      if (value.Count()->fetch_sub(1, std::memory_order_acq_rel) == 1) drop(value.tag(), value.payload_);
    }
    Free(node);
  }
}

CompoundBuilder::CompoundBuilder(Type type, size_t size, uint8_t table_bits) {
  size_t bytes = size * sizeof(Value) * (type.IsMap() ? 2 : 1);
  if (table_bits != 0) bytes += sizeof(uint32_t) << table_bits;
  CHECK(size <= UINT32_MAX);
  node_ = Allocate<CompoundNode>(bytes);
  node_->type = type.node();
  node_->size = static_cast<uint32_t>(size);
  if (size == 0) node_->weight = type.Weight();
  node_->table_bits = table_bits;
}

CompoundBuilder::~CompoundBuilder() {
  if (node_ == nullptr) return;
  std::destroy_n(node_->elements(), put_);
  if (keys_ > 0) std::destroy_n(node_->keys(), keys_);
  Free(node_);
}

void CompoundBuilder::Put(Value value) {
  node_->deep_marks |= value.MarksDeep();
  node_->wholly_known = node_->wholly_known && value.IsWhollyKnown();
  node_->weight = AddWeights(node_->weight, value.Weight());
  std::construct_at(node_->elements() + put_++, std::move(value));
}

void CompoundBuilder::PutKey(Value key) {
  node_->weight = AddWeights(node_->weight, key.Weight());
  std::construct_at(node_->keys() + keys_++, std::move(key));
}

Value CompoundBuilder::Finish() && {
  CHECK(put_ == node_->size && (!node_->has_keys() || keys_ == put_));
  return ValueAccess::OfNode(Tag::kCompound, std::exchange(node_, nullptr));
}

Value Value::Null(Type type) { return ValueAccess::Make(Tag::kNull, ValueAccess::PayloadOfType(type)); }

Value Value::Unknown(Type type) { return ValueAccess::Make(Tag::kUnknown, ValueAccess::PayloadOfType(type)); }

Value Value::Bool(bool value) { return ValueAccess::Make(Tag::kBool, value ? 1 : 0); }

Value Value::Int(int64_t value) { return ValueAccess::MakeInt(value, Number::kIntegerPrecision); }

Value Value::OfNumber(Number value) {
  if (!value.big()) return ValueAccess::MakeInt(value.small(), value.precision());
  auto* node = Allocate<NumberNode>();
  node->number = std::move(value);
  return ValueAccess::OfNode(Tag::kNumber, node);
}

Value Value::String(std::string_view text) {
  if (base::text::IsAscii(text)) return StringRaw(text);
  if (!base::text::ValidUtf8(text))
    return StringRaw(base::text::NormalizeNfc(base::text::ReplaceInvalidUtf8(text)));
  if (base::text::IsNfc(text)) return StringRaw(text);
  return StringRaw(base::text::NormalizeNfc(text));
}

Value Value::StringRaw(std::string_view text) {
  if (text.size() <= ValueAccess::kShortStringSize) return ValueAccess::MakeShortString(text);
  auto* node = Allocate<StringNode>(text.size());
  node->size = text.size();
  std::memcpy(node->text(), text.data(), text.size());
  return ValueAccess::OfNode(Tag::kString, node);
}

Type Value::type() const {
  switch (tag()) {
    case Tag::kNull:
    case Tag::kUnknown:
      return ValueAccess::TypeOfPayload(*this);
    case Tag::kBool:
      return Type::Bool();
    case Tag::kInt:
    case Tag::kNumber:
      return Type::Number();
    case Tag::kShortString:
    case Tag::kString:
      return Type::String();
    case Tag::kCompound:
      return Type(ValueAccess::As<CompoundNode>(*this).type);
    case Tag::kRefined:
      return Type(ValueAccess::As<RefinedNode>(*this).type);
  }
  return Type();
}

bool Value::IsWhollyKnown() const {
  if (tag() == Tag::kCompound) return ValueAccess::As<CompoundNode>(*this).wholly_known;
  return IsKnown();
}

uint32_t Value::Weight() const {
  constexpr size_t kTextUnit = 32;
  switch (tag()) {
    case Tag::kNull:
    case Tag::kUnknown:
      return ValueAccess::TypeOfPayload(*this).Weight();
    case Tag::kRefined:
      return Type(ValueAccess::As<RefinedNode>(*this).type).Weight();
    case Tag::kString:
      return static_cast<uint32_t>(
          std::min<size_t>(1 + ValueAccess::As<StringNode>(*this).size / kTextUnit, UINT32_MAX));
    case Tag::kCompound:
      return ValueAccess::As<CompoundNode>(*this).weight;
    default:
      return 1;
  }
}

bool Value::AsBool() const {
  CHECK(tag() == Tag::kBool);
  return payload_ != 0;
}

Number Value::AsNumber() const {
  if (tag() == Tag::kInt)
    return Number::OfInteger(static_cast<int64_t>(payload_), static_cast<uint16_t>(rest_));
  CHECK(tag() == Tag::kNumber);
  return ValueAccess::As<NumberNode>(*this).number;
}

std::optional<int64_t> Value::AsInt64() const {
  if (tag() == Tag::kInt) return static_cast<int64_t>(payload_);
  return AsNumber().AsInt64();
}

std::string_view Value::AsString() const {
  if (tag() == Tag::kShortString) return {ValueAccess::ShortText(*this), detail()};
  CHECK(tag() == Tag::kString);
  const auto& node = ValueAccess::As<StringNode>(*this);
  return {node.text(), node.size};
}

size_t Value::Length() const { return Elements().size(); }

const Value& Value::ElementAt(size_t index) const {
  std::span<const Value> elements = Elements();
  CHECK(index < elements.size());
  return elements[index];
}

std::span<const Value> Value::Elements() const {
  CHECK(tag() == Tag::kCompound);
  const auto& node = ValueAccess::As<CompoundNode>(*this);
  return {node.elements(), node.size};
}

std::string_view Value::KeyAt(size_t index) const {
  CHECK(tag() == Tag::kCompound);
  const auto& node = ValueAccess::As<CompoundNode>(*this);
  CHECK(index < node.size);
  if (node.has_keys()) return node.keys()[index].AsString();
  CHECK(node.type->kind == Kind::kObject);
  return node.type->attributes[index].name;
}

const Value* Value::Find(std::string_view key) const {
  CHECK(tag() == Tag::kCompound);
  const auto& node = ValueAccess::As<CompoundNode>(*this);
  if (node.type->kind == Kind::kObject) {
    int index = Type(node.type).AttributeIndex(key);
    return index < 0 ? nullptr : node.elements() + index;
  }
  CHECK(node.has_keys());
  std::span<const Value> keys(node.keys(), node.size);
  auto found = std::ranges::lower_bound(keys, key, {}, &Value::AsString);
  if (found == keys.end() || found->AsString() != key) return nullptr;
  return node.elements() + (found - keys.begin());
}

const Value& Value::Get(std::string_view name) const {
  const Value* value = Find(name);
  CHECK(value != nullptr);
  return *value;
}

}  // namespace language::value
