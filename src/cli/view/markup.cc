#include "cli/view/markup.h"

#include <fmt/format.h>

#include "base/core/check.h"

namespace cli::view {

void AppendEscaped(std::string_view text, std::string* out) {
  for (char c : text) {
    switch (c) {
      case '<':
        *out += "&lt;";
        break;
      case '>':
        *out += "&gt;";
        break;
      case '&':
        *out += "&amp;";
        break;
      case '"':
        *out += "&quot;";
        break;
      case '\'':
        *out += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t')
          *out += "\xef\xbf\xbd";
        else
          *out += c;
    }
  }
}

void Markup::EndTag() {
  if (in_tag_) *out_ += '>';
  in_tag_ = false;
}

Markup& Markup::Open(const char* name) {
  EndTag();
  *out_ += '<';
  *out_ += name;
  open_.push_back(name);
  in_tag_ = true;
  return *this;
}

Markup& Markup::With(const char* attribute, std::string_view value) {
  CHECK(in_tag_);
  *out_ += ' ';
  *out_ += attribute;
  *out_ += "=\"";
  AppendEscaped(value, out_);
  *out_ += '"';
  return *this;
}

Markup& Markup::With(const char* attribute, double value) {
  std::string text = fmt::format("{:.1f}", value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return With(attribute, text);
}

Markup& Markup::Text(std::string_view text) {
  EndTag();
  AppendEscaped(text, out_);
  return *this;
}

Markup& Markup::Trusted(std::string_view own_text) {
  EndTag();
  *out_ += own_text;
  return *this;
}

Markup& Markup::Close() {
  CHECK(!open_.empty());
  EndTag();
  *out_ += "</";
  *out_ += open_.back();
  *out_ += '>';
  open_.pop_back();
  return *this;
}

Markup& Markup::Void() {
  EndTag();
  open_.pop_back();
  return *this;
}

}  // namespace cli::view
