#include "language/eval/render.h"

#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/text/unicode.h"

namespace language::eval {
namespace {

using base::core::GoQuote;
using value::Kind;
using value::Type;
using value::Value;

std::string Spaces(int count) { return std::string(static_cast<size_t>(count), ' '); }

std::string NumberText(const value::Number& number) {
  if (number.IsInfinite()) return number.Sign() < 0 ? "-Inf" : "+Inf";
  return number.ToString();
}

std::string RenderNull(Type type) {
  switch (type.kind()) {
    case Kind::kDynamic:
      return "null";
    case Kind::kString:
      return "tostring(null)";
    case Kind::kNumber:
      return "tonumber(null)";
    case Kind::kBool:
      return "tobool(null)";
    case Kind::kList:
      return fmt::format("tolist(null) /* of {} */", type.element().FriendlyName());
    case Kind::kSet:
      return fmt::format("toset(null) /* of {} */", type.element().FriendlyName());
    case Kind::kMap:
      return fmt::format("tomap(null) /* of {} */", type.element().FriendlyName());
    default:
      return fmt::format("null /* {} */", type.FriendlyName());
  }
}

// A heredoc for texts of several lines, else a quoted text.
std::string RenderString(std::string_view text, int indent) {
  if (text.find('\n') == std::string_view::npos) return GoQuote(text);
  const std::vector<std::string_view> lines = base::core::Split(text, '\n');
  std::string marker = "EOT";
  for (size_t i = 0; i < lines.size();) {
    const bool taken = base::text::TrimSpace(lines[i]) == marker;
    if (taken) marker += '_';
    i = taken ? 0 : i + 1;
  }
  std::string out = (indent > 0 ? "<<-" : "<<") + marker + "\n";
  for (std::string_view line : lines) out += Spaces(indent) + std::string(line) + "\n";
  return out + Spaces(indent) + marker;
}

std::string RenderSequence(const Value& value, int indent) {
  std::string out = "[";
  for (const Value& element : value.Elements()) {
    out += "\n" + Spaces(indent + 2) + RenderValue(element, indent + 2) + ",";
  }
  if (value.Length() > 0) out += "\n" + Spaces(indent);
  return out + "]";
}

std::string RenderMapping(const Value& value, int indent) {
  std::string out = "{";
  for (size_t i = 0; i < value.Length(); ++i) {
    out += "\n" + Spaces(indent + 2) + RenderString(value.KeyAt(i), indent + 2) + " = " +
           RenderValue(value.ElementAt(i), indent + 2);
  }
  if (value.Length() > 0) out += "\n" + Spaces(indent);
  return out + "}";
}

constexpr int kTypeIndent = 4;

std::string TypeText(Type type, int indent);

std::string TypeArgument(Type element, int indent) {
  if (!element.IsObject() && !element.IsTuple()) return TypeText(element, indent);
  return "\n" + Spaces(indent + kTypeIndent) + TypeText(element, indent + kTypeIndent) + ",\n" +
         Spaces(indent);
}

std::string TypeText(Type type, int indent) {
  switch (type.kind()) {
    case Kind::kList:
      return "list(" + TypeArgument(type.element(), indent) + ")";
    case Kind::kSet:
      return "set(" + TypeArgument(type.element(), indent) + ")";
    case Kind::kMap:
      return "map(" + TypeArgument(type.element(), indent) + ")";
    case Kind::kObject: {
      if (type.attributes().empty()) return "object({})";
      std::string out = "object({\n";
      for (const value::ObjectAttribute& attribute : type.attributes()) {
        out += Spaces(indent + kTypeIndent) + attribute.name + ": " +
               TypeText(attribute.type, indent + kTypeIndent) + ",\n";
      }
      return out + Spaces(indent) + "})";
    }
    case Kind::kTuple: {
      if (type.elements().empty()) return "tuple([])";
      std::string out = "tuple([\n";
      for (Type element : type.elements()) {
        out += Spaces(indent + kTypeIndent) + TypeText(element, indent + kTypeIndent) + ",\n";
      }
      return out + Spaces(indent) + "])";
    }
    default:
      return type.FriendlyName();
  }
}

}  // namespace

std::string RenderValue(const Value& value, int indent) {
  if (value.IsUnknown()) return "(known after apply)";
  if (value.IsMarked(value::kSensitive)) return "(sensitive value)";
  if (value.IsMarked(value::kEphemeral)) return "(ephemeral value)";
  const Type type = value.type();
  if (value.IsNull()) return RenderNull(type);
  switch (type.kind()) {
    case Kind::kString:
      return RenderString(value.AsString(), indent);
    case Kind::kNumber:
      return NumberText(value.AsNumber());
    case Kind::kBool:
      return value.AsBool() ? "true" : "false";
    case Kind::kList:
      return "tolist(" + RenderSequence(value, indent) + ")";
    case Kind::kSet:
      return "toset(" + RenderSequence(value, indent) + ")";
    case Kind::kMap:
      return "tomap(" + RenderMapping(value, indent) + ")";
    case Kind::kTuple:
      return RenderSequence(value, indent);
    case Kind::kObject:
      return RenderMapping(value, indent);
    case Kind::kDynamic:
      break;
  }
  return "null";
}

std::string RenderType(Type type) { return TypeText(type, 0); }

std::string RenderCompact(const Value& value) {
  if (value.IsMarked(value::kSensitive)) return "(sensitive value)";
  if (value.IsMarked(value::kEphemeral)) return "(ephemeral value)";
  const Type type = value.type();
  if (value.IsUnknown()) return type.IsDynamic() ? "(not yet known)" : "a " + type.FriendlyName();
  if (value.IsNull()) return "null";
  if (type.IsBool()) return value.AsBool() ? "true" : "false";
  if (type.IsNumber()) return value.AsNumber().ToHashText();
  if (type.IsString()) return GoQuote(value.AsString());
  const size_t length = value.Length();
  if (type.IsObject()) {
    if (length == 0) return "object with no attributes";
    if (length == 1) return "object with 1 attribute " + GoQuote(value.KeyAt(0));
    return fmt::format("object with {} attributes", length);
  }
  if (length == 0) return "empty " + type.FriendlyName();
  return fmt::format("{} with {} element{}", type.FriendlyName(), length, length == 1 ? "" : "s");
}

}  // namespace language::eval
