#include "install/settings/tree.h"

#include <optional>

#include <fmt/format.h>

#include "base/json/reader.h"
#include "base/text/unicode.h"

namespace install::settings {
namespace {

using base::core::Error;
using base::core::Result;

constexpr int kMaxDepth = 100;
constexpr size_t kMaxSize = 4 << 20;

// Recursive descent right over the text; depth is bounded.
class TreeParser {
 public:
  explicit TreeParser(std::string_view text) : text_(text) {}

  Result<Node> ParseFile() {
    Node root;
    RETURN_IF_ERROR(ParseItems(&root, 0, '\0'));
    return root;
  }

 private:
  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void Advance() {
    if (text_[at_] == '\n') {
      ++place_.line;
      place_.column = 1;
    } else {
      ++place_.column;
    }
    ++at_;
  }

  Error Fail(std::string_view message) const {
    return Error(fmt::format("{}:{}: {}", place_.line, place_.column, message));
  }

  void SkipLine() {
    while (!AtEnd() && Peek() != '\n') Advance();
  }

  Result<void> SkipSpace() {
    while (!AtEnd()) {
      const char c = Peek();
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        Advance();
      } else if (c == '#' || (c == '/' && Peek(1) == '/')) {
        SkipLine();
      } else if (c == '/' && Peek(1) == '*') {
        while (!AtEnd() && !(Peek() == '*' && Peek(1) == '/')) Advance();
        if (AtEnd()) return Fail("comment is not closed");
        Advance();
        Advance();
      } else {
        break;
      }
    }
    return {};
  }

  static bool IsNamePart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
  }

  std::string TakeName() {
    std::string name;
    for (; !AtEnd() && IsNamePart(Peek()); Advance()) name += Peek();
    return name;
  }

  Result<void> ParseItems(Node* object, int depth, char closing) {
    if (depth > kMaxDepth) return Fail("nested too deeply");
    while (true) {
      RETURN_IF_ERROR(SkipSpace());
      if (AtEnd()) {
        if (closing == '\0') return {};
        return Fail("the block is not closed");
      }
      if (closing != '\0' && Peek() == closing) {
        Advance();
        return {};
      }
      Item item;
      item.place = place_;
      RETURN_IF_ERROR(ParseItem(&item, depth));
      object->items.push_back(std::move(item));
      RETURN_IF_ERROR(SkipSpace());
      if (Peek() == ',') Advance();
    }
  }

  Result<void> ParseItem(Item* item, int depth) {
    while (true) {
      RETURN_IF_ERROR(SkipSpace());
      const char c = Peek();
      if (c == '"') {
        ASSIGN_OR_RETURN(std::string key, ParseString());
        item->keys.push_back(std::move(key));
      } else if (IsNamePart(c) && !AtEnd()) {
        item->keys.push_back(TakeName());
      } else if (c == '=' && item->keys.size() == 1) {
        Advance();
        ASSIGN_OR_RETURN(item->value, ParseValue(depth));
        return {};
      } else if (c == '{' && !item->keys.empty()) {
        ASSIGN_OR_RETURN(item->value, ParseValue(depth));
        return {};
      } else {
        return Fail(item->keys.empty() ? "expected a name" : "expected \"=\" or a block");
      }
    }
  }

  Result<Node> ParseValue(int depth) {
    RETURN_IF_ERROR(SkipSpace());
    if (depth > kMaxDepth) return Fail("nested too deeply");
    Node node;
    node.place = place_;
    const char c = Peek();
    if (c == '{') {
      Advance();
      RETURN_IF_ERROR(ParseItems(&node, depth + 1, '}'));
    } else if (c == '[') {
      RETURN_IF_ERROR(ParseList(&node, depth));
    } else if (c == '"') {
      node.kind = Node::Kind::kString;
      ASSIGN_OR_RETURN(node.text, ParseString());
    } else if (c == '<' && Peek(1) == '<') {
      node.kind = Node::Kind::kString;
      ASSIGN_OR_RETURN(node.text, ParseHeredoc());
    } else if (IsNamePart(c) && !AtEnd()) {
      RETURN_IF_ERROR(ParseWord(&node));
    } else {
      return Fail("expected a value");
    }
    return node;
  }

  Result<void> ParseWord(Node* node) {
    node->text = TakeName();
    if (node->text == "true" || node->text == "false") {
      node->kind = Node::Kind::kBool;
      return {};
    }
    node->kind = Node::Kind::kNumber;
    const char first = node->text[0];
    if ((first >= '0' && first <= '9') || first == '-') return {};
    return Fail(fmt::format("\"{}\" must be written in quotes", node->text));
  }

  Result<void> ParseList(Node* node, int depth) {
    node->kind = Node::Kind::kList;
    Advance();
    while (true) {
      RETURN_IF_ERROR(SkipSpace());
      if (Peek() == ']') {
        Advance();
        return {};
      }
      ASSIGN_OR_RETURN(Node element, ParseValue(depth + 1));
      node->elements.push_back(std::move(element));
      RETURN_IF_ERROR(SkipSpace());
      if (Peek() == ',') {
        Advance();
      } else if (Peek() != ']') {
        return Fail("expected a comma or the end of the list");
      }
    }
  }

