#include "engine/run/generate_config.h"

#include "base/core/strings.h"
#include "base/json/reader.h"
#include "language/hcl/format.h"
#include "language/hcl/quote.h"
#include "language/hcl/write_value.h"
#include "language/value/codec.h"

namespace engine::run {
namespace {

using language::hcl::QuoteText;
using language::schema::Attribute;
using language::schema::Block;
using language::schema::NestedBlock;
using language::schema::NestedType;
using language::schema::Nesting;
using language::value::Value;

bool IsIdentifier(std::string_view text) { return language::address::IsValidName(text); }

// Text that is a JSON object or array reads better as a call of jsonencode; a lone number or word stays text.
void WriteText(std::string_view text, std::string& out) {
  if (text.find_first_of("{[") != std::string_view::npos || base::core::Trim(text) == "null") {
    auto document = base::json::Document::Parse(text);
    auto parsed = document.ok() ? language::value::FromImpliedJson(document->root())
                                : base::core::Result<Value>(document.error());
    if (parsed.ok() && !parsed->type().IsPrimitive()) {
      out += "jsonencode(";
      language::hcl::WriteValue(*parsed, out, WriteText);
      out += ")";
      return;
    }
  }
  out += QuoteText(text);
}

void WriteExpression(const Value& value, std::string& out) {
  language::hcl::WriteValue(value, out, WriteText);
}

bool IsWritten(const Attribute& attribute) {
  bool read_only = attribute.computed && !attribute.optional && !attribute.required;
  bool sdk_id = attribute.name == "id" && attribute.computed && attribute.optional;
  return !read_only && !sdk_id && !attribute.deprecated;
}

const Value* KnownPart(const Value& value, std::string_view name) {
  const Value* found = value.IsKnownNotNull() ? value.Find(name) : nullptr;
  return found && found->IsKnownNotNull() ? found : nullptr;
}

void WriteAttributes(const std::vector<Attribute>& attributes, const Value& value, std::string& out);

// {...}, [{...}] or {key = {...}} with what a configuration may set.
void WriteNested(const NestedType& type, const Value& value, std::string& out) {
  auto object = [&](const Value& element) {
    out += "{\n";
    WriteAttributes(type.attributes, element, out);
    out += "}";
  };
  if (type.nesting == Nesting::kSingle || type.nesting == Nesting::kGroup) return object(value);
  const bool map = type.nesting == Nesting::kMap;
  out += map ? "{\n" : "[\n";
  for (size_t index = 0; index < value.Length(); ++index) {
    if (map)
      out += (IsIdentifier(value.KeyAt(index)) ? std::string(value.KeyAt(index))
                                               : QuoteText(value.KeyAt(index))) +
             " = ";
    object(value.ElementAt(index));
    out += map ? "\n" : ",\n";
  }
  out += map ? "}" : "]";
}

void WriteAttributes(const std::vector<Attribute>& attributes, const Value& value, std::string& out) {
  for (const Attribute& attribute : attributes) {
    if (!IsWritten(attribute)) continue;
    const Value* found = KnownPart(value, attribute.name);
    // The old SDK stores "" for texts that nobody has set.
    if (found && attribute.optional && found->type().IsString() && found->UnmarkedDeep().AsString().empty())
      found = nullptr;
    out += attribute.name + " = ";
    if (attribute.sensitive)
      out += "null # sensitive";
    else if (!found)
      out += "null";
    else if (attribute.nested)
      WriteNested(*attribute.nested, found->UnmarkedDeep(), out);
    else if (Value plain = found->UnmarkedDeep(); plain.type().IsString())
      WriteText(plain.AsString(), out);
    else
      WriteExpression(plain, out);
    out += "\n";
  }
}

void WriteBody(const Block& schema, const Value& value, std::string& out) {
  WriteAttributes(schema.attributes, value, out);
  for (const NestedBlock& nested : schema.blocks) {
    const Value* found = KnownPart(value, nested.type_name);
    if (nested.block->deprecated || !found) continue;
    bool one = nested.nesting == Nesting::kSingle || nested.nesting == Nesting::kGroup;
    size_t count = one ? 1 : found->Length();
    for (size_t index = 0; index < count; ++index) {
      out += nested.type_name;
      if (nested.nesting == Nesting::kMap) out += " " + QuoteText(found->KeyAt(index));
      out += " {\n";
      WriteBody(*nested.block, one ? *found : found->ElementAt(index), out);
      out += "}\n";
    }
  }
}

}  // namespace

std::string GenerateConfig(const language::address::Resource& address, const Block& schema,
                           const Value& value, std::string_view provider) {
  std::string out = fmt::format("resource {} {} {{\n", QuoteText(address.type), QuoteText(address.name));
  if (!provider.empty()) out += fmt::format("provider = {}\n", provider);
  WriteBody(schema, value, out);
  out += "}\n";
  return language::hcl::Format(out);
}

std::string GenerateImport(const language::address::Resource& address, const Value& identity,
                           std::string_view provider) {
  std::string out = fmt::format("import {{\nto = {}\n", address.ToString());
  if (!provider.empty()) out += fmt::format("provider = {}\n", provider);
  std::vector<std::pair<std::string, Value>> given;
  for (size_t index = 0; index < identity.Length(); ++index)
    if (identity.ElementAt(index).IsKnownNotNull())
      given.emplace_back(identity.KeyAt(index), identity.ElementAt(index));
  out += "identity = ";
  language::hcl::WriteValue(Value::Object(std::move(given)), out);
  return language::hcl::Format(out + "\n}\n");
}

}  // namespace engine::run
