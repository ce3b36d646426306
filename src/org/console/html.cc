#include "org/console/html.h"

#include <algorithm>

#include "base/core/check.h"
#include "base/core/strings.h"
#include "base/net/http_server.h"

namespace org::console {
namespace {

// Control characters have no place in a page; U+FFFD shows that something was there.
void AppendEscaped(std::string_view text, std::string* out) {
  for (char c : text) {
    switch (c) {
      case '&':
        out->append("&amp;");
        break;
      case '<':
        out->append("&lt;");
        break;
      case '>':
        out->append("&gt;");
        break;
      case '"':
        out->append("&quot;");
        break;
      case '\'':
        out->append("&#39;");
        break;
      default:
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f) {
          out->append("\xEF\xBF\xBD");
        } else {
          out->push_back(c);
        }
    }
  }
}

bool IsVoid(std::string_view tag) {
  static constexpr std::string_view kVoid[] = {"area",  "br",   "col",  "hr",     "img",
                                               "input", "link", "meta", "source", "wbr"};
  return std::ranges::find(kVoid, tag) != std::end(kVoid);
}

}  // namespace

std::optional<Url> Url::FromRequest(std::string_view text) {
  if (!text.starts_with('/') || text.starts_with("//") || text.size() > 2000) return std::nullopt;
  for (char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain && std::string_view("-._~/?=&%+").find(c) == std::string_view::npos) return std::nullopt;
  }
  Url url;
  url.text_ = text;
  return url;
}

Url Url::Download(std::string_view bytes) {
  Url url;
  url.text_ = "data:application/octet-stream;base64," + base::core::Base64Encode(bytes);
  return url;
}

Url operator/(Url url, std::string_view segment) {
  if (!url.text_.ends_with('/')) url.text_.push_back('/');
  // "." and ".." would climb however they are encoded; nothing of the org has such a name.
  url.text_ += segment == "." || segment == ".." ? "-" : base::net::PercentEncode(segment);
  return url;
}

Url Url::Query(std::string_view name, std::string_view value) && {
  text_.push_back(text_.find('?') == std::string::npos ? '?' : '&');
  text_ += base::net::PercentEncode(name) + "=" + base::net::PercentEncode(value);
  return std::move(*this);
}

Url Url::Here(std::string_view id) { return Url().Anchor(id); }

Url Url::Anchor(std::string_view id) && {
  text_ += "#" + base::net::PercentEncode(id);
  return std::move(*this);
}

// The one place where markup is put together.
class Writer {
 public:
  explicit Writer(Html* html) : out_(&html->markup_) {}

  void Open(std::string_view tag) { out_->append("<").append(tag); }
  void Write(const Attribute& attribute) {
    if (attribute.kind_ == Attribute::Kind::kAbsent) return;
    out_->append(" ").append(attribute.name_);
    if (attribute.kind_ == Attribute::Kind::kFlag) return;
    out_->append("=\"");
    AppendEscaped(attribute.value_, out_);
    out_->push_back('"');
  }
  void EndTag() { out_->push_back('>'); }
  void Close(std::string_view tag) { out_->append("</").append(tag).append(">"); }
  void Write(std::string_view text) { AppendEscaped(text, out_); }
  void Write(const Part& part) {
    if (part.html_ != nullptr) {
      out_->append(part.html_->markup_);
    } else {
      Write(part.text_);
    }
  }
  static const Attribute* AttributeOf(const Part& part) { return part.attribute_; }
  void LineBreak() { out_->push_back('\n'); }

 private:
  std::string* out_;
};

Html& Html::Add(const Html& other) {
  markup_ += other.markup_;
  return *this;
}

Html& Html::Add(std::string_view text) {
  Writer(this).Write(text);
  return *this;
}

Attribute Attribute::Flag(AttributeName name, bool present) {
  Attribute attribute(name, "");
  attribute.kind_ = present ? Kind::kFlag : Kind::kAbsent;
  return attribute;
}

Attribute Class(std::string_view names) { return Attribute("class", names); }
Attribute Id(std::string_view id) { return Attribute("id", id); }
Attribute Href(const Url& url) { return Attribute(std::string_view("href"), url); }
Attribute Source(const Url& url) { return Attribute(std::string_view("src"), url); }
Attribute Action(const Url& url) { return Attribute(std::string_view("action"), url); }
Attribute Flag(AttributeName name, bool present) { return Attribute::Flag(name, present); }
Attribute If(bool condition, Attribute attribute) {
  return condition ? std::move(attribute) : Attribute::Flag("hidden", false);
}

Html Text(std::string_view text) { return Html().Add(text); }

Html Element(TagName tag, std::initializer_list<Part> parts) {
  Html html;
  Writer writer(&html);
  writer.Open(tag.text());
  auto part = parts.begin();
  for (; part != parts.end() && Writer::AttributeOf(*part) != nullptr; ++part) {
    writer.Write(*Writer::AttributeOf(*part));
  }
  writer.EndTag();
  if (IsVoid(tag.text())) {
    CHECK(part == parts.end());
    return html;
  }
  for (; part != parts.end(); ++part) {
    CHECK(Writer::AttributeOf(*part) == nullptr);
    writer.Write(*part);
  }
  writer.Close(tag.text());
  return html;
}

Html Fragment(std::initializer_list<Part> parts) {
  Html html;
  Writer writer(&html);
  for (const Part& part : parts) {
    CHECK(Writer::AttributeOf(part) == nullptr);
    writer.Write(part);
  }
  return html;
}

Html TextArea(std::initializer_list<Attribute> attributes, std::string_view text) {
  Html html;
  Writer writer(&html);
  writer.Open("textarea");
  for (const Attribute& attribute : attributes) writer.Write(attribute);
  writer.EndTag();
  writer.LineBreak();
  writer.Write(text);
  writer.Close("textarea");
  return html;
}

std::string Document(const DocumentHead& head, const Html& body) {
  Html in_head;
  in_head.Add(Element("meta", {Attribute("charset", "utf-8")}))
      .Add(Element("meta", {Attribute("name", "viewport"),
                            Attribute("content", "width=device-width, initial-scale=1")}))
      .Add(Element("meta", {Attribute("name", "color-scheme"), Attribute("content", "light dark")}))
      .Add(Element("title", {head.title}))
      .Add(Element("link", {Attribute("rel", "icon"), Attribute("type", "image/svg+xml"), Href(head.icon)}));
  for (const Url& url : head.stylesheets) {
    in_head.Add(Element("link", {Attribute("rel", "stylesheet"), Href(url)}));
  }
  Writer writer(&in_head);
  for (const Url& url : head.scripts) {
    writer.Open("script");
    writer.Write(Source(url));
    writer.Write(Flag("defer"));
    writer.EndTag();
    writer.Close("script");
  }
  Html page = Element("html", {Attribute("lang", "en"), Element("head", {in_head}), Element("body", {body})});
  return "<!doctype html>" + page.markup() + "\n";
}

}  // namespace org::console