  Result<std::string> ParseString() {
    std::string out;
    for (Advance(); !AtEnd(); Advance()) {
      const char c = Peek();
      if (c == '"') {
        Advance();
        return out;
      }
      if (c == '\n') break;
      if (c != '\\') {
        out += c;
        continue;
      }
      Advance();
      if (AtEnd()) break;
      RETURN_IF_ERROR(ParseEscape(&out));
    }
    return Fail("the string is not closed");
  }

  // At the character behind the backslash; stays on the last one of the escape.
  Result<void> ParseEscape(std::string* out) {
    static constexpr std::string_view kNames = "abfnrtv\\\"'", kValues = "\a\b\f\n\r\t\v\\\"'";
    const char c = Peek();
    if (const size_t index = kNames.find(c); index != std::string_view::npos) {
      *out += kValues[index];
      return {};
    }
    const size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    uint32_t code = 0;
    for (size_t i = 0; i < digits; ++i) {
      Advance();
      const char digit = Peek();
      const int value = digit >= '0' && digit <= '9'   ? digit - '0'
                        : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10
                        : digit >= 'A' && digit <= 'F' ? digit - 'A' + 10
                                                       : -1;
      if (value < 0) return Fail("the escape lacks digits");
      code = code * 16 + static_cast<uint32_t>(value);
    }
    if (digits == 0) return Fail(fmt::format("\"\\{}\" is no escape", c));
    if (digits == 2) {
      *out += static_cast<char>(code);
    } else {
      base::text::AppendRune(static_cast<char32_t>(code), out);
    }
    return {};
  }

  Result<std::string> ParseHeredoc() {
    Advance();
    Advance();
    const bool indented = Peek() == '-';
    if (indented) Advance();
    const std::string marker = TakeName();
    if (marker.empty() || (Peek() != '\n' && Peek() != '\r')) return Fail("expected the heredoc's marker");
    SkipLine();
    std::string out;
    while (!AtEnd()) {
      Advance();
      std::string line;
      for (; !AtEnd() && Peek() != '\n'; Advance()) line += Peek();
      std::string_view trimmed = line;
      while (trimmed.starts_with(' ') || trimmed.starts_with('\t')) trimmed.remove_prefix(1);
      if (trimmed.ends_with('\r')) trimmed.remove_suffix(1);
      if (trimmed == marker) return out;
      out.append(indented ? trimmed : std::string_view(line)).append("\n");
    }
    return Fail("the heredoc is not closed");
  }

  const std::string_view text_;
  size_t at_ = 0;
  Place place_;
};

// `depth` is bounded by the JSON reader.
Node FromJson(const base::json::Node& json) {
  Node node;
  switch (json.kind()) {
    case base::json::Kind::kObject:
      for (const base::json::Member member : json.Members()) {
        node.items.push_back({{member.key()}, FromJson(member.value), {}});
      }
      return node;
    case base::json::Kind::kArray:
      node.kind = Node::Kind::kList;
      for (const base::json::Node element : json.Elements()) node.elements.push_back(FromJson(element));
      return node;
    case base::json::Kind::kString:
      node.kind = Node::Kind::kString;
      node.text = json.AsString();
      return node;
    case base::json::Kind::kNumber:
      node.kind = Node::Kind::kNumber;
      node.text = json.raw();
      return node;
    case base::json::Kind::kBool:
      node.kind = Node::Kind::kBool;
      node.text = json.raw();
      return node;
    case base::json::Kind::kNull:
      node.kind = Node::Kind::kList;  // as if it were not there
      return node;
  }
  return node;
}

void Collect(const Node& value, std::vector<std::string> labels, size_t wanted, Place place,
             std::vector<Found>* found) {
  if (value.kind == Node::Kind::kList && (labels.size() < wanted || !value.elements.empty()) &&
      (value.elements.empty() || value.elements[0].kind == Node::Kind::kObject)) {
    for (const Node& element : value.elements) Collect(element, labels, wanted, element.place, found);
    return;
  }
  if (labels.size() >= wanted) {
    found->push_back({std::move(labels), &value, place});
    return;
  }
  for (const Item& item : value.items) {
    std::vector<std::string> deeper = labels;
    deeper.insert(deeper.end(), item.keys.begin(), item.keys.end());
    Collect(item.value, std::move(deeper), wanted, item.place, found);
  }
}

}  // namespace

Result<Node> ParseTree(std::string_view text) {
  if (text.size() > kMaxSize) return Error("the file is too large");
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return TreeParser(text).ParseFile();
}

Result<Node> ParseJsonTree(std::string_view text) {
  if (text.size() > kMaxSize) return Error("the file is too large");
  ASSIGN_OR_RETURN(const base::json::Document document,
                   base::json::Document::Parse(text, {.max_depth = kMaxDepth}));
  if (!document.root().IsObject()) return Error("the file must hold an object");
  return FromJson(document.root());
}

std::vector<Found> FindItems(const Node& object, std::string_view name, size_t labels) {
  std::vector<Found> found;
  for (const Item& item : object.items) {
    if (item.keys[0] != name) continue;
    Collect(item.value, {item.keys.begin() + 1, item.keys.end()}, labels, item.place, &found);
  }
  return found;
}

}  // namespace install::settings
