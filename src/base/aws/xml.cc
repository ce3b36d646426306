#include "base/aws/xml.h"

#include <cstdint>

#include "base/core/strings.h"

namespace base::aws {
namespace {

constexpr size_t kMaxDepth = 16;
constexpr size_t kMaxElements = 100000;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

void AppendUtf8(uint32_t code, std::string* out) {
  if (code < 0x80) {
    out->push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    *out += {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
  } else if (code < 0x10000) {
    *out += {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)),
             static_cast<char>(0x80 | (code & 0x3F))};
  } else {
    *out += {static_cast<char>(0xF0 | code >> 18), static_cast<char>(0x80 | (code >> 12 & 0x3F)),
             static_cast<char>(0x80 | (code >> 6 & 0x3F)), static_cast<char>(0x80 | (code & 0x3F))};
  }
}

// What stands between '&' and ';'.
bool AppendEntity(std::string_view name, std::string* out) {
  constexpr std::pair<std::string_view, char> kNamed[] = {
      {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [known, character] : kNamed) {
    if (name != known) continue;
    out->push_back(character);
    return true;
  }
  if (!name.starts_with('#') || name.size() < 2 || name.size() > 9) return false;
  const bool hex = name[1] == 'x';
  uint32_t code = 0;
  for (char c : name.substr(hex ? 2 : 1)) {
    const int digit = c >= '0' && c <= '9'          ? c - '0'
                      : hex && c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : hex && c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                    : -1;
    if (digit < 0) return false;
    code = code * (hex ? 16 : 10) + static_cast<uint32_t>(digit);
  }
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
  AppendUtf8(code, out);
  return true;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  core::Result<XmlElement> Parse() {
    while (true) {
      const size_t open = rest_.find('<');
      RETURN_IF_ERROR(TakeText(rest_.substr(0, open)));
      if (open == std::string_view::npos) break;
      rest_.remove_prefix(open);
      RETURN_IF_ERROR(TakeMarkup());
    }
    if (!open_.empty() || !root_) return core::Error("XML ends in the middle of an element");
    return std::move(*root_);
  }

 private:
  core::Result<void> TakeText(std::string_view text) {
    if (open_.empty()) {
      if (text.starts_with("\xEF\xBB\xBF") && !root_) text.remove_prefix(3);
      if (!core::Trim(text).empty()) return core::Error("text outside of the XML document's element");
      return {};
    }
    std::string& out = open_.back().text;
    while (!text.empty()) {
      const size_t ampersand = text.find('&');
      out += text.substr(0, ampersand);
      if (ampersand == std::string_view::npos) break;
      text.remove_prefix(ampersand + 1);
      const size_t end = text.substr(0, 16).find(';');
      if (end == std::string_view::npos || !AppendEntity(text.substr(0, end), &out))
        return core::Error("unknown entity in XML");
      text.remove_prefix(end + 1);
    }
    return {};
  }

  // `rest_` begins with '<'.
  core::Result<void> TakeMarkup() {
    if (rest_.starts_with("<!--")) return Skip("-->");
    if (rest_.starts_with("<?")) return Skip("?>");
    if (rest_.starts_with("<![CDATA[")) {
      const size_t end = rest_.find("]]>");
      if (end == std::string_view::npos || open_.empty()) return core::Error("misplaced CDATA in XML");
      open_.back().text += rest_.substr(9, end - 9);
      rest_.remove_prefix(end + 3);
      return {};
    }
    if (rest_.starts_with("<!")) return core::Error("XML with a document type is not accepted");
    return rest_.starts_with("</") ? TakeEnd() : TakeStart();
  }

  core::Result<void> Skip(std::string_view end) {
    const size_t at = rest_.find(end);
    if (at == std::string_view::npos) return core::Error("XML ends in a comment or instruction");
    rest_.remove_prefix(at + end.size());
    return {};
  }

  core::Result<void> TakeStart() {
    const size_t end = TagEnd();
    if (end == std::string_view::npos) return core::Error("XML ends in a tag");
    std::string_view inside = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    const bool is_empty = inside.ends_with('/');
    if (is_empty) inside.remove_suffix(1);
    ASSIGN_OR_RETURN(std::string name, Name(inside));
    if (root_ || open_.size() >= kMaxDepth || ++count_ > kMaxElements)
      return core::Error("XML has too many elements, or too deep ones");
    open_.push_back({.name = std::move(name)});
    if (is_empty) Close();
    return {};
  }

  core::Result<void> TakeEnd() {
    const size_t end = rest_.find('>');
    if (end == std::string_view::npos) return core::Error("XML ends in a tag");
    ASSIGN_OR_RETURN(const std::string name, Name(rest_.substr(2, end - 2)));
    rest_.remove_prefix(end + 1);
    if (open_.empty() || open_.back().name != name) return core::Error("XML tags do not match");
    Close();
    return {};
  }

  // Where the start tag ends; a '>' in an attribute's value does not count.
  size_t TagEnd() const {
    char quote = 0;
    for (size_t i = 1; i < rest_.size(); ++i) {
      const char c = rest_[i];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '>') {
        return i;
      }
    }
    return std::string_view::npos;
  }

  static core::Result<std::string> Name(std::string_view inside) {
    size_t length = 0;
    while (length < inside.size() && !IsSpace(inside[length])) ++length;
    std::string_view name = inside.substr(0, length);
    if (const size_t colon = name.rfind(':'); colon != std::string_view::npos) name.remove_prefix(colon + 1);
    if (name.empty()) return core::Error("XML has a tag without a name");
    return std::string(name);
  }

  void Close() {
    XmlElement done = std::move(open_.back());
    open_.pop_back();
    if (open_.empty()) {
      root_ = std::move(done);
    } else {
      open_.back().children.push_back(std::move(done));
    }
  }

  std::string_view rest_;
  std::vector<XmlElement> open_;
  std::optional<XmlElement> root_;
  size_t count_ = 0;
};

}  // namespace

const XmlElement* XmlElement::Find(std::string_view child) const {
  for (const XmlElement& element : children)
    if (element.name == child) return &element;
  return nullptr;
}

std::string XmlElement::Text(std::string_view path) const {
  const XmlElement* at = this;
  for (std::string_view step : core::Split(path, '/')) {
    at = at->Find(step);
    if (at == nullptr) return "";
  }
  return at->text;
}

core::Result<XmlElement> ParseXml(std::string_view text) { return Parser(text).Parse(); }

}  // namespace base::aws
