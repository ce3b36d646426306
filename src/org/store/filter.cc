#include "org/store/filter.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "base/core/strings.h"
#include "base/text/unicode.h"

namespace org::store {
namespace {

using base::core::AsciiEqualIgnoreCase;

struct OperatorName {
  std::string_view name;
  FilterOperator op;
};
constexpr OperatorName kOperators[] = {
    {"eq", FilterOperator::kEqual},      {"ne", FilterOperator::kNotEqual},
    {"sw", FilterOperator::kStartsWith}, {"co", FilterOperator::kContains},
    {"gt", FilterOperator::kGreater},    {"ge", FilterOperator::kGreaterEqual},
    {"lt", FilterOperator::kLess},       {"le", FilterOperator::kLessEqual},
    {"pr", FilterOperator::kPresent},
};

class FilterParser {
 public:
  explicit FilterParser(std::string_view text) : text_(text) {}

  Outcome<FilterNode> Parse() {
    if (text_.size() > kFilterLengthLimit) return InvalidSearch("The expression is too long.");
    FilterNode node;
    if (!Or(0, &node)) return InvalidSearch(error_);
    SkipSpace();
    if (at_ < text_.size()) {
      Fail("\"and\" or \"or\" is expected");
      return InvalidSearch(error_);
    }
    return node;
  }

 private:
  bool Fail(std::string_view what) {
    if (error_.empty()) error_ = fmt::format("At character {}: {}.", at_ + 1, what);
    return false;
  }

  void SkipSpace() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }

  // Letters, digits and what occurs in attribute names.
  std::string_view PeekWord() {
    SkipSpace();
    size_t end = at_;
    auto is_word = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
             c == '_' || c == '-' || c == '$' || c == '+';
    };
    while (end < text_.size() && is_word(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }

  bool AcceptWord(std::string_view word) {
    if (!AsciiEqualIgnoreCase(PeekWord(), word)) return false;
    at_ += word.size();
    return true;
  }

  bool Accept(char c) {
    SkipSpace();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool Or(int depth, FilterNode* node) { return Chain(depth, FilterNode::Kind::kOr, "or", node); }
  bool And(int depth, FilterNode* node) { return Chain(depth, FilterNode::Kind::kAnd, "and", node); }

  bool Chain(int depth, FilterNode::Kind kind, std::string_view word, FilterNode* node) {
    auto operand = [&](FilterNode* child) {
      return kind == FilterNode::Kind::kOr ? And(depth, child) : Unary(depth, child);
    };
    FilterNode first;
    if (!operand(&first)) return false;
    if (!AcceptWord(word)) {
      *node = std::move(first);
      return true;
    }
    node->kind = kind;
    Append(std::move(first), node);
    do {
      FilterNode next;
      if (!operand(&next)) return false;
      Append(std::move(next), node);
    } while (AcceptWord(word));
    return true;
  }

  // ((a or b) or c) is as flat as a or b or c.
  static void Append(FilterNode child, FilterNode* node) {
    if (child.kind != node->kind) {
      node->children.push_back(std::move(child));
      return;
    }
    for (FilterNode& grandchild : child.children) node->children.push_back(std::move(grandchild));
  }

  bool Unary(int depth, FilterNode* node) {
    if (depth >= kFilterDepthLimit) return Fail("the expression is nested too deeply");
    if (Accept('(')) {
      if (!Or(depth + 1, node)) return false;
      return Accept(')') || Fail("\")\" is expected");
    }
    if (AsciiEqualIgnoreCase(PeekWord(), "not")) {
      AcceptWord("not");
      node->kind = FilterNode::Kind::kNot;
      node->children.emplace_back();
      return Unary(depth + 1, &node->children.back());
    }
    return Compare(node);
  }

  bool Compare(FilterNode* node) {
    if (++compares_ > kFilterCompareLimit) return Fail("there are too many comparisons");
    std::string_view attribute = PeekWord();
    if (attribute.empty()) return Fail("an attribute is expected");
    node->attribute = attribute;
    at_ += attribute.size();
    std::string_view word = PeekWord();
    auto known = std::find_if(std::begin(kOperators), std::end(kOperators),
                              [&](const OperatorName& op) { return AsciiEqualIgnoreCase(op.name, word); });
    if (known == std::end(kOperators))
      return Fail("an operator (eq, sw, co, gt, ge, lt, le, pr) is expected");
    at_ += word.size();
    node->op = known->op;
    return node->op == FilterOperator::kPresent || Value(&node->value);
  }

  bool Value(FilterValue* value) {
    SkipSpace();
    if (at_ < text_.size() && text_[at_] == '"') return Text(value);
    std::string_view word = PeekWord();
    if (AsciiEqualIgnoreCase(word, "true"))
      *value = true;
    else if (AsciiEqualIgnoreCase(word, "false"))
      *value = false;
    else if (AsciiEqualIgnoreCase(word, "null"))
      *value = std::monostate();
    else {
      double number = 0;
      auto [end, code] =
          std::from_chars(word.data(), word.data() + word.size(), number, std::chars_format::general);
      if (word.empty() || code != std::errc() || end != word.data() + word.size())
        return Fail("a value is expected: a text in double quotes, a number, true or false");
      *value = number;
    }
    at_ += word.size();
    return true;
  }

  bool Text(FilterValue* value) {
    ++at_;
    std::string text;
    while (true) {
      if (at_ >= text_.size()) return Fail("the text has no closing quote");
      char c = text_[at_++];
      if (c == '"') break;
      if (c != '\\') {
        text += c;
        continue;
      }
      if (!Escape(&text)) return false;
    }
    if (!base::text::ValidUtf8(text)) return Fail("the text is not valid UTF-8");
    *value = std::move(text);
    return true;
  }

  bool Escape(std::string* text) {
    if (at_ >= text_.size()) return Fail("the text has no closing quote");
    char c = text_[at_++];
    static constexpr std::string_view kNames = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    if (size_t index = kNames.find(c); index != std::string_view::npos) {
      *text += kMeanings[index];
      return true;
    }
    if (c != 'u') return Fail("unknown escape");
    auto unit = HexUnit();
    if (!unit) return Fail("four hexadecimal digits are expected");
    char32_t rune = *unit;
    if (rune >= 0xD800 && rune < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      at_ += 2;
      auto low = HexUnit();
      if (!low || *low < 0xDC00 || *low > 0xDFFF) return Fail("half of a surrogate pair");
      rune = 0x10000 + ((rune - 0xD800) << 10) + (*low - 0xDC00);
    }
    base::text::AppendRune(rune, text);
    return true;
  }

  std::optional<uint32_t> HexUnit() {
    std::string_view digits = text_.substr(std::min(at_, text_.size()), 4);
    uint32_t unit = 0;
    auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (digits.size() != 4 || code != std::errc() || end != digits.data() + 4) return std::nullopt;
    at_ += 4;
    return unit;
  }

  const std::string_view text_;
  size_t at_ = 0;
  size_t compares_ = 0;
  std::string error_;
};

}  // namespace

std::string_view FilterOperatorName(FilterOperator op) {
  for (const OperatorName& known : kOperators)
    if (known.op == op) return known.name;
  return "";
}

Outcome<FilterNode> ParseFilter(std::string_view text) { return FilterParser(text).Parse(); }

}  // namespace org::store
