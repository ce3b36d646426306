#include <yaml.h>

#include <map>
#include <set>

#include "base/text/unicode.h"
#include "language/functions/decimal.h"
#include "language/functions/family.h"
#include "language/functions/timestamp.h"

namespace language::functions {
namespace {

constexpr int kMaxDepth = 500;
// Aliases copy nothing here, but texts of the result grow with each use: the nodes that a document may stand
// for.
constexpr size_t kMaxNodes = 5'000'000;

constexpr std::string_view kTagPrefix = "tag:yaml.org,2002:";

std::string_view Text(const yaml_char_t* text) {
  return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view();
}

struct Event {
  yaml_event_t event{};
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event); }
};

bool OneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  for (std::string_view word : words) {
    if (text == word) return true;
  }
  return false;
}

std::optional<bool> BoolOf(std::string_view text) {
  if (OneOf(text, {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"})) return true;
  if (OneOf(text, {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"})) return false;
  return std::nullopt;
}

std::optional<Number> IntegerOf(std::string_view text) {
  std::string plain;
  for (char c : text) {
    if (c != '_') plain += c;
  }
  std::string_view digits = plain;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  int base = 10;
  if (digits.starts_with("0b"))
    base = 2;
  else if (digits.starts_with("0x"))
    base = 16;
  else if (digits.starts_with("0o"))
    base = 8;
  if (base != 10)
    digits.remove_prefix(2);
  else if (digits.size() > 1 && digits[0] == '0')
    base = 8;
  const std::optional<Number> number = ParseInteger(digits, base);
  return number && negative ? Number::Negate(*number) : number;
}

std::optional<Number> FloatOf(std::string_view text) {
  if (OneOf(text, {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"})) return Number::Infinity(false);
  if (OneOf(text, {"-.inf", "-.Inf", "-.INF"})) return Number::Infinity(true);
  size_t digits = 0;
  for (char c : text) {
    if (c >= '0' && c <= '9')
      ++digits;
    else if (!OneOf(std::string_view(&c, 1), {"+", "-", ".", "e", "E"}))
      return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  return Number::Parse(text);
}

class Decoder {
 public:
  explicit Decoder(std::string_view text) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~Decoder() { yaml_parser_delete(&parser_); }

  CallResult Run() {
    std::optional<Value> value = Document();
    if (!value) return Fail("{}", error_);
    return *std::move(value);
  }

 private:
  std::optional<Value> Document() {
    Event event;
    if (!Next(&event) || !Next(&event)) return std::nullopt;
    if (event.event.type == YAML_STREAM_END_EVENT)
      return Fault("missing start of document", event.event.start_mark);
    if (!Next(&event)) return std::nullopt;
    std::optional<Value> value = Node(event.event, 0);
    if (!value) return std::nullopt;
    if (!Next(&event) || !Next(&event)) return std::nullopt;
    if (event.event.type != YAML_STREAM_END_EVENT) {
      return Fault("unexpected extra content after value", yaml_mark_t{});
    }
    return value;
  }

  bool Next(Event* event) {
    yaml_event_delete(&event->event);
    event->event = {};
    if (yaml_parser_parse(&parser_, &event->event)) return true;
    const std::string problem = parser_.problem ? parser_.problem : "invalid YAML";
    error_ = parser_.context && parser_.error == YAML_PARSER_ERROR
                 ? fmt::format("on line {}, column {}: {}", parser_.context_mark.line + 1,
                               parser_.context_mark.column + 1, problem)
                 : problem;
    return false;
  }

  std::nullopt_t Fault(std::string_view what, const yaml_mark_t& mark) {
    error_ = fmt::format("on line {}, column {}: {}", mark.line + 1, mark.column + 1, what);
    return std::nullopt;
  }
  std::nullopt_t Fault(std::string what) {
    error_ = std::move(what);
    return std::nullopt;
  }

  std::optional<Value> Node(const yaml_event_t& event, int depth) {
    if (depth > kMaxDepth) return Fault("nested too deep", event.start_mark);
    switch (event.type) {
      case YAML_SCALAR_EVENT:
        return Remember(event.data.scalar.anchor, Scalar(event), 1);
      case YAML_SEQUENCE_START_EVENT:
        return Sequence(event, depth);
      case YAML_MAPPING_START_EVENT:
        return Mapping(event, depth);
      case YAML_ALIAS_EVENT:
        return Alias(event);
      default:
        return Fault("unexpected content", event.start_mark);
    }
  }

  std::optional<Value> Remember(const yaml_char_t* anchor, std::optional<Value> value, size_t nodes) {
    nodes_ += nodes;
    if (nodes_ > kMaxNodes) return Fault("document stands for too many values");
    if (value && anchor) {
      open_.erase(std::string(Text(anchor)));
      anchors_.insert_or_assign(std::string(Text(anchor)), std::make_pair(*value, nodes));
    }
    return value;
  }

  std::optional<Value> Alias(const yaml_event_t& event) {
    const std::string name(Text(event.data.alias.anchor));
    if (open_.contains(name)) {
      return Fault(fmt::format("cannot refer to anchor {} from inside its own definition", Quoted(name)));
    }
    const auto found = anchors_.find(name);
    if (found == anchors_.end()) return Fault(fmt::format("reference to undefined anchor {}", Quoted(name)));
    nodes_ += found->second.second;
    if (nodes_ > kMaxNodes) return Fault("document stands for too many values");
    return found->second.first;
  }

  // The part of a standard tag behind its prefix; nothing for tags of others.
  std::optional<std::string_view> Tag(const yaml_char_t* tag, const yaml_event_t& event) {
    std::string_view name = Text(tag);
    if (name.empty() || name == "!") return "";
    if (!name.starts_with(kTagPrefix))
      return Fault(fmt::format("unsupported tag {}", Quoted(name)), event.start_mark);
    return name.substr(kTagPrefix.size());
  }

  std::optional<Value> Scalar(const yaml_event_t& event) {
    const auto& scalar = event.data.scalar;
    const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    const std::optional<std::string_view> tag = Tag(scalar.tag, event);
    if (!tag) return std::nullopt;
    if (!tag->empty()) return Tagged(*tag, text);
    if (scalar.style != YAML_PLAIN_SCALAR_STYLE || Text(scalar.tag) == "!") return Value::String(text);
    if (OneOf(text, {"", "~", "null", "Null", "NULL"})) return Value();
    if (const std::optional<bool> boolean = BoolOf(text)) return Value::Bool(*boolean);
    if (OneOf(text, {".nan", ".NaN", ".NAN"}))
      return Fault("floating point NaN is not supported", event.start_mark);
    const char first = text[0];
    if (first == '.' || first == '+' || first == '-' || (first >= '0' && first <= '9')) {
      if (std::optional<Number> integer = IntegerOf(text)) return Value::OfNumber(*integer);
      if (std::optional<Number> number = FloatOf(text)) return Value::OfNumber(*number);
      if (std::optional<std::string> time = YamlTimestamp(text)) return Value::String(*time);
    }
    return Value::String(text);
  }

  std::optional<Value> Tagged(std::string_view tag, std::string_view text) {
    if (tag == "str") return Value::String(text);
    if (tag == "null") return Value();
    if (tag == "binary") return Value::String(text);
    if (tag == "bool") {
      if (const std::optional<bool> boolean = BoolOf(text)) return Value::Bool(*boolean);
    } else if (tag == "int") {
      if (std::optional<Number> integer = IntegerOf(text)) return Value::OfNumber(*integer);
    } else if (tag == "float") {
      if (std::optional<Number> number = FloatOf(text)) return Value::OfNumber(*number);
    } else if (tag == "timestamp") {
      if (std::optional<std::string> time = YamlTimestamp(text)) return Value::String(*time);
    }
    return Fault(fmt::format("cannot parse {} as {}{}", Quoted(text), kTagPrefix, tag));
  }

  std::optional<Value> Sequence(const yaml_event_t& event, int depth) {
    const yaml_char_t* anchor = event.data.sequence_start.anchor;
    const std::optional<std::string_view> tag = Tag(event.data.sequence_start.tag, event);
    if (!tag) return std::nullopt;
    if (!tag->empty() && *tag != "seq") {
      return Fault(fmt::format("can't interpret sequence as {}{}", kTagPrefix, *tag));
    }
    if (anchor) open_.insert(std::string(Text(anchor)));
    const size_t before = nodes_;
    std::vector<Value> elements;
    while (true) {
      Event next;
      if (!Next(&next)) return std::nullopt;
      if (next.event.type == YAML_SEQUENCE_END_EVENT) break;
      std::optional<Value> element = Node(next.event, depth + 1);
      if (!element) return std::nullopt;
      elements.push_back(*std::move(element));
    }
    return Remember(anchor, Value::Tuple(std::move(elements)), 1 + nodes_ - before);
  }

  std::optional<Value> Mapping(const yaml_event_t& event, int depth) {
    const yaml_char_t* anchor = event.data.mapping_start.anchor;
    const std::optional<std::string_view> tag = Tag(event.data.mapping_start.tag, event);
    if (!tag) return std::nullopt;
    if (!tag->empty() && *tag != "map") {
      return Fault(fmt::format("can't interpret mapping as {}{}", kTagPrefix, *tag));
    }
    if (anchor) open_.insert(std::string(Text(anchor)));
    const size_t before = nodes_;
    std::vector<std::pair<std::string, Value>> attributes;
    while (true) {
      Event key_event;
      if (!Next(&key_event)) return std::nullopt;
      if (key_event.event.type == YAML_MAPPING_END_EVENT) break;
      const yaml_event_t& scalar = key_event.event;
      const bool merge = scalar.type == YAML_SCALAR_EVENT &&
                         scalar.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
                         Text(scalar.data.scalar.value) == "<<";
      if (!Entry(key_event.event, merge, depth, &attributes)) return std::nullopt;
    }
    return Remember(anchor, Value::Object(std::move(attributes)), 1 + nodes_ - before);
  }

  bool Entry(const yaml_event_t& key_event, bool merge, int depth,
             std::vector<std::pair<std::string, Value>>* attributes) {
    std::optional<std::string> key = merge ? "" : Key(key_event, depth);
    Event value_event;
    if (!key || !Next(&value_event)) return false;
    std::optional<Value> value = Node(value_event.event, depth + 1);
    if (!value) return false;
    if (!merge) {
      attributes->emplace_back(*std::move(key), *std::move(value));
      return true;
    }
    return Merge(*value, value_event.event, attributes);
  }

  std::optional<std::string> Key(const yaml_event_t& event, int depth) {
    const yaml_mark_t mark = event.start_mark;
    const std::optional<Value> key = Node(event, depth + 1);
    if (!key) return std::nullopt;
    const value::Conversion text = value::Convert(*key, Type::String());
    if (!text.ok()) return Fault("only strings are allowed as mapping keys");
    if (text.value.IsNull()) return Fault("mapping key cannot be null", mark);
    return std::string(text.value.AsString());
  }

  // `<<`: the keys of one mapping or of several come first, so that the mapping's own win.
  bool Merge(const Value& value, const yaml_event_t& event,
             std::vector<std::pair<std::string, Value>>* attributes) {
    std::vector<Value> sources;
    if (value.type().IsTuple())
      sources.assign(value.Elements().rbegin(), value.Elements().rend());
    else
      sources.push_back(value);
    std::vector<std::pair<std::string, Value>> merged;
    for (const Value& source : sources) {
      if (!source.type().IsObject()) {
        Fault("cannot merge anything but mappings", event.start_mark);
        return false;
      }
      for (size_t i = 0; i < source.Length(); ++i) merged.emplace_back(source.KeyAt(i), source.ElementAt(i));
    }
    attributes->insert(attributes->begin(), merged.begin(), merged.end());
    return true;
  }

  yaml_parser_t parser_;
  std::string error_;
  std::map<std::string, std::pair<Value, size_t>> anchors_;
  std::set<std::string> open_;
  size_t nodes_ = 0;
};

class Encoder {
 public:
  Encoder() {
    yaml_emitter_initialize(&emitter_);
    yaml_emitter_set_output(&emitter_, Write, &out_);
    yaml_emitter_set_unicode(&emitter_, 1);
    yaml_emitter_set_width(&emitter_, 80);
  }
  ~Encoder() { yaml_emitter_delete(&emitter_); }

  CallResult Run(const Value& value) {
    yaml_event_t event;
    yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING);
    Emit(&event);
    yaml_document_start_event_initialize(&event, nullptr, nullptr, nullptr, 1);
    Emit(&event);
    Node(value, 0);
    yaml_document_end_event_initialize(&event, 1);
    Emit(&event);
    yaml_stream_end_event_initialize(&event);
    Emit(&event);
    if (out_.size() > value::kMaxTextSize) return TooLong();
    if (!ok_)
      return Fail("failed to write YAML: {}", emitter_.problem ? emitter_.problem : "nested too deep");
    MatchEnd(value);
    return Value::String(out_);
  }

 private:
  // Versions of the library differ in when they end a document by "...": here it follows plain scalars only.
  void MatchEnd(const Value& value) {
    constexpr std::string_view kEnd = "...\n";
    const bool plain = value.IsNull() || value.type().IsNumber() || value.type().IsBool();
    if (plain && !out_.ends_with(kEnd)) out_ += kEnd;
    if (!plain && out_.ends_with(kEnd) && StartsLine(out_.size() - kEnd.size()))
      out_.resize(out_.size() - kEnd.size());
  }

  bool StartsLine(size_t at) const {
    const std::string_view before = std::string_view(out_).substr(0, at);
    return before.ends_with('\n') || before.ends_with("\u0085") || before.ends_with("\u2028") ||
           before.ends_with("\u2029");
  }

  static int Write(void* out, unsigned char* buffer, size_t size) {
    static_cast<std::string*>(out)->append(reinterpret_cast<char*>(buffer), size);
    return 1;
  }

  void Emit(yaml_event_t* event) {
    if (ok_ && out_.size() <= value::kMaxTextSize) {
      ok_ = yaml_emitter_emit(&emitter_, event) != 0;
    } else {
      yaml_event_delete(event);
      ok_ = false;
    }
  }

  void Scalar(std::string_view text, yaml_scalar_style_t style) {
    yaml_event_t event;
    const bool plain = style == YAML_PLAIN_SCALAR_STYLE;
    if (!yaml_scalar_event_initialize(&event, nullptr, nullptr,
                                      reinterpret_cast<const yaml_char_t*>(text.data()),
                                      static_cast<int>(text.size()), plain, !plain, style)) {
      ok_ = false;
      return;
    }
    Emit(&event);
  }

  // Texts of several lines as blocks, where the emitter allows it, all others quoted.
  void String(std::string_view text) {
    const bool lines = text.find('\n') != std::string_view::npos;
    Scalar(text, lines ? YAML_LITERAL_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
  }

  void Node(const Value& value, int depth) {
    if (depth > kMaxDepth) ok_ = false;
    if (!ok_) return;
    if (value.IsNull()) return Scalar("null", YAML_PLAIN_SCALAR_STYLE);
    const Type type = value.type();
    if (type.IsString()) return String(value.AsString());
    if (type.IsBool()) return Scalar(value.AsBool() ? "true" : "false", YAML_PLAIN_SCALAR_STYLE);
    if (type.IsNumber()) return Scalar(NumberText(value.AsNumber()), YAML_PLAIN_SCALAR_STYLE);
    yaml_event_t event;
    if (IsSequence(type)) {
      yaml_sequence_start_event_initialize(&event, nullptr, nullptr, 1, YAML_BLOCK_SEQUENCE_STYLE);
      Emit(&event);
      for (const Value& element : value.Elements()) Node(element, depth + 1);
      yaml_sequence_end_event_initialize(&event);
      return Emit(&event);
    }
    yaml_mapping_start_event_initialize(&event, nullptr, nullptr, 1, YAML_BLOCK_MAPPING_STYLE);
    Emit(&event);
    for (size_t i = 0; i < value.Length(); ++i) {
      String(value.KeyAt(i));
      Node(value.ElementAt(i), depth + 1);
    }
    yaml_mapping_end_event_initialize(&event);
    Emit(&event);
  }

  static std::string NumberText(const Number& number) {
    if (number.IsInfinite()) return number.Sign() < 0 ? "-Inf" : "+Inf";
    return number.ToString();
  }

  yaml_emitter_t emitter_;
  std::string out_;
  bool ok_ = true;
};

CallResult YamlDecode(const Environment&, Arguments a) { return Decoder(a[0].AsString()).Run(); }

CallResult YamlEncode(const Environment&, Arguments a) {
  if (!a[0].IsWhollyKnown()) return Value::Unknown(Type::String());
  return Encoder().Run(a[0]);
}

}  // namespace

Table YamlFunctions() {
  return {
      {"yamldecode",
       "The value that YAML stands for.",
       {{"src", Type::String()}},
       {},
       Type::Dynamic(),
       YamlDecode,
       nullptr,
       true},
      {"yamlencode",
       "A value as YAML.",
       {{"value", Type::Dynamic(), kAllowNull | kAllowUnknown | kAllowDynamic}},
       {},
       Type::String(),
       YamlEncode,
       nullptr,
       true},
  };
}

}  // namespace language::functions
