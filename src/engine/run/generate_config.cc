#include "engine/run/generate_config.h"

#include "language/hcl/format.h"

namespace engine::run {
namespace {

using language::schema::Attribute;
using language::schema::Block;
using language::schema::NestedBlock;
using language::schema::Nesting;
using language::value::Value;

std::string Quote(std::string_view text) {
  std::string out = "\"";
  for (size_t index = 0; index < text.size(); ++index) {
    char c = text[index];
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '$':
      case '%':
        out += c;
        if (index + 1 < text.size() && text[index + 1] == '{') out += c;
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        else
          out += c;
    }
  }
  return out + "\"";
}

bool IsIdentifier(std::string_view text) { return language::address::IsValidName(text); }

void WriteExpression(const Value& value, std::string& out) {
  if (!value.IsKnownNotNull()) {
    out += "null";
    return;
  }
  language::value::Type type = value.type();
  if (type.IsString())
    out += Quote(value.AsString());
  else if (type.IsNumber())
    out += value.AsNumber().ToString();
  else if (type.IsBool())
    out += value.AsBool() ? "true" : "false";
  else if (type.IsMap() || type.IsObject()) {
    out += value.Length() ? "{\n" : "{";
    for (size_t index = 0; index < value.Length(); ++index) {
      std::string_view key = value.KeyAt(index);
      out += IsIdentifier(key) ? std::string(key) : Quote(key);
      out += " = ";
      WriteExpression(value.ElementAt(index), out);
      out += "\n";
    }
    out += "}";
  } else {
    out += "[";
    for (size_t index = 0; index < value.Length(); ++index) {
      if (index) out += ", ";
      WriteExpression(value.ElementAt(index), out);
    }
    out += "]";
  }
}

bool IsWritten(const Attribute& attribute) {
  bool read_only = attribute.computed && !attribute.optional && !attribute.required;
  bool sdk_id = attribute.name == "id" && attribute.computed && attribute.optional;
  return !read_only && !sdk_id && !attribute.deprecated;
}

void WriteBody(const Block& schema, const Value& value, std::string& out) {
  for (const Attribute& attribute : schema.attributes) {
    if (!IsWritten(attribute)) continue;
    const Value* found = value.IsKnownNotNull() ? value.Find(attribute.name) : nullptr;
    out += attribute.name + " = ";
    if (attribute.sensitive)
      out += "null # sensitive";
    else if (found)
      WriteExpression(found->UnmarkedDeep(), out);
    else
      out += "null";
    out += "\n";
  }
  for (const NestedBlock& nested : schema.blocks) {
    if (nested.block->deprecated || !value.IsKnownNotNull()) continue;
    const Value* found = value.Find(nested.type_name);
    if (!found || !found->IsKnownNotNull()) continue;
    bool one = nested.nesting == Nesting::kSingle || nested.nesting == Nesting::kGroup;
    size_t count = one ? 1 : found->Length();
    for (size_t index = 0; index < count; ++index) {
      out += nested.type_name;
      if (nested.nesting == Nesting::kMap) out += " " + Quote(found->KeyAt(index));
      out += " {\n";
      WriteBody(*nested.block, one ? *found : found->ElementAt(index), out);
      out += "}\n";
    }
  }
}

}  // namespace

std::string GenerateConfig(const language::address::Resource& address, const Block& schema,
                           const Value& value) {
  std::string out = fmt::format("resource {} {} {{\n", Quote(address.type), Quote(address.name));
  WriteBody(schema, value, out);
  out += "}\n";
  return language::hcl::Format(out);
}

}  // namespace engine::run
