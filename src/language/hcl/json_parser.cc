#include "language/hcl/json_parser.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json/reader.h"
#include "base/text/suggest.h"
#include "base/text/unicode.h"
#include "language/hcl/parser.h"
#include "language/hcl/parser_impl.h"

namespace language::hcl {
namespace {

using Kind = JsonTokenKind;
using base::text::Cover;

constexpr size_t kMaxText = size_t{1} << 30;
// More than anyone reads; a bound for hostile input.
constexpr size_t kMaxDiagnostics = 1000;

constexpr char kValueForms[] =
    "A value begins with a brace, a bracket, a quote or a digit, or is one of true, false and null.";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// RFC 8259's grammar.
bool IsNumber(std::string_view text) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t begin = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    return at > begin;
  };
  if (text.starts_with('-')) ++at;
  const bool zero = at < text.size() && text[at] == '0';
  const size_t integer = at;
  if (!digits() || (zero && at - integer > 1)) return false;
  if (at < text.size() && text[at] == '.' && (++at, !digits())) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits()) return false;
  }
  return at == text.size();
}

// Bytes read until a string token is known to be wrong, as Go's decoder counts them; 0 when it is right.
size_t StringProblem(std::string_view token) {
  size_t at = 1;
  while (at < token.size()) {
    const char c = token[at++];
    if (c == '"') return 0;
    if (c != '\\') continue;
    if (at == token.size()) break;
    const char escape = token[at++];
    if (escape == 'u') {
      for (int i = 0; i < 4; ++i, ++at) {
        if (at == token.size()) return at;
        if (!std::isxdigit(static_cast<unsigned char>(token[at]))) return at + 1;
      }
    } else if (std::string_view("\"\\/bfnrt").find(escape) == std::string_view::npos) {
      return at;
    }
  }
  return token.size();
}

bool HasSequences(std::string_view text) {
  return text.find("${") != std::string_view::npos || text.find("%{") != std::string_view::npos;
}

}  // namespace

JsonParser::JsonParser(File& file, base::diag::Diagnostics& diagnostics)
    : file_(file),
      diagnostics_(diagnostics),
      source_(file.source().text()),
      arena_(file.arena_, file.source().text().size()) {
  file_.json_ = true;
  file_.plain_columns_ = source_.find_first_of("\t\r") == std::string_view::npos;
}

JsonToken JsonParser::Peek() {
  if (has_peeked_) return peeked_;
  peeked_ = NextJsonToken(source_, next_);
  next_ = peeked_.span.end;
  // What stands behind an invalid byte is not looked at.
  if (peeked_.kind == Kind::kInvalid) source_ = source_.substr(0, next_);
  has_peeked_ = true;
  return peeked_;
}

JsonToken JsonParser::Read() {
  const JsonToken token = Peek();
  has_peeked_ = false;
  return token;
}

void JsonParser::Report(std::string summary, std::string detail, Span subject, Span context) {
  if (stopped_) return;
  pending_.push_back({std::move(summary), std::move(detail), subject, context});
  if (pending_.size() == kMaxDiagnostics) stopped_ = true;
}

const Expression* JsonParser::Fail(std::string summary, std::string detail, Span subject) {
  Report(std::move(summary), std::move(detail), subject);
  return nullptr;
}

const Expression* JsonParser::StopAtLimit(Span at) {
  Report(
      "Nesting too deep",
      fmt::format("Objects and arrays can be nested at most {} levels deep. Move the inner parts into local "
                  "values and refer to them.",
                  kMaxNesting),
      at);
  stopped_ = true;
  next_ = static_cast<uint32_t>(source_.size());
  has_peeked_ = false;
  return nullptr;
}

// Reads on, beginning with a token that has been read, to the bracket that closes what is open.
void JsonParser::Recover(Kind token, Kind open, Kind close) {
  int level = 1;
  while (token != Kind::kEof) {
    if (token == open) ++level;
    if (token == close && --level <= 1) return;
    token = Read().kind;
  }
}

// --- nodes

const Expression* JsonParser::NewLiteral(value::Value value, Span span) {
  const LiteralExpression* literal =
      arena_.New(LiteralExpression{{ExpressionKind::kLiteral, span}, std::move(value)});
  Own(literal->value);
  return literal;
}

const Body* JsonParser::NewBody(const Expression& value, Span end) {
  Body body;
  body.span = value.span;
  body.end_span = end;
  body.json = &value;
  return arena_.New(body);
}

// `copied`: the text is in the arena, since it differs from that between the quotes.
const Expression* JsonParser::NewText(std::string_view text, bool copied, Span span) {
  JsonTextExpression node;
  node.kind = ExpressionKind::kJsonText;
  node.span = span;
  node.text = text;
  node.value = base::text::IsAscii(text) ? value::Value::StringRaw(text) : value::Value::String(text);
  if (HasSequences(text)) {
    Parser parser(file_, diagnostics_);
    node.parsed = parser.ParseTemplateInside(text, span.begin + 1, depth_, &node.problems);
    const bool plain_lines = base::text::IsAscii(text) && text.find('\n') == std::string_view::npos;
    if (copied && !plain_lines) file_.decoded_texts_.push_back({span.begin + 1, text});
  }
  const JsonTextExpression* stored = arena_.New(std::move(node));
  Own(stored->value);
  return stored;
}

