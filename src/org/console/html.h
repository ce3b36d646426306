// HTML that escapes by construction: text and attribute values are data, names are literals checked while
// compiling, addresses are built from segments. There is no way to put markup in as a string.
// Not a template engine, and not the pages themselves. Called by every page of this room.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace org::console {

// A tag's name: a literal of lower-case letters and digits (svg has "linearGradient" and such: letters).
// Tags that run code or change how others are read are refused by the compiler.
class TagName {
 public:
  consteval TagName(const char* text) : text_(text) {
    for (std::string_view bad : {"script", "style", "iframe", "object", "embed", "base", "template",
                                 "plaintext", "xmp", "noscript", "textarea", "foreignObject"}) {
      if (text_ == bad) throw "this tag cannot be built by name";
    }
    if (text_.empty()) throw "a tag has a name";
    for (char c : text_) {
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) throw "no tag";
    }
  }
  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// An attribute's name: a literal. Event handlers, inline style and everything that holds an address are
// refused by the compiler; addresses go through Href, Source and Action.
class AttributeName {
 public:
  consteval AttributeName(const char* text) : text_(text) {
    for (std::string_view bad : {"style", "srcdoc", "href", "src", "srcset", "action", "formaction", "ping",
                                 "background", "xlink", "http-equiv", "data"}) {
      if (text_ == bad) throw "this attribute cannot be set by name";
    }
    if (text_.empty() || text_.starts_with("on") || text_.starts_with("ON")) throw "no event handlers";
    for (char c : text_) {
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-')) {
        throw "no attribute";
      }
    }
  }
  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// A literal path of this server: "/admin/users".
class PathLiteral {
 public:
  consteval PathLiteral(const char* text) : text_(text) {
    if (!text_.starts_with("/") || text_.starts_with("//")) throw "a path of this server";
    for (char c : text_) {
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
            c == '_' || c == '.' || c == '/')) {
        throw "a path without query and fragment";
      }
    }
  }
  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// An address on this server, or text to download that lies in the page itself.
class Url {
 public:
  explicit Url(PathLiteral path) : text_(path.text()) {}
  // A path of this server that a request brought: letters, digits and -._~/?=&%+ only, one "/" in front.
  static std::optional<Url> FromRequest(std::string_view text);
  // For a download without a round trip: a data address of an opaque type.
  static Url Download(std::string_view bytes);

  // One more segment, whatever it holds.
  friend Url operator/(Url url, std::string_view segment);
  // One more pair of the query.
  Url Query(std::string_view name, std::string_view value) &&;
  // Where on the page; comes last.
  Url Anchor(std::string_view id) &&;
  // A place on the page that is being shown.
  static Url Here(std::string_view id);
  const std::string& text() const { return text_; }

 private:
  Url() = default;
  std::string text_;
};

// A piece of a page. Copyable; adding is appending.
class Html {
 public:
  Html() = default;
  Html& Add(const Html& other);
  Html& Add(std::string_view text);  // escaped
  bool empty() const { return markup_.empty(); }
  const std::string& markup() const { return markup_; }

 private:
  friend class Writer;
  std::string markup_;
};

class Attribute {
 public:
  Attribute(AttributeName name, std::string_view value) : name_(name.text()), value_(value) {}
  // Present without a value, or absent: checked, disabled, required.
  static Attribute Flag(AttributeName name, bool present);

 private:
  friend class Writer;
  friend Attribute Href(const Url& url);
  friend Attribute Source(const Url& url);
  friend Attribute Action(const Url& url);
  Attribute(std::string_view name, const Url& url) : name_(name), value_(url.text()) {}
  enum class Kind { kAbsent, kFlag, kValue };
  std::string_view name_;
  std::string value_;
  Kind kind_ = Kind::kValue;
};

Attribute Class(std::string_view names);
Attribute Id(std::string_view id);
Attribute Href(const Url& url);
Attribute Source(const Url& url);
Attribute Action(const Url& url);
Attribute Flag(AttributeName name, bool present = true);
// `attribute` if the condition holds, else nothing.
Attribute If(bool condition, Attribute attribute);

// What an element is made of: attributes first, then content. Refers to its argument: for use within one
// expression.
class Part {
 public:
  Part(const Html& html) : html_(&html) {}
  Part(const Attribute& attribute) : attribute_(&attribute) {}
  Part(std::string_view text) : text_(text) {}
  Part(const char* text) : text_(text) {}
  Part(const std::string& text) : text_(text) {}

 private:
  friend class Writer;
  const Html* html_ = nullptr;
  const Attribute* attribute_ = nullptr;
  std::string_view text_;
};

Html Text(std::string_view text);
// Element("a", {Href(url), Class("x"), "text & more"}). An attribute after content is a bug.
Html Element(TagName tag, std::initializer_list<Part> parts = {});
// Without a tag around them.
Html Fragment(std::initializer_list<Part> parts);
// The one element whose content begins where a first line break would be dropped.
Html TextArea(std::initializer_list<Attribute> attributes, std::string_view text);

struct DocumentHead {
  std::string title;
  std::vector<Url> stylesheets;
  std::vector<Url> scripts;  // loaded deferred
  Url icon;
};

// The whole page, from <!doctype html> on.
std::string Document(const DocumentHead& head, const Html& body);

}  // namespace org::console
