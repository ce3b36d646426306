#include "base/json/reader.h"
#include "base/text/unicode.h"
#include "language/functions/family.h"
#include "language/value/codec.h"

namespace language::functions {
namespace {

const Type kString = Type::String();

// How the text of an unknown value starts, by its type.
std::string_view JsonPrefix(const Value& value) {
  if (value.IsUnknown() && !value.refinements().not_null) return "";
  const Type type = value.type();
  if (type.IsObject() || type.IsMap()) return "{";
  if (IsSequence(type)) return "[";
  return type.IsString() ? "\"" : "";
}

CallResult JsonEncode(const Environment&, Arguments a) {
  const Value& value = a[0];
  if (!value.IsWhollyKnown()) {
    value::Refinements refinements;
    refinements.not_null = true;
    refinements.string_prefix = JsonPrefix(value);
    return Value::Unknown(kString, refinements);
  }
  if (value.IsNull()) return Value::StringRaw("null");
  base::core::Result<std::string> json = value::ToJson(value, value.type(), value::kMaxTextSize);
  if (!json.ok()) return Fail("{}", json.error().message());
  return Value::String(*json);
}

// Whether the text ends within a string, a number or a word.
bool EndsWithinToken(std::string_view text) {
  bool in_string = false;
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\')
      ++i;
    else if (c == '"')
      in_string = !in_string;
    else if (!in_string && std::string_view(" \t\r\n[]{}:,").find(c) != std::string_view::npos)
      start = i + 1;
  }
  if (in_string) return true;
  const std::string_view last = start < text.size() ? text.substr(start) : "";
  if (last.empty() || last.back() == '"') return false;
  return last != "true" && last != "false" && last != "null" && !(last.back() >= '0' && last.back() <= '9');
}

// Go's decoder reads token by token, which shows in some of its words.
std::string DecoderWords(const base::json::ParseError& error, std::string_view text) {
  if (error.message.find("unexpected end") != std::string::npos)
    return EndsWithinToken(text) ? "unexpected EOF" : "EOF";
  if (error.message.find("after top-level value") != std::string::npos)
    return "extraneous data after JSON object";
  const size_t key = error.message.find(" looking for beginning of object key string");
  return error.message.substr(0, key);
}

// What the known beginning of a text tells of the value to come.
TypeResult JsonDecodeType(Arguments a) {
  if (!a[0].IsUnknown()) return Type::Dynamic();
  const std::string prefix = a[0].refinements().string_prefix;
  const std::string_view start = base::text::TrimSpace(prefix);
  if (start.empty()) return Type::Dynamic();
  switch (start[0]) {
    case '{':
    case '[':
    case 'n':
      return Type::Dynamic();
    case '"':
      return kString;
    case 't':
    case 'f':
      return Type::Bool();
    default:
      if (start[0] == '-' || (start[0] >= '0' && start[0] <= '9')) return Type::Number();
      return FailArgument(0, "a JSON document cannot begin with the character '{}'",
                          start.substr(0, base::text::DecodeRune(start).length));
  }
}

CallResult JsonDecode(const Environment&, Arguments a) {
  base::json::ParseError error;
  const std::optional<base::json::Document> document = base::json::Document::Parse(a[0].AsString(), &error);
  if (!document) return Fail("{}", DecoderWords(error, a[0].AsString()));
  base::core::Result<Value> value = value::FromImpliedJson(document->root());
  if (!value.ok()) return Fail("{}", value.error().message());
  return *std::move(value);
}

}  // namespace

Table JsonFunctions() {
  return {
      {"jsonencode",
       "A value as JSON.",
       {{"val", Type::Dynamic(), kAllowNull | kAllowUnknown | kAllowDynamic}},
       {},
       kString,
       JsonEncode},
      {"jsondecode",
       "The value that JSON stands for.",
       {{"str", kString}},
       {},
       Type::Dynamic(),
       JsonDecode,
       JsonDecodeType,
       true},
  };
}

}  // namespace language::functions
