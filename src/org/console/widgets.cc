#include "org/console/widgets.h"

#include <fmt/format.h>

#include "base/core/check.h"
#include "base/core/strings.h"

namespace org::console {
namespace {

// Outlines on a 24 by 24 field, drawn with a round pen.
std::string_view IconPath(Icon icon) {
  switch (icon) {
    case Icon::kSprout:
      return "M12 21v-9M12 13C12 8 8.5 5.5 4 5.5 4 10 7 13 12 13M12 11c0-4 3-6.5 8-6.5 0 4.5-3 7.5-8 7.5";
    case Icon::kPerson:
      return "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20c.6-4 3.6-6 7.5-6s6.9 2 7.5 6";
    case Icon::kGroup:
      return "M9 12a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 19c.5-3.5 3-5 6.5-5s6 1.5 6.5 5M16 5.3a3.5 3.5 0 "
             "0 1 0 6.4M17.5 14.2c2.4.5 3.7 2.1 4 4.8";
    case Icon::kApplication:
      return "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z";
    case Icon::kLog:
      return "M6 3h9l4 4v14H6zM9 11h7M9 15h7M9 7h3";
    case Icon::kGauge:
      return "M4 18a9 9 0 1 1 16 0M12 14l4.5-5.5M12 15.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3";
    case Icon::kKey:
      return "M8 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 12h9M17 12v4M21 12v3";
    case Icon::kCheck:
      return "M5 12.5l4.5 4.5L19 7.5";
    case Icon::kWarning:
      return "M12 4l9 16H3zM12 10v4.5M12 17.3v.2";
    case Icon::kMenu:
      return "M4 7h16M4 12h16M4 17h16";
    case Icon::kSearch:
      return "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M16 16l5 5";
    case Icon::kPlus:
      return "M12 5v14M5 12h14";
    case Icon::kDownload:
      return "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14";
  }
  return {};
}

// The first letter of the first and of the last word.
std::string Initials(std::string_view name) {
  auto words = base::core::SplitNonEmpty(name, ' ');
  auto first = [](std::string_view word) {
    size_t end = 1;
    while (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80) ++end;
    return base::core::AsciiUpper(word.substr(0, end));
  };
  if (words.empty()) return "?";
  return words.size() == 1 ? first(words[0]) : first(words.front()) + first(words.back());
}

std::string FieldId(std::string_view name) { return fmt::format("field-{}", name); }

Html Hint(std::string_view id, std::string_view hint) {
  return hint.empty() ? Html() : Element("span", {Class("hint"), Id(id), hint});
}

std::string ButtonClass(std::string_view tone) {
  return tone.empty() ? "button" : fmt::format("button {}", tone);
}

}  // namespace

Html IconImage(Icon icon) {
  return Element("svg", {Class("icon"), Attribute("viewBox", "0 0 24 24"), Attribute("width", "20"),
                         Attribute("height", "20"), Attribute("aria-hidden", "true"),
                         Element("path", {Attribute("d", IconPath(icon))})});
}

Html Avatar(std::string_view name, std::string_view seed) {
  size_t hash = std::hash<std::string_view>()(seed.empty() ? name : seed);
  return Element("span", {Class(fmt::format("avatar hue-{}", hash % 6)), Attribute("aria-hidden", "true"),
                          Initials(name)});
}

Html Card(std::string_view title, const Html& content, const Html& actions) {
  Html head;
  if (!title.empty() || !actions.empty()) {
    head = Element("div", {Class("card-head"), title.empty() ? Html() : Element("h2", {title}),
                           actions.empty() ? Html() : Element("div", {Class("actions"), actions})});
  }
  return Element("section", {Class("card"), head, content});
}

Html Empty(Icon icon, std::string_view title, std::string_view text, const Html& action) {
  return Element("div", {Class("card empty"), Element("span", {Class("empty-icon"), IconImage(icon)}),
                         Element("h2", {title}), Element("p", {Class("muted"), text}), action});
}

Html Badge(std::string_view tone, std::string_view text) {
  return Element("span", {Class(fmt::format("badge {}", tone)), text});
}

std::string_view StatusTone(store::UserStatus status) {
  using store::UserStatus;
  switch (status) {
    case UserStatus::kActive:
      return "good";
    case UserStatus::kStaged:
      return "info";
    case UserStatus::kProvisioned:
    case UserStatus::kRecovery:
    case UserStatus::kPasswordExpired:
      return "warn";
    case UserStatus::kLockedOut:
    case UserStatus::kSuspended:
      return "bad";
    case UserStatus::kDeprovisioned:
      return "quiet";
  }
  return "quiet";
}

Html StatusBadge(store::UserStatus status) {
  return Badge(StatusTone(status), store::UserStatusLabel(status));
}

Html LinkButton(std::string_view label, const Url& url, std::string_view tone) {
  return Element("a", {Class(ButtonClass(tone)), Href(url), label});
}

Html SubmitButton(std::string_view label, std::string_view tone) {
  return Element("button", {Class(ButtonClass(tone)), Attribute("type", "submit"), label});
}

Html ActionButton(const Visit& visit, std::string_view label, const Url& url, std::string_view tone,
                  const std::vector<std::pair<std::string, std::string>>& fields) {
  Html content;
  for (const auto& [name, value] : fields) {
    content.Add(
        Element("input", {Attribute("type", "hidden"), Attribute("name", name), Attribute("value", value)}));
  }
  content.Add(SubmitButton(label, tone));
  return PostForm(visit, url, content, "inline");
}

Html PostForm(const Visit& visit, const Url& url, const Html& content, std::string_view classes) {
  return Element("form",
                 {Class(classes), Attribute("method", "post"), Action(url), CsrfField(visit), content});
}

Html InputField(const Field& field) {
  std::string id = FieldId(field.name);
  std::string hint_id = id + "-hint";
  Html input =
      Element("input", {Id(id), Attribute("name", field.name), Attribute("type", field.type),
                        Attribute("value", field.value), Attribute("autocomplete", field.autocomplete),
                        Flag("required", field.required), Flag("autofocus", field.autofocus),
                        If(field.max_length > 0, Attribute("maxlength", fmt::format("{}", field.max_length))),
                        If(!field.placeholder.empty(), Attribute("placeholder", field.placeholder)),
                        If(!field.hint.empty(), Attribute("aria-describedby", hint_id))});
  return Element(
      "div", {Class("field"),
              Element("label", {Attribute("for", id), field.label,
                                field.required ? Html() : Element("span", {Class("optional"), " optional"})}),
              input, Hint(hint_id, field.hint)});
}

Html TextAreaField(std::string_view name, std::string_view label, std::string_view value,
                   std::string_view hint, int rows) {
  std::string id = FieldId(name);
  std::string hint_id = id + "-hint";
  return Element(
      "div",
      {Class("field"), Element("label", {Attribute("for", id), label}),
       TextArea({Id(id), Attribute("name", name), Attribute("rows", fmt::format("{}", rows)),
                 Attribute("spellcheck", "false"), If(!hint.empty(), Attribute("aria-describedby", hint_id))},
                value),
       Hint(hint_id, hint)});
}

Html RadioGroup(std::string_view name, std::string_view legend, const std::vector<Choice>& choices,
                std::string_view chosen) {
  Html items = Element("legend", {legend});
  for (const Choice& choice : choices) {
    std::string id = fmt::format("{}-{}", FieldId(name), choice.value);
    items.Add(Element(
        "div", {Class("choice"),
                Element("input", {Id(id), Attribute("type", "radio"), Attribute("name", name),
                                  Attribute("value", choice.value), Flag("checked", choice.value == chosen),
                                  Flag("required"),
                                  If(!choice.hint.empty(), Attribute("aria-describedby", id + "-hint"))}),
                Element("label", {Attribute("for", id), choice.label}), Hint(id + "-hint", choice.hint)}));
  }
  return Element("fieldset", {Class("choices"), items});
}

Html CheckBox(std::string_view name, std::string_view value, std::string_view label, bool checked,
              std::string_view hint) {
  std::string id = fmt::format("{}-{}", FieldId(name), value);
  return Element("div", {Class("choice"),
                         Element("input", {Id(id), Attribute("type", "checkbox"), Attribute("name", name),
                                           Attribute("value", value), Flag("checked", checked),
                                           If(!hint.empty(), Attribute("aria-describedby", id + "-hint"))}),
                         Element("label", {Attribute("for", id), label}), Hint(id + "-hint", hint)});
}

Html SearchForm(const Url& url, std::string_view label, std::string_view value,
                const std::vector<std::pair<std::string, std::string>>& kept, std::string_view placeholder) {
  Html content;
  for (const auto& [name, text] : kept) {
    if (text.empty()) continue;
    content.Add(
        Element("input", {Attribute("type", "hidden"), Attribute("name", name), Attribute("value", text)}));
  }
  content.Add(Element("label", {Class("unseen"), Attribute("for", "search"), label}))
      .Add(Element("span",
                   {Class("search-box"), IconImage(Icon::kSearch),
                    Element("input", {Id("search"), Attribute("type", "search"), Attribute("name", "q"),
                                      Attribute("value", value), Attribute("autocomplete", "off"),
                                      Attribute("placeholder", placeholder.empty() ? label : placeholder)})}))
      .Add(SubmitButton("Search", ""));
  return Element("form", {Class("search"), Attribute("method", "get"), Attribute("role", "search"),
                          Action(url), content});
}

Html Table(std::string_view caption, const std::vector<std::string_view>& heads, const Html& rows) {
  Html cells;
  for (std::string_view head : heads) {
    cells.Add(Element("th", {Attribute("scope", "col"),
                             head.empty() ? Element("span", {Class("unseen"), "Actions"}) : Text(head)}));
  }
  return Element("div", {Class("table"), Element("table", {Element("caption", {Class("unseen"), caption}),
                                                           Element("thead", {Element("tr", {cells})}),
                                                           Element("tbody", {rows})})});
}

Html Row(const std::vector<Cell>& cells) {
  Html row;
  for (const Cell& cell : cells) {
    row.Add(Element("td", {If(!cell.head.empty(), Attribute("data-head", cell.head)),
                           If(!cell.classes.empty(), Class(cell.classes)), cell.content}));
  }
  return Element("tr", {row});
}

Html Pager(bool has_previous, const std::optional<Url>& first, const std::optional<Url>& next) {
  if (!has_previous && !next) return {};
  Html links;
  if (has_previous && first) links.Add(LinkButton("First page", *first));
  if (next) links.Add(Element("a", {Class("button"), Attribute("rel", "next"), Href(*next), "Next page"}));
  return Element("nav", {Class("pager"), Attribute("aria-label", "Pages"), links});
}

Html Definitions(const std::vector<Definition>& items) {
  Html list;
  for (const Definition& item : items) {
    list.Add(Element("div", {Element("dt", {item.term}), Element("dd", {item.value})}));
  }
  return Element("dl", {list});
}

Html TimeText(store::Time time) {
  std::string full = store::FormatTime(time);
  std::string shown = full.substr(0, 10) + " " + full.substr(11, 8) + " UTC";
  return Element("time", {Attribute("datetime", full), shown});
}

Html OptionalTime(const std::optional<store::Time>& time) {
  return time ? TimeText(*time) : Element("span", {Class("muted"), "never"});
}

Html Copyable(std::string_view id, std::string_view text) {
  return Element("span", {Class("copyable"), Element("code", {Id(id), text}),
                          Element("button", {Class("button small copy"), Attribute("type", "button"),
                                             Attribute("data-copy", id), Flag("hidden"), "Copy"})});
}

Html CodeBlock(std::string_view id, std::string_view text, std::string_view label) {
  return Element("div",
                 {Class("code"),
                  Element("div", {Class("code-head"), Element("span", {label}),
                                  Element("button", {Class("button small copy"), Attribute("type", "button"),
                                                     Attribute("data-copy", id), Flag("hidden"), "Copy"})}),
                  Element("pre", {Attribute("tabindex", "0"), Attribute("aria-label", label),
                                  Element("code", {Id(id), text})})});
}

Html Bar(double part, double whole, std::string_view label, std::string_view tone) {
  double share = whole > 0 ? std::clamp(part / whole, 0.0, 1.0) * 100 : 0;
  return Element(
      "svg",
      {Class(fmt::format("bar {}", tone)), Attribute("viewBox", "0 0 100 6"),
       Attribute("preserveAspectRatio", "none"), Attribute("role", "img"), Attribute("aria-label", label),
       Element("rect", {Class("track"), Attribute("width", "100"), Attribute("height", "6")}),
       Element("rect",
               {Class("fill"), Attribute("width", fmt::format("{:.2f}", share)), Attribute("height", "6")})});
}

Html StackedBar(const std::vector<Slice>& slices) {
  double whole = 0;
  for (const Slice& slice : slices) whole += slice.amount;
  if (whole <= 0) return {};
  Html rects;
  double at = 0;
  for (const Slice& slice : slices) {
    if (slice.amount <= 0) continue;
    double width = slice.amount / whole * 100;
    rects.Add(Element("rect",
                      {Class(fmt::format("slice {}", slice.tone)), Attribute("x", fmt::format("{:.2f}", at)),
                       Attribute("width", fmt::format("{:.2f}", width)), Attribute("height", "6")}));
    at += width;
  }
  return Element("svg", {Class("bar stacked"), Attribute("viewBox", "0 0 100 6"),
                         Attribute("preserveAspectRatio", "none"), Attribute("aria-hidden", "true"), rects});
}

std::string Count(size_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

}  // namespace org::console