// --- values

// Something is always returned; what is not a value is an unknown.
const Expression* JsonParser::ParseValue() {
  const JsonToken start = Peek();
  const Expression* value = nullptr;
  switch (start.kind) {
    case Kind::kOpenBrace:
      value = ParseObject();
      break;
    case Kind::kOpenBracket:
      value = ParseArray();
      break;
    case Kind::kNumber:
      value = ParseNumber();
      break;
    case Kind::kString:
      value = ParseString();
      break;
    case Kind::kKeyword:
      value = ParseKeyword();
      break;
    case Kind::kCloseBrace:
      Report("Missing JSON value", kValueForms, start.span);
      break;
    case Kind::kCloseBracket:
      Report("Missing array element value", kValueForms, start.span);
      break;
    case Kind::kEof:
      Report("Missing value", "A value is expected here, but the text ends.", start.span);
      break;
    default:
      Report("Invalid start of value", kValueForms, start.span);
  }
  return value != nullptr ? value : NewLiteral(value::Value::DynamicUnknown(), start.span);
}

const Expression* JsonParser::ParseObject() {
  const Span open = Read().span;
  if (++depth_ > kMaxNesting) return StopAtLimit(open);
  const size_t base = items_.size();
  const bool ok = [&] {
    while (Peek().kind != Kind::kCloseBrace) {
      if (!ParseProperty(items_)) return false;
      switch (Peek().kind) {
        case Kind::kComma: {
          const JsonToken comma = Read();
          if (Peek().kind != Kind::kCloseBrace) continue;
          return Fail("Trailing comma in object",
                      "JSON does not permit a comma after the last property of an object. Remove it.",
                      comma.span) != nullptr;
        }
        case Kind::kEof:
          return Fail("Unclosed object", "This brace is never closed.", open) != nullptr;
        case Kind::kCloseBracket:
          Read();
          return Fail("Mismatched braces", "An object is closed by a brace, not by a bracket.",
                      Peek().span) != nullptr;
        case Kind::kCloseBrace:
          continue;
        default:
          Recover(Read().kind, Kind::kOpenBrace, Kind::kCloseBrace);
          return Fail("Missing attribute seperator comma",
                      "The properties of an object are separated by commas.", Peek().span) != nullptr;
      }
    }
    return true;
  }();
  --depth_;
  if (!ok) {
    items_.resize(base);
    return nullptr;
  }
  const Span close = Read().span;
  ObjectExpression node;
  node.kind = ExpressionKind::kObject;
  node.span = Cover(open, close);
  node.open_span = open;
  node.items = arena_.NewSpan(items_, base);
  ObjectExpression* object = arena_.New(node);
  object->body = NewBody(*object, close);
  return object;
}

// Name, colon and value; false when the object cannot be read on.
bool JsonParser::ParseProperty(std::vector<ObjectItem>& items) {
  const Expression* key = ParseValue();
  if (stopped_) return false;
  if (key->kind != ExpressionKind::kJsonText) {
    Span start = key->span;
    if (key->kind == ExpressionKind::kObject || key->kind == ExpressionKind::kTuple)
      start.end = start.begin + 1;
    Report("Invalid object property name", "The name of a property is a text in double quotes.", start);
    return false;
  }
  const JsonToken colon = Read();
  if (colon.kind != Kind::kColon) {
    Recover(colon.kind, Kind::kOpenBrace, Kind::kCloseBrace);
    if (colon.kind == Kind::kCloseBrace || colon.kind == Kind::kComma) {
      Report("Missing object value", "Behind the name of a property stand a colon and a value.", colon.span);
    } else {
      Report("Missing property value colon",
             colon.kind == Kind::kEquals ? "JSON puts a colon between name and value, not an equals sign."
                                         : "A colon stands between the name of a property and its value.",
             colon.span);
    }
    return false;
  }
  const Expression* value = ParseValue();
  ObjectItem item;
  item.key = key;
  item.value = value;
  items.push_back(item);
  return !stopped_;
}

