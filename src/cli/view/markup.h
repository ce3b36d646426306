// Markup: writes SVG and HTML elements. Texts and the values of attributes are escaped here and nowhere else,
// so that nothing a configuration says can become markup. Not a parser. Used by graph_svg.cc and
// plan_page.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cli::view {

class Markup {
 public:
  explicit Markup(std::string* out) : out_(out) {}
  // Names are literals of the program, never data.
  Markup& Open(const char* name);
  Markup& With(const char* attribute, std::string_view value);
  Markup& With(const char* attribute, double value);
  Markup& Text(std::string_view text);
  Markup& Close();  // the innermost open element
  Markup& Void();   // an element that has neither contents nor an end in HTML
  // An element with text only.
  Markup& Element(const char* name, std::string_view text) { return Open(name).Text(text).Close(); }
  // A style sheet or script of the program's own, as it is.
  Markup& Trusted(std::string_view own_text);

 private:
  void EndTag();
  std::string* out_;
  std::vector<const char*> open_;
  bool in_tag_ = false;
};

// < > & " ' as entities; control characters that XML does not allow as U+FFFD.
void AppendEscaped(std::string_view text, std::string* out);

}  // namespace cli::view
