// The shared nodes behind values that do not fit into 16 bytes, and access to the bits of a Value.
// Not for use outside this room. Nodes are made once, then never changed; the last owner frees them.
// Called by the files of this room that build, compare and take values apart.
#pragma once

#include <atomic>
#include <cstring>
#include <span>
#include <string_view>

#include "base/core/check.h"
#include "language/value/value.h"

namespace language::value {

struct StringNode {
  std::atomic<uint32_t> count{1};
  size_t size = 0;
  char* text() { return reinterpret_cast<char*>(this + 1); }
  const char* text() const { return reinterpret_cast<const char*>(this + 1); }
};

struct NumberNode {
  std::atomic<uint32_t> count{1};
  Number number;
};

struct RefinedNode {
  std::atomic<uint32_t> count{1};
  const TypeNode* type = nullptr;
  Refinements refinements;
};

// Followed by `size` elements, then, of maps, `size` keys, then, of sets, a hash table of 2^table_bits
// positions + 1.
struct CompoundNode {
  std::atomic<uint32_t> count{1};
  bool wholly_known = true;
  Marks deep_marks = kNoMarks;  // of the elements, and what is in them
  uint8_t table_bits = 0;       // 0: no table
  const TypeNode* type = nullptr;
  uint32_t size = 0;
  uint32_t weight = 1;

  Value* elements() { return reinterpret_cast<Value*>(this + 1); }
  const Value* elements() const { return reinterpret_cast<const Value*>(this + 1); }
  Value* keys() { return elements() + size; }
  const Value* keys() const { return elements() + size; }
  uint32_t* table() { return reinterpret_cast<uint32_t*>(elements() + size); }
  const uint32_t* table() const { return reinterpret_cast<const uint32_t*>(elements() + size); }
  bool has_keys() const { return type->kind == Kind::kMap; }
};

struct ValueAccess {
  using Tag = Value::Tag;
  static constexpr size_t kShortStringSize = 14;

  static Tag TagOf(const Value& value) { return value.tag(); }
  static uint64_t Detail(const Value& value) { return value.detail(); }
  static uint64_t Payload(const Value& value) { return value.payload_; }
  static uint64_t Rest(const Value& value) { return value.rest_; }
  static const char* ShortText(const Value& value) { return reinterpret_cast<const char*>(&value); }

  static Value Make(Tag tag, uint64_t payload, uint64_t detail = 0) {
    Value value;
    value.payload_ = payload;
    value.rest_ = static_cast<uint64_t>(tag) << 60 | detail << 56;
    return value;
  }
  template <typename Node>
  static Value OfNode(Tag tag, Node* node) {
    return Make(tag, reinterpret_cast<uint64_t>(node));
  }
  static Value MakeInt(int64_t integer, int precision) {
    Value value = Make(Tag::kInt, static_cast<uint64_t>(integer));
    value.rest_ |= static_cast<uint16_t>(precision);
    return value;
  }
  static Value MakeShortString(std::string_view text) {
    Value value;
    if (!text.empty()) std::memcpy(reinterpret_cast<char*>(&value), text.data(), text.size());
    value.rest_ |= static_cast<uint64_t>(Tag::kShortString) << 60 | static_cast<uint64_t>(text.size()) << 56;
    return value;
  }
  static void SetMarks(Value* value, Marks marks) {
    value->rest_ = (value->rest_ & ~(uint64_t{0xff} << 48)) | static_cast<uint64_t>(marks) << 48;
  }
  template <typename Node>
  static const Node& As(const Value& value) {
    return *reinterpret_cast<const Node*>(value.payload_);
  }
  static const CompoundNode* Compound(const Value& value) {
    return value.tag() == Tag::kCompound ? &As<CompoundNode>(value) : nullptr;
  }
  // The type node of a null or of an unrefined unknown.
  static Type TypeOfPayload(const Value& value) {
    return value.payload_ == 0 ? Type::Dynamic() : Type(reinterpret_cast<const TypeNode*>(value.payload_));
  }
  static uint64_t PayloadOfType(Type type) {
    return type.IsDynamic() ? 0 : reinterpret_cast<uint64_t>(type.node());
  }
};

// A compound node under construction. Elements (and keys) are put in place one by one, in order, then Finish
// gives the value. Whoever builds must put all of them.
class CompoundBuilder {
 public:
  CompoundBuilder(Type type, size_t size, uint8_t table_bits = 0);
  CompoundBuilder(const CompoundBuilder&) = delete;
  CompoundBuilder& operator=(const CompoundBuilder&) = delete;
  ~CompoundBuilder();
  void Put(Value value);
  void PutKey(Value key);
  uint32_t* table() { return node_->table(); }
  const Value* elements() const { return node_->elements(); }
  Value Finish() &&;

 private:
  CompoundNode* node_;
  size_t put_ = 0;
  size_t keys_ = 0;
};

// The step from a compound to its element at the position.
PathStep StepTo(const Value& value, size_t index);

// The element type that a collection of these gets, with nulls and unknowns of no type brought to it. A
// wanted type with dynamic parts gives way to the type of the elements, which must agree.
// Agreement is checked, unless the values come from outside: then ask ElementsAgree first.
Type FitElements(Type element, std::span<Value*> values);
bool ElementsAgree(Type element, std::span<const Value* const> values);

}  // namespace language::value