const Expression* JsonParser::ParseArray() {
  const Span open = Read().span;
  if (++depth_ > kMaxNesting) return StopAtLimit(open);
  const size_t base = elements_.size();
  const auto skip = [&] { Recover(Read().kind, Kind::kOpenBracket, Kind::kCloseBracket); };
  const bool ok = [&] {
    while (Peek().kind != Kind::kCloseBracket) {
      elements_.push_back(ParseValue());
      if (stopped_) return false;
      switch (Peek().kind) {
        case Kind::kComma: {
          const JsonToken comma = Read();
          if (Peek().kind != Kind::kCloseBracket) continue;
          return Fail("Trailing comma in array",
                      "JSON does not permit a comma after the last element of an array. Remove it.",
                      comma.span) != nullptr;
        }
        case Kind::kColon:
          skip();
          return Fail("Invalid array value",
                      "The elements of an array have no names. For names and values, write an object in "
                      "braces.",
                      Peek().span) != nullptr;
        case Kind::kEof:
          skip();
          return Fail("Unclosed object", "This bracket is never closed.", open) != nullptr;
        case Kind::kCloseBrace:
          skip();
          return Fail("Mismatched brackets", "An array is closed by a bracket, not by a brace.",
                      Peek().span) != nullptr;
        case Kind::kCloseBracket:
          continue;
        default:
          skip();
          return Fail("Missing attribute seperator comma",
                      "The elements of an array are separated by commas.", Peek().span) != nullptr;
      }
    }
    return true;
  }();
  --depth_;
  if (!ok) {
    elements_.resize(base);
    return nullptr;
  }
  const Span close = Read().span;
  TupleExpression node;
  node.kind = ExpressionKind::kTuple;
  node.span = Cover(open, close);
  node.elements = arena_.NewSpan(elements_, base);
  TupleExpression* tuple = arena_.New(node);
  tuple->body = NewBody(*tuple, open);
  return tuple;
}

const Expression* JsonParser::ParseNumber() {
  const Span span = Read().span;
  if (IsNumber(TextOf(span))) {
    if (auto number = value::Number::Parse(TextOf(span)))
      return NewLiteral(value::Value::OfNumber(*std::move(number)), span);
  }
  return Fail("Invalid JSON number",
              "Numbers are written in decimal digits, without a plus sign or zeros in front, like -1, 0.5 or "
              "1e6.",
              span);
}

const Expression* JsonParser::ParseString() {
  const Span span = Read().span;
  const std::string_view token = TextOf(span);
  if (const size_t read = StringProblem(token); read != 0) {
    const uint32_t at = span.begin + static_cast<uint32_t>(read);
    const bool closed = token.size() > 1 && token.ends_with('"');
    Report("Invalid JSON string",
           closed ? "This is no escape sequence of JSON. There are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and "
                    "\\uNNNN; for a backslash, write \\\\."
                  : "The text lacks its closing quote. It may not contain line breaks; for one, write \\n.",
           {at, at}, Cover(span, {at, at}));
    return nullptr;
  }
  const std::string_view inside = token.substr(1, token.size() - 2);
  if (inside.find('\\') == std::string_view::npos && base::text::ValidUtf8(inside))
    return NewText(inside, false, span);
  return NewText(arena_.NewText(base::json::DecodeString(inside)), true, span);
}

const Expression* JsonParser::ParseKeyword() {
  const Span span = Read().span;
  const std::string_view word = TextOf(span);
  if (word == "true") return NewLiteral(value::Value::Bool(true), span);
  if (word == "false") return NewLiteral(value::Value::Bool(false), span);
  if (word == "null") return NewLiteral(value::Value::Null(value::Type::Dynamic()), span);
  static constexpr std::string_view kWords[] = {"true", "false", "null"};
  const std::string suggestion = base::text::Suggest(word, kWords);
  return Fail("Invalid JSON keyword",
              fmt::format("\"{}\" is not a value of JSON.{}", word.substr(0, 100),
                          suggestion.empty() ? " Texts are written in double quotes."
                                             : fmt::format(" Did you mean \"{}\"?", suggestion)),
              span);
}

void JsonParser::ParseFile() {
  if (source_.size() > kMaxText) {
    Report("File too large", "A configuration file can be at most 1 GiB long. Split it into several files.",
           {0, 0});
    source_ = {};
    stopped_ = true;
  }
  const Expression* root = ParseValue();
  if (pending_.empty() && Peek().kind != Kind::kEof) {
    Report("Extraneous data after value", "The value of the file is complete before this place.",
           Peek().span);
  }
  const bool container = root->kind == ExpressionKind::kObject || root->kind == ExpressionKind::kTuple;
  if (!container) {
    Report("Root value must be object", "A file in JSON syntax holds one object, or one array of objects.",
           root->span);
    ObjectExpression empty;
    empty.kind = ExpressionKind::kObject;
    ObjectExpression* object = arena_.New(empty);
    object->body = NewBody(*object, {0, 0});
    root = object;
  }
  file_.body_ = root->kind == ExpressionKind::kObject ? As<ObjectExpression>(*root).body
                                                      : As<TupleExpression>(*root).body;
  for (PendingDiagnostic& d : pending_) {
    diagnostics_.Add(MakeDiagnostic(base::diag::Severity::kError, std::move(d.summary), std::move(d.detail),
                                    file_, d.subject, d.context));
  }
}

FilePtr ParseJsonConfig(std::string name, std::string text, base::diag::Diagnostics& diagnostics) {
  auto file = std::make_shared<File>(std::move(name), std::move(text));
  JsonParser(*file, diagnostics).ParseFile();
  return file;
}

}  // namespace language::hcl
